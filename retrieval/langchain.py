"""For other people's chains: the passages as a LangChain retriever, the planner, the reader and the answerer as Runnables, any chat
model of theirs as our language model, the encoder as Embeddings.

The door to LangChain's core.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, Self, TypedDict

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import PrivateAttr

from index.errors import ModelUnavailable
from index.types import Encoder, ReportInfo
from retrieval.assist import planner, reader
from retrieval.assist.candidates import Candidates
from retrieval.assist.faults import NONSENSE
from retrieval.assist.model import Completion, Model, Prompt, T, Usage
from retrieval.evidence.passages import PassageFinder
from retrieval.measure.evaluate import Answers
from retrieval.reply.saying import ordered, value_in
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


class ChatModel:
    """A chat model of LangChain's as the ``Model`` of a planner, a reader, or ``AssistedAnswerer``: asked by ``with_structured_output``.

    For models that the settings do not reach, and for tracing. The program's own goes through ``retrieval.assist.llm``, which streams,
    keeps deadlines and counts; a chain around ``with_structured_output`` gives nothing before the end.
    """

    def __init__(self, chat: BaseChatModel, *, method: str = "json_schema") -> None:
        """``method`` as ``with_structured_output`` takes it: json_schema, function_calling or json_mode."""
        self._chat = chat
        self._method = method

    def complete(
        self,
        prompt: Prompt,
        schema: type[T],
        *,
        deadline: float,  # noqa: ARG002  (whoever makes the chat model sets its patience)
        user: str = "",  # noqa: ARG002
        on_text: Callable[[str], None] | None = None,  # noqa: ARG002
    ) -> Completion[T]:
        """See ``Model``."""
        structured = self._chat.with_structured_output(schema, method=self._method, include_raw=True)
        system = ordered(prompt.system, schema) if self._method == "json_mode" else prompt.system
        try:
            told: Any = structured.invoke([("system", system), ("human", prompt.user)])
        except Exception as error:  # the packages of the providers raise what they like; here it ends
            raise ModelUnavailable(f"语言模型没有答出来：{type(error).__name__}。") from error
        value = told["parsed"] or value_in(str(told["raw"].text), schema)
        if not isinstance(value, schema):
            raise ModelUnavailable(NONSENSE)
        counts = told["raw"].usage_metadata or {}
        return Completion(value, Usage(counts.get("input_tokens", 0), counts.get("output_tokens", 0)))


def planner_runnable(model: Model, *, seconds: float = 60.0) -> Runnable[planner.Asked, planner.Proposal]:
    """The second planner as a chain: the prompt, then the model. ``planner.planned`` makes a Query of what comes."""
    return RunnableLambda(planner.request, name="prompt") | _asked_of(model, planner.Proposal, seconds)


def reader_runnable(model: Model, *, seconds: float = 60.0) -> Runnable[tuple[str, Sequence[str], Candidates], reader.Reply]:
    """The second reader as a chain over (question, earlier turns, candidates). ``reply.replied`` makes a Draft of what comes."""
    asked: Runnable[tuple[str, Sequence[str], Candidates], Prompt] = RunnableLambda(lambda read: reader.request(*read), name="prompt")
    return asked | _asked_of(model, reader.Reply, seconds)


def _asked_of(model: Model, schema: type[T], seconds: float) -> Runnable[Prompt, T]:
    return RunnableLambda(lambda prompt: model.complete(prompt, schema, deadline=monotonic() + seconds).value, name=schema.__name__)


def answer_runnable(answerer: Answers) -> Runnable[str | Asked, Answer]:
    """An answerer, with or without a language model beside it, for a chain: takes a question, alone or with its history, and gives an
    Answer (invoke, batch, stream, async)."""

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
