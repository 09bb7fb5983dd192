"""Answers over several reports: side by side, ranked, counted, summed. Every cell is cited, the coverage is stated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from index.types import ReportInfo
from retrieval.draft import Draft, Line, Member, Tally
from retrieval.evidence import find
from retrieval.evidence.find import Found, Look
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import Judge
from retrieval.evidence.reading import Reading
from retrieval.plan.algebra import Cell, Result, Town, leaves, one_thing, run
from retrieval.plan.cells import alike, candidates
from retrieval.plan.pairs import SAME_DEED, derived_cell, pair_of, share_of
from retrieval.plan.picked import READ_ALL, picked
from retrieval.plan.results import Key, Telling
from retrieval.plan.steps import restated
from retrieval.plan.trends import levels
from retrieval.question.derivation import Derivation, Derived
from retrieval.question.plan import Fold, FoldKind, Grouping, Plan, Silent, Sorted, Top
from retrieval.reply.chat import COVERED
from retrieval.reply.compose import both, label, source, statement
from retrieval.types import Coverage, Intent, Scope

SUMMED = frozenset((FoldKind.SUM, FoldKind.MEAN))
EACH_YEAR = re.compile(r"分别|各(?:是|为|有|年)|每年")
NEAR_BEST = 0.8
"""A number may be of several reports: those whose words fit nearly as well as the best are shown."""
ROWS = 30
"""Rows that a reverse look-up shows."""
NAMES = 8
"""Silent reports that the coverage names;"""
ALL_NAMES = 200
"""and those that a reply names which is asked for them."""


def across(inquiry: Inquiry, judge: Judge) -> Draft | None:
    """各镇…, 对比…, 最多…, 平均…: the plan over what each report states, then the rows, then the coverage; None where no report states a figure."""
    plan = plan_for(inquiry)
    inquiry = levels(inquiry) if plan.change or FoldKind.SPREAD in plan.folds else inquiry
    inquiry = inquiry if plan.change else restated(inquiry)
    current, earlier = _by_year(inquiry) if plan.change else (inquiry.readings, ())
    asked = inquiry.query.quotient
    rows = _derived(asked, inquiry, current, judge) if asked else [own for own in picked(inquiry, current, judge) if own]
    if not rows and Silent() not in plan.steps:
        return None
    cells = alike(rows, inquiry.wanted.indicator)
    before = _before(inquiry.look(), cells, earlier) if plan.change else {}
    result = run(plan, cells, indicator=inquiry.wanted.indicator, before=before)
    founds = {leaf.key: leaf.found for c in every_cell(result) for leaf in leaves((c,)) if leaf.found}
    return told(inquiry, plan, result, founds, [r.report for r in current])


def _derived(asked: Derived, inquiry: Inquiry, readings: Sequence[Reading], judge: Judge) -> list[list[Cell]]:
    """What each report states of a rate, or else what follows from two of its figures."""
    judged = judge if len(readings) <= READ_ALL else None
    found: list[list[Cell]] = []
    for reading in readings:
        said = [c for c in candidates(inquiry.look(), reading, reading.report.year or 0) if c.unit == "%" and _says(asked.word, c)] if asked.kind is Derivation.RATE else []
        pair = None if said else pair_of(asked, inquiry, (reading,), judged)
        cell = derived_cell(asked, pair) if pair else None
        own = said[:1] or ([cell._replace(indicator=inquiry.wanted.indicator)] if cell else [])
        found += [own] if own else []
    return found


def _says(deed: str, cell: Cell) -> bool:
    """Whether the words of a stated rate speak of the deed that the rate is of: 按期办结率 is no 调解成功率."""
    return cell.found is not None and share_of(deed, cell.found.words) >= SAME_DEED


def plan_for(inquiry: Inquiry) -> Plan:
    """The plan of the question; an order that only its other words tell (谁更多) asks for the first of it."""
    query, plan = inquiry.query, inquiry.query.plan
    if query.quotient and query.intent is Intent.TREND:
        return Plan((Fold(FoldKind.SPREAD),))
    ranks = any(isinstance(step, Top | Sorted) for step in plan.steps)
    if (query.intent is Intent.RANK or query.order) and not ranks and query.intent is not Intent.COMPARE and Fold(FoldKind.SPREAD) not in plan.steps:
        plan = replace(plan, steps=(*plan.steps, Top(least=query.order == "least")))
    beside = query.intent is Intent.COMPARE or (query.intent is Intent.RANK and len(query.towns) == 2)
    apart = query.operation == "difference" and set(plan.folds) <= {FoldKind.SUM}
    places = query.operation == "difference" and len(plan.tops) == 2 and FoldKind.SPREAD not in plan.folds
    if (places or (beside and (apart or (query.quotient and not plan.folds)))) and not plan.change:
        plan = replace(plan, steps=(*plan.steps, Fold(FoldKind.SPREAD)))
    if query.quotient and query.every and not plan:
        plan = replace(plan, steps=(Fold(FoldKind.SUM),))
    if len(query.years) > 1 and SUMMED & {*plan.folds} and not (plan.group or plan.change) and EACH_YEAR.search(query.question):
        plan = replace(plan, group=Grouping.YEAR)
    return plan


def every_cell(result: Result) -> Iterable[Cell]:
    """All cells of a result, whether kept or not, those derived from others among them."""
    picked = (c for output in result.outputs for c in (*output.cells, *output.whole))
    grouped = (part for c in result.cells for part in c.parts)
    return (*result.cells, *grouped, *result.beyond, *result.unlike, *result.others, *result.alone, *picked)


def told(inquiry: Inquiry, plan: Plan, result: Result, founds: Mapping[Key, Found], reports: Sequence[ReportInfo]) -> Draft:
    """The reply: what the plan gave, the rows that ``founds`` has, and the coverage over ``reports``."""
    county = both([*founds.values()]) if len(founds) < ALL_NAMES else True
    asked = inquiry.query.quotient
    telling = Telling(plan, result, founds, county, inquiry.query.subjects, inquiry.wanted.indicator, asked.name if asked else "")
    nothing = [Line("没有符合所问的。")] if result.stated and not result.cells and not plan.folds else []
    lines = [*_silent(plan, result, reports), *nothing, *_compared(inquiry, result, telling), *telling.lines()]
    lines.append(coverage(inquiry, plan, result, reports))
    stated = len(set(result.stated))
    return Draft(tuple(lines), scope=_scope(reports, founds), coverage=Coverage(inquiry.total, stated))


def _scope(reports: Sequence[ReportInfo], founds: Mapping[Key, Found]) -> Scope:
    """The towns and years of the reports; of very many, of those that are cited."""
    told = reports if len(reports) <= ALL_NAMES else [found.sentence.report for found in founds.values()]
    return Scope(tuple(dict.fromkeys(r.town for r in told)), tuple(sorted({r.year for r in told if r.year})))


def _compared(inquiry: Inquiry, result: Result, telling: Telling) -> list[Line]:
    """Which of two towns has more, where they are compared; or that their figures are not of one thing."""
    cells = result.cells
    if inquiry.query.intent is not Intent.COMPARE or len(cells) != 2 or any(c.key not in telling.founds for c in leaves(cells)):
        return []
    sources = tuple(dict.fromkeys(source(telling.founds[c.key]) for c in leaves(cells)))
    if not inquiry.query.quotient and len({c.indicator for c in cells if c.indicator}) > 1:
        return [Line("两镇写的口径不同，只并列，不比多少：", sources)]
    if cells[0].amount == cells[1].amount:
        return []
    more = max(cells, key=lambda c: c.amount)
    word = "高" if more.unit == "%" or more.parts else "多"
    return [Line(f"{label(more.report, county=telling.county)}较{word}。", sources)]


def _by_year(inquiry: Inquiry) -> tuple[Sequence[Reading], Sequence[Reading]]:
    """The readings whose year the change is of, and those of the year before."""
    years = inquiry.query.years
    if len(years) < 2:
        return inquiry.readings, (*inquiry.readings, *inquiry.older)
    current = [r for r in inquiry.readings if r.report.year == max(years)]
    return current, (*inquiry.readings, *inquiry.older)


def _before(look: Look, cells: Iterable[Cell], pool: Sequence[Reading]) -> dict[Town, Cell]:
    """What each town states of the same thing for the year before: in the report of that year, else in another of its reports."""
    own: dict[Town, list[Reading]] = {}
    for reading in pool:
        own.setdefault((reading.report.place.county, reading.report.town), []).append(reading)
    before: dict[Town, Cell] = {}
    for now in cells:
        year = now.year - 1
        readings = sorted(own.get(now.town, ()), key=lambda r: r.report.year != year)
        earlier = (c for r in readings for c in candidates(look, r, year) if one_thing(now, c))
        if now.town not in before and (found := next(earlier, None)):
            before[now.town] = found
    return before


def _silent(plan: Plan, result: Result, reports: Sequence[ReportInfo]) -> list[Line]:
    """哪些镇没有写明: those that state nothing, by name."""
    if Silent() not in plan.steps:
        return []
    unlike = {c.report.id for c in result.unlike}
    silent = [r for r in reports if r.id not in set(result.stated) | unlike]
    if not silent:
        return [Line("范围内的报告都写明了此项。")]
    county = len({(r.place.county, r.town) for r in silent}) > len({r.town for r in silent}) or both([c.found for c in result.cells if c.found])
    names = "、".join(label(r, county=county) for r in silent[:ALL_NAMES])
    more = "等" if len(silent) > ALL_NAMES else ""
    return [Line(f"没有写明此项的有{len(silent)}份报告：{names}{more}。", tallies=(_listed(silent),), reports=tuple(silent[:ALL_NAMES]))]


def coverage(inquiry: Inquiry, plan: Plan, result: Result, reports: Sequence[ReportInfo]) -> Line:
    """How many reports state the thing, state it otherwise, state a figure that is not asked for, or are silent."""
    stated = set(result.stated)
    otherwise = {c.report.id for c in result.unlike} - stated
    beyond = {c.report.id for c in result.beyond} & stated - {c.report.id for c in result.cells}
    alone = {c.report.id for c in result.alone}
    silent = [r for r in reports if r.id not in stated | otherwise]
    every = inquiry.scoped.reports if not plan.change else reports
    tallies = [_listed(every), _of(stated)]
    looked = ""
    if len(every) > len(reports):
        looked = f"（按检索看了最相关的{len(reports)}份）"
        tallies.append(_listed(reports))
    derived = inquiry.query.quotient is not None
    text = f"{COVERED}范围内{len(every)}份报告{looked}，{len(stated)}份{'写明或能算出' if derived else '写明'}此项"
    of_them = [(ids, words) for ids, words in ((beyond, "{}份写的不在所问之列"), (alone, "{}份没有上一年的数可比")) if ids]
    text += "".join(f"，{'' if number else '其中'}{words.format(len(ids))}" for number, (ids, words) in enumerate(of_them))
    text += f"，{len(otherwise)}份写的是别的口径" if otherwise else ""
    tallies += [_of(ids) for ids in (beyond, alone, otherwise)]
    if silent:
        county = len({(r.place.county, r.town) for r in silent[:NAMES]}) > len({r.town for r in silent[:NAMES]})
        names = "、".join(label(r, county=county) for r in silent[:NAMES])
        text += f"，{len(silent)}份{'没能算出' if derived else '没有写明'}（{names}{'等' if len(silent) > NAMES else ''}）"
        tallies.append(_listed(silent))
    return Line(text + "。", tallies=tuple(tallies), reports=tuple(silent[:NAMES]))


def _listed(reports: Iterable[ReportInfo]) -> Tally:
    return _of(report.id for report in reports)


def _of(ids: Iterable[str]) -> Tally:
    return Tally(tuple(Member((id_,)) for id_ in ids))


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
