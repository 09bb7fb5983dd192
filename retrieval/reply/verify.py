"""The last step of every path: the number lock and the check of sources. Nothing reaches a person but through here.

A line of a draft is delivered only if each number in it, in any script, is in the words it cites with the same unit, in the identity
of the report it cites (year, dates, title), in a formula that is shown and calculated again here over cited numbers, is how many
things a list has that is gone through again here, or comes from the catalogue; and if each report it cites is in scope. A line that fails is withheld and counted in the receipt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from index.numerals import quantities, with_units
from index.types import Report, ReportInfo
from retrieval.draft import Draft, Formula, Line, Member, Operation, Source
from retrieval.measures import amount, reach
from retrieval.question.plan import Condition
from retrieval.reply.cite import cite
from retrieval.types import Answer, Citation, Coverage, Numbers, Reason, Scope

WITHHELD = "这一问的回答没有通过数字核验，已扣下未发。请换个问法，或用 search 查看原文。"
TOLERANCE = 1e-9
MARK = re.compile(r"\[(\d+)\]")
"""Ours; what a report writes so is shown in full-width brackets."""
VERSION = 4  # characters of a report's id that tell two versions apart
MYRIAD = 10_000
TENTHS = "成"
DATED = "年"
"""The unit of what belongs to a date or a name: it is no count of anything."""
NOUGHT = re.compile(r"无|没有|未|零")
"""Words that state a nought: 无行政诉讼案件."""


def verify(question: str, draft: Draft, *, took_ms: float = 0.0) -> Answer:
    """Check every line of ``draft``, number its citations in order of use, and make the Answer."""
    kept: list[str] = []
    citations: dict[tuple[str, int, int], Citation] = {}
    total = traced = 0
    stated = _stated(draft)
    for line in draft.lines:
        count, good = _trace(line, stated)
        total, traced = total + count, traced + good
        if good == count and _in_scope(line, draft):
            kept.append(MARK.sub(r"［\1］", line.text) + "".join(f"[{n}]" for n in _numbers_of(line, citations)))
    receipt = Numbers(total, traced)
    if draft.lines and (not kept or (not citations and any(line.sources for line in draft.lines))):
        return Answer(question, WITHHELD, (), Reason.NOT_STATED, draft.scope, draft.coverage, receipt, took_ms)
    return Answer(question, "\n".join(kept), _told_apart(tuple(citations.values())), draft.reason, draft.scope, draft.coverage, receipt, took_ms)


def _told_apart(citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
    """Sections of two versions of a report are called alike: each then says which version, by the beginning of its report's id."""
    reports: dict[str, set[str]] = {}
    for citation in citations:
        reports.setdefault(citation.id, set()).add(citation.report_id)
    return tuple(replace(c, id=f"{c.id}·{c.report_id[:VERSION]}") if len(reports[c.id]) > 1 else c for c in citations)


def joined(question: str, answers: Sequence[Answer], took_ms: float) -> Answer:
    """One answer of several, each under its question; the citations count on."""
    texts: list[str] = []
    citations: list[Citation] = []
    for answer in answers:
        offset = len(citations)
        texts.append(f"◆ {answer.question}\n{_counted_on(answer.text, offset)}")
        citations += [replace(citation, n=citation.n + offset) for citation in answer.citations]
    towns = tuple(dict.fromkeys(town for answer in answers for town in answer.scope.towns))
    years = tuple(sorted({year for answer in answers for year in answer.scope.years}))
    coverage = Coverage(sum(a.coverage.reports for a in answers), sum(a.coverage.stated for a in answers))
    numbers = Numbers(sum(a.numbers.total for a in answers), sum(a.numbers.traced for a in answers))
    reason = next((a.reason for a in answers), None) if all(a.refused for a in answers) else None
    return Answer(question, "\n".join(texts), tuple(citations), reason, Scope(towns, years), coverage, numbers, took_ms)


def _counted_on(text: str, offset: int) -> str:
    """``text`` with its marks counted on from ``offset``."""
    return MARK.sub(lambda mark: f"[{int(mark[1]) + offset}]", text)


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


def _stated(draft: Draft) -> dict[str, set[float]]:
    """Report → the values in what the reply cites of it: what a list may count of that report. Empty where nothing is counted."""
    stated: dict[str, set[float]] = {}
    if any(line.tallies for line in draft.lines):
        for source in {source for line in draft.lines for source in line.sources}:
            stated.setdefault(source.report.id, set()).update(number.value for number in _cited(source))
    return stated


def _trace(line: Line, stated: Mapping[str, set[float]] | None = None) -> tuple[int, int]:
    """How many numbers a line has, and how many of them trace."""
    untraced = numbers = _numbers(line.text)
    for allowed in _allowed(line, stated or {}):
        untraced = tuple(number for number in untraced if not any(number.traces_to(other) for other in allowed))
        if not untraced:
            break
    return len(numbers), len(numbers) - len(untraced)


def _allowed(line: Line, stated: Mapping[str, set[float]]) -> Iterator[list[Number]]:
    """The numbers that a line may state, those first that cost the least to read."""
    yield [*map(Number, line.facts), *(number for source in line.sources for number in _dates(source.report))]
    if line.tallies or line.reports:
        yield [*_counts(line, stated), *(number for report in line.reports for number in _time(report))]
    cited = [number for source in line.sources for number in _cited(source)]
    yield cited
    if line.formula is not None and _sound(line.formula, line.text, cited):
        yield list(_of_formula(line.formula))
    yield [Number(n.value, n.unit or DATED) for source in line.sources for n in _numbers(source.report.title, single=True)]


def _cited(source: Source) -> list[Number]:
    """The numbers in cited words; 三成 is 30% too, 三十六万元 is 36万元, and a nought may be said in words."""
    numbers = list(_numbers(source.quote, single=True))
    numbers += [Number(q.value / MYRIAD, unit) for q, unit in with_units(source.quote) if q.chinese and unit.startswith("万") and q.value >= MYRIAD]
    numbers += [Number(10 * number.value, "%") for number in numbers if number.unit == TENTHS]
    return [*numbers, Number(0.0)] if NOUGHT.search(source.quote) else numbers


def _counts(line: Line, stated: Mapping[str, set[float]]) -> Iterator[Number]:
    """What may be said of lists: how many things each has, and the bounds that they meet; nothing of a list with one that should not be
    there."""
    for tally in line.tallies:
        if all(_counted(member, tally.conditions, stated) for member in tally.members):
            yield Number(float(tally.count))
            yield from (Number(bound, condition.unit) for condition in tally.conditions for bound in (condition.value, condition.upper) if bound is not None)


def _counted(member: Member, conditions: Sequence[Condition], stated: Mapping[str, set[float]]) -> bool:
    """Whether a thing belongs in the list: it meets the conditions, and what is cited of its report states its value."""
    if member.value is None:
        return not conditions
    if not all(condition.holds(reach(member.value, member.unit, member.qualifier)) for condition in conditions):
        return False
    cited = stated.get(member.report_id)
    return cited is None or any(abs(member.value - value) < TOLERANCE for value in cited)


@lru_cache(maxsize=1024)
def _numbers(text: str, *, single: bool = False) -> tuple[Number, ...]:
    """The numbers of ``text``; without ``single`` a lone 一 or 两 is a word of ours, not a figure."""
    return tuple(Number(q.value, unit) for q, unit in with_units(text) if single or not q.chinese or q.end - q.start > 1)


def _sound(formula: Formula, text: str, cited: Sequence[Number]) -> bool:
    """The formula stands in the text as calculated, and its operands are cited numbers, rows of the ledger or sound formulas."""
    operands = enumerate(formula.operands)
    return str(formula) in text and all(_operand(formula, position, value, text, cited) for position, value in operands)


def _operand(formula: Formula, position: int, value: float, text: str, cited: Sequence[Number]) -> bool:
    inner = formula.inner[position] if formula.inner else None
    if inner is not None:
        return abs(inner.result - value) < TOLERANCE and _sound(inner, text, cited)
    if not formula.given:
        return any(abs(value - number.value) < TOLERANCE for number in cited)
    given = formula.given[position]
    same = abs(amount(given.value, given.unit) - amount(value, formula.unit or given.unit)) < TOLERANCE * max(1.0, abs(amount(value, formula.unit)))
    return same and (bool(given.report_id) or any(Number(given.value, given.unit).traces_to(number) for number in cited))


def _of_formula(formula: Formula) -> Iterator[Number]:
    """The numbers that a sound formula brings: its result, how many and which it takes together, what it shows in another unit."""
    yield from (Number(formula.result), Number(formula.closer))
    yield Number(float(len(formula.operands)))
    if formula.operation in (Operation.BEFORE_RISE, Operation.BEFORE_FALL):
        yield Number(1.0)  # the whole that rose or fell
    yield from map(Number, formula.operands)  # cited, as it is sound; of 合计237场次：29 + 18 the 29 is in 场
    yield from (Number(given.value, given.unit) for given in formula.given)
    for inner in formula.inner:
        if inner is not None:
            yield from _of_formula(inner)


def _dates(report: Report) -> list[Number]:
    """The year and the dates that belong to a report as such."""
    dates = [part for day in (report.written, report.published) if day for part in (day.year, day.month, day.day)]
    return [*(Number(float(n), DATED) for n in dates), *_time(report)]


def _time(report: ReportInfo) -> list[Number]:
    """The numbers in what a report is called by its time: 2024年, 2021—2025年, 2024年1-6月."""
    period = [Number(float(q.value)) for q in quantities(report.period)] if report.period else []
    return [Number(float(report.year or 0), DATED), *period]
