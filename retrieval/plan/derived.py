"""What follows from two figures that one report states: a rate, the rest, a step from one to the other, so much for each.

What the report says itself is quoted, never calculated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.draft import Draft, Formula, Line, Operation, plain
from retrieval.evidence.find import Found
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import Judge
from retrieval.evidence.measure import holds
from retrieval.evidence.reading import Reading
from retrieval.plan.algebra import common_unit, formula_of, per
from retrieval.plan.cells import cell_of
from retrieval.plan.pairs import Pair, about, found_of, pair_of, share_of, words_of
from retrieval.question.derivation import Derivation, Derived
from retrieval.reply.compose import both, label, rates_apart, source, statement

ALL_BUT_ONE = 0.75
"""Share of the characters of a part's name that its words must have."""
LEFT = r"其余|余下|剩余?|尚有|还有"
"""Words for what is left, where a report counts it itself."""
STEP = re.compile(r"(?:由|从).*?(?:降|升|提|增|减|涨|调|改|压|缩|扩)[一-鿿]{0,2}[到为至]")
"""What leads from the one to the other: 由…提高到."""


def derived(inquiry: Inquiry, draft: Draft, judge: Judge) -> Draft:
    """``draft``, or what it leaves to be calculated with the sentence below it; as it is where the two figures are not told together."""
    query = inquiry.query
    asked = [each for each in query.derived if _wanted(each, inquiry) and not _states(draft, each)]
    if not asked or query.every or query.part:
        return draft
    if left := _remainders(inquiry, [each for each in asked if each.kind is Derivation.REMAINDER], judge):
        return left
    asked = [each for each in asked if each.kind is not Derivation.REMAINDER]
    groups: Sequence[Sequence[Reading]] = [[reading] for reading in inquiry.readings] if query.towns else [inquiry.readings]
    best = [(each, pair) for each in asked for group in groups if (pair := pair_of(each, inquiry, group, judge))]
    county = both([pair.first for _, pair in best])
    lines = tuple(dict.fromkeys(line for each, pair in best for line in _told(each, pair, county=county)))
    if not lines:
        return draft
    lines = (*_apart(best, county=county), *lines)
    used = [r for r in inquiry.readings if any(pair.first.sentence.report.id == r.report.id for _, pair in best)]
    return Draft(
        tuple(sorted(lines, key=lambda line: line.formula is None)), scope=inquiry.scope(used), coverage=inquiry.coverage(len(used))
    )


def _apart(best: Sequence[tuple[Derived, Pair]], *, county: bool) -> list[Line]:
    """Of two rates, of two towns or two years of one, how far they lie apart."""
    pairs = [pair for asked, pair in best if asked.kind is Derivation.RATE and pair.values[0]]
    if len(pairs) != 2:
        return []
    pairs.sort(key=lambda pair: pair.first.sentence.report.year or 0)
    reports = [pair.first.sentence.report for pair in pairs]
    rates = [formula_of(Operation.SHARE, p.cells[::-1]) for p in pairs]
    one_town = (reports[0].town, reports[0].place) == (reports[1].town, reports[1].place)
    names = [f"{r.year}年" if one_town else label(r, county=county) for r in reports]
    years = tuple(float(r.year or 0) for r in reversed(reports)) if one_town else ()
    sources = tuple(dict.fromkeys(source(found) for pair in pairs for found in (pair.first, pair.second)))
    return [rates_apart((names[1], rates[1]), (names[0], rates[0]), sources, years=years)]


def _named_parts(asked: Derived, inquiry: Inquiry, reading: Reading, judge: Judge) -> tuple[Found, list[Found]] | None:
    """A whole, and the parts of it that the question names; None where not each of them is told of that whole."""
    names = [name for name in re.split(r"[、和与及 ]+", asked.word) if name]
    topic = f"{inquiry.query.context} {inquiry.query.topic}"
    for name in names:
        topic = topic.replace(name, " ")
    whole = judge.measured(about(inquiry, topic), reading, inquiry.query.units)
    if whole is None or whole.figure is None:
        return None
    told = (f for s in reading.sentences for f in (found_of(s, figure) for figure in s.figures) if holds(whole, f) and _of(whole, f))
    parts: dict[str, Found] = {}
    for part in told:
        name = next((n for n in names if n not in parts and share_of(n, words_of(part)) >= ALL_BUT_ONE), "")
        if name:
            parts[name] = part
    return (whole, list(parts.values())) if names and len(parts) == len(names) else None


def _of(whole: Found, part: Found) -> bool:
    """Whether a figure is told as part of another: as its stated part, or after it in its sentence."""
    one, other = part.figure, whole.figure
    assert one is not None
    assert other is not None
    return one.parent == other.ordinal or (part.sentence == whole.sentence and one.start > other.start)


def _remainders(inquiry: Inquiry, asked: Sequence[Derived], judge: Judge) -> Draft | None:
    """What is left of a whole without the parts that are named, for the one report that is asked about."""
    if not asked or len(inquiry.readings) != 1 or not (found := _named_parts(asked[0], inquiry, inquiry.readings[0], judge)):
        return None
    whole, *parts = (cell_of(f, f.sentence.report.year or 0) for f in (found[0], *found[1]))
    unit = common_unit((whole, *parts))
    taken = formula_of(Operation.SUM, parts, unit=unit) if len(parts) > 1 else None
    formula = Formula(Operation.DIFFERENCE, (whole.value, taken.result), unit=unit, inner=(None, taken)) if taken else formula_of(Operation.DIFFERENCE, (whole, *parts), unit=unit)
    sources = tuple(dict.fromkeys(source(f) for f in (found[0], *found[1])))
    aside = f"（{taken}）" if taken else ""
    line = Line(f"其余{plain(formula.result)}{unit}：{formula}{aside}。", sources, formula)
    return Draft((line, *(statement(f) for f in (found[0],))), scope=inquiry.scope(), coverage=inquiry.coverage(1))


def _wanted(asked: Derived, inquiry: Inquiry) -> bool:
    """Whether a number is asked for: 调成率 always is one."""
    return asked.kind is Derivation.RATE or "quantity" in inquiry.query.wants


def _states(draft: Draft, asked: Derived) -> bool:
    """Whether a reply has what is asked without calculating: a percentage for a rate, what is left said as such, or a formula."""
    if draft.reason:
        return False
    if any(line.formula for line in draft.lines):
        return True
    said = "".join(line.text for line in draft.lines if line.sources)
    if asked.kind is Derivation.RATE:
        return "%" in said or "百分之" in said
    if asked.kind is Derivation.EACH:
        return re.search(rf"每一?个?{asked.word}|{asked.word}均|平均[^,，。]{{0,2}}\d", said) is not None
    if asked.kind is Derivation.REST:
        undone = rf"[未没](?:有|能)?{asked.word or '满'}"
        return re.search(rf"(?:{LEFT}|{undone})[^,，。]{{0,12}}\d|\d[^,，。]{{0,6}}{undone}", said) is not None
    return False


def _told(asked: Derived, pair: Pair, *, county: bool) -> list[Line]:
    first, second = pair.cells
    match asked.kind:
        case Derivation.RATE if first.value:
            formula, name, unit = formula_of(Operation.SHARE, (second, first)), f"{asked.word}率", "%"
        case Derivation.REST:
            formula, name, unit = formula_of(Operation.DIFFERENCE, (first, second)), "其余", first.unit
        case Derivation.GAP if _steps(pair):
            formula = formula_of(Operation.DIFFERENCE, (first, second) if first.amount >= second.amount else (second, first))
            name, unit = "增加" if second.amount > first.amount else "减少", formula.unit.replace("%", "个百分点")
        case Derivation.EACH:
            formula = per(first, second)
            name, unit = f"平均每{asked.word}", formula.unit
        case _:
            return []
    report = pair.first.sentence.report
    sources = tuple(dict.fromkeys((source(pair.first), source(pair.second))))
    rough = "（原文是约数）" if first.qualifier or second.qualifier else ""
    result = Line(f"{label(report, county=county)}{name}{plain(formula.result)}{unit}：{formula}{rough}。", sources, formula)
    start, end = min(pair.first.start, pair.second.start), max(pair.first.end, pair.second.end)
    return [result, statement(replace(pair.first, start=start, end=end), county=county)]


def _steps(pair: Pair) -> bool:
    """Whether the words lead from the one figure to the other."""
    assert pair.second.figure is not None
    return STEP.search(pair.first.sentence.report.text[pair.first.sentence.start : pair.second.figure.start][-60:]) is not None
