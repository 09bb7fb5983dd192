"""The one door to LangChain: the retriever as a ``BaseRetriever``, the answerer as a ``Runnable``, the encoder as ``Embeddings``.

Each drops into other people's chains: ``ReportRetriever.open("data/store") | prompt | model``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict, PrivateAttr

from index.types import Encoder
from retrieval.answer import Answerer
from retrieval.passages import PassageFinder
from retrieval.types import Answer, Hit

Question = str | dict[str, Any]
"""The question itself, or ``{"question": …, "history": [earlier questions]}``."""


class ReportRetriever(BaseRetriever):
    """Finds the passages of a store that fit a question, within the reports that the question names."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    k: int = 10
    _finder: PassageFinder = PrivateAttr()

    @classmethod
    def open(cls, store: str | Path, *, k: int = 10, encoder: str | None = None) -> Self:
        """Open the store at a path, built with ``encoder`` (None: the shipped one). Raises StoreMissing, StoreMismatch."""
        retriever = cls(k=k)
        retriever._finder = PassageFinder.open(Path(store), encoder)
        return retriever

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002
        files = {report.id: report.file for report in self._finder.store.reports()}
        return [_document(hit, files) for hit in self._finder.find(query, self.k)]


def _document(hit: Hit, files: dict[str, str]) -> Document:
    passage = hit.passage
    return Document(
        id=passage.id,
        page_content=passage.text,
        metadata={
            "report": passage.report_id,
            "file": files[passage.report_id],
            "town": passage.town,
            "year": passage.year,
            "section": list(passage.path),
            "start": passage.start,
            "end": passage.end,
            "score": hit.score,
        },
    )


def answer_runnable(answerer: Answerer) -> Runnable[Question, Answer]:
    """The answerer as a ``Runnable``: a question, or a question with its history, to an ``Answer``."""

    def answer(question: Question) -> Answer:
        if isinstance(question, str):
            return answerer.answer(question)
        history: Sequence[str] = question.get("history", ())
        return answerer.answer(question["question"], history)

    return RunnableLambda(answer, name="zhenwen")


class EncoderEmbeddings(Embeddings):
    """An encoder of ours as LangChain takes them, to read a store's Chroma collection with ``langchain_chroma.Chroma``."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._encoder.encode(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._encoder.encode([text], query=True)[0].tolist()
        return vector
