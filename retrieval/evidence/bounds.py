"""What of a report may answer at all: figures and pieces of the part of the year, and of those, that are asked about.

A figure of the county, a department, another town or a village is never the town's; a quarter's is never the year's.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from index.periods import Period, part_of_year
from index.types import Figure, Kind, Report, Span
from index.whose import owner_of
from retrieval.evidence.pieces import Piece
from retrieval.evidence.reading import Sentence

VILLAGE = re.compile(r"(?:村|社区)$")
LEVELS = frozenset((Kind.DONE, Kind.AS_OF))
WHOLE = re.compile("全年|年度|一年来")
PLACE = re.compile(r"[全我][镇乡县]|各村|[一-鿿]{2}(?:村(?![民干规级务里组支两校医]|集体)|社区(?!矫|工|民|居民|干|服))")
"""Another place, or all of the town."""


def of_period(sentence: Sentence, figure: Figure, asked: Period | None) -> bool:
    """Whether a figure is of the part of the year that is asked for, where one is."""
    said = sentence.report.text[sentence.start : figure.start]
    return asked is None or _stated(sentence.report, (*sentence.section.path, said), asked)


def _stated(report: Report, words: Collection[str], asked: Period) -> bool:
    """Whether ``report`` as a whole is of the period asked for, or the last of ``words`` to name one names it."""
    if report.period and not report.spans_years:
        return True  # of the reports of a year, the scope holds only those of that part of it
    named = [part_of_year(text[max((m.end() for m in WHOLE.finditer(text)), default=0) :]) for text in words]
    return any(part is not None and (part.first, part.last) == (asked.first, asked.last) for part in named)


def of_owner(sentence: Sentence, figure: Figure, villages: Collection[str]) -> bool:
    """Whether a figure is of the villages asked about, or of the town itself where none is."""
    if not villages:
        return not figure.owner
    return figure.owner in villages or (not figure.owner and _speaks_of(sentence.text, sentence.section.path, villages))


def own(sentence: Sentence, span: Span, figure: Figure | None) -> Span:
    """The part of a piece that is said of the one whose ``figure`` is: 桃源镇77件，我镇45件 is two statements."""
    if figure is None:
        return span
    others = [other for other in sentence.figures if other.owner != figure.owner and span.start <= other.start < span.end]
    start = max((other.clause.end for other in others if other.clause.end <= figure.clause.start), default=span.start)
    end = min((other.clause.start for other in others if other.clause.start >= figure.clause.end), default=span.end)
    return Span(start, end)


def _speaks_of(text: str, path: Collection[str], villages: Collection[str]) -> bool:
    return any(village in text or any(village in words for words in path) for village in villages)


def admits(piece: Piece, villages: Collection[str], period: Period | None, years: Collection[int], *, number: bool, said: str = "") -> bool:
    """Whether a piece may answer: words of the county, a department or another town never do unless the question ``said`` names them, a village's where no number is asked;
    nor does what was in another year than ``years``, by default the report's own, or what five years together come to, say how much
    there was in one of them."""
    sentence = piece.sentence
    report = sentence.report
    month = period is not None and period.first == period.last  # a word like others, where no number is asked: 五月份说好的汇演
    if period and (number or not month) and not _stated(report, (*sentence.section.path, report.text[sentence.start : piece.end]), period):
        return False
    figures = [*piece.figures]
    if number and years and report.spans_years and not any(figure.year in years for figure in figures):
        return False
    asked = years or (report.year,)
    if number and figures and all(figure.kind in LEVELS and figure.year and figure.year not in asked for figure in figures):
        return False
    if villages:
        return any(figure.owner in villages for figure in figures) or _speaks_of(piece.text, sentence.section.path, villages) or _goes_on(piece, villages)
    owners = {figure.owner for figure in figures} if figures else {owner_of(report.text[sentence.start : piece.end], report.town)}
    return any(not owner or VILLAGE.sub("", owner) in said or (VILLAGE.search(owner) and not number) for owner in owners)


def _goes_on(piece: Piece, villages: Collection[str]) -> bool:
    """Whether the last place that its section has named before a piece, which names none itself, is one of ``villages``: what is told of it goes on."""
    sentence = piece.sentence
    before = sentence.report.text[sentence.section.start : piece.start]
    told = max((before.rfind(village) for village in villages), default=-1)
    return told >= 0 and PLACE.search(before, told + 1 + min(map(len, villages))) is None and PLACE.search(piece.text) is None
