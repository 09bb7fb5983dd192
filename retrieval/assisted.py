"""The Answerer with a language model beside it, which may cost time and never trust: whatever it does, a verified answer comes.

question → the rules' draft → (unsure: the model reads the question) → (words: the model writes) → locked → verified.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import monotonic, perf_counter

from index.errors import ModelUnavailable
from retrieval import interpreting, writing
from retrieval.answer import Answerer
from retrieval.draft import Draft
from retrieval.model import Listener, Model, Usage
from retrieval.question import checked
from retrieval.types import Answer, Query, Receipt
from retrieval.verify import verify

READING_SHARE = 0.5
"""Share of the time that the model has for reading a question; the rest is for writing."""
READING, WRITING, CHECKING = "正在理解问题……", "正在组织回答……", "正在核对引文……"


@dataclass(frozen=True, slots=True)
class Asking:
    """One person's question on its way: after which turns, for whom it counts, who follows it, and until when (``time.monotonic``)."""

    question: str
    history: Sequence[str]
    user: str
    listener: Listener | None
    until: float

    def stage(self, words: str) -> None:
        if self.listener:
            self.listener.stage(words)

    @property
    def on_text(self) -> Callable[[str], None] | None:
        """What shows the sentences written so far to whoever follows."""
        listener = self.listener
        return (lambda raw: listener.preview(writing.preview(raw))) if listener else None


class AssistedAnswerer:
    """Answers as ``answerer`` does; a model reads what the rules cannot, and joins words that come from several passages."""

    def __init__(self, answerer: Answerer, model: Model, *, deadline_s: float) -> None:
        self.answerer = answerer
        self._model = model
        self._deadline_s = deadline_s

    def answer(self, question: str, history: Sequence[str] = (), *, user: str = "", listener: Listener | None = None) -> Answer:
        """Answer within ``deadline_s`` and the time of the rules; ``listener`` follows it and may stop it with Cancelled.

        ``user`` is counted for the model's limits. Raises BadRequest for an empty or endless question.
        """
        started = perf_counter()
        asking = Asking(checked(question), history, user, listener, monotonic() + self._deadline_s)
        query, draft, read = self._understood(asking)
        draft, wrote = self._written(query, draft, asking) if writing.helps(query, draft) else (draft, None)
        answer = verify(question, draft, took_ms=(perf_counter() - started) * 1000)
        return replace(answer, written=_sum(read, wrote))

    def _understood(self, asking: Asking) -> tuple[Query, Draft, Receipt | None]:
        """What is asked, with the reply to it; the rules' own wherever the model's reading finds nothing more."""
        with self.answerer.reading():
            query = self.answerer.understand(asking.question, asking.history)
            draft = self.answerer.draft(query)
            inquiry = self.answerer.inquire(query) if interpreting.doubtful(query, draft) else None
        if inquiry is None or not interpreting.unsure(inquiry):
            return query, draft, None
        asking.stage(READING)
        half = monotonic() + READING_SHARE * self._deadline_s
        try:
            prompt = interpreting.request(inquiry, asking.history)
            completion = self._model.complete(prompt, interpreting.Meaning, deadline=half, user=asking.user)
        except ModelUnavailable as error:
            return query, draft, Receipt(failure=str(error))
        receipt = _spent(completion.usage)
        other = interpreting.understood(completion.value, inquiry, asking.history)
        if other is None:
            return query, draft, receipt
        with self.answerer.reading():
            found = self.answerer.draft(other)
        if found.reason is not None:
            return query, draft, receipt
        return other, found, replace(receipt, understood="；".join(other.notes[len(query.notes) :]))

    def _written(self, query: Query, draft: Draft, asking: Asking) -> tuple[Draft, Receipt]:
        """The reply as the model writes it, as far as it holds; as it was where the model fails."""
        asking.stage(WRITING)
        try:
            completion = self._model.complete(
                writing.request(query, draft), writing.Written, deadline=asking.until, user=asking.user, on_text=asking.on_text
            )
        except ModelUnavailable as error:
            return draft, Receipt(failure=str(error))
        asking.stage(CHECKING)
        written, receipt = writing.checked(completion.value, query, draft)
        return written, _sum(receipt, _spent(completion.usage)) or receipt


def _spent(usage: Usage) -> Receipt:
    return Receipt(
        input_tokens=usage.input_tokens, output_tokens=usage.output_tokens, cost=usage.cost, model_ms=1000 * usage.seconds, cached=usage.cached
    )


def _sum(first: Receipt | None, second: Receipt | None) -> Receipt | None:
    """What two calls had to do with one reply."""
    if first is None or second is None:
        return first or second
    return Receipt(
        sentences=first.sentences + second.sentences,
        kept=first.kept + second.kept,
        restored=first.restored + second.restored,
        struck=first.struck + second.struck,
        understood=first.understood or second.understood,
        failure=first.failure or second.failure,
        input_tokens=first.input_tokens + second.input_tokens,
        output_tokens=first.output_tokens + second.output_tokens,
        cost=first.cost + second.cost,
        model_ms=first.model_ms + second.model_ms,
        cached=first.cached or second.cached,
    )
