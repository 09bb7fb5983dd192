"""The last step of every path: the number lock and the check of sources. Nothing reaches a person but through here.

A line of a draft is delivered only if each number in it, in any script, is in the words it cites, in the identity of the
report it cites (year, dates, title), in a formula that is shown and calculated again here over cited numbers, or is a count from
the catalogue; and if each report it cites is in scope. A line that fails is withheld and counted in the receipt.
"""

from __future__ import annotations

import re

from index.numerals import quantities
from retrieval.cite import cite
from retrieval.draft import Draft, Formula, Line, Source
from retrieval.types import Answer, Citation, Numbers, Reason

WITHHELD = "这一问的回答没有通过数字核验，已扣下未发。请换个问法，或用 search 查看原文。"
TOLERANCE = 1e-9
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


def _trace(line: Line) -> tuple[int, int]:
    """How many numbers a line has, and how many of them trace. A lone 一 or 两 is a word of ours, not a figure."""
    cited = [q.value for source in line.sources for q in quantities(source.quote)]
    cited += [0.0 for source in line.sources if NOUGHT.search(source.quote)]
    allowed = [*cited, *line.facts, *(value for source in line.sources for value in _identity(source))]
    if line.formula is not None and _sound(line.formula, line.text, cited):
        allowed += [line.formula.result, float(len(line.formula.operands))]
    numbers = [q for q in quantities(line.text) if not q.chinese or q.end - q.start > 1]
    return len(numbers), sum(any(q.value == value or abs(q.value - value) < TOLERANCE for value in allowed) for q in numbers)


def _sound(formula: Formula, text: str, cited: list[float]) -> bool:
    """The formula stands in the text as calculated, and its operands are cited numbers."""
    there = str(formula) in text
    return there and all(any(abs(operand - value) < TOLERANCE for value in cited) for operand in formula.operands)


def _identity(source: Source) -> list[float]:
    """The numbers that belong to a report as such: its year, its dates, the numbers in its title."""
    report = source.report
    dates = [part for day in (report.written, report.published) if day for part in (day.year, day.month, day.day)]
    return [float(n) for n in (report.year or 0, *dates)] + [q.value for q in quantities(report.title)]


