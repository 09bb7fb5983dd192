"""What one report, or one town's two years, leave to be calculated: a share, the rest, a step, a sum, so much for each.

What the report says itself is quoted, never calculated; where the figures that are meant are not told beyond doubt, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.types import Kind
from retrieval.draft import Draft, Formula, Line, Operation, plain
from retrieval.evidence.find import Found
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import Judge
from retrieval.evidence.measure import own_words
from retrieval.evidence.pieces import pieces
from retrieval.evidence.reading import Reading
from retrieval.measures import agree, amount, measures_of
from retrieval.plan.algebra import Cell, common_unit, formula_of, per
from retrieval.plan.cells import cell_of
from retrieval.plan.operands import LIKELY, Operand, Place, by_number_elsewhere, chance, choice_of, leads, named_by, operands
from retrieval.plan.trends import RISE
from retrieval.question.derivation import Asked, Relation
from retrieval.reader.marker import PLAIN
from retrieval.reply.compose import both, label, rates_apart, source, statement

READ = 5
"""Pieces that the reader puts first, whose figures are looked at."""
TOLD = 0.7
"""Chance from which a figure beside a rest is that rest itself, as the report counts it (没有修订的6个)."""
NAMED = 0.5
"""Share of the words of a side that those of a stated rate must have, for it to be what is asked."""
NEAR = 1.0
"""Percent by which a stated rate may lie from the calculated one and still be it."""
SPOKEN = 0.3
"""Share of the question's words that the sentence of one of the figures, or the headings above it, must have."""
ALL_OF = {"村": "行政村", "人": "常住人口"}
"""What a report calls all that an amount is shared out by."""
SAME_MEASURE = (Relation.REST, Relation.GAP, Relation.SUM)
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
    cited = {s.report.id for line in draft.lines for s in line.sources}
    earlier = [reading for reading in inquiry.older if reading.report.id in cited]  # no town was named, and an older report has the thing
    groups: Sequence[Sequence[Reading]] = [[reading] for reading in inquiry.readings] if query.towns else [inquiry.readings, earlier]
    results = [result for group in groups for result in _of_group(inquiry, group, draft, judge)]
    if any(line.formula for line in draft.lines):
        results = [result for result in results if _is_told(result)] or _of_each_year(results, draft)
    return _drafted(inquiry, draft, results) if results else draft


def _of_group(inquiry: Inquiry, group: Sequence[Reading], draft: Draft, judge: Judge) -> list[Result]:
    """What is calculated from the reports of one town and year."""
    places = places_of(inquiry, group, draft, judge)
    units = [unit for unit in inquiry.wanted.units if unit != "%"]
    found: list[Result] = []
    for asked in inquiry.query.relations if places else ():
        known = operands(asked, places, judge)
        shared = [unit for unit in units if unit != asked.unit]
        figures = _figures(asked, known, places, judge, [*shared, *(["人次"] if "人" in shared else [])])
        result = _calculated(asked, figures) if figures else None
        if result and _speaks_of_it(result, inquiry) and _of_the_measure(result, units) and not _stated(result, known, places, judge):
            found += [result, *_by_how_many(result)]
    return found


def _speaks_of_it(result: Result, inquiry: Inquiry) -> bool:
    """Whether the report speaks of what the table knows the question to ask about, beside one of the figures: complaints are no legal aid; and
    whether the part of a rate has anything of its name: what was settled is not who was content (满意率)."""
    asked, part = result.asked, result.figures[0]
    rate = asked.relation is Relation.SHARE and asked.name == f"{asked.one}率"
    if rate and part.figure and set(asked.one).isdisjoint(f"{part.figure.subject}{part.figure.action}{own_words(part)[1]}"):
        return False
    wanted, needle = inquiry.wanted, inquiry.strict_needle()
    if not wanted.indicator:
        return True
    own = {wanted.indicator, *wanted.relatives}
    figures = result.figures[:1] if result.asked.relation is Relation.EACH else result.figures  # what is shared out must be of it
    of_it = any(f.figure and f.figure.indicator in own for f in figures)
    return of_it or any(needle.coverage(f.sentence.words, f.sentence.text, f.sentence.above) >= SPOKEN for f in figures)


def _by_how_many(growth: Result) -> Iterator[Result]:
    """A change in percent is told with how many it is."""
    told = any(found.figure and found.figure.kind is Kind.CHANGE for found in growth.figures)  # one of its figures is how many
    if growth.asked.relation is Relation.GROWTH and not told and (by := _calculated(replace(growth.asked, relation=Relation.GAP), growth.figures)):
        yield by


def _figures(asked: Asked, known: Sequence[Operand], places: Sequence[Place], judge: Judge, units: Sequence[str]) -> tuple[Found, ...]:
    """The figures of a calculation in the order of its formula; () where they are not told beyond doubt."""
    query = places[0].inquiry.query
    if asked.relation is Relation.SHARE and query.order and (greatest := _of_greatest(known, least=query.order == "least")):
        return greatest
    if choice := choice_of(asked, known, judge.calibration, units):
        return choice.figures
    name = asked.other or ALL_OF.get(asked.unit, "")
    if asked.relation is not Relation.EACH or not name:
        return ()
    number = judge.measured(places[0].inquiry.for_figure(name), places[0].reading, (asked.unit,))
    own = [operand for operand in known if operand.found.sentence.report.id == places[0].reading.report.id]
    return by_number_elsewhere(asked, own, number, judge.calibration, units) or ()


def _of_the_measure(result: Result, units: Sequence[str]) -> bool:
    """Whether a number of things is one of those that the question counts: asked for 条, there is no 次."""
    first = result.figures[0].figure
    assert first is not None
    return not units or result.asked.relation not in SAME_MEASURE or agree(units, first.unit)


def _is_told(result: Result) -> bool:
    """Whether one sentence leads from the one figure to the other: that goes before what two reports state."""
    one, *rest = result.figures
    return result.asked.relation in (Relation.GAP, Relation.GROWTH) and not result.asked.other and all(f.sentence == one.sentence and leads(f, one) for f in rest)


def _of_each_year(results: Sequence[Result], draft: Draft) -> list[Result]:
    """The rates of two years, where a reply has that of one of them alone."""
    rates = [result for result in results if result.asked.relation is Relation.SHARE]
    return rates if len(rates) > sum(line.formula is not None for line in draft.lines) else []


def places_of(inquiry: Inquiry, group: Sequence[Reading], draft: Draft, judge: Judge) -> list[Place]:
    """What the reply quotes of these reports, and what the reader puts first in them."""
    cited = () if draft.reason else tuple(source for line in draft.lines for source in line.sources)
    quoted = [(r.report.id, p) for r in group for p in pieces(r) if any(s.report.id == r.report.id and s.start <= p.start < s.end for s in cited)]
    ranked = [(f.report_id, f.piece) for f in judge.findings(inquiry, group).ranked[:READ]]
    readings = {reading.report.id: reading for reading in group}
    order = {(report, piece.start): Place(inquiry, readings[report], piece) for report, piece in (*quoted, *ranked)}
    return list(order.values())


def _of_greatest(known: Sequence[Operand], *, least: bool) -> tuple[Found, ...]:
    """The greatest of the parts that a sentence lists, and their whole, which is likely the other: 哪类最多，占百分之几."""
    first = max((o for o in known if o.figure.parent is not None), key=lambda operand: operand.one, default=None)
    if first is None:
        return ()
    alike = [o for o in known if o.found.sentence == first.found.sentence and o.figure.parent == first.figure.parent and agree((first.figure.unit,), o.figure.unit)]
    part = (min if least else max)(alike, key=lambda operand: operand.amount)
    whole = next((o for o in known if o.found.sentence.report.id == first.found.sentence.report.id and o.figure.ordinal == first.figure.parent), None)
    return (part.found, whole.found) if whole and len(alike) > 1 and part.amount <= whole.amount and chance(max(first.one, whole.other)) >= LIKELY else ()


def _calculated(asked: Asked, figures: tuple[Found, ...]) -> Result | None:
    """The result of the figures, in the order of ``choice_of``; None of a part of nothing."""
    cells = [cell_of(f, f.sentence.report.year or 0) for f in figures]
    first, last, notes = cells[0], cells[-1], ""
    match asked.relation:
        case Relation.SHARE:
            unit = common_unit(cells)
            added = formula_of(Operation.SUM, cells[:-1], unit=unit) if len(cells) > 2 else None
            formula = Formula(Operation.SHARE, (added.result, last.amount / amount(1.0, unit)), inner=(added, None)) if added else formula_of(Operation.SHARE, (first, last))
            notes = f"（{added}）" if added else ""
            part = asked.one if asked.question and not re.search(r"\d", asked.one) else ""
            words = f"{asked.name or f'{part}占比'}{plain(formula.result)}%"
        case Relation.REST:
            unit = common_unit(cells)
            taken = formula_of(Operation.SUM, cells[:-1], unit=unit) if len(cells) > 2 else None
            formula = Formula(Operation.DIFFERENCE, (last.value, taken.result), unit=unit, inner=(None, taken)) if taken else formula_of(Operation.DIFFERENCE, (last, first), unit=unit)
            words, notes = f"其余{plain(formula.result)}{unit}", f"（{taken}）" if taken else ""
        case Relation.GAP:
            formula = formula_of(Operation.DIFFERENCE, (first, last) if first.amount >= last.amount else (last, first))
            word = "相差" if asked.other else "增加" if first.amount > last.amount else "减少" if first.amount < last.amount else "持平，相差"
            words = f"{word}{plain(formula.result)}{formula.unit.replace('%', '个百分点')}"
        case Relation.GROWTH:
            return _growth(asked, figures, first, last)
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
    return Result(asked, figures, formula, words, f"{notes}{rough}")


def _growth(asked: Asked, figures: tuple[Found, ...], now: Cell, before: Cell) -> Result | None:
    """By how many percent ``now`` lies from what was before, or from what its stated change leads back to; None of a rate, and of nothing."""
    if not before.value or now.unit == "%":
        return None
    first, changed = figures[0].figure, figures[-1].figure
    if first and first.kind is Kind.CHANGE:
        formula = formula_of(Operation.SHARE, (now, before))
        return Result(asked, figures, formula, f"{'增长' if RISE.search(own_words(figures[0])[1]) else '下降'}{plain(formula.result)}%", "")
    rough = "（原文是约数）" if now.qualifier or before.qualifier else ""
    if changed and changed.kind is Kind.CHANGE:
        operation = Operation.DIFFERENCE if RISE.search(own_words(figures[-1])[1]) else Operation.SUM
        earlier = formula_of(operation, (now, before))
        formula = Formula(Operation.CHANGE, (now.value, earlier.result), unit=earlier.unit, inner=(None, earlier))
        before, rough = before._replace(value=earlier.result), f"（{earlier}）{rough}"
    else:
        formula = formula_of(Operation.CHANGE, (now, before))
    return Result(asked, figures, formula, f"{'增长' if now.amount >= before.amount else '下降'}{plain(formula.result)}%", rough)


def _stated(result: Result, known: Sequence[Operand], places: Sequence[Place], judge: Judge) -> bool:
    """Whether the report tells the result, or what is asked, without calculating."""
    sentences = [found.sentence for found in result.figures]
    beside = [operand for operand in known if operand.found not in result.figures and operand.found.sentence in sentences]
    if result.asked.relation is Relation.REST:
        sides = judge.sides(places[0].inquiry.query.spoken, PLAIN, [o.found for o in beside], {place.reading.report.id: place.reading for place in places})
        if any(chance(odds) >= TOLD for odds in sides[:, 0].tolist()):
            return True
    return any(_tells(operand, result, places[0].inquiry) for operand in beside)


def _tells(operand: Operand, result: Result, inquiry: Inquiry) -> bool:
    """Whether a figure beside those of the result is the result, or what is asked under the name of a rate or of so much for each."""
    figure, first = operand.figure, result.figures[0].figure
    assert first is not None
    words = own_words(operand.found)[1]
    near = abs(figure.value - result.formula.result) <= NEAR
    match result.asked.relation:
        case Relation.SHARE if figure.unit == "%" and figure.kind is not Kind.CHANGE:
            return near or (not figure.qualifier and RATE_SAID.search(words) is not None and named_by(result.asked.one, operand.found, inquiry) >= NAMED)
        case Relation.GROWTH:
            return near and figure.kind is Kind.CHANGE and figure.unit == "%"
        case Relation.EACH:
            return EACH_SAID.search(words) is not None and agree((first.unit,), figure.unit) and named_by(result.asked.one, operand.found, inquiry) >= NAMED
        case Relation.REST | Relation.GAP | Relation.SUM:
            alike = bool(measures_of(figure.unit) & measures_of(first.unit))
            return alike and operand.amount == amount(result.formula.result, result.formula.unit or first.unit)
    return False


def _drafted(inquiry: Inquiry, draft: Draft, results: Sequence[Result]) -> Draft:
    figures = [figure for result in results for figure in result.figures]
    county = both(figures)
    lines = [*_rates_apart(results), *(_line(result, county=county) for result in results)]
    told = [_words_of(result, county=county) for result in results]
    kept = () if draft.reason or not inquiry.query.halves else draft.lines
    used = [r for r in (*inquiry.readings, *inquiry.older) if any(f.sentence.report.id == r.report.id for f in figures)]
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
