"""Which sentences belong to an answer beside its best one: the other half of a question, the cause, what came of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.evidence.calibration import Calibration
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import SURE, Finding, chance_of, odds_of
from retrieval.types import Intent

SEVERAL = frozenset((Intent.LIST, Intent.DEFINITION, Intent.PRACTICE, Intent.PROBLEMS, Intent.PLANS))
"""What is seldom said in one sentence."""
LED = re.compile("为此|因此|对此|于是")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a question tells how many sentences answer it: it asks several things or for a list, for a number, for a cause or a way."""

    several: bool
    number: bool
    told: bool

    @classmethod
    def of(cls, inquiry: Inquiry) -> Asked:
        query = inquiry.query
        return cls(bool(query.halves) or query.intent in SEVERAL, inquiry.wanted.number, not {"why", "how"}.isdisjoint(query.wants))


def features(best: Finding, other: Finding, asked: Asked) -> tuple[float, ...]:
    """What is known of ``other`` beside the ``best`` of its report, in the order of ``calibration.COMPANION``."""
    beside = touch(best, other)
    after = beside and best.piece.start < other.piece.start
    same = best.piece.sentence.section == other.piece.sentence.section
    known = (after, beside and not after, same, asked.several, asked.number, asked.told, asked.told and beside)
    return (odds_of(other.chance), odds_of(best.chance), *map(float, known))


def companions(best: Finding, others: Sequence[Finding], asked: Asked, calibration: Calibration) -> list[Finding]:
    """Those of ``others`` that belong to the answer, the likeliest first; what answers for sure by itself always does, and where a cause is
    asked for what 为此 points back to."""
    leading = [other for other in others if asked.told and LED.match(best.piece.text) and other.piece.start < best.piece.start and touch(best, other)]
    rated = [(chance_of(calibration.companion(features(best, other, asked))), other) for other in others]
    likely = [other for chance, other in sorted(rated, key=lambda one: -one[0]) if chance >= calibration.more or other.chance >= SURE]
    return list(dict.fromkeys((*leading, *likely)))


def touch(one: Finding, other: Finding) -> bool:
    """Whether nothing stands between two pieces of one section."""
    first, last = sorted((one.piece, other.piece), key=lambda piece: piece.start)
    same = first.sentence.report.id == last.sentence.report.id and first.sentence.section == last.sentence.section
    return same and not first.sentence.report.text[first.end : last.start].strip()
