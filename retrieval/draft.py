"""A reply on its way to the person: lines of text, each with the words of the reports that it rests on.

Nothing here is checked yet; ``verify`` turns a Draft into an Answer and withholds what does not trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum
from typing import NamedTuple

from index.types import Report, ReportInfo, Section
from retrieval.question.plan import Condition
from retrieval.types import Coverage, Reason, Scope


@dataclass(frozen=True, slots=True)
class Source:
    """Words of one report: ``report.text[start:end]``, and the section they stand in."""

    report: Report
    section: Section
    start: int
    end: int

    @property
    def quote(self) -> str:
        return self.report.text[self.start : self.end]


class Operation(StrEnum):
    """What a shown formula does with its operands."""

    SUM = "sum"
    DIFFERENCE = "difference"
    MEAN = "mean"
    SHARE = "share"
    CHANGE = "change"
    TIMES = "times"
    PRODUCT = "product"
    """So much for each, for so many."""
    BEFORE_RISE = "before_rise"
    """What stood before a rise of so many percent."""
    BEFORE_FALL = "before_fall"
    WHOLE = "whole"
    """What there was in all, of which the first is so many percent."""


OPERATIONS = {"sum": Operation.SUM, "difference": Operation.DIFFERENCE, "share": Operation.SHARE, "mean": Operation.MEAN}
"""What the query calls the operations."""
EXACT = 6
"""Places that sums and differences are rounded to, so that 26.4 + 48.7 is 75.1."""
EXACTLY = frozenset((Operation.SUM, Operation.DIFFERENCE, Operation.PRODUCT))
WHOLE_FROM = 1000
"""What was divided and comes to so many or more is said as a whole number."""


class Given(NamedTuple):
    """An operand as it is stated, where the formula shows it on another scale (8600元 among 万元), or where no source of the line
    has it: a row of the ledger."""

    value: float
    unit: str
    report_id: str = ""


LONGEST = 40
"""Operands that a formula shows; of more, the first and the last with how many there are."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A calculation over cited figures that the reply shows: ``21 + 30 = 51``.

    SUM and MEAN take any number of operands; DIFFERENCE is first − second; SHARE is first ÷ second in percent;
    CHANGE is how far the first lies from the second, in percent of the second, without a sign: the words say which way.
    Results in percent, means and quotients are rounded to ``digits`` places in words, thousands to whole numbers, and the formula shows one more.
    ``unit`` is the one that all operands are in, and ``given`` how each is stated, where that is said. ``inner`` are the formulas whose
    results the operands are, where they are not stated themselves: a part of a whole that is a sum.
    """

    operation: Operation
    operands: tuple[float, ...]
    digits: int = 1
    unit: str = ""
    given: tuple[Given, ...] = ()
    inner: tuple[Formula | None, ...] = ()

    @property
    def result(self) -> float:
        """As the words say it."""
        value = self._value(self.digits)
        return value if self.operation in EXACTLY or abs(value) < WHOLE_FROM else float(round(value))

    @property
    def closer(self) -> float:
        """With a place more, as the formula shows it."""
        return self._value(self.digits + 1)

    def _value(self, digits: int) -> float:
        first, *rest = self.operands
        match self.operation:
            case Operation.SUM:
                return round(fsum(self.operands), EXACT)
            case Operation.DIFFERENCE:
                return round(first - rest[0], EXACT)
            case Operation.MEAN:
                return round(fsum(self.operands) / len(self.operands), digits)
            case Operation.CHANGE:
                return round(100 * abs(first - rest[0]) / rest[0], digits)
            case Operation.TIMES:
                return round(first / rest[0], digits)
            case Operation.PRODUCT:
                return round(first * rest[0], EXACT)
            case Operation.BEFORE_RISE:
                return round(100 * first / (100 + rest[0]), digits)
            case Operation.BEFORE_FALL:
                return round(100 * first / (100 - rest[0]), digits)
            case Operation.SHARE | Operation.WHOLE:
                return round(100 * first / rest[0], digits)

    def __str__(self) -> str:
        shown = [self._shown(position) for position in range(len(self.operands))]
        match self.operation:
            case Operation.SUM:
                left = _joined(shown)
            case Operation.DIFFERENCE:
                left = " − ".join(shown)
            case Operation.MEAN:
                left = f"({_joined(shown)}) ÷ {len(shown)}"
            case Operation.SHARE | Operation.TIMES:
                left = f"{shown[0]} ÷ {shown[1]}"
            case Operation.PRODUCT:
                left = " × ".join(shown)
            case Operation.BEFORE_RISE | Operation.BEFORE_FALL:
                sign = "+" if self.operation is Operation.BEFORE_RISE else "−"
                left = f"{shown[0]} ÷ (1 {sign} {shown[1]}%)"
            case Operation.WHOLE:
                left = f"{shown[0]} ÷ {shown[1]}%"
            case Operation.CHANGE:
                high, low = shown if self.operands[0] >= self.operands[1] else shown[::-1]
                left = f"({high} − {low}) ÷ {shown[1]}"
        percent = "%" if self.operation in (Operation.SHARE, Operation.CHANGE) else ""
        return f"{left} = {plain(self.closer)}{percent}"

    def _shown(self, position: int) -> str:
        """An operand; where it is stated in another unit of its measure, with what is stated: 0.86（8600元）."""
        given = self.given[position] if self.given else None
        stated = f"（{plain(given.value)}{given.unit}）" if given and given.value != self.operands[position] else ""
        return f"{plain(self.operands[position])}{stated}"


def _joined(shown: Sequence[str]) -> str:
    if len(shown) <= LONGEST:
        return " + ".join(shown)
    return f"{' + '.join(shown[:3])} + … + {shown[-1]}（共{len(shown)}项）"


class Member(NamedTuple):
    """One of the things that are counted: ``key`` tells it from the others, and the value, in ``unit``, is why it is counted.

    ``value`` is None where nothing is stated: what is counted then is silence, or a report as such.
    """

    key: tuple[str, ...]
    value: float | None = None
    unit: str = ""
    qualifier: str = ""
    report_id: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many things there are in a list, each of which meets the conditions."""

    members: tuple[Member, ...]
    conditions: tuple[Condition, ...] = ()

    @property
    def count(self) -> int:
        return len({member.key for member in self.members})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a reply: words, the sources behind them, and the calculation it shows, if any.

    ``tallies`` are the lists behind the counts that it states, ``reports`` those that it names without citing words of them.
    ``facts`` are numbers that come from the catalogue or the question, not from a report's words.
    """

    text: str
    sources: tuple[Source, ...] = ()
    formula: Formula | None = None
    facts: tuple[float, ...] = ()
    tallies: tuple[Tally, ...] = ()
    reports: tuple[ReportInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """Lines in the order in which a person reads them, and what the reply as a whole is about."""

    lines: tuple[Line, ...]
    reason: Reason | None = None
    scope: Scope = field(default_factory=Scope)
    coverage: Coverage = field(default_factory=Coverage)


def plain(value: float) -> str:
    """A number as people write it: 51, 61.8, 13000."""
    return f"{value:.0f}" if value == int(value) else f"{value:.4f}".rstrip("0")
