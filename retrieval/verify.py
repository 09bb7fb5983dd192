"""The last step of every path: the number lock and the check of sources. Nothing reaches a person but through here.

A line of a draft is delivered only if each number in it, in any script, is in the words it cites with the same unit, in the identity
of the report it cites (year, dates, title), in a formula that is shown and calculated again here over cited numbers, or is a count
from the catalogue; and if each report it cites is in scope. A line that fails is withheld and counted in the receipt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.numerals import with_units
from index.types import Report
from retrieval.cite import cite
from retrieval.draft import Draft, Formula, Line
from retrieval.types import Answer, Citation, Numbers, Reason

WITHHELD = "这一问的回答没有通过数字核验，已扣下未发。请换个问法，或用 search 查看原文。"
TOLERANCE = 1e-9
DATED = "年"
"""The unit of what belongs to a date or a name: it is no count of anything."""
NOUGHT = re.compile(r"无|没有|未|零")
"""Words that state a nought: 无行政诉讼案件."""


def verify(question: str, draft: Draft, *, took_ms: float = 0.0) -> Answer:
    """Check every line of ``draft``, number its citations in order of use, and make the Answer."""
    kept: list[str] = []
    citations: dict[tuple[str, int, int], Citation] = {}
    total = traced = 0
    for line in draft.lines:
        count, good = _trace(line)
        total, traced = total + count, traced + good
        if good == count and _in_scope(line, draft):
            kept.append(line.text + "".join(f"[{n}]" for n in _numbers_of(line, citations)))
    receipt = Numbers(total, traced)
    if draft.lines and not kept:
        return Answer(question, WITHHELD, (), Reason.NOT_STATED, draft.scope, draft.coverage, receipt, took_ms)
    return Answer(question, "\n".join(kept), tuple(citations.values()), draft.reason, draft.scope, draft.coverage, receipt, took_ms)


def _numbers_of(line: Line, citations: dict[tuple[str, int, int], Citation]) -> list[int]:
    """The citation numbers of a line; new sources get the next number."""
    numbers = []
    for source in line.sources:
        key = (source.report.id, source.start, source.end)
        citation = citations.setdefault(key, cite(len(citations) + 1, source))
        numbers.append(citation.n)
    return list(dict.fromkeys(numbers))


def _in_scope(line: Line, draft: Draft) -> bool:
    towns = draft.scope.towns
    return all((not towns or s.report.town in towns) and 0 <= s.start < s.end <= len(s.report.text) for s in line.sources)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text with the unit that it is written with; "" where none is, or where any may be."""

    value: float
    unit: str = ""

    def traces_to(self, other: Number) -> bool:
        """Equal, and not of another unit: 87起 is not 87%."""
        same = self.value == other.value or abs(self.value - other.value) < TOLERANCE
        return same and (not self.unit or not other.unit or self.unit == other.unit)


def traces(line: Line) -> bool:
    """Whether every number of ``line`` traces."""
    total, traced = _trace(line)
    return total == traced


def _trace(line: Line) -> tuple[int, int]:
    """How many numbers a line has, and how many of them trace."""
    untraced = stated = _numbers(line.text)
    for allowed in _allowed(line):
        untraced = tuple(number for number in untraced if not any(number.traces_to(other) for other in allowed))
        if not untraced:
            break
    return len(stated), len(stated) - len(untraced)


def _allowed(line: Line) -> Iterator[list[Number]]:
    """The numbers that a line may state, those first that cost the least to read."""
    yield [*map(Number, line.facts), *(number for source in line.sources for number in _dates(source.report))]
    cited = [number for source in line.sources for number in _numbers(source.quote, single=True)]
    cited += [Number(0.0) for source in line.sources if NOUGHT.search(source.quote)]
    yield cited
    if line.formula is not None and _sound(line.formula, line.text, [number.value for number in cited]):
        yield [Number(line.formula.result), Number(float(len(line.formula.operands)))]
    yield [Number(n.value, n.unit or DATED) for source in line.sources for n in _numbers(source.report.title, single=True)]


@lru_cache(maxsize=1024)
def _numbers(text: str, *, single: bool = False) -> tuple[Number, ...]:
    """The numbers of ``text``; without ``single`` a lone 一 or 两 is a word of ours, not a figure."""
    return tuple(Number(q.value, unit) for q, unit in with_units(text) if single or not q.chinese or q.end - q.start > 1)


def _sound(formula: Formula, text: str, cited: list[float]) -> bool:
    """The formula stands in the text as calculated, and its operands are cited numbers."""
    there = str(formula) in text
    return there and all(any(abs(operand - value) < TOLERANCE for value in cited) for operand in formula.operands)


def _dates(report: Report) -> list[Number]:
    """The year and the dates that belong to a report as such."""
    dates = [part for day in (report.written, report.published) if day for part in (day.year, day.month, day.day)]
    return [Number(float(n), DATED) for n in (report.year or 0, *dates)]
