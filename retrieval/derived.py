"""What follows from two figures that one report states together: a rate, the rest, a step from one to the other, so much for each.

The two stand in one sentence, in the order in which reports tell them (受理301件，调解成功278件), and are of one measure where one is
part of the other. What the report says itself is quoted, never calculated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.text import fold
from index.types import Figure, Kind
from retrieval import find
from retrieval.algebra import Cell, formula_of
from retrieval.cells import cell_of
from retrieval.compose import both, label, rates_apart, source, statement
from retrieval.draft import Draft, Formula, Given, Line, Operation, plain
from retrieval.find import STATED, Found, Look
from retrieval.inquiry import Inquiry
from retrieval.measures import MONEY, agree, measures_of
from retrieval.question.derivation import Derivation, Derived
from retrieval.reading import Reading

SAME_DEED = 0.5
"""Share of the characters of the deed asked about (办结) that the words of the part must have."""
LEAD = 0.05
"""How much better than any other a pair must fit the question: of two that fit as well, neither is calculated with."""
APART = re.compile(r"[,，;；]|其中")
"""What stands between a whole and its part; 、 stands between parts."""
LEFT = r"其余|余下|剩余?|尚有|还有"
"""Words for what is left, where a report counts it itself."""
BARE = re.compile(r"[,，;；]\s*(?:其中|已|均|全部|实际|成功)*[一-鿿]{0,2}(?:成|结|改|解|办|回|证|复|决|功)了?")
"""A deed and nothing else before a part: it is part of what stands right before it, whatever that is part of itself (参与71件，调成68件)."""
COMPARED = re.compile(r"[比较](?:原来|原先|以前|之前|过去)(?:定)?的?|(?<=[一-鿿 ])[多少高低][一-鿿]?(?= |$)|净增")
"""Words of a question that compare and name nothing."""
NOT = re.compile(r"(?:里|中)?(?:还|尚)?(?:没有?|未)(?=[一-鿿])|(?:还|尚)(?= )")
"""Words of a question that deny a deed: of 还没办结 the report says 办结."""
STEP = re.compile(r"(?:由|从).*?(?:降|升|提|增|减|涨|调|改|压|缩|扩)[一-鿿]{0,2}[到为至]")
"""What leads from the one to the other: 由…提高到."""
PARTED = frozenset((Derivation.RATE, Derivation.REST))
"""Kinds whose second figure is part of the first."""
FILLERS = frozenset("的了来过着在到出完有是")
EACH_UNITS = {"村": ("个", "村")}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two figures of one sentence, and how well they fit the question."""

    first: Found
    second: Found
    score: float

    @property
    def values(self) -> tuple[float, float]:
        assert self.first.figure is not None
        assert self.second.figure is not None
        return self.first.figure.value, self.second.figure.value


def derived(inquiry: Inquiry, draft: Draft) -> Draft:
    """``draft``, or what it leaves to be calculated with the sentence below it; as it is where the two figures are not told together."""
    query = inquiry.query
    asked = [each for each in query.derived if _wanted(each, inquiry) and not _states(draft, each)]
    if not asked or query.every or query.part:
        return draft
    groups: Sequence[Sequence[Reading]] = [[reading] for reading in inquiry.readings] if query.towns else [inquiry.readings]
    best = [
        (each, pair) for each in asked for group in groups if (pair := _best([p for r in group for p in _pairs(each, inquiry, r)]))
    ]
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
    rates = [formula_of(Operation.SHARE, (cell_of(p.second, r.year or 0), cell_of(p.first, r.year or 0))) for p, r in zip(pairs, reports, strict=True)]
    one_town = (reports[0].town, reports[0].place) == (reports[1].town, reports[1].place)
    names = [f"{r.year}年" if one_town else label(r, county=county) for r in reports]
    years = tuple(float(r.year or 0) for r in reversed(reports)) if one_town else ()
    sources = tuple(dict.fromkeys(source(found) for pair in pairs for found in (pair.first, pair.second)))
    return [rates_apart((names[1], rates[1]), (names[0], rates[0]), sources, years=years)]


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
        return re.search(rf"平均|[每{asked.word}]均|每{asked.word}", said) is not None
    if asked.kind is Derivation.REST:
        undone = rf"[未没](?:有|能)?{asked.word or '满'}"
        return re.search(rf"(?:{LEFT}|{undone})[^,，。]{{0,12}}\d|\d[^,，。]{{0,6}}{undone}", said) is not None
    return False


def _look(inquiry: Inquiry) -> Look:
    """Figures of any unit: what is calculated may have another than what it is calculated from."""
    wanted = replace(inquiry.wanted, units=(), number=True, rate="", values=(), change=False)
    needle = inquiry.needle(NOT.sub(" ", COMPARED.sub(" ", f"{inquiry.query.context}{inquiry.query.topic}")))
    return Look(needle, needle, wanted)


def _best(pairs: Sequence[Pair]) -> Pair | None:
    """The pair that fits best, unless another with other values fits as well."""
    ranked = sorted(pairs, key=lambda pair: -pair.score)
    if not ranked:
        return None
    rival = next((p for p in ranked[1:] if p.values != ranked[0].values), None)
    return None if rival and ranked[0].score - rival.score < LEAD else ranked[0]


def _pairs(asked: Derived, inquiry: Inquiry, reading: Reading) -> Iterator[Pair]:
    look = _look(inquiry)
    known = {f.figure.ordinal: f for f in find.figures(look, reading.sentences) if f.figure}
    for sentence in reading.sentences:
        own = sorted((f for f in sentence.figures if f.ordinal in known), key=lambda f: f.start)
        for pair in _together(asked, inquiry, own, sentence.report.text):
            first, second = (known[figure.ordinal] for figure in pair)
            if max(first.coverage, second.coverage) >= STATED and (asked.kind not in PARTED or _parts(asked.word, first, second)):
                told = sentence.report.text[min(map(_left, (first, second))) : max(figure.end for figure in pair)]
                deed = _deed(asked.word, _words(second)) if asked.kind in PARTED else 0.0
                yield Pair(first, second, look.needle.coverage(fold(told), told) + deed)


def _together(asked: Derived, inquiry: Inquiry, own: Sequence[Figure], text: str) -> Iterator[tuple[Figure, Figure]]:
    """The pairs of a sentence's figures that the calculation may take: (whole, part), (from, to), (amount, number)."""
    units = [unit for unit in inquiry.wanted.units if unit not in ("%", "百分点")]
    match asked.kind:
        case Derivation.RATE | Derivation.REST:
            parts = (f for f in own if f.unit != "%" and agree(units, f.unit))
            yield from ((whole, part) for part in parts if (whole := _whole(part, own, text)))
        case Derivation.GAP:
            levels = [f for f in own if f.kind is not Kind.CHANGE and agree(units, f.unit)]
            yield from ((one, other) for one, other in pairwise(levels) if agree((one.unit,), other.unit))
        case Derivation.EACH:
            each = EACH_UNITS.get(asked.word, (asked.word,))
            for one, other in pairwise(own):
                for amount, number in ((other, one), (one, other)):
                    apart = not measures_of(amount.unit) & measures_of(number.unit)
                    if apart and number.value > 1 and agree(units or ("元",), amount.unit) and agree(each, number.unit):
                        yield amount, number


def _whole(part: Figure, own: Sequence[Figure], text: str) -> Figure | None:
    """Its stated whole, or the figure of its measure that stands before it; no less than the part, and of the same year."""
    before = [f for f in own if f.start < part.start and agree((f.unit,), part.unit)]
    stated = [f for f in own if f.ordinal == part.parent]
    bare = before and BARE.fullmatch(text[before[-1].end : part.start])
    whole = next(iter(before[-1:] if bare else stated or before[-1:]), None)
    fits = whole and whole is not part and whole.value >= part.value and (whole.kind, whole.year) == (part.kind, part.year)
    return whole if fits else None


def _parts(deed: str, whole: Found, part: Found) -> bool:
    """Whether the part is of the whole, and is what the deed speaks of."""
    assert whole.figure is not None
    assert part.figure is not None
    between = part.sentence.report.text[whole.figure.end : part.figure.start]
    apart = part.figure.parent == whole.figure.ordinal or APART.search(between) is not None
    return apart and _deed(deed, _words(part)) >= SAME_DEED and _deed(deed, _words(part)) >= _deed(deed, _words(whole))


def _deed(deed: str, words: str) -> float:
    """The share of the characters of ``deed`` that ``words`` have."""
    own = [character for character in deed if character not in FILLERS]
    return sum(character in words for character in own) / len(own) if own else 1.0


def _left(found: Found) -> int:
    """Where the words that are a figure's own begin: after the figure before it."""
    assert found.figure is not None
    start = found.figure.start
    return max((f.end for f in found.sentence.figures if f.end <= start), default=found.sentence.start)


def _words(found: Found) -> str:
    assert found.figure is not None
    return f"{found.figure.subject}{found.figure.action}{found.sentence.report.text[_left(found) : found.figure.end]}"


def _told(asked: Derived, pair: Pair, *, county: bool) -> list[Line]:
    first, second = (cell_of(f, f.sentence.report.year or 0) for f in (pair.first, pair.second))
    match asked.kind:
        case Derivation.RATE if first.value:
            formula, name, unit = formula_of(Operation.SHARE, (second, first)), f"{asked.word}率", "%"
        case Derivation.REST:
            formula, name, unit = formula_of(Operation.DIFFERENCE, (first, second)), "其余", first.unit
        case Derivation.GAP if _steps(pair):
            formula = formula_of(Operation.DIFFERENCE, (first, second) if first.amount >= second.amount else (second, first))
            name, unit = "增加" if second.amount > first.amount else "减少", formula.unit.replace("%", "个百分点")
        case Derivation.EACH:
            formula = _each(first, second)
            name, unit = f"平均每{asked.word}", formula.unit
        case _:
            return []
    report = pair.first.sentence.report
    sources = tuple(dict.fromkeys((source(pair.first), source(pair.second))))
    rough = "（原文是约数）" if first.qualifier or second.qualifier else ""
    result = Line(f"{label(report, county=county)}{name}{plain(formula.result)}{unit}：{formula}{rough}。", sources, formula)
    start, end = min(pair.first.start, pair.second.start), max(pair.first.end, pair.second.end)
    return [result, statement(replace(pair.first, start=start, end=end), county=county)]


def _each(total: Cell, number: Cell) -> Formula:
    """So much for each; money in yuan where it would be less than one of its own unit."""
    if total.unit not in MONEY or total.value >= number.value:
        return Formula(Operation.TIMES, (total.value, number.value), unit=total.unit)
    given = (Given(total.value, total.unit), Given(number.value, number.unit))
    return Formula(Operation.TIMES, (total.amount, number.value), unit="元", given=given)


def _steps(pair: Pair) -> bool:
    """Whether the words lead from the one figure to the other."""
    assert pair.second.figure is not None
    return STEP.search(pair.first.sentence.report.text[pair.first.sentence.start : pair.second.figure.start][-60:]) is not None
