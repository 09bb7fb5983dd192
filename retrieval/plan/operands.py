"""Which figures of a report a calculation takes: those whose own words fit best the words on the two sides of what is asked.

The reader has told which sentences the question is about. Of their figures, and of those beside them (the row's table, the next
sentence), each side takes the one whose clause speaks of it; where two choices fit as well, there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

from index.text import fold
from index.types import Figure, Kind
from retrieval.evidence.find import ROW, Found
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.pieces import Piece
from retrieval.evidence.reading import Reading
from retrieval.measures import agree, amount, measures_of
from retrieval.plan.pairs import STEP, about, counted_by_unit, found_of
from retrieval.question.derivation import Asked, Relation

NAMED = 0.3
"""Share of a side's words that those of its figure must have, for it to be named."""
SPOKEN, COVERED = 0.55, 0.4
"""The same for a sentence that is to speak of the thing; and the share of the whole question that it must have, where a side is named by
little."""
ALL_BUT_ONE = 0.75
"""The same for each of several that are named together."""
LEAD = 0.08
"""How much better than any other a choice must fit: of two that fit as well, neither is taken."""
CROSS = 0.5
"""How much it counts against a choice that a side's words are those of the other figure."""
PART, SUMS_UP, NEXT, AFTER, APART = 0.3, 0.4, 0.15, 0.1, 0.2
"""What it adds that a part is stated as one, that it and those listed with it come to the whole, that the two stand side by side, in the
order in which reports tell them; and takes away that they stand in two sentences."""
WORDS = 40
"""Characters before a figure, and"""
TAIL = 8
"""after it, that are its own."""
MARK = re.compile(r"[,，;；。:：、)）]")
SENTENCE_END = re.compile(r".*[。；;]", re.S)
STEPS = (Relation.GAP, Relation.GROWTH)
HALVES = ("上半年", "下半年")
EACH_SAID = re.compile(r"每|平均|[人户案]均|至少")
LEFT_OVER = re.compile(r"(?:其余|其他|余下|剩余|剩下)[^，,。；;]*")
OF = re.compile(r"占[^,，。;；]{0,16}$")


@dataclass(frozen=True, slots=True)
class Choice:
    """The figures that a formula takes, in its order, and how well they fit; ``named`` whether their own words are those of the question."""

    figures: tuple[Found, ...]
    score: float
    named: bool

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(f.figure.value for f in self.figures if f.figure)


@dataclass(frozen=True)
class Place:
    """A piece that the reader took for an answer: ``own`` are its figures, ``near`` those beside it; ``covered`` the share of the topic
    in it, ``sure`` whether the reader has no doubt."""

    inquiry: Inquiry
    reading: Reading
    piece: Piece
    covered: float
    sure: bool = True
    others: tuple[Piece, ...] = ()
    """What else the reader put first, of the same report."""

    @cached_property
    def own(self) -> tuple[Found, ...]:
        return tuple(found_of(self.piece.sentence, figure) for figure in self.piece.figures)

    @cached_property
    def near(self) -> tuple[Found, ...]:
        """Those of the other rows of its table, or of its sentence and those before and after it."""
        sentence = self.piece.sentence
        section = [s for s in self.reading.sentences if s.section.ordinal == sentence.section.ordinal]
        at = section.index(sentence)
        rows = ROW.search(sentence.text) is not None
        beside = [s for s in section if ROW.search(s.text)] if rows else section[max(0, at - 1) : at + 2]
        told = ((s, figure) for s in beside for figure in s.figures)
        read = ((piece.sentence, figure) for piece in self.others for figure in piece.figures)
        known = {f.figure.ordinal for f in self.own if f.figure}
        return tuple({figure.ordinal: found_of(s, figure) for s, figure in (*told, *read) if figure.ordinal not in known}.values())

    def fit(self, side: str, found: Found) -> float:
        """The share of a side's words that a figure's own words have."""
        if not side:
            return 0.0
        words = own_words(found)
        return about(self.inquiry, side).strict_needle().coverage(fold(words), words)

    def speaks_of(self, side: str) -> bool:
        """Whether the sentence, or the headings above it, have a good part of a side's words: 信访事项 is not any 事项."""
        sentence = self.piece.sentence
        return about(self.inquiry, side).strict_needle().coverage(sentence.words, sentence.text, sentence.above) >= SPOKEN

    def pairs(self) -> Iterator[tuple[Found, Found, Figure, Figure]]:
        """Any two figures, one of which is its own."""
        for one, other in permutations((*self.own, *self.near), 2):
            assert one.figure is not None
            assert other.figure is not None
            if one in self.own or other in self.own:
                yield one, other, one.figure, other.figure


def own_words(found: Found) -> str:
    """What is counted and done, and the words from the figure before it to the mark after it; of a row those of its heads."""
    figure, sentence = found.figure, found.sentence
    assert figure is not None
    text, named = sentence.report.text, f"{figure.owner}{figure.subject}{figure.action}"
    if ROW.search(sentence.text):
        return named
    left = max([sentence.start, figure.start - WORDS, *(f.end for f in sentence.figures if f.end <= figure.start)])
    right = min([sentence.end, figure.end + TAIL, *(f.start for f in sentence.figures if f.start >= figure.end)])
    mark = MARK.search(text, figure.end, right)
    return f"{named}{SENTENCE_END.sub('', text[left : figure.start])}{text[figure.start : mark.start() if mark else right]}"


def choice_of(asked: Asked, place: Place, *, together: bool = False) -> Choice | None:
    """The figures of a place that are meant; None where none fit, or others fit as well. ``together``: those that one sentence tells, and names."""
    kinds = {Relation.SHARE: _parted, Relation.REST: _parted, Relation.LEFT_OVER: _all_listed, Relation.GAP: _apart, Relation.GROWTH: _apart, Relation.SUM: _listed, Relation.EACH: _shared_out, Relation.WHOLE: _of_share}
    every = sorted(kinds[asked.relation](asked, place), key=lambda choice: -choice.score)
    named = [choice for choice in every if choice.named]
    if together:
        told = [choice for choice in named if len({figure.sentence.start for figure in choice.figures}) == 1]
        named = told if told and told[0].score >= named[0].score - LEAD else []
    fitting = named if named or together else [choice for choice in every if all(figure in place.own for figure in choice.figures)]
    if not fitting:
        return None
    first = fitting[0]
    if asked.deed and asked.other and not place.sure and not place.speaks_of(asked.other):
        return None
    rival = next((other for other in fitting[1:] if other.values != first.values), None)
    if named:
        return first if rival is None or first.score - rival.score >= LEAD else None
    return first if rival is None and _told_of(asked, place, first) else None


def _told_of(asked: Asked, place: Place, only: Choice) -> bool:
    """Whether the only two figures of the piece that fit may be meant though they have other words: of a deed or a step, or with a part of
    the words."""
    if place.covered < (NAMED if asked.deed else COVERED):
        return False
    return asked.deed or not asked.one or asked.relation in STEPS or any(place.fit(asked.one, found) > 0 for found in only.figures)


def _level(found: Found) -> bool:
    """Whether a figure is one of its report's own year, and no rate, change or so many for each."""
    figure, report = found.figure, found.sentence.report
    assert figure is not None
    level = figure.kind is not Kind.CHANGE and figure.unit != "%" and figure.year in (None, report.year)
    return level and EACH_SAID.search(report.text[max(found.sentence.start, figure.start - TAIL) : figure.start]) is None


def _one_sentence(one: Found, other: Found) -> bool:
    return one.sentence == other.sentence


def _between(one: Found, other: Found) -> list[Figure]:
    """The figures of their measure that stand between two of one sentence."""
    assert one.figure is not None
    assert other.figure is not None
    return [f for f in one.sentence.figures if one.figure.end <= f.start < other.figure.start and agree((other.figure.unit,), f.unit)]


def _listed_with(part: Found) -> list[Figure]:
    """A part, and those that are listed with it as parts of one whole."""
    assert part.figure is not None
    one = part.figure
    return [f for f in part.sentence.figures if f.parent is not None and f.parent == one.parent and f.unit == one.unit and f.clause == one.clause]


def _parted(asked: Asked, place: Place) -> Iterator[Choice]:
    """(part, whole), for a share and for a rest; of several parts that are left out all of them, then the whole."""
    if asked.relation is Relation.REST and len(asked.names) > 1 and not asked.deed:
        yield from _all_parts(asked, place)
        return
    for whole, part, big, small in place.pairs():
        same = agree((big.unit,), small.unit)
        counts = asked.relation is Relation.SHARE and asked.one and asked.other
        if not (_level(whole) and _level(part) and (same or (counts and _one_sentence(whole, part)))) or amount(small.value, small.unit) > amount(big.value, big.unit):
            continue
        listed = _listed_with(part)
        if not asked.one and (len(listed) > 1 or not _one_sentence(whole, part)):
            continue  # any of them may be meant
        if big in listed or big.ordinal == small.ordinal or big.parent == small.ordinal or not big.value or (big.value == small.value and not asked.one):
            continue
        one, other = place.fit(asked.one, part), place.fit(asked.other, whole)
        if asked.relation is Relation.SHARE and asked.deed and place.fit(asked.one, whole) >= max(one, NAMED):
            continue  # 达成协议84份 is no whole of what was 达成
        if (not same and min(one, other) < NAMED) or (not small.value and one < ALL_BUT_ONE):
            continue  # 败诉0件 is no 应诉
        total = sum(f.value for f in listed)
        score = one + other - CROSS * (place.fit(asked.one, whole) + place.fit(asked.other, part))
        score += PART * (small.parent == big.ordinal and total <= big.value) + SUMS_UP * (len(listed) > 1 and total == big.value)
        score -= SUMS_UP * (small.parent == big.ordinal and total > big.value)
        if _one_sentence(whole, part):
            score += AFTER * (big.start < small.start) + NEXT * (big.start < small.start and not _between(whole, part))
        else:
            score -= APART
        least = NAMED if asked.deed or not asked.one or place.covered >= COVERED or other >= SPOKEN else SPOKEN
        yield Choice((part, whole), score, (one if asked.one else other) >= least)


def _all_parts(asked: Asked, place: Place) -> Iterator[Choice]:
    """The parts that the question names, each told as part of one whole, and that whole."""
    figures = (*place.own, *place.near)
    named = _named_parts(asked.names, place)
    told = [f for f in named if f and f.figure]
    if len(told) != len(asked.names) or len({(f.figure.parent, f.figure.unit) for f in told if f.figure}) > 1 or len(set(told)) < len(told):
        return
    first, total = told[0].figure, sum(f.figure.value for f in told if f.figure)
    assert first is not None
    for whole in figures:
        before = whole.figure and (whole.figure.ordinal == first.parent or (_one_sentence(whole, told[0]) and whole.figure.start < first.start))
        if whole.figure and before and _level(whole) and whole.figure.parent != first.parent and agree((first.unit,), whole.figure.unit) and whole.figure.value >= total:
            yield Choice((*told, whole), place.fit(asked.other, whole) + AFTER * (not any(agree((first.unit,), f.unit) for f in whole.sentence.figures if f.start < whole.figure.start)), named=True)


def _named_parts(names: Sequence[str], place: Place) -> list[Found | None]:
    """The part that bears each name; where some bear another, as many parts as there are names, if most do."""
    figures = [f for f in (*place.own, *place.near) if f.figure and f.figure.parent is not None]
    named = [next((f for f in figures if place.fit(name, f) >= ALL_BUT_ONE), None) for name in names]
    first = next((f for f in named if f), None)
    if first is None or None not in named or 2 * sum(f is not None for f in named) <= len(named):
        return named
    own = _listed_with(first)
    listed: list[Found | None] = [f for f in figures if f.figure in own]
    return listed if len(listed) == len(named) else named


def _all_listed(asked: Asked, place: Place) -> Iterator[Choice]:
    """All parts that are listed of a whole, and that whole, where the words for what is left of it are those of a side."""
    text = place.piece.sentence.report.text
    for whole in place.own:
        told = LEFT_OVER.search(text, whole.figure.end, place.piece.end) if whole.figure else None
        if told is None or whole.figure is None:
            continue
        parts = [f for f in place.own if f.figure and f.figure.parent == whole.figure.ordinal and f.figure.end <= told.start() and agree((whole.figure.unit,), f.figure.unit)]
        if len(parts) > 1 and sum(f.figure.value for f in parts if f.figure) < whole.figure.value:
            covered = [about(place.inquiry, side).strict_needle().coverage(fold(told[0]), told[0]) for side in (asked.one, asked.other) if side]
            yield Choice((*parts, whole), max(covered, default=0.0), max(covered, default=0.0) >= SPOKEN)


def _apart(asked: Asked, place: Place) -> Iterator[Choice]:
    """(now, before), or the two that are set against one another."""
    for now, before, late, early in place.pairs():
        if late.kind is Kind.CHANGE or not agree((late.unit,), early.unit) or late.ordinal == early.ordinal:
            continue
        one, other = place.fit(asked.one, now), place.fit(asked.other or asked.one, before)
        if early.kind is Kind.CHANGE:
            beside = _one_sentence(now, before) and late.end <= early.start and not _between(now, before)
            if asked.relation is Relation.GROWTH and (beside or min(one, other) >= SPOKEN):
                yield Choice((now, before), one + (NEXT if beside else -APART), one >= NAMED)
            continue
        if asked.other:
            if min(one, other) >= NAMED and late.value != early.value:
                yield Choice((now, before), one + other - CROSS * (place.fit(asked.one, before) + place.fit(asked.other, now)), named=True)
        elif _a_year_before(early, late) or leads(before, now):
            yield Choice((now, before), one + CROSS * other + NEXT * _one_sentence(now, before) - APART * (not _one_sentence(now, before)), max(one, other) >= NAMED)


def _a_year_before(early: Figure, late: Figure) -> bool:
    return early.year is not None and late.year is not None and early.year == late.year - 1


def leads(before: Found, now: Found) -> bool:
    """Whether the words lead from the one to the other: 由…降到…."""
    assert before.figure is not None
    assert now.figure is not None
    if not _one_sentence(before, now) or before.figure.end > now.figure.start:
        return False
    text = now.sentence.report.text
    return not _between(before, now) and STEP.search(text[now.sentence.start : now.figure.start][-60:]) is not None


def _listed(asked: Asked, place: Place) -> Iterator[Choice]:
    """Those of one measure that the question names one by one, or the two halves of the year."""
    names = asked.names or HALVES
    if len(names) == 1:  # 红单绿单: named without a mark between them
        names = tuple(name for f in place.own if f.figure and (name := f.figure.subject[-2:]) and name in names[0]) or names
    taken: list[Found] = []
    for name in names:
        fits = [(place.fit(name, f), f) for f in place.own if _level(f) and f not in taken]
        told = [f for share, f in fits if (name in own_words(f) if name in HALVES else share >= ALL_BUT_ONE)]
        if len(told) != 1:
            return
        taken += told
    figures = [f.figure for f in taken if f.figure]
    alike = all(agree((figures[0].unit,), f.unit) for f in figures)
    total = sum(f.value for f in figures)
    stated = any(f.figure and f.figure.value == total and agree((figures[0].unit,), f.figure.unit) for f in (*place.own, *place.near))
    if len(taken) > 1 and alike and not stated and not any(f.parent == other.ordinal for f in figures for other in figures):
        yield Choice(tuple(taken), 1.0, named=True)


def _shared_out(asked: Asked, place: Place) -> Iterator[Choice]:
    """(amount, number)."""
    units = [unit for unit in place.inquiry.wanted.units if unit not in ("%", asked.unit)]
    units += ["人次"] if "人" in units else []
    for total, number, big, count in place.pairs():
        if not (_level(total) and _level(number)) or measures_of(big.unit) & measures_of(count.unit) or count.value <= 1:
            continue
        if (asked.unit and not counted_by_unit(asked.unit, count.unit)) or not agree(units, big.unit):
            continue
        one, other = place.fit(asked.one, total), place.fit(asked.other or asked.one, number)
        if asked.other and other < NAMED and not (asked.unit and _one_sentence(total, number)):
            continue
        apart = abs(total.sentence.start - number.sentence.start) > 0
        beside = not apart and not [f for f in total.sentence.figures if min(big.end, count.end) <= f.start < max(big.start, count.start)]
        score = one + other + NEXT * beside + AFTER * (count.start < big.start) - APART * apart - AFTER * (big.parent is not None or count.parent is not None)
        yield Choice((total, number), score, max(one, other) >= NAMED)


def shared_out_by(number: Found, asked: Asked, place: Place) -> Choice | None:
    """The only amount of the piece that is asked for, by a number that is told elsewhere."""
    units = [unit for unit in place.inquiry.wanted.units if unit not in ("%", asked.unit)]
    fitting = [f for f in place.own if f.figure and _level(f) and agree(units, f.figure.unit) and place.fit(asked.one, f) >= NAMED]
    return Choice((fitting[0], number), 0.0, named=True) if len(fitting) == 1 and fitting[0].figure != number.figure else None


def _of_share(asked: Asked, place: Place) -> Iterator[Choice]:
    """(part, its share)."""
    for part, share, small, rate in place.pairs():
        if rate.unit == "%" and rate.kind is not Kind.CHANGE and small.unit != "%" and _one_sentence(part, share) and small.start < rate.start:
            text = part.sentence.report.text
            if OF.search(text[small.end : rate.start]) and not [f for f in part.sentence.figures if small.end <= f.start < rate.start]:
                yield Choice((part, share), place.fit(asked.one, share), named=True)


