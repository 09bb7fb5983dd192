"""The figures of a draft, each looked for among those that the reports in scope state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from index.figures import figures
from index.text import sentences
from index.types import Figure, Place, Report, Section, Span
from retrieval.draft import Source
from retrieval.evidence.reading import Reading
from retrieval.measures import amount
from retrieval.proof.context import About
from retrieval.proof.words import Words, likeness, words_around

SURE = 0.45
"""Likeness from which a figure is what the draft repeats, so that another value of it is a mistake."""
HINT = 0.2
"""Likeness from which the very same number, with the same unit, is what the draft repeats."""
SLACK = 0.15
"""How much less alike than the likest figure of the same unit one of the same value may be: a count stands by chance in other sentences."""
ROUGH = {"多": "余", "大约": "约", "将近": "近", "至少": "不少于", "不低于": "不少于", "逾": "超过", "超": "超过"}
"""Ways to say one thing."""
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Stated:
    """A figure with the words around it, and where it may be cited."""

    figure: Figure
    words: Words
    source: Source

    @cached_property
    def written(self) -> str:
        """As the report has it, with its unit."""
        figure, text = self.figure, self.source.report.text
        number = text[figure.start : figure.end].strip()
        return number + figure.unit if number[-1:].isdecimal() else number


def in_draft(text: str) -> list[tuple[Figure, Span]]:
    """The figures of a draft with their sentences; a nought said in words is none."""
    report = Report(id="", file="", digest="", title="", place=Place(), year=None, text=text)
    found = [
        figure
        for figure in figures(report, (Section("", 0, 0, len(text)),))
        if not text.startswith(("无", "没", "未", "零"), figure.start)
    ]
    return [(figure, sentence) for sentence in sentences(text) for figure in found if sentence.start <= figure.start < sentence.end]


def said(text: str, sentence: Span, figure: Figure, every: Iterable[Figure], town: str) -> Words:
    """The words around a figure of a draft, without the town that labels it."""
    left, right = _neighbours(figure, every, sentence)
    return words_around(text, sentence, Span(figure.start, figure.end), left, right, figure.indicator, without=town)


def stated(reading: Reading) -> Iterator[Stated]:
    """The figures of a report."""
    for sentence in reading.sentences:
        own = list(sentence.figures)
        span = Span(sentence.start, sentence.end)
        for figure in own:
            left, right = _neighbours(figure, own, span)
            place = Span(figure.start, figure.end)
            words = words_around(reading.report.text, span, place, left, right, figure.indicator, without=reading.report.town)
            yield Stated(figure, words, sentence.source())


def _neighbours(figure: Figure, every: Iterable[Figure], sentence: Span) -> tuple[int, int]:
    others = [(other.start, other.end) for other in every if other.ordinal != figure.ordinal]
    left = max((end for _, end in others if end <= figure.start), default=sentence.start)
    return left, min((start for start, _ in others if start >= figure.end), default=sentence.end)


def same(one: Figure, other: Figure) -> bool:
    """The same number, unit and 余 or 约."""
    values = amount(one.value, one.unit), amount(other.value, other.unit)
    if abs(values[0] - values[1]) > TOLERANCE * max(1.0, abs(values[0])):
        return False
    units = _unit(one.unit), _unit(other.unit)
    return units[0] == units[1] and ROUGH.get(one.qualifier, one.qualifier) == ROUGH.get(other.qualifier, other.qualifier)


def _unit(unit: str) -> str:
    return "元" if unit.endswith("元") else unit


@dataclass(frozen=True, slots=True)
class Found:
    """What a figure of a draft comes to: ``same`` states it, of several reports one each; else ``instead`` is what it should say."""

    same: tuple[Stated, ...] = ()
    instead: Stated | None = None


def located(figure: Figure, words: Words, about: About, candidates: Sequence[Stated]) -> Found:
    """Find ``figure`` among ``candidates``, the figures of the town or of wherever it may stand.

    Another year's figure is not the one that is spoken of, though it may be what was meant.
    """
    scored = [(likeness(words, each.words), each) for each in candidates]
    timely = [(score, each) for score, each in scored if _in_year(each, about.year)]
    best = max((score for score, each in timely if _unit(each.figure.unit) == _unit(figure.unit)), default=0.0)
    agreeing = [(score, each) for score, each in timely if same(figure, each.figure) and score >= max(HINT, best - SLACK)]
    if agreeing:
        top = max(score for score, _ in agreeing)
        return Found(tuple(_one_a_report(each for score, each in sorted(agreeing, key=_order) if score >= top - SLACK)))
    likely = [(score, each) for score, each in timely if score >= SURE]
    if likely:
        return Found(instead=min(likely, key=_order)[1])
    elsewhen = [(score, each) for score, each in scored if score >= SURE and same(figure, each.figure)]
    return Found(instead=min(elsewhen, key=_order)[1]) if elsewhen and about.year else Found()


def _order(scored: tuple[float, Stated]) -> tuple[float, str, int]:
    score, each = scored
    return -score, each.source.report.id, each.figure.start


def _in_year(each: Stated, year: int | None) -> bool:
    return year is None or year in (each.figure.year, each.source.report.year)


def _one_a_report(found: Iterable[Stated]) -> Iterator[Stated]:
    seen: set[str] = set()
    for each in found:
        if each.source.report.id not in seen:
            seen.add(each.source.report.id)
            yield each
