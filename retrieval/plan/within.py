"""What one report, or one town's two years, leave to be calculated: a share, the rest, a step, a sum, so much for each.

What the report says itself is quoted, never calculated; where the figures that are meant are not told beyond doubt, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.types import Kind
from retrieval.draft import Draft, Formula, Line, Operation, plain
from retrieval.evidence.find import Found
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import Judge
from retrieval.evidence.pieces import pieces
from retrieval.evidence.reading import Reading
from retrieval.measures import agree, amount, measures_of
from retrieval.plan.algebra import common_unit, formula_of, per
from retrieval.plan.cells import cell_of
from retrieval.plan.operands import NAMED, Choice, Place, choice_of, leads, own_words, shared_out_by
from retrieval.plan.pairs import about
from retrieval.plan.trends import RISE
from retrieval.question.derivation import Asked, Relation
from retrieval.reply.compose import both, label, rates_apart, source, statement

MOST = 3
"""Pieces that the reader puts first, whose figures are looked at."""
DOUBTED, HALF = 0.05, 0.4
"""The least chance that such a piece answers, and the least share of the best one's."""
SURE = 0.6
"""Chance from which the reader has no doubt."""
NEAR = 1.0
"""Percent by which a stated rate may lie from the calculated one and still be it."""
LONG = 8
"""Characters of a part's name that a reply repeats."""
ALL_OF = {"村": "行政村", "人": "常住人口"}
"""What a report calls all that an amount is shared out by."""
SAME_MEASURE = (Relation.REST, Relation.LEFT_OVER, Relation.GAP, Relation.SUM)
"""What is of the measure of its figures."""
EACH_SAID = re.compile(r"每|平均|均")
RATE_SAID = re.compile(r"率|占|比例|比重")


@dataclass(frozen=True, slots=True)
class Result:
    """A calculation with the figures that it takes: ``words`` say what it is, ``notes`` the calculations within it."""

    asked: Asked
    figures: tuple[Found, ...]
    formula: Formula
    words: str
    notes: str = ""


def within(inquiry: Inquiry, draft: Draft, judge: Judge) -> Draft:
    """``draft``, or what the question asks to be calculated with the figures below it."""
    query = inquiry.query
    if query.every or query.part:
        return draft
    if len({(ref.town, ref.county) for ref in query.towns}) > 1 and len({r.report.town for r in inquiry.readings}) > 1:
        return draft
    groups: Sequence[Sequence[Reading]] = [[reading] for reading in inquiry.readings] if query.towns else [inquiry.readings]
    results = [result for group in groups for result in _of_group(inquiry, group, draft, judge)]
    if any(line.formula for line in draft.lines):
        results = [result for result in results if _is_told(result)] or _of_each_year(results, draft)
    return _drafted(inquiry, draft, results) if results else draft


def _of_group(inquiry: Inquiry, group: Sequence[Reading], draft: Draft, judge: Judge) -> list[Result]:
    """What is calculated from the reports of one town and year: of the first place where one sentence tells the figures,
    else of the first that has them."""
    places = _places(inquiry, group, draft, judge)
    found: list[Result] = []
    for asked in _asked(inquiry):
        for place, together in (*((place, True) for place in places), *((place, False) for place in places)):
            result = _result(_completed(asked, place), place, found, together=together)
            if result is None:
                continue
            if _of_the_measure(result, inquiry) and not _stated(result, place) and (not draft.reason or _spoken_of(result, place)):
                found.append(result)
            break
        else:
            found += _by_number_elsewhere(asked, places, judge)
        if found and asked.relation is Relation.LEFT_OVER:
            break
    return found


def _of_the_measure(result: Result, inquiry: Inquiry) -> bool:
    """Whether a number of things is one of those that the question counts: asked for 条, there is no 次."""
    units = [unit for unit in inquiry.wanted.units if unit != "%"]
    first = result.figures[0].figure
    assert first is not None
    return not units or result.asked.relation not in SAME_MEASURE or agree(units, first.unit)


def _asked(inquiry: Inquiry) -> Sequence[Asked]:
    """What the question asks to be calculated; where it asks for a number alone, a report may tell it for the halves of the year, or as 其余."""
    query = inquiry.query
    rest = next((asked for asked in query.relations if asked.relation is Relation.REST), None)
    if rest:
        return (replace(rest, relation=Relation.LEFT_OVER), *query.relations)
    if query.relations or not inquiry.wanted.number:
        return query.relations
    return (Asked(Relation.LEFT_OVER, other=query.topic), *(() if query.period else (Asked(Relation.SUM),)))


def _by_number_elsewhere(asked: Asked, places: Sequence[Place], judge: Judge) -> list[Result]:
    """So much for each of what a report counts in quite another place: its villages, its people."""
    if asked.relation is not Relation.EACH or not places:
        return []
    inquiry, reading = places[0].inquiry, places[0].reading
    number = judge.measured(about(inquiry, asked.other or ALL_OF.get(asked.unit, "")), reading, (asked.unit,)) if asked.other or asked.unit in ALL_OF else None
    choice = shared_out_by(number, asked, places[0]) if number else None
    result = _calculated(asked, choice) if choice else None
    return [result] if result else []


def _is_told(result: Result) -> bool:
    """Whether one sentence leads from the one figure to the other: that goes before what two reports state."""
    one, *rest = result.figures
    return result.asked.relation is Relation.GAP and not result.asked.other and all(f.sentence == one.sentence and leads(f, one) for f in rest)


def _of_each_year(results: Sequence[Result], draft: Draft) -> list[Result]:
    """The rates of two years, where a reply has that of one of them alone."""
    rates = [result for result in results if result.asked.relation is Relation.SHARE]
    return rates if len(rates) > sum(line.formula is not None for line in draft.lines) else []


def _places(inquiry: Inquiry, group: Sequence[Reading], draft: Draft, judge: Judge) -> list[Place]:
    """What the reader puts first in these reports, and before it what the reply quotes."""
    ranked = judge.findings(inquiry, group).ranked[:MOST]
    least = max(DOUBTED, HALF * ranked[0].chance) if ranked else 0.0
    likely = [(f.report_id, f.piece, f.covered, f.chance >= SURE) for f in ranked if f.chance >= least]
    cited = () if draft.reason else tuple(source for line in draft.lines for source in line.sources)
    quoted = [(r.report.id, p, 1.0, True) for r in group for p in pieces(r) if any(s.report.id == r.report.id and s.start <= p.start < s.end for s in cited)]
    readings = {reading.report.id: reading for reading in group}
    known = {(report, piece.start): (report, piece, covered, sure) for report, piece, covered, sure in (*quoted, *likely)}
    order = dict.fromkeys([(report, piece.start) for report, piece, *_ in (*quoted, *likely)])
    every = [(f.report_id, f.piece) for f in ranked] + [(report, piece) for report, piece, *_ in quoted]
    found = (known[key] for key in order)
    return [Place(inquiry, readings[report], piece, covered, sure, tuple(p for r, p in every if r == report)) for report, piece, covered, sure in found]


def _spoken_of(result: Result, place: Place) -> bool:
    """Whether the place, or one of the figures, has the words of the question: asked of what the reader doubts."""
    sides = (result.asked.one, result.asked.other)
    return place.covered >= NAMED or any(place.fit(side, figure) >= NAMED for side in sides for figure in result.figures)


def _completed(asked: Asked, place: Place) -> Asked:
    """它占全部的几成: a side without words is what the turn before spoke of."""
    context = place.inquiry.query.context
    if not context or asked.relation in (Relation.SUM, Relation.WHOLE):
        return asked
    if asked.relation is Relation.EACH and not asked.other:
        asked = replace(asked, other=context)
    if asked.one:
        return asked
    topic = place.inquiry.query.topic
    return replace(asked, one=context if topic.split()[0:1] and topic.split()[0] in place.inquiry.query.question else topic)


def _result(asked: Asked, place: Place, before: Sequence[Result], *, together: bool) -> Result | None:
    if asked.relation is Relation.SHARE and (not asked.one or place.inquiry.query.order) and (result := _share_of_many(asked, place, before)):
        return result
    choice = choice_of(asked, place, together=together)
    return _calculated(asked, choice) if choice else None


def _share_of_many(asked: Asked, place: Place, before: Sequence[Result]) -> Result | None:
    """The share of what was added up before it, or of the greatest of the parts (哪类最多，占百分之几)."""
    added = next((result for result in before if result.asked.relation is Relation.SUM), None)
    if added:
        taken = [f.figure for f in added.figures if f.figure]
        every = [f for f in (*place.own, *place.near) if f.figure and agree((taken[0].unit,), f.figure.unit) and f.figure.value >= added.formula.result]
        wholes = sorted(((place.fit(asked.other, f), f) for f in every if f not in added.figures), key=lambda one: -one[0])
        if not wholes or wholes[0][0] < NAMED:
            return None
        whole = wholes[0][1]
        assert whole.figure is not None
        formula = Formula(Operation.SHARE, (added.formula.result, whole.figure.value), inner=(added.formula, None))
        return Result(asked, (*added.figures, whole), formula, f"占比{plain(formula.result)}%", f"（{added.formula}）")
    order = place.inquiry.query.order
    parts = [f for f in place.own if f.figure and f.figure.parent is not None]
    if not order or len(parts) < 2 or len({f.figure.clause for f in parts[:2] if f.figure}) > 1:
        return None
    listed = [f for f in parts if f.figure and parts[0].figure and f.figure.clause == parts[0].figure.clause]
    chosen = (min if order == "least" else max)(listed, key=lambda f: f.figure.value if f.figure else 0.0)
    choice = choice_of(replace(asked, one=chosen.figure.subject if chosen.figure else ""), place)
    return _calculated(asked, choice) if choice and choice.figures[0] == chosen else None


def _calculated(asked: Asked, choice: Choice) -> Result | None:
    cells = [cell_of(f, f.sentence.report.year or 0) for f in choice.figures]
    first, last, notes = cells[0], cells[-1], ""
    match asked.relation:
        case Relation.SHARE:
            formula = formula_of(Operation.SHARE, (first, last))
            words = f"{asked.name or f'{asked.one if len(asked.one) <= LONG else str()}占比'}{plain(formula.result)}%"
        case Relation.REST | Relation.LEFT_OVER:
            unit = common_unit(cells)
            taken = formula_of(Operation.SUM, cells[:-1], unit=unit) if len(cells) > 2 else None
            formula = Formula(Operation.DIFFERENCE, (last.value, taken.result), unit=unit, inner=(None, taken)) if taken else formula_of(Operation.DIFFERENCE, (last, first), unit=unit)
            words, notes = f"其余{plain(formula.result)}{unit}", f"（{taken}）" if taken else ""
        case Relation.GAP:
            formula = formula_of(Operation.DIFFERENCE, (first, last) if first.amount >= last.amount else (last, first))
            word = "相差" if asked.other else "增加" if first.amount > last.amount else "减少" if first.amount < last.amount else "持平，相差"
            words = f"{word}{plain(formula.result)}{formula.unit.replace('%', '个百分点')}"
        case Relation.GROWTH:
            if not last.value or first.unit == "%":
                return None
            changed = choice.figures[-1]
            if changed.figure and changed.figure.kind is Kind.CHANGE:
                operation = Operation.DIFFERENCE if RISE.search(own_words(changed)) else Operation.SUM
                earlier = formula_of(operation, (first, last))
                formula, notes = Formula(Operation.CHANGE, (first.value, earlier.result), unit=earlier.unit, inner=(None, earlier)), f"（{earlier}）"
                last = last._replace(value=earlier.result)
            else:
                formula = formula_of(Operation.CHANGE, (first, last))
            words = f"{'增长' if first.amount >= last.amount else '下降'}{plain(formula.result)}%"
        case Relation.SUM:
            formula = formula_of(Operation.SUM, cells)
            words = f"合计{plain(formula.result)}{formula.unit}"
        case Relation.EACH:
            formula = per(first, last)
            if not round(formula.result, 1):
                return None
            words = f"平均每{asked.unit or last.unit}{plain(formula.result)}{formula.unit}"
        case Relation.WHOLE:
            formula = Formula(Operation.WHOLE, (first.value, last.value))
            words = f"总数约{plain(formula.result)}{first.unit}"
    rough = "（原文是约数）" if any(cell.qualifier for cell in cells) else ""
    return Result(asked, choice.figures, formula, words, f"{notes}{rough}")


def _stated(result: Result, place: Place) -> bool:
    """Whether the place tells the result, or what is asked, without calculating."""
    if result.asked.relation is Relation.REST and result.asked.deed and _counts_undone(result):
        return True
    others = [f for f in (*place.own, *(n for n in place.near if n.sentence == place.piece.sentence)) if f.figure and f not in result.figures]
    first = result.figures[0].figure
    assert first is not None
    for found in others:
        figure = found.figure
        assert figure is not None
        words = own_words(found)
        match result.asked.relation:
            case Relation.SHARE if figure.unit == "%" and figure.kind is not Kind.CHANGE:
                named = not figure.qualifier and RATE_SAID.search(words) is not None and place.fit(result.asked.one, found) >= max(NAMED, place.fit(result.asked.one, result.figures[0]))
                said = abs(figure.value - result.formula.result) <= NEAR or named
            case Relation.GROWTH:
                said = figure.kind is Kind.CHANGE and figure.unit == "%" and abs(figure.value - result.formula.result) <= NEAR
            case Relation.EACH:
                said = EACH_SAID.search(words) is not None and agree((first.unit,), figure.unit) and place.fit(result.asked.one, found) >= NAMED
            case Relation.REST | Relation.GAP | Relation.SUM:
                said = bool(measures_of(figure.unit) & measures_of(first.unit)) and amount(figure.value, figure.unit) == amount(result.formula.result, result.formula.unit or first.unit)
            case _:
                said = False
        if said:
            return True
    return False


def _counts_undone(result: Result) -> bool:
    """Whether a figure counts itself what was not done (没有修订的6个)."""
    deed = re.escape(result.asked.one[:2])
    texts = (f.sentence.report.text[f.figure.clause.start : f.figure.clause.end] for f in result.figures if f.figure)
    return bool(deed) and any(re.search(rf"[没未][^,，。；]{{0,6}}{deed}", text) for text in texts)


def _drafted(inquiry: Inquiry, draft: Draft, results: Sequence[Result]) -> Draft:
    figures = [figure for result in results for figure in result.figures]
    county = both(figures)
    lines = [*_rates_apart(results), *(_line(result, county=county) for result in results)]
    told = [_words_of(result, county=county) for result in results]
    kept = () if draft.reason or not inquiry.query.halves else draft.lines
    used = [r for r in inquiry.readings if any(f.sentence.report.id == r.report.id for f in figures)]
    return Draft(_told_once((*lines, *kept, *(line for line in told if not kept))), scope=inquiry.scope(used), coverage=inquiry.coverage(len(used)))


def _told_once(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines without those that say or calculate the same as one before."""
    first: dict[str, Line] = {}
    for line in lines:
        first.setdefault(str(line.formula or line.text), line)
    return tuple(first.values())


def _line(result: Result, *, county: bool) -> Line:
    sources = tuple(dict.fromkeys(source(f) for f in result.figures))
    return Line(f"{label(result.figures[0].sentence.report, county=county)}{result.words}：{result.formula}{result.notes}。", sources, result.formula)


def _words_of(result: Result, *, county: bool) -> Line:
    """The words from the first of the figures to the last, where one sentence tells them; else those of the first."""
    first = result.figures[0]
    own = [f for f in result.figures if f.sentence == first.sentence]
    return statement(replace(first, start=min(f.start for f in own), end=max(f.end for f in own)), county=county)


def _rates_apart(results: Sequence[Result]) -> list[Line]:
    """Of two rates, of two years of one town, how far they lie apart."""
    rates = sorted((r for r in results if r.asked.relation is Relation.SHARE), key=lambda r: r.figures[0].sentence.report.year or 0)
    reports = [r.figures[0].sentence.report for r in rates]
    if len(rates) != 2 or reports[0].id == reports[1].id or reports[0].town != reports[1].town:
        return []
    names = [f"{report.year}年" for report in reports]
    years = tuple(float(report.year or 0) for report in reversed(reports))
    sources = tuple(dict.fromkeys(source(f) for rate in rates for f in rate.figures))
    return [rates_apart((names[1], rates[1].formula), (names[0], rates[0].formula), sources, years=years)]
