"""Why a reply is what it is: what was understood, which reports were in scope, what was considered and what spoke against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from time import perf_counter
from typing import Any

from retrieval.answer import Answerer
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import Finding, Judge
from retrieval.question import checked
from retrieval.reply.compose import label, shown
from retrieval.types import Query

CONSIDERED = 8
"""Candidates that are told of, the best first."""


class Verdict(StrEnum):
    """What became of a candidate."""

    TAKEN = "采用"
    WEAKER = "不及采用者"
    UNLIKELY = "多半答的不是所问"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that might have answered: ``coverage`` (0–1) of what was asked, ``score`` the chance (0–1) that they answer."""

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
    candidates = _candidates(inquiry, answerer.judge)
    found = perf_counter()
    reports = tuple(label(r.report, county=True) for r in inquiry.readings)
    steps = {"理解": understood - started, "定范围与读取": read - understood, "查找": found - read}
    return Why(question, _understood(query), reports, candidates, {name: round(1000 * seconds, 2) for name, seconds in steps.items()})


def _understood(query: Query) -> dict[str, Any]:
    empty = Query("", "")
    told = (field.name for field in fields(query) if field.name != "question" and getattr(query, field.name) != getattr(empty, field.name))
    return {name: getattr(query, name) for name in told}


def _candidates(inquiry: Inquiry, judge: Judge) -> tuple[Candidate, ...]:
    findings = judge.findings(inquiry)
    bar = judge.calibration.answer
    taken = findings.ranked[:1] if findings.chance >= bar else ()
    return tuple(_told(finding, taken=finding in taken, likely=finding.chance >= bar) for finding in findings.ranked[:CONSIDERED])


def _told(finding: Finding, *, taken: bool, likely: bool) -> Candidate:
    verdict = Verdict.TAKEN if taken else Verdict.WEAKER if likely else Verdict.UNLIKELY
    return Candidate(label(finding.piece.sentence.report), shown(finding.piece.text), round(finding.features[1], 2), round(finding.chance, 2), verdict)
