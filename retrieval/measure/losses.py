"""Where a miss was lost on its way from the question to the reply: what says what to mend next."""

from __future__ import annotations

from enum import StrEnum

from retrieval.answer import Answerer
from retrieval.measure.evaluate import Graded, is_miss
from retrieval.measure.scoring import quote_hit


class Loss(StrEnum):
    """The step at which the evidence, or the right not to answer, went missing."""

    SCOPE = "范围"
    CANDIDATES = "候选"
    READER = "阅读"
    REFUSAL = "拒答"
    COMPOSITION = "组织"
    LOCK = "核对"


def where_lost(answerer: Answerer, graded: Graded) -> str:
    """The step that lost what ``graded`` misses; "" for no miss.

    SCOPE: a report of the evidence was not looked at. CANDIDATES: its sentence was not read. REFUSAL: it was read and the reply
    refuses, or nothing answers and the reply does not refuse. READER: another sentence was taken. LOCK: a line was withheld.
    COMPOSITION: all evidence is cited, or none is called for, and the words do not say what they should.
    """
    item, answer = graded.item, graded.answer
    if not is_miss(graded):
        return ""
    if not item.answerable:
        return Loss.REFUSAL
    if answer.numbers.traced < answer.numbers.total:
        return Loss.LOCK
    with answerer.reading():
        inquiry = answerer.inquire(answerer.understand(item.question, item.history))
        files = {reading.report.file for reading in (*inquiry.readings, *inquiry.older)}
        if any(evidence.file not in files for evidence in item.evidence):
            return Loss.SCOPE
        read = [(f.piece.sentence.report.file, f.piece.text) for f in answerer.judge.findings(inquiry).ranked]
    if not all(any(file == e.file and quote_hit(e.quote, text) for file, text in read) for e in item.evidence):
        return Loss.CANDIDATES
    if answer.refused:
        return Loss.REFUSAL
    return Loss.READER if graded.grade.cited is False else Loss.COMPOSITION
