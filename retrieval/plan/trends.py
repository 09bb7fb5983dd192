"""One town over the years: what each year states, and the change between them as a shown formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from index.text import grams
from index.types import Figure, Kind
from retrieval.draft import Draft, Formula, Line, Operation, plain
from retrieval.evidence import find
from retrieval.evidence.find import STATED, Found, Look
from retrieval.evidence.inquiry import RATE, Inquiry
from retrieval.evidence.judge import Judge
from retrieval.evidence.measure import own_words
from retrieval.evidence.reading import Reading, Sentence
from retrieval.plan.algebra import Cell, change_of, formula_of, run
from retrieval.plan.cells import candidates, cell, cell_of
from retrieval.plan.picked import picked
from retrieval.plan.results import Telling
from retrieval.question.plan import Change, Condition, Direction, Fold, FoldKind, Top
from retrieval.reply.compose import QUOTE_LENGTH, TABLE_ROW, both, source, statement

PERCENT = re.compile(r"百分之(?:几|多少)|变化率|[增降涨跌升]幅|[合成用按]百分|增长率|下降率|幅度|几成|百分比")
CHANGED = re.compile(r"(?:多(?!少)|(?<!多)少)[一-鿿]{1,2}了?(?:多少|几)|净增|多了?多少|少了?多少|[多少]了?几|增加|减少|下降|上升|提[升高]|降低|增长|变[化动]|[升降涨跌]了|比.{0,12}[多少]|差|[比较](?:上一?|去|前一?)年|同比")
CHANGE_WORDS = re.compile(r"变化率|增幅|降幅|涨幅|幅度|增长率|变化|趋势|情况|同比|[倒反回]推(?:出来)?|倒算|折[算合]|照|提升|提高|增加|减少|增长|下降|上升|降低|分别|推出|推算|对比|[从到比多少]$|[从到比]|(?<= )[多少]")
ALONE = re.compile(r"[涨跌升降多少了 ]")
BACK = re.compile(r"[倒反回往]着?[推算]|[里中]推|推算")
LIKELY, LEAST, ALIKE = 3, 0.05, 0.6
"""Figures of a report that are looked at for the words of another year, the least chance of one, and the share of their words that both have."""
RISE = re.compile(r"增|升|提高|多")


def trend(inquiry: Inquiry, judge: Judge) -> Draft | None:
    """One town over the years: the change as a shown formula, then a row a year; None where nothing is stated."""
    asked, inquiry = inquiry, levels(inquiry)
    readings = (*inquiry.readings, *inquiry.older)
    years = _years(inquiry, readings)
    look = inquiry.look()
    cells = _by_year(inquiry, readings, years, judge)
    cells = _one_row(look, readings, cells) or cells
    said = _said(asked, cells)
    if not cells and not said:
        return None
    lines = _planned(inquiry, cells) or [statement(f) for f in said] + _changes(inquiry, cells)
    lines += [statement(at(c)) for c in cells if all(at(c).sentence != f.sentence for f in said)]
    absent = [y for y in years if all(c.year != y for c in cells)]
    if said and not _rate_left(inquiry, said[0]) and not (absent and _given(inquiry, said[0])):
        used = tuple(r for r in readings if any(r.report.id == x.sentence.report.id for x in (*said, *map(at, cells))))
        return Draft(tuple(lines), scope=inquiry.scope(used), coverage=inquiry.coverage(len(used)))
    for year in absent:
        lines += _backwards(inquiry, readings, year, judge, rate=PERCENT.search(inquiry.query.question) is not None) or [Line(f"{year}年没有写明此项。", facts=(float(year),))]
    used = tuple(r for r in readings if any(c.report.id == r.report.id for c in cells))
    return Draft(tuple(lines), scope=inquiry.scope(used), coverage=inquiry.coverage(len(used)))


def _rate_left(inquiry: Inquiry, said: Found) -> bool:
    """Whether a rate of change is asked for, and the report states only by how many it changed."""
    return PERCENT.search(inquiry.query.question) is not None and said.figure is not None and said.figure.unit != "%"


def _given(inquiry: Inquiry, said: Found) -> bool:
    """Whether the question names the change itself, or says to go back from it, and asks what stood before it."""
    named = said.figure is not None and said.figure.value in inquiry.query.numbers
    return named or BACK.search(inquiry.query.question) is not None



def _said(inquiry: Inquiry, cells: Sequence[Cell]) -> list[Found]:
    """The change itself where the report states it (同比下降12.6%), when the change of one year to the next is asked for: beside the figure that
    changed, if there is one."""
    years = inquiry.query.years
    if len(years) > 2 or (len(years) == 2 and years[1] - years[0] != 1):
        return []
    if cells and not inquiry.wanted.rate:
        changed = _change_of(cells[-1])
        return [find.widen(changed)] if changed else []
    look = inquiry.look()
    for reading in reversed([r for r in inquiry.readings if not years or r.report.year == years[-1]]):
        changes = (f for f in find.figures(look, reading.sentences) if f.figure and f.figure.kind is Kind.CHANGE)
        stated = [f for f in changes if find.fits(f, look.wanted) and f.coverage >= STATED]
        if stated:
            return [find.widen(stated[0])]
    return []


def _planned(inquiry: Inquiry, cells: Sequence[Cell]) -> list[Line]:
    """What a plan makes of the years: which has most, what they come to together, from which to which it rose most."""
    plan = inquiry.query.plan
    if inquiry.query.order and not any(isinstance(step, Top) for step in plan.steps):
        plan = replace(plan, steps=(*plan.steps, Top(least=inquiry.query.order == "least")))
    if not any(isinstance(step, Top | Fold | Condition) for step in plan.steps) or plan.folds == (FoldKind.SPREAD,):
        return []
    steps = tuple(step for step in plan.steps if not isinstance(step, Change))
    rows = cells
    if plan.change:
        changes = [change_of(now, before, plan.change) for before, now in pairwise(cells) if now.measure & before.measure]
        rows = [c for c in changes if plan.change.direction is Direction.EITHER or c.value > 0]
    result = run(replace(plan, steps=steps), rows)
    telling = Telling(plan, result, {c.key: at(c) for c in cells}, both([*map(at, cells)]))
    return [*telling.answers()]


def at(cell: Cell) -> Found:
    """Where a cell of a report that was read stands."""
    assert cell.found is not None
    return cell.found


def premise(inquiry: Inquiry, judge: Judge) -> list[Line]:
    """Whether it is so that a figure rose or fell, as the question takes for granted (为什么又增加了): the two years side by side."""
    inquiry = levels(inquiry)
    base = inquiry.query.base_year
    cells = _by_year(inquiry, (*inquiry.readings, *inquiry.older), [year for year in (base, *inquiry.query.years) if year], judge)
    return _changes(inquiry, cells) if len(cells) > 1 else []


def levels(inquiry: Inquiry) -> Inquiry:
    """The same inquiry about the figures themselves: without the words of change, and without the unit of the change (百分之几)."""
    query = inquiry.query
    topic = CHANGE_WORDS.sub(" ", query.topic)
    topic = topic if ALONE.sub("", topic).strip() else query.context  # 比上一年涨了多少 speaks of what was asked before
    changes = query.operation in ("growth", "share") or (query.operation == "difference" and not RATE.search(topic))
    units = tuple(unit for unit in query.units if unit != "%" or not changes)
    return replace(inquiry, query=replace(query, topic=topic, units=units, asks=()), levels=True)


def elsewhere(inquiry: Inquiry, year: int, judge: Judge) -> Draft | None:
    """What other reports of the town state about a year that has no report of its own: last year's figures, or this year's and the change."""
    rate = PERCENT.search(inquiry.query.question) is not None
    inquiry = levels(inquiry)
    look = inquiry.look()
    stated = next((c for reading in inquiry.readings if (c := cell(look, reading, year))), None)
    stated = stated or _beside((row[0] for row in picked(inquiry, inquiry.readings, judge) if row), year)
    lines = [statement(find.widen(at(stated), QUOTE_LENGTH))] if stated else _backwards(inquiry, inquiry.readings, year, judge, rate=rate)
    return Draft(tuple(lines), scope=inquiry.scope(), coverage=inquiry.coverage(1)) if lines else None


def _backwards(inquiry: Inquiry, readings: Sequence[Reading], year: int, judge: Judge, *, rate: bool) -> list[Line]:
    """The year before, from a figure and its stated change: 167 − 9 = 158, 235 ÷ (1 − 6%) = 250; with ``rate`` by how many percent it changed."""
    for row in picked(inquiry, [reading for reading in readings if reading.report.year == year + 1], judge):
        later = row[0] if row else None
        change = _change_of(later) if later else None
        if later and change and change.figure:
            rose = RISE.search(change.words) is not None
            formula = Formula(_undoing(later, change.figure, rose=rose), (later.value, change.figure.value))
            sources = tuple(dict.fromkeys((source(at(later)), source(change))))
            years = (float(year), float(year + 1))
            text = f"由{year + 1}年的报告推算，{year}年为{plain(formula.result)}{later.unit}：{formula}。"
            lines = [Line(text, sources, formula, years)]
            if rate and formula.result and formula.operation in (Operation.SUM, Operation.DIFFERENCE):
                grown = Formula(Operation.CHANGE, (later.value, formula.result), inner=(None, formula))
                lines.append(Line(f"{'增长' if rose else '下降'}{plain(grown.result)}%：{grown}（{formula}）。", sources, grown, years))
            return lines
    return []


def _undoing(later: Cell, change: Figure, *, rose: bool) -> Operation:
    """What leads back to the year before."""
    if change.unit == "%" and later.unit != "%":
        return Operation.BEFORE_RISE if rose else Operation.BEFORE_FALL
    return Operation.DIFFERENCE if rose else Operation.SUM


def _change_of(later: Cell) -> Found | None:
    """The stated change of the figure: after it in its own sentence, of the same indicator and unit, or right after it in percent."""
    figure, sentence = at(later).figure, at(later).sentence
    for f in sentence.figures:
        if figure and f.kind is Kind.CHANGE and f.start > figure.start and _changes_it(f, figure, sentence):
            return Found(sentence, f.clause.start, f.clause.end, 1.0, 1.0, f)
    return None


def _changes_it(change: Figure, figure: Figure, sentence: Sentence) -> bool:
    """Whether nothing stands between them that it may be the change of; 信访44批132人次，批次同比下降12% names the unit."""
    points = figure.unit == "%" and change.unit == "个百分点"
    between = [other for other in sentence.figures if figure.start < other.start < change.start]
    named = figure.unit in sentence.report.text[change.clause.start : change.start]
    if change.unit == figure.unit:
        return bool(change.indicator and change.indicator == figure.indicator) or all(other.unit != figure.unit for other in between)
    return points or (change.unit == "%" and (not between or named))


def _years(inquiry: Inquiry, readings: Sequence[Reading]) -> list[int]:
    base = inquiry.query.base_year
    asked = {*(inquiry.query.years or ([base + 1] if base else [])), *([base] if base else [])}
    return sorted(asked or {r.report.year for r in readings if r.report.year})


def _by_year(inquiry: Inquiry, readings: Sequence[Reading], years: Sequence[int], judge: Judge) -> list[Cell]:
    """What is stated of each of the years: by the report of that year, else by another one."""
    of_years = [reading for reading in readings if reading.report.year in years]
    stated = {row[0].year: row[0] for row in reversed(picked(inquiry, of_years, judge)) if row}
    look = inquiry.look()
    for reading in of_years:
        year = reading.report.year or 0
        if year not in stated and (found := _worded_alike(inquiry, reading, stated.values(), judge)):
            stated[year] = found
    told = (stated.get(year) or _of_another(look, readings, year) or _beside(stated.values(), year) for year in years)
    return [c for c in told if c]


def _of_another(look: Look, readings: Sequence[Reading], year: int) -> Cell | None:
    """What the report of another year states of ``year``."""
    return next((c for reading in readings if reading.report.year != year and (c := cell(look, reading, year))), None)


def _worded_alike(inquiry: Inquiry, reading: Reading, known: Iterable[Cell], judge: Judge) -> Cell | None:
    """The figure of a report that is not likely enough to be the measure by itself, and is in the words that the town has for it in another
    year (办理行政处罚案件43件, 办理行政处罚案件58件)."""
    likely = [choice for choice in judge.choices(inquiry, reading, inquiry.wanted.units)[:LIKELY] if choice.chance >= LEAST]
    words = [_pairs(at(other)) for other in known if other.found]
    alike = (c.figure for c in likely for said in words if _shared(_pairs(c.figure), said) >= ALIKE)
    figure = next(alike, None)
    return cell_of(figure, reading.report.year or 0) if figure else None


def _pairs(found: Found) -> frozenset[str]:
    """The pairs of characters in a figure's own words."""
    return frozenset(gram for gram in grams(own_words(found)[1]) if len(gram) > 1 and not gram.isascii())


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """The share (0–1) of the fewer pairs of characters that both have."""
    return len(one & other) / max(1, min(len(one), len(other)))


def _beside(known: Iterable[Cell], year: int) -> Cell | None:
    """The figure of ``year`` in the same row as a known one: 行政检查（次）│512│367."""
    for figure, sentence in ((at(c).figure, at(c).sentence) for c in known if c.found):
        for other in sentence.figures:
            if figure and other.year == year and (other.unit, other.subject) == (figure.unit, figure.subject):
                return cell_of(Found(sentence, other.clause.start, other.clause.end, 1.0, 1.0, other), year)
    return None


def _one_row(look: Look, readings: Sequence[Reading], cells: Sequence[Cell]) -> list[Cell]:
    """The row of a table that has the first of two years as ``cells`` have it, and the second otherwise: those are figures of two things,
    all that were settled and those of one office."""
    if len(cells) != 2:
        return []
    first, last = cells
    for reading in (r for r in readings if r.report.year == last.year):
        rows = [c for c in candidates(look, reading, first.year) if c.amount == first.amount and TABLE_ROW.search(at(c).sentence.text)]
        beside = (now for now in candidates(look, reading, last.year) if any(at(now).sentence == at(c).sentence for c in rows))
        if (now := next(beside, None)) and now.amount != last.amount:
            return [next(c for c in rows if at(c).sentence == at(now).sentence), now]
    return []


def _changes(inquiry: Inquiry, cells: Sequence[Cell]) -> list[Line]:
    if len(cells) < 2:
        return []
    first, last = cells[0], cells[-1]
    question = inquiry.query.question
    if not (first.measure & last.measure) or not (len(cells) == 2 or CHANGED.search(question) or PERCENT.search(question)):
        return []
    sources = (source(at(last)), source(at(first)))
    lines = []
    high, low = (last, first) if last.amount >= first.amount else (first, last)
    difference = formula_of(Operation.DIFFERENCE, (high, low))
    unit = difference.unit.replace("%", "个百分点")
    word = "增加" if last.amount > first.amount else "减少" if last.amount < first.amount else "持平，相差"
    facts = (float(first.year), float(last.year))
    lines.append(Line(f"{last.year}年比{first.year}年{word}{plain(difference.result)}{unit}：{difference}。", sources, difference, facts))
    if PERCENT.search(question) and first.value:
        change = formula_of(Operation.CHANGE, (last, first))
        way = "下降" if last.amount < first.amount else "增长"
        lines.append(Line(f"{way}{plain(change.result)}%：{change}。", sources, change, facts))
    return lines
