"""For other people's chains: the passages as a LangChain retriever, the answers as a Runnable, the encoder as Embeddings.

The door to LangChain's core.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self, TypedDict

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import PrivateAttr

from index.types import Encoder, ReportInfo
from retrieval.answer import Answerer
from retrieval.passages import PassageFinder
from retrieval.types import Answer, Hit


class Asked(TypedDict):
    """A question with the user's earlier turns of the same conversation, oldest first."""

    question: str
    history: Sequence[str]


class ReportRetriever(BaseRetriever):
    """The passages that fit a question best, of the reports that it names; ``page_content`` is the passage, word for word."""

    k: int
    _finder: PassageFinder = PrivateAttr()

    def __init__(self, finder: PassageFinder, *, k: int = 10) -> None:
        super().__init__(k=k)  # type: ignore[call-arg]  # mypy takes BaseRetriever's fields for its arguments
        self._finder = finder

    @classmethod
    def open(cls, store: str | Path, *, k: int = 10, encoder: str | None = None) -> Self:
        """Open a store; ``encoder`` must be the one that it was built with (None: the shipped one). Raises StoreError."""
        return cls(PassageFinder.open(Path(store), encoder), k=k)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002
        known = {report.id: report for report in self._finder.store.reports()}
        return [_document(hit, known[hit.passage.report_id]) for hit in self._finder.find(query, self.k)]


def _document(hit: Hit, report: ReportInfo) -> Document:
    passage = hit.passage
    metadata = {
        "report": report.id,
        "file": report.file,
        "title": report.title,
        "town": report.town,
        "year": report.year,
        "section": list(passage.path),
        "start": passage.start,
        "end": passage.end,
        "score": hit.score,
    }
    return Document(page_content=passage.text, metadata=metadata, id=passage.id)


def answer_runnable(answerer: Answerer) -> Runnable[str | Asked, Answer]:
    """The answerer for a chain: takes a question, alone or with its history, and gives an Answer (invoke, batch, stream, async)."""

    def answer(asked: str | Asked) -> Answer:
        return answerer.answer(asked) if isinstance(asked, str) else answerer.answer(asked["question"], asked["history"])

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
