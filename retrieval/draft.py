"""A reply on its way to the person: lines of text, each with the words of the reports that it rests on.

Nothing here is checked yet; ``verify`` turns a Draft into an Answer and withholds what does not trace.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from index.types import Report, Section
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


@dataclass(frozen=True, slots=True)
class Formula:
    """A calculation over cited figures that the reply shows: ``21 + 30 = 51``.

    SUM and MEAN take any number of operands; DIFFERENCE is first − second; SHARE is first ÷ second in percent;
    CHANGE is how far the first lies from the second, in percent of the second, without a sign: the words say which way.
    Results in percent and means are rounded to ``digits`` places.
    """

    operation: Operation
    operands: tuple[float, ...]
    digits: int = 1

    @property
    def result(self) -> float:
        first, *rest = self.operands
        match self.operation:
            case Operation.SUM:
                return sum(self.operands)
            case Operation.DIFFERENCE:
                return first - rest[0]
            case Operation.MEAN:
                return round(sum(self.operands) / len(self.operands), self.digits)
            case Operation.SHARE:
                return round(100 * first / rest[0], self.digits)
            case Operation.CHANGE:
                return round(100 * abs(first - rest[0]) / rest[0], self.digits)

    def __str__(self) -> str:
        shown = [plain(operand) for operand in self.operands]
        match self.operation:
            case Operation.SUM:
                left = " + ".join(shown)
            case Operation.DIFFERENCE:
                left = " − ".join(shown)
            case Operation.MEAN:
                left = f"({' + '.join(shown)}) ÷ {len(shown)}"
            case Operation.SHARE:
                left = f"{shown[0]} ÷ {shown[1]}"
            case Operation.CHANGE:
                high, low = shown if self.operands[0] >= self.operands[1] else shown[::-1]
                left = f"({high} − {low}) ÷ {shown[1]}"
        percent = "%" if self.operation in (Operation.SHARE, Operation.CHANGE) else ""
        return f"{left} = {plain(self.result)}{percent}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a reply: words, the sources behind them, and the calculation it shows, if any.

    ``facts`` are numbers that come from the catalogue, not from a report's words (how many reports there are).
    """

    text: str
    sources: tuple[Source, ...] = ()
    formula: Formula | None = None
    facts: tuple[float, ...] = ()


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
