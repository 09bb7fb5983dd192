"""Which figures of a report a calculation takes: those that the marker reads as its one and its other side.

The reader has told which sentences the question is about. Their figures, and those of their sections, are read with the question; units
and sizes are checked in any case, and of two choices that are nearly as likely none is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, permutations, zip_longest
from math import exp

from index.text import fold
from index.types import Figure, Kind
from retrieval.evidence.calibration import Calibration
from retrieval.evidence.find import Found
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import Judge
from retrieval.evidence.match import Needle
from retrieval.evidence.measure import own_words
from retrieval.evidence.pieces import Piece
from retrieval.evidence.reading import Reading, Sentence
from retrieval.measures import agree, amount, measures_of
from retrieval.question.derivation import Asked, Relation

LIKELY, UNLIKELY = 0.5, 0.2
"""Chance of one of several parts, where their number is not told; and below which a part is none though as many are named."""
WITH = 3.0
"""Log-odds by which one of them may be less likely than the likeliest."""
NAMED = 2.0
"""Log-odds that it adds to a figure that it has the words of a side. Set by hand, and WITH."""
FIGURES, FEW = 14, 8
"""Figures that are read for one calculation, and for one of each of many reports: each costs what half a sentence costs the reader."""
TAIL = 8
"""Characters before a figure that may tell that it is so much for each."""
STEP = re.compile(r"(?:由|从).*?(?:降|升|提|增|减|涨|调|改|压|缩|扩)[一-鿿]{0,2}[到为至]")
"""What leads from the one to the other: 由…提高到."""
PLACES = ("村", "社区", "个")
ALIKE = frozenset(("cases", "people"))
"""Measures whose units are said for one another: 件, 起."""
EACH_SAID = re.compile(r"每|平均|[人户案]均|至少")


@dataclass(frozen=True, slots=True)
class Operand:
    """A figure, and how surely it is the one and the other that the calculation takes: log-odds."""

    found: Found
    one: float
    other: float

    @property
    def figure(self) -> Figure:
        assert self.found.figure is not None
        return self.found.figure

    @property
    def amount(self) -> float:
        """Its value on the scale of its measure: money in yuan."""
        return amount(self.figure.value, self.figure.unit)

    @property
    def either(self) -> Operand:
        """The same, whichever side it is."""
        odds = max(self.one, self.other)
        return replace(self, one=odds, other=odds)

    @property
    def level(self) -> bool:
        """Whether it is an amount of its report's own year, and no rate, change or so many for each."""
        figure, report = self.figure, self.found.sentence.report
        own = figure.kind is not Kind.CHANGE and figure.unit != "%" and figure.year in (None, report.year)
        return own and not self.for_each

    @property
    def for_each(self) -> bool:
        """Whether it says so many for each (每月1次), which is no amount of a year."""
        figure, sentence = self.figure, self.found.sentence
        return EACH_SAID.search(sentence.report.text[max(sentence.start, figure.start - TAIL) : figure.start]) is not None


@dataclass(frozen=True, slots=True)
class Choice:
    """The figures that a formula takes, in its order. ``features`` are in the order of ``calibration.CHOICE``."""

    figures: tuple[Found, ...]
    features: tuple[float, ...]

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(f.figure.value for f in self.figures if f.figure)


@dataclass(frozen=True)
class Place:
    """A piece that the reader took for an answer."""

    inquiry: Inquiry
    reading: Reading
    piece: Piece

    @cached_property
    def own(self) -> tuple[Found, ...]:
        return tuple(found_of(self.piece.sentence, figure) for figure in self.piece.figures)

    @cached_property
    def near(self) -> tuple[Found, ...]:
        """Those of the same section, the nearest first."""
        section = list(enumerate(self.reading.of(self.piece.sentence.section)))
        at = next(n for n, sentence in section if sentence.start == self.piece.sentence.start)
        return tuple(found_of(s, figure) for _, s in sorted(section, key=lambda one: abs(one[0] - at)) for figure in s.figures)


def operands(asked: Asked, places: Sequence[Place], judge: Judge, most: int = FIGURES) -> tuple[Operand, ...]:
    """The figures of the places and of their sections, as the marker reads them with the question, or with the words of one of the several
    calculations that it asks for; ``most`` of them."""
    beside = chain.from_iterable(zip_longest(*(place.near for place in places)))
    every = (*(f for place in places for f in place.own), *filter(None, beside))
    founds = tuple({(f.sentence.report.id, f.figure.ordinal): f for f in every if f.figure}.values())[:most]
    readings = {place.reading.report.id: place.reading for place in places}
    inquiry = places[0].inquiry
    sides = judge.sides(asked.question or inquiry.query.spoken, asked.relation.value, founds, readings).tolist() if founds else []
    needles = [inquiry.for_figure(side).strict_needle() if side else None for side in (asked.one, asked.other)]
    named = [[_covered(needle, found) if needle else 0.0 for needle in needles] for found in founds]
    return tuple(Operand(f, one + NAMED * own, other + NAMED * others) for f, (one, other), (own, others) in zip(founds, sides, named, strict=True))


def named_by(side: str, found: Found, inquiry: Inquiry) -> float:
    """The share (0–1) of the words of a side that a figure's own words have."""
    return _covered(inquiry.for_figure(side).strict_needle(), found) if side else 0.0


def _covered(needle: Needle, found: Found) -> float:
    assert found.figure is not None
    words = f"{found.figure.subject}{found.figure.action}{own_words(found)[1]}"
    return needle.coverage(fold(words), words)


def choice_of(asked: Asked, known: Sequence[Operand], calibration: Calibration, units: Sequence[str] = ()) -> Choice | None:
    """The figures of one report that are meant; None where none are likely enough, or others are nearly as likely. ``units`` are those that what
    is shared out may be in (none: any)."""
    reports = dict.fromkeys(operand.found.sentence.report.id for operand in known)
    of_reports = ([operand for operand in known if operand.found.sentence.report.id == report] for report in reports)
    return next((choice for own in of_reports if (choice := chosen(asked, list(choices(asked, own, units)), calibration))), None)


def chosen(asked: Asked, every: Sequence[Choice], calibration: Calibration) -> Choice | None:
    """The likeliest of the choices and of nothing, each as likely as its log-odds say beside all others, if it is likely enough. Two with the same
    values are one."""
    same = sorted if asked.relation is Relation.GAP else tuple[float, ...]  # how far apart two are is the same either way
    whole, best = 1.0, dict[tuple[float, ...], tuple[float, Choice]]()
    for choice in every:
        weight = exp(calibration.calculation(choice.features))
        values = tuple(same(choice.values))
        whole += weight
        known, first = best.get(values, (0.0, choice))
        best[values] = (known + weight, first)
    if not best:
        return None
    weight, likeliest = max(best.values(), key=lambda one: one[0])
    return likeliest if weight / whole >= calibration.calculated else None


def choices(asked: Asked, known: Sequence[Operand], units: Sequence[str]) -> Iterator[Choice]:
    """All choices of the figures of one report that units and sizes allow."""
    levels = [operand for operand in known if operand.level]
    match asked.relation:
        case Relation.SHARE:
            yield from _parted(levels, asked.parts)
        case Relation.REST:
            yield from (choice for choice in _parted(levels, asked.parts) if len(choice.figures) == 2 or sum(choice.values[:-1]) < choice.values[-1])
        case Relation.GAP | Relation.GROWTH:
            yield from _apart(known, by_change=asked.relation is Relation.GROWTH)
        case Relation.SUM:
            yield from _listed(levels, asked.parts)
        case Relation.EACH:
            yield from _shared_out([o for o in levels if agree(units, o.figure.unit)], levels, asked.unit)
        case Relation.WHOLE:
            rates = [o for o in known if o.figure.unit == "%" and o.figure.kind is not Kind.CHANGE and o.figure.value > 0]
            yield from (_of([part], [rate]) for part in levels for rate in rates)


def _of(ones: Sequence[Operand], others: Sequence[Operand] = (), *, told: bool = False, unit: bool = False) -> Choice:
    """A choice of ``ones`` and ``others``, in this order; ``told`` as parts of their whole (其中) or as a step from the one to the other, with a
    number in the ``unit`` that is shared out by."""
    least, second = min(operand.one for operand in ones), sum(operand.other for operand in others)
    together = len({operand.found.sentence.start for operand in (*ones, *others)}) == 1
    features = (least, second, min([least, *(operand.other for operand in others)]), float(told), float(unit), float(together))
    return Choice(tuple(operand.found for operand in (*ones, *others)), features)


def chance(odds: float) -> float:
    """From log-odds to 0–1."""
    return 1 / (1 + exp(-odds))


def likely(known: Sequence[Operand], parts: int) -> list[Operand]:
    """Those that are likely the one, the likeliest first: each amount once, and none that is part of another; as many as there are to be ``parts``
    (0: any number), if none of these is quite unlikely."""
    found = {(o.figure.value, o.figure.unit, o.figure.subject): o for o in known}
    every = sorted(found.values(), key=lambda operand: -operand.one)
    named = every[:parts]
    if parts < 2 or len(named) < parts or chance(named[-1].one) < UNLIKELY:
        named = [operand for operand in every if chance(operand.one) >= LIKELY and every[0].one - operand.one <= WITH]
    ordinals = {operand.figure.ordinal for operand in named}
    return [operand for operand in named if operand.figure.parent not in ordinals]


def _parted(levels: Sequence[Operand], parts: int) -> Iterator[Choice]:
    """(part, whole); of several ``parts`` (parts …, whole), the likeliest that the whole has room for."""
    for whole in levels:
        fitting = [o for o in levels if o is not whole and agree((whole.figure.unit,), o.figure.unit) and 0 < whole.amount >= o.amount]
        taken = likely(fitting, parts) if parts != 1 else []
        room = [taken[:count] for count in range(2, len(taken) + 1) if sum(part.amount for part in taken[:count]) <= whole.amount]
        for own in room[-1:] or [[part] for part in fitting]:
            yield _of(own, [whole], told=all(part.figure.parent == whole.figure.ordinal for part in own))


def _apart(known: Sequence[Operand], *, by_change: bool) -> Iterator[Choice]:
    """(now, before), or the two that are set against one another; what was before may be told by the change since that follows the one, and what is
    now by the change that follows what was (比上年的178件减少26件). Where the words lead from the one to the other they tell which is which."""
    for now, before in permutations(known, 2):
        late, early = now.figure, before.figure
        if leads(now.found, before.found):
            continue
        if leads(before.found, now.found):
            yield _of([now.either], [before.either], told=True)
            continue
        if now.for_each is not before.for_each or not agree((late.unit,), early.unit) or (late.year or 0) < (early.year or 0):
            continue
        if late.kind is Kind.CHANGE:
            if by_change and early.kind is not Kind.CHANGE and now.found.sentence == before.found.sentence and early.end <= late.start:
                yield _of([now], [before], told=True)
            continue
        if early.kind is not Kind.CHANGE or (by_change and now.found.sentence == before.found.sentence and late.end <= early.start):
            yield _of([now], [before])


def _listed(levels: Sequence[Operand], parts: int) -> Iterator[Choice]:
    """All that are likely, of the measure of the likeliest."""
    first = max(levels, key=lambda operand: operand.one, default=None)
    taken = likely([operand for operand in levels if first and agree((first.figure.unit,), operand.figure.unit)], parts)
    if len(taken) > 1:
        yield _of(sorted(taken, key=lambda operand: operand.figure.start))


def _shared_out(amounts: Sequence[Operand], numbers: Sequence[Operand], unit: str) -> Iterator[Choice]:
    """(amount, number), rather a number in the ``unit`` that the question shares out by."""
    for total in amounts:
        for number in numbers:
            if not measures_of(total.figure.unit) & measures_of(number.figure.unit) and number.figure.value > 1:
                paid = "money" in measures_of(total.figure.unit) and total.found.sentence == number.found.sentence  # it tells which is shared out
                in_unit = bool(unit) and counted_by_unit(unit, number.figure.unit)
                yield _of([total.either], [number.either], unit=in_unit) if paid else _of([total], [number], unit=in_unit)


def by_number_elsewhere(asked: Asked, known: Sequence[Operand], number: Found | None, calibration: Calibration, units: Sequence[str]) -> tuple[Found, Found] | None:
    """The likeliest amount, and a ``number`` that the report counts in quite another place: its villages, its people."""
    if number is None or number.figure is None or number.figure.value <= 1 or asked.relation is not Relation.EACH:
        return None
    fitting = [o for o in known if o.level and agree(units, o.figure.unit) and not measures_of(o.figure.unit) & measures_of(number.figure.unit)]
    taken = chosen(asked, [_of([operand]) for operand in fitting], calibration)
    return (taken.figures[0], number) if taken else None


def counted_by_unit(word: str, unit: str) -> bool:
    """Whether figures in ``unit`` count what an amount is shared out by: 场 is 场次, and not 期."""
    same = unit.startswith(word) or (word in PLACES and unit in PLACES)
    return same or bool(measures_of(word) & measures_of(unit) & ALIKE)


def found_of(sentence: Sentence, figure: Figure) -> Found:
    """A figure with the clauses that say it."""
    return Found(sentence, max(figure.clause.start, sentence.start), min(figure.clause.end, sentence.end), 1.0, 1.0, figure)


def leads(before: Found, now: Found) -> bool:
    """Whether the words lead from the one to the other: 由…降到…."""
    assert before.figure is not None
    assert now.figure is not None
    if before.sentence != now.sentence or before.figure.end > now.figure.start:
        return False
    between = [f for f in now.sentence.figures if before.figure.end <= f.start < now.figure.start and agree((before.figure.unit,), f.unit)]
    text = now.sentence.report.text
    return not between and STEP.search(text[now.sentence.start : now.figure.start][-60:]) is not None
