"""The Answerer with a language model beside it, which may cost time and never trust: whatever it does, a verified answer comes.

question → the rules' draft → (unsure: the model plans) → the model reads the candidates → reply → locked → verified.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import monotonic, perf_counter

from index.errors import ModelUnavailable
from retrieval.answer import Answerer
from retrieval.assist import planner, reader
from retrieval.assist.candidates import candidates
from retrieval.assist.faults import NONSENSE
from retrieval.assist.llm import ANSWER_SHARE, MOST_TOKENS
from retrieval.assist.model import Completion, Listener, Model, T, Usage
from retrieval.assist.model import Prompt as ModelPrompt
from retrieval.assist.reply import Question, replied
from retrieval.draft import Draft
from retrieval.evidence.inquiry import Inquiry
from retrieval.question import checked
from retrieval.reply import identity
from retrieval.reply.saying import tokens_in
from retrieval.reply.verify import verify
from retrieval.types import Answer, Query, Reason, Receipt

PLANNING_SHARE = 0.4
"""Share of the time that the model has for planning; the rest is for reading."""
INSTRUCTIONS = 1_200
"""Tokens of the instructions and the schema."""
PLANNING, READING, CHECKING = "正在理解问题……", "正在阅读原文……", "正在核对引文……"
UNREADABLE = frozenset((Reason.NO_TOWN, Reason.UNSAFE, Reason.AMBIGUOUS))


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
    def said(self) -> str:
        return "\n".join((*self.history, self.question))

    @property
    def on_text(self) -> Callable[[str], None] | None:
        """What shows the sentences written so far to whoever follows."""
        listener = self.listener
        return (lambda raw: listener.preview(reader.preview(raw))) if listener else None


class AssistedAnswerer:
    """Answers as ``answerer`` does; a model plans where the rules are unsure (or ``always``), and reads the sentences in scope."""

    def __init__(self, answerer: Answerer, model: Model, *, deadline_s: float, context: int = 32_000, always: bool = False) -> None:
        self.answerer = answerer
        self._model = model
        self._deadline_s = deadline_s
        self._room = context - min(MOST_TOKENS, int(ANSWER_SHARE * context)) - INSTRUCTIONS
        self._always = always

    def answer(self, question: str, history: Sequence[str] = (), *, user: str = "", listener: Listener | None = None) -> Answer:
        """Answer within ``deadline_s`` and the time of the rules; ``listener`` follows it and may stop it with Cancelled.

        ``user`` is counted for the model's limits. Raises BadRequest for an empty or endless question.
        """
        started = perf_counter()
        asking = Asking(checked(question), history, user, listener, monotonic() + self._deadline_s)
        query, draft, planned = self._planned(asking)
        draft, read = self._read(query, draft, asking)
        answer = verify(question, draft, took_ms=(perf_counter() - started) * 1000)
        return replace(answer, written=_sum(planned, read))

    def _planned(self, asking: Asking) -> tuple[Query, Draft, Receipt | None]:
        """What is asked, with the rules' reply to it; as the rules read it wherever the model's plan gives nothing more."""
        answerer = self.answerer
        with answerer.reading():
            query = answerer.understand(asking.question, asking.history)
            draft = answerer.draft(query)
            if not (planner.unsure(query, draft, asking.history) or (self._always and query.intent not in planner.TALK)):
                return query, draft, None
            asked = planner.Asked(query, asking.history, answerer.reports(), answerer.table)
        asking.stage(PLANNING)
        share = monotonic() + PLANNING_SHARE * self._deadline_s
        try:
            completion = self._complete(planner.request(asked), planner.Proposal, asking, share)
        except ModelUnavailable as error:
            return query, draft, Receipt(failure=str(error))
        receipt = _spent(completion.usage)
        with answerer.reading():
            other = planner.planned(completion.value, asked, answerer.understand)
            found = answerer.draft(other) if other else draft
        if other is None or (found.reason is not None and draft.reason is None):
            return query, draft, receipt
        return other, found, replace(receipt, understood="；".join(other.notes[len(query.notes) :]))

    def _read(self, query: Query, draft: Draft, asking: Asking) -> tuple[Draft, Receipt | None]:
        """The reply as the model's reading makes it; as it was where the model fails, or has nothing to read."""
        with self.answerer.reading():
            inquiry = self._readable(query, draft)
            if inquiry is None:
                return draft, None
            given = candidates(inquiry, draft, self.answerer.judge, self._room - tokens_in(asking.said))
        if not given.pieces:
            return draft, None
        asking.stage(READING)
        try:
            completion = self._complete(
                reader.request(asking.question, asking.history, given), reader.Reply, asking, asking.until, asking.on_text
            )
            if completion.value.silent:
                raise ModelUnavailable(NONSENSE)
        except ModelUnavailable as error:
            return draft, Receipt(failure=str(error))
        asking.stage(CHECKING)
        with self.answerer.reading():
            made, receipt = replied(completion.value, Question(inquiry, draft, given, self.answerer.judge, asking.said))
            made = draft if made is draft else self.answerer.finished(made, inquiry)
        return made, _sum(receipt, _spent(completion.usage))

    def _readable(self, query: Query, draft: Draft) -> Inquiry | None:
        """The question with the reports in scope, or of a year without one with those beside it, which may tell of it; None for small talk,
        and where no report is, or the reply is about reports as such."""
        if query.unsafe or query.intent in planner.TALK or draft.reason in UNREADABLE or (query.own and not query.towns):
            return None
        if query.towns and identity.asked(query):
            return None
        inquiry = self.answerer.inquire(query)
        if not inquiry.readings and draft.reason is Reason.NO_YEAR:
            inquiry = self.answerer.beside(query)
        return self.answerer.with_other_years(inquiry) if inquiry.readings else None

    def _complete(
        self, prompt: ModelPrompt, schema: type[T], asking: Asking, deadline: float, on_text: Callable[[str], None] | None = None
    ) -> Completion[T]:
        return self._model.complete(prompt, schema, deadline=deadline, user=asking.user, on_text=on_text)


def _spent(usage: Usage) -> Receipt:
    return Receipt(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cost=usage.cost,
        model_ms=1000 * usage.seconds,
        cached=usage.cached,
    )


def _sum(first: Receipt | None, second: Receipt | None) -> Receipt | None:
    """What two calls had to do with one reply."""
    if first is None or second is None:
        return first or second
    return Receipt(
        shown=first.shown + second.shown,
        chosen=first.chosen + second.chosen,
        none=first.none or second.none,
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
