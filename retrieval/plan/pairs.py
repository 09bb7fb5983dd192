"""The two figures of a report from which a third follows: a whole and its part, from and to, an amount and what it is shared out by.

They stand in one sentence, in the order in which reports tell them (受理301件，调解成功278件), and are of one measure where one is part
of the other. Where no sentence tells both so that no other pair fits as well, the marker says which figure is the part, and which the
whole; units, years and sizes are checked in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.text import fold
from index.types import Figure
from retrieval.draft import Operation
from retrieval.evidence import find
from retrieval.evidence.find import STATED, Found, Look
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import Judge
from retrieval.evidence.reading import Reading
from retrieval.measures import agree, measures_of
from retrieval.plan.algebra import Cell
from retrieval.plan.cells import cell_of
from retrieval.plan.operands import FEW, LIKELY, PLACES, Place, by_number_elsewhere, chance, choice_of, counted_by_unit, operands
from retrieval.question.derivation import EACH, Asked, Derivation, Derived, Relation

SAME_DEED, VERY_DEED = 0.5, 0.75
"""Share of the characters of the deed asked about (办结) that the words of the part must have; and where all is said to be brought to its end: 2件，均胜诉
is no 败诉."""
LEAD = 0.05
"""How much better than any other a pair must fit the question: of two that fit as well, the words choose neither."""
CLOSE = 0.1
"""What it adds that an amount and its number stand in one clause: 先行赔付47起、6.8万元."""
APART = re.compile(r"[,，;；]|其中")
"""What stands between a whole and its part; 、 stands between parts."""
BARE = re.compile(r"[,，;；]\s*(?:其中|已|均|全部|实际|成功)*[一-鿿]{0,2}(?:成|结|改|解|办|回|证|复|决|功)了?")
"""A deed and nothing else before a part: it is part of what stands right before it, whatever that is part of itself (参与71件，调成68件)."""
COMPARED = re.compile(r"[比较](?:原来|原先|以前|之前|过去)(?:定)?的?|(?<=[一-鿿 ])[多少高低][一-鿿]?(?= |$)|净增")
"""Words of a question that compare and name nothing."""
NOT = re.compile(r"(?:里|中)?(?:还|尚)?(?:没有?|未)(?=[一-鿿])|(?:还|尚)(?= )")
"""Words of a question that deny a deed: of 还没办结 the report says 办结."""
ALL = re.compile(r"[,，;；]?[^,，。;；\d]{0,4}(?:均|全部|都|全)[^,，。;；\d]{0,8}")
"""What follows a whole of which all was brought to its end: 48处，全部整改到位."""
READ = 2
"""Pieces of a report that the reader puts first, whose figures are looked at."""
RELATIONS = {Derivation.RATE: Relation.SHARE, Derivation.REST: Relation.REST, Derivation.EACH: Relation.EACH}
PARTED = frozenset((Derivation.RATE, Derivation.REST))
"""Kinds whose second figure is part of the first."""
FILLERS = frozenset(" 的了来过着在到出完有是")
SPOKEN = 0.5
"""Share of the topic that must stand in the sentence of one of two figures that the reader took."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two figures of one report, and how well they fit the question."""

    first: Found
    second: Found
    score: float

    @property
    def values(self) -> tuple[float, float]:
        assert self.first.figure is not None
        assert self.second.figure is not None
        return self.first.figure.value, self.second.figure.value

    @property
    def cells(self) -> tuple[Cell, Cell]:
        first, second = (cell_of(f, f.sentence.report.year or 0) for f in (self.first, self.second))
        return first, second


def derived_cell(asked: Derived, pair: Pair) -> Cell | None:
    """What follows from a pair, as a cell with its parts; None of a part of nothing."""
    first, second = pair.cells
    if asked.kind is Derivation.RATE and not first.value:
        return None
    if asked.kind is Derivation.RATE:
        return first._replace(value=100 * second.amount / first.amount, unit="%", qualifier="", parts=(second, first), operation=Operation.SHARE)
    if asked.kind is Derivation.REST:
        value = round((first.amount - second.amount) * first.value / first.amount, 9) if first.amount else 0.0
        return first._replace(value=value, qualifier="", parts=(first, second), operation=Operation.DIFFERENCE)
    return first._replace(value=first.value / second.value, qualifier="", parts=(first, second), operation=Operation.TIMES)


def pair_of(asked: Derived, inquiry: Inquiry, readings: Sequence[Reading], judge: Judge | None) -> Pair | None:
    """The two figures of one of the reports that ``asked`` is calculated from: those told together, else those that the marker reads, if there is a judge."""
    together = _best([pair for reading in readings for pair in _pairs(asked, inquiry, reading)])
    if judge is None:
        return together
    if together and (asked.kind is not Derivation.EACH or inquiry.query.every or _spoken_of(asked, inquiry, together)):
        return together
    taken = (_by_meaning(asked, inquiry, reading, judge) for reading in readings)
    return next((pair for pair in taken if pair and (counted_by(asked, inquiry) or _spoken_of(asked, inquiry, pair))), None)


def _spoken_of(asked: Derived, inquiry: Inquiry, pair: Pair) -> bool:
    """Whether the report names the thing beside the figures that the marker took: 信访事项 is not any 事项."""
    said = f"{inquiry.query.context} {inquiry.query.topic}".replace(asked.thing or " ", " ")
    topic = EACH.sub(" ", said) if asked.kind is Derivation.EACH else NOT.sub(" ", said).replace(f"{asked.word}率", " ").replace(asked.word, " ")
    needle = inquiry.for_figure(topic).strict_needle()
    told = (found.sentence for found in (pair.first, pair.second))
    return not topic.strip() or any(needle.coverage(s.words, s.text, s.above) >= SPOKEN for s in told)


def _look(asked: Derived, inquiry: Inquiry) -> Look:
    """Figures of any unit: what is calculated may have another than what it is calculated from."""
    wanted = replace(inquiry.wanted, units=(), number=True, rate="", values=(), change=False)
    if names := counted_by(asked, inquiry):
        needle = inquiry.needle(names[0])
        return Look(needle, needle, replace(wanted, indicator=names[0], relatives=names[1:], exact=True))
    words = NOT.sub(" ", COMPARED.sub(" ", f"{inquiry.query.context}{inquiry.query.topic}"))
    needle = inquiry.needle(EACH.sub(" ", words) if asked.kind is Derivation.EACH else words)
    return Look(needle, needle, wanted)


def _best(pairs: Sequence[Pair]) -> Pair | None:
    """The pair that fits best, unless another with other values fits as well."""
    ranked = sorted(pairs, key=lambda pair: -pair.score)
    if not ranked:
        return None
    rival = next((p for p in ranked[1:] if p.values != ranked[0].values), None)
    return None if rival and ranked[0].score - rival.score < LEAD else ranked[0]


def _pairs(asked: Derived, inquiry: Inquiry, reading: Reading) -> Iterator[Pair]:
    look, names = _look(asked, inquiry), counted_by(asked, inquiry)
    known = {f.figure.ordinal: f for f in find.figures(look, reading.sentences) if f.figure}
    for sentence in reading.sentences:
        own = sorted((f for f in sentence.figures if f.ordinal in known), key=lambda f: f.start)
        for pair in _together(asked, inquiry, own, sentence.report.text):
            first, second = (known[figure.ordinal] for figure in pair)
            if max(first.coverage, second.coverage) >= STATED and (asked.kind not in PARTED or _parts(asked.word, first, second, names)):
                beside = _nearness(first, second) if asked.kind is Derivation.EACH else 0.0
                told = sentence.report.text[min(map(_left, (first, second))) : max(figure.end for figure in pair)]
                deed = float(_does(asked.word, second, names)) if names else share_of(asked.word, words_of(second)) if asked.kind in PARTED else 0.0
                yield Pair(first, second, look.needle.coverage(fold(told), told) + deed + beside)


def _nearness(one: Found, other: Found) -> float:
    """What it adds to an amount and its number that they stand in one clause, the number first; or takes away that one of them is a part."""
    assert one.figure is not None
    assert other.figure is not None
    part = one.figure.parent is not None or other.figure.parent is not None
    ordered = one.figure.start > other.figure.start
    return CLOSE * (_in_one_clause(one, other) + 0.5 * ordered - 1.5 * part)


def _in_one_clause(one: Found, other: Found) -> bool:
    """Whether no mark stands between two figures but 、."""
    assert one.figure is not None
    assert other.figure is not None
    first, second = sorted((one.figure, other.figure), key=lambda figure: figure.start)
    return APART.search(one.sentence.report.text[first.end : second.start]) is None


def _together(asked: Derived, inquiry: Inquiry, own: Sequence[Figure], text: str) -> Iterator[tuple[Figure, Figure]]:
    """The pairs of a sentence's figures that the calculation may take: (whole, part), (from, to), (amount, number)."""
    units = _counts(inquiry)
    match asked.kind:
        case Derivation.RATE | Derivation.REST:
            parts = (f for f in own if f.unit != "%" and agree(units, f.unit))
            yield from ((whole, part) for part in parts if (whole := _whole(part, own, text)))
        case Derivation.EACH:
            units = _amounts(units)
            for one, other in dict.fromkeys((*pairwise(own), *pairwise([f for f in own if f.parent is None]))):
                for amount, number in ((other, one), (one, other)):
                    apart = not measures_of(amount.unit) & measures_of(number.unit)
                    if apart and number.value > 1 and amount.unit != "%" and agree(units, amount.unit) and counted_by_unit(asked.word, number.unit):
                        yield amount, number


def _counts(inquiry: Inquiry) -> list[str]:
    """The units asked for, but those of what is calculated."""
    return [unit for unit in inquiry.wanted.units if unit not in ("%", "百分点")]


def _amounts(units: Sequence[str]) -> list[str]:
    """How many people come to each is counted in 人次."""
    return [*units, *(["人次"] if "人" in units else [])]


def _whole(part: Figure, own: Sequence[Figure], text: str) -> Figure | None:
    """Its stated whole, or the figure of its measure that stands before it; no less than the part, and of the same year."""
    before = [f for f in own if f.start < part.start and agree((f.unit,), part.unit)]
    stated = [f for f in own if f.ordinal == part.parent]
    bare = before and BARE.fullmatch(text[before[-1].end : part.start])
    whole = next(iter(before[-1:] if bare else stated or before[-1:]), None)
    fits = whole and whole is not part and whole.value >= part.value and (whole.kind, whole.year) == (part.kind, part.year)
    return whole if fits else None


def counted_by(asked: Derived, inquiry: Inquiry) -> tuple[str, ...]:
    """The indicators that count what a rate of the table is a rate of, the likeliest first; none where the question speaks of
    no such rate, or of more than that (调解室的调成率)."""
    row = inquiry.table.named(inquiry.wanted.indicator)
    parts = (inquiry.table.named(name) for name in row.relatives) if row and inquiry.wanted.exact and "%" in row.units else ()
    return tuple(part.name for part in parts if part and (part.action or asked.word in part.name))


def _does(deed: str, part: Found, names: Sequence[str]) -> bool:
    """Whether a figure is what the deed speaks of, by its words or by the first of ``names``."""
    assert part.figure is not None
    return part.figure.indicator in names[:1] or share_of(deed, words_of(part)) >= SAME_DEED


def _parts(deed: str, whole: Found, part: Found, names: Sequence[str]) -> bool:
    """Whether the part is of the whole, and is what the deed speaks of."""
    assert whole.figure is not None
    assert part.figure is not None
    between = part.sentence.report.text[whole.figure.end : part.figure.start]
    apart = part.figure.parent == whole.figure.ordinal or APART.search(between) is not None
    return apart and _does(deed, part, names) and (bool(names) or share_of(deed, words_of(part)) >= share_of(deed, words_of(whole)))


def share_of(deed: str, words: str) -> float:
    """The share of the characters of ``deed`` that ``words`` have."""
    own = [character for character in deed if character not in FILLERS]
    return sum(character in words for character in own) / len(own) if own else 1.0


def _left(found: Found) -> int:
    """Where the words that are a figure's own begin: after the figure before it."""
    assert found.figure is not None
    start = found.figure.start
    return max((f.end for f in found.sentence.figures if f.end <= start), default=found.sentence.start)


def words_of(found: Found) -> str:
    """The words of a figure: what is counted and done, and those from the figure before it on."""
    assert found.figure is not None
    return f"{found.figure.subject}{found.figure.action}{found.sentence.report.text[_left(found) : found.figure.end]}"


def _by_meaning(asked: Derived, inquiry: Inquiry, reading: Reading, judge: Judge) -> Pair | None:
    """The pair that the marker reads as the two sides of what is asked."""
    places = [Place(inquiry, reading, finding.piece) for finding in judge.findings(inquiry, (reading,)).ranked[:READ]]
    if not places:
        return None
    each = asked.kind is Derivation.EACH
    meant = Asked(RELATIONS[asked.kind], unit=asked.word if each else "")
    known, units = operands(meant, places, judge, FEW), _amounts([unit for unit in _counts(inquiry) if unit != asked.word]) if each else []
    choice = choice_of(meant, known, judge.calibration, units)
    if choice:
        first, second = choice.figures
        return Pair(first, second, 0.0) if each else Pair(second, first, 0.0)
    if each:
        number = judge.measured(inquiry.for_figure(asked.thing), reading, (asked.word, *PLACES) if asked.word in PLACES else (asked.word,)) if asked.thing else None
        elsewhere = by_number_elsewhere(meant, known, number, judge.calibration, units)
        return Pair(elsewhere[0], elsewhere[1], 0.0) if elsewhere else None
    return next((pair for operand in known if chance(max(operand.one, operand.other)) >= LIKELY and (pair := _all_of_it(asked, operand.found))), None)


def _all_of_it(asked: Derived, found: Found) -> Pair | None:
    """48处，全部整改到位: the whole is its own part."""
    assert found.figure is not None
    said = ALL.match(found.sentence.report.text, found.figure.end, found.sentence.end)
    return Pair(found, found, 0.0) if said and share_of(asked.word, said[0]) >= VERY_DEED else None
