"""Why a reply is what it is: what was understood, which reports were in scope, what was considered and what spoke against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from time import perf_counter
from typing import Any

from retrieval import find
from retrieval.answer import Answerer
from retrieval.compose import label, shown
from retrieval.find import SAID, STATED, Found, Look
from retrieval.inquiry import Inquiry, sentences_of
from retrieval.question import checked
from retrieval.types import Query

CONSIDERED = 8
"""Candidates that are told of, the best first."""


class Verdict(StrEnum):
    """What became of a candidate."""

    TAKEN = "采用"
    WEAKER = "不及采用者"
    TOO_LITTLE = "覆盖所问的词太少"
    OTHER_MEASURE = "单位或口径与所问不同"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that might have answered: ``coverage`` (0–1) of what was asked, ``score`` that orders them."""

    report: str
    words: str
    coverage: float
    score: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Why:
    """``understood`` holds what the question says by itself (only what is not empty); ``steps`` are milliseconds."""

    question: str
    understood: dict[str, Any]
    scope: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    steps: dict[str, float]


def explain(answerer: Answerer, question: str, history: Sequence[str] = ()) -> Why:
    """Go through the steps of an answer once more and keep what they saw. Raises what ``answer`` raises."""
    started = perf_counter()
    query = answerer.understand(checked(question), history)
    understood = perf_counter()
    inquiry = answerer.inquire(query)
    read = perf_counter()
    candidates = tuple(_candidates(inquiry))
    found = perf_counter()
    reports = tuple(label(r.report, county=True) for r in inquiry.readings)
    steps = {"理解": understood - started, "定范围与读取": read - understood, "查找": found - read}
    return Why(question, _understood(query), reports, candidates, {name: round(1000 * seconds, 2) for name, seconds in steps.items()})


def _understood(query: Query) -> dict[str, Any]:
    empty = Query("", "")
    told = (field.name for field in fields(query) if field.name != "question" and getattr(query, field.name) != getattr(empty, field.name))
    return {name: getattr(query, name) for name in told}


def _candidates(inquiry: Inquiry) -> list[Candidate]:
    look = inquiry.look(inquiry.asks[0])
    search = find.figures if look.wanted.number else find.words
    found = search(look, sentences_of(inquiry.readings))
    taken = next((f for f in found if _verdict(f, look) is Verdict.TAKEN), None)
    return [_told(f, look, taken) for f in found[:CONSIDERED]]


def _verdict(found: Found, look: Look) -> Verdict:
    if look.wanted.number and not find.fits(found, look.wanted):
        return Verdict.OTHER_MEASURE
    return Verdict.TAKEN if found.coverage >= (STATED if look.wanted.number else SAID) else Verdict.TOO_LITTLE


def _told(found: Found, look: Look, taken: Found | None) -> Candidate:
    verdict = _verdict(found, look)
    if verdict is Verdict.TAKEN and found is not taken:
        verdict = Verdict.WEAKER
    return Candidate(label(found.sentence.report), shown(found.words), round(found.coverage, 2), round(found.score, 2), verdict)
