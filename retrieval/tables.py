"""Answers over several reports: side by side, ranked, summed, over the years. Every cell is cited, the coverage is stated."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.types import Kind
from retrieval import find
from retrieval.compose import both, calculated, label, shown, source, statement
from retrieval.draft import Draft, Formula, Line, Operation, plain
from retrieval.facts import OPERATIONS, not_stated
from retrieval.find import STATED, Found
from retrieval.inquiry import Inquiry
from retrieval.measures import measures_of
from retrieval.reading import Reading
from retrieval.types import Intent

WHOLE_ORDER = re.compile(r"排一?下|排序|排列|排名|从[高多大低少小]到|依次")
RISING = re.compile(r"从[低少小]到")
PERCENT = re.compile(r"百分之几|增幅|降幅|增长率|下降率|幅度|几成|百分比")
CHANGED = re.compile(r"多了?多少|少了?多少|[多少]了?几|增加|减少|下降|上升|提[升高]|降低|增长|变化|比.{0,12}[多少]|差")
CHANGE_WORDS = re.compile(r"增幅|降幅|涨幅|幅度|增长率|变化|趋势|情况|提升|提高|增加|减少|增长|下降|上升|降低|分别|推出|推算|对比|[从到比]")
RISE = re.compile(r"增|升|提高|多")
NEAR_BEST = 0.8
"""A number may be of several reports: those whose words fit nearly as well as the best are shown."""
ROWS = 30
"""Rows that one reply shows."""
AT_LEAST = re.compile(r"以上|超过|不[少低]于|大于|多于|至少|突破")
AT_MOST = re.compile(r"以下|不[足到]|[低少小]于|不超过")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one report states; ``year`` is the year that the figure is about."""

    found: Found
    year: int

    @property
    def value(self) -> float:
        return self.found.figure.value if self.found.figure else 0.0

    @property
    def measure(self) -> frozenset[str]:
        return measures_of(self.found.figure.unit) if self.found.figure else frozenset()


def cell(inquiry: Inquiry, reading: Reading, year: int | None = None) -> Cell | None:
    """The best figure of one report for the topic, about ``year`` (the report's own by default)."""
    return next(iter(_candidates(inquiry, reading, year or reading.report.year or 0)), None)


def _candidates(inquiry: Inquiry, reading: Reading, year: int) -> list[Cell]:
    """Every figure of one report that the topic may mean, best first."""
    wanted = replace(inquiry.wanted, years=(year,), number=True)
    found = find.figures(inquiry.needle(), inquiry.context(), reading.sentences, wanted)
    return [Cell(f, year) for f in found if find.fits(f, wanted) and f.coverage >= STATED]


def _alike(rows: Sequence[list[Cell]]) -> list[Cell]:
    """The best figure of each report; where it is of another measure than most, the best of theirs, if there is one."""
    best = [own[0] for own in rows]
    common = _commonest(best) if best else ""
    return [next((c for c in own if common in c.measure), own[0]) for own in rows]


def across(inquiry: Inquiry) -> Draft:
    """各镇…, 对比…, 最多…, 平均…: one row a report, then what follows from the rows, then the coverage."""
    stated = [own for reading in inquiry.readings if (own := _candidates(inquiry, reading, reading.report.year or 0))]
    cells = _bounded(inquiry, _one_a_version(_alike(stated)))
    if not cells:
        return not_stated(inquiry)
    same, unlike = _comparable(cells)
    county = both([c.found for c in cells])
    lines = _derived(inquiry, same, county)
    rows = same if not _ranked(inquiry) else _ordered(inquiry, same)
    lines += [statement(c.found, county=county) for c in (*rows, *unlike)]
    if unlike and same:
        names = "、".join(label(c.found.sentence.report, county=county) for c in unlike)
        lines.append(Line(f"口径不同，只并列，不排名、不相加：{names}。", facts=tuple(float(c.year) for c in unlike)))
    lines.append(_coverage(inquiry, cells))
    return Draft(tuple(lines), scope=inquiry.scope(), coverage=inquiry.coverage(len({c.found.sentence.report.id for c in cells})))


def _one_a_version(cells: Sequence[Cell]) -> list[Cell]:
    """Two reports of one town and year that state the same figure are one row."""
    kept: dict[tuple[str, str, int, float], Cell] = {}
    for c in cells:
        report = c.found.sentence.report
        kept.setdefault((report.place.county, report.town, c.year, c.value), c)
    return list(kept.values())


def _bounded(inquiry: Inquiry, cells: list[Cell]) -> list[Cell]:
    """6000份以上: keep the rows that are."""
    numbers, question = inquiry.query.numbers, inquiry.query.question
    if not numbers:
        return cells
    if AT_LEAST.search(question):
        return [c for c in cells if c.value >= numbers[0]]
    if AT_MOST.search(question):
        return [c for c in cells if c.value <= numbers[0]]
    return cells


def _comparable(cells: Sequence[Cell]) -> tuple[list[Cell], list[Cell]]:
    """The rows of the commonest measure, and the others."""
    common = _commonest(cells)
    return [c for c in cells if common in c.measure], [c for c in cells if common not in c.measure]


def _commonest(cells: Sequence[Cell]) -> str:
    return Counter(name for c in cells for name in sorted(c.measure)).most_common(1)[0][0]


def _ranked(inquiry: Inquiry) -> bool:
    return inquiry.query.intent is Intent.RANK or bool(inquiry.query.order)


def _ordered(inquiry: Inquiry, cells: Sequence[Cell]) -> list[Cell]:
    question = inquiry.query.question
    rising = bool(RISING.search(question)) if WHOLE_ORDER.search(question) else inquiry.query.order == "least"
    return sorted(cells, key=lambda c: c.value if rising else -c.value)


def _derived(inquiry: Inquiry, same: list[Cell], county: bool) -> list[Line]:
    """The first line of a ranking, a sum or a mean: the answer itself."""
    query = inquiry.query
    if _ranked(inquiry) and len(same) > 1 and not WHOLE_ORDER.search(query.question):
        first = _ordered(inquiry, same)[0]
        word = "最少" if inquiry.query.order == "least" else "最多"
        figure = first.found.figure
        amount = shown(first.found.sentence.report.text[figure.start : figure.end]) if figure else ""
        return [Line(f"{word}的是{label(first.found.sentence.report, county=county)}：{amount}。", (source(first.found),))]
    if query.intent is Intent.COMPARE and len(same) == 2 and same[0].value != same[1].value:
        more = max(same, key=lambda c: c.value)
        return [Line(f"{label(more.found.sentence.report, county=county)}较多。", tuple(source(c.found) for c in same))]
    if query.operation in ("sum", "mean") and len(same) > 1:
        return [calculated(Formula(OPERATIONS[query.operation], tuple(c.value for c in same)), [c.found for c in same])]
    return []


def _coverage(inquiry: Inquiry, cells: Sequence[Cell]) -> Line:
    stated = {c.found.sentence.report.id for c in cells}
    silent = [label(r.report, county=False) for r in inquiry.readings if r.report.id not in stated]
    total, years = len(inquiry.readings), [float(r.report.year or 0) for r in inquiry.readings]
    text = f"覆盖：范围内{total}份报告，{len(stated)}份写明此项"
    if silent:
        text += f"，{len(silent)}份没有写明（{'、'.join(silent[:8])}{'等' if len(silent) > 8 else ''}）"
    return Line(text + "。", facts=(float(total), float(len(stated)), float(len(silent)), *years))


def trend(inquiry: Inquiry) -> Draft:
    """One town over the years: the change as a shown formula, then a row a year."""
    inquiry = _levels(inquiry)
    readings = (*inquiry.readings, *inquiry.older)
    years = _years(inquiry, readings)
    cells = [c for year in years if (c := _of_year(inquiry, readings, year))]
    if not cells:
        return not_stated(inquiry)
    lines = _derived(inquiry, cells, county=False) if _ranked(inquiry) else _changes(inquiry, cells)
    lines += [statement(c.found) for c in cells]
    for year in (y for y in years if all(c.year != y for c in cells)):
        lines += _backwards(inquiry, readings, year) or [Line(f"{year}年没有写明此项。", facts=(float(year),))]
    used = tuple(r for r in readings if any(c.found.sentence.report.id == r.report.id for c in cells))
    return Draft(tuple(lines), scope=inquiry.scope(used), coverage=inquiry.coverage(len(used)))


def _levels(inquiry: Inquiry) -> Inquiry:
    """The same inquiry about the figures themselves: without the words of change, and without the unit of the change (百分之几)."""
    query = inquiry.query
    topic = CHANGE_WORDS.sub(" ", query.topic)
    units = () if query.operation in ("growth", "share") else query.units
    return replace(inquiry, query=replace(query, topic=topic, units=units, asks=()), levels=True)


def elsewhere(inquiry: Inquiry, year: int) -> Draft | None:
    """What other reports of the town state about a year that has no report of its own: last year's figures, or this year's and the change."""
    lines = []
    for reading in inquiry.readings:
        if c := cell(inquiry, reading, year):
            lines = [statement(c.found)]
            break
    lines = lines or _backwards(inquiry, inquiry.readings, year)
    return Draft(tuple(lines), scope=inquiry.scope(), coverage=inquiry.coverage(1)) if lines else None


def _backwards(inquiry: Inquiry, readings: Sequence[Reading], year: int) -> list[Line]:
    """The year before, from a figure and its stated change: 167 − 9 = 158."""
    for reading in readings:
        later = cell(inquiry, reading, year + 1) if reading.report.year == year + 1 else None
        change = _change_of(later) if later else None
        if later and change and change.figure:
            rose = RISE.search(change.words) is not None
            formula = Formula(Operation.DIFFERENCE if rose else Operation.SUM, (later.value, change.figure.value))
            unit = later.found.figure.unit if later.found.figure else ""
            text = f"由{year + 1}年的报告推算，{year}年为{plain(formula.result)}{unit}：{formula}。"
            return [Line(text, tuple(dict.fromkeys((source(later.found), source(change)))), formula, (float(year), float(year + 1)))]
    return []


def _change_of(later: Cell) -> Found | None:
    """The stated change of the figure: after it in its own sentence, of the same indicator and unit."""
    figure, sentence = later.found.figure, later.found.sentence
    for f in sentence.figures:
        if figure and f.kind is Kind.CHANGE and f.start > figure.start and (f.unit, f.indicator) == (figure.unit, figure.indicator):
            return Found(sentence, f.clause.start, f.clause.end, 1.0, 1.0, f)
    return None


def reverse(inquiry: Inquiry) -> Draft | None:
    """Which town and year a number is of; None when no report in scope has it."""
    values, readings = inquiry.query.numbers, (*inquiry.readings, *inquiry.older)
    needle = inquiry.needle()
    found = [
        Found(s, f.clause.start, f.clause.end, 0.0, needle.coverage(s.grams, s.text), f)
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


def _years(inquiry: Inquiry, readings: Sequence[Reading]) -> list[int]:
    asked = {*inquiry.query.years, *([inquiry.query.base_year] if inquiry.query.base_year else [])}
    return sorted(asked or {r.report.year for r in readings if r.report.year})


def _of_year(inquiry: Inquiry, readings: Sequence[Reading], year: int) -> Cell | None:
    """From the report of that year; else from another report that states the figure of that year."""
    own_first = sorted(readings, key=lambda r: r.report.year != year)
    return next((c for reading in own_first if (c := cell(inquiry, reading, year))), None)


def _changes(inquiry: Inquiry, cells: Sequence[Cell]) -> list[Line]:
    first, last = cells[0], cells[-1]
    question = inquiry.query.question
    if len(cells) < 2 or not (first.measure & last.measure) or not (CHANGED.search(question) or PERCENT.search(question)):
        return []
    sources = (source(last.found), source(first.found))
    lines = []
    difference = Formula(Operation.DIFFERENCE, (max(first.value, last.value), min(first.value, last.value)))
    unit = last.found.figure.unit.replace("%", "个百分点") if last.found.figure else ""
    word = "增加" if last.value > first.value else "减少" if last.value < first.value else "持平"
    facts = (float(first.year), float(last.year))
    lines.append(Line(f"{last.year}年比{first.year}年{word}{plain(round(difference.result, 4))}{unit}：{difference}。", sources, difference, facts))
    if PERCENT.search(question) and first.value:
        change = Formula(Operation.CHANGE, (last.value, first.value))
        lines.append(Line(f"变化幅度{plain(change.result)}%：{change}。", sources, change, facts))
    return lines

