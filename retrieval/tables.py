"""Answers over several reports: side by side, ranked, summed, over the years. Every cell is cited, the coverage is stated."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.numerals import numerals
from retrieval import find
from retrieval.cells import Cell, alike, candidates, commonest
from retrieval.compose import both, label, source, statement
from retrieval.draft import Draft, Line
from retrieval.find import Found
from retrieval.inquiry import Inquiry
from retrieval.measures import amount
from retrieval.ranks import aggregate, counted, extreme, ordered, ranked
from retrieval.types import Intent

NEAR_BEST = 0.8
"""A number may be of several reports: those whose words fit nearly as well as the best are shown."""
ROWS = 30
"""Rows that one reply shows."""
NOUGHT = re.compile(r"(?:没有|无|未|没)(?:发生|出现)?(?!写|说|提|披露|公布|列)[^，。？]*(?:案件|诉讼|复议|事件|情况)")
HAVING = re.compile(r"(?<!没)有(?:过|发生)?[^，。？没无]*(?:案件|诉讼|复议|官司)(?:的|吗)?[？?。]*$|(?:发生|出现)(?:过|了)")
AT_LEAST = re.compile(r"以上|超过|不[少低]于|大于|多于|至少|突破")
AT_MOST = re.compile(r"以下|不[足到]|[低少小]于|不超过")


def across(inquiry: Inquiry) -> Draft | None:
    """各镇…, 对比…, 最多…, 平均…: one row a report, then what follows from the rows, then the coverage; None where no report states a figure."""
    look = inquiry.look()
    stated = [own for reading in inquiry.readings if (own := candidates(look, reading, reading.report.year or 0))]
    rows = _one_a_version(alike(stated))
    cells = _bounded(inquiry, rows)
    if not rows:
        return None
    same, unlike = _comparable(cells, inquiry.wanted.indicator) if cells else ([], [])
    county = both([c.found for c in cells])
    lines = [*counted(inquiry, len(_ids(same))), *_derived(inquiry, same, county)]
    lines += [statement(c.found, county=county) for c in (*(ordered(inquiry, same) if ranked(inquiry) else same), *unlike)]
    if unlike and same:
        names = "、".join(label(c.found.sentence.report, county=county) for c in unlike)
        lines.append(Line(f"口径不同，只并列，不排名、不相加：{names}。", facts=tuple(float(c.year) for c in unlike)))
    if not cells:
        lines.append(Line("没有符合所问的。"))
    lines.append(_coverage(inquiry, same, unlike, [c for c in rows if c not in cells]))
    return Draft(tuple(lines), scope=inquiry.scope(), coverage=inquiry.coverage(len(_ids(same))))


def _one_a_version(cells: Sequence[Cell]) -> list[Cell]:
    """Two reports of one town and year that state the same figure are one row."""
    kept: dict[tuple[str, str, int, float], Cell] = {}
    for c in cells:
        report = c.found.sentence.report
        kept.setdefault((report.place.county, report.town, c.year, c.value), c)
    return list(kept.values())


def _bounded(inquiry: Inquiry, cells: list[Cell]) -> list[Cell]:
    """6000份以上, 没有…案件: keep the rows that are."""
    question = inquiry.query.question
    bounds = [amount(n.value, n.unit) for n in numerals(question)] or list(inquiry.query.numbers)
    if NOUGHT.search(question):
        return [c for c in cells if not c.value]
    if HAVING.search(question):
        cells = [c for c in cells if c.value]
    if not bounds:
        return cells
    if AT_LEAST.search(question):
        return [c for c in cells if c.amount >= bounds[0]]
    if AT_MOST.search(question):
        return [c for c in cells if c.amount <= bounds[0]]
    return cells


def _comparable(cells: Sequence[Cell], indicator: str) -> tuple[list[Cell], list[Cell]]:
    """The rows that may be ranked and summed, and the others: of the commonest measure and, where several rows are of the very
    indicator that is asked for, of that one (排查 beside 调解 is related, not equal)."""
    common = commonest(cells)
    exact = [c for c in cells if common in c.measure and c.found.figure and c.found.figure.indicator == indicator]
    same = exact if indicator and len(exact) > 1 else [c for c in cells if common in c.measure]
    return same, [c for c in cells if c not in same]


def _derived(inquiry: Inquiry, same: list[Cell], county: bool) -> list[Line]:
    """The first line of a ranking, a sum or a mean: the answer itself."""
    query = inquiry.query
    indicators = {c.found.figure.indicator for c in same if c.found.figure}
    if ranked(inquiry):
        return [*extreme(inquiry, same, county=county), *_mixed(inquiry, same)]
    if query.intent is Intent.COMPARE and len(same) == 2 and len(indicators) > 1:
        return [Line("两镇写的口径不同，只并列，不比多少：", tuple(source(c.found) for c in same))]
    if query.intent is Intent.COMPARE and len(same) == 2 and same[0].amount != same[1].amount:
        more = max(same, key=lambda c: c.amount)
        return [Line(f"{label(more.found.sentence.report, county=county)}较多。", tuple(source(c.found) for c in same))]
    total = aggregate(inquiry, same)
    return [*total, *_mixed(inquiry, same)] if total else []


def _mixed(inquiry: Inquiry, same: Sequence[Cell]) -> list[Line]:
    """Says that the rows are not all of the very thing that is asked for: 调解 asked, some state 化解."""
    names = list(dict.fromkeys(c.found.figure.indicator for c in same if c.found.figure))
    if not inquiry.wanted.indicator or len(names) < 2 or not all(names):
        return []
    return [Line(f"各镇写的不是同一项（{'、'.join(names)}），只供参考。")]


def _coverage(inquiry: Inquiry, same: Sequence[Cell], unlike: Sequence[Cell], outside: Sequence[Cell]) -> Line:
    """How many reports state the thing, state it otherwise, state a figure outside the bounds asked for, or are silent."""
    stated, otherwise = _ids(same), _ids(unlike) - _ids(same)
    beyond = _ids(outside) - stated - otherwise
    silent = [label(r.report) for r in inquiry.readings if r.report.id not in stated | otherwise | beyond]
    total, read = inquiry.total, len(inquiry.readings)
    looked = f"（按检索看了最相关的{read}份）" if total > read else ""
    text = f"覆盖：范围内{total}份报告{looked}，{len(stated)}份写明此项"
    if otherwise:
        text += f"，{len(otherwise)}份写的是别的口径"
    if beyond:
        text += f"，{len(beyond)}份写的不在所问之列"
    if silent:
        text += f"，{len(silent)}份没有写明（{'、'.join(silent[:8])}{'等' if len(silent) > 8 else ''}）"
    counts = (total, read, len(stated), len(otherwise), len(beyond), len(silent), *(r.report.year or 0 for r in inquiry.readings))
    return Line(text + "。", facts=tuple(map(float, counts)))


def _ids(cells: Sequence[Cell]) -> set[str]:
    return {c.found.sentence.report.id for c in cells}


def reverse(inquiry: Inquiry) -> Draft | None:
    """Which town and year a number is of; None when no report in scope has it."""
    values, readings = inquiry.query.numbers, (*inquiry.readings, *inquiry.older)
    needle = inquiry.needle()
    found = [
        Found(s, f.clause.start, f.clause.end, 0.0, needle.coverage(s.words, s.text), f)
        for reading in readings
        for s in reading.sentences
        for f in s.figures
        if f.value in values and find.spoken_of(f, inquiry.query.question)
    ]
    if not found:
        return None
    best = max(f.score for f in found)
    kept = [find.widen(f) for f in found if f.score >= best * NEAR_BEST][:ROWS]
    used = [r for r in readings if any(r.report.id == f.sentence.report.id for f in kept)]
    county = both(kept) or "县" in inquiry.query.question
    return Draft(tuple(statement(f, county=county) for f in kept), scope=inquiry.scope(used), coverage=inquiry.coverage(len(used)))
