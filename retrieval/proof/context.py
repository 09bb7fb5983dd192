"""Whom and when the words of a draft are about: the town and the year named last before them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from index.numerals import years
from index.places import Gazetteer
from index.types import ReportInfo, Span
from retrieval.reply.cite import short_town

ALL = re.compile(r"各(?:镇|乡|地|街道)|[两三四五六七八九十]个?镇|全[市县区省]")
"""Words after which a figure is no single town's."""
STRANGER = re.compile(
    r"(?:^|(?<=[，。；：、\s“（和与及]))(?![全我该各本])[㐀-䶿一-鿿]{2,4}?(?:镇|乡|街道)(?=20\d\d年)", re.MULTILINE
)
"""A town that nobody knows, where only a name can stand: before the year that a statement begins with."""
JOINED = re.compile(r"\s*[、和与及]\s*|")
OPENING = re.compile(r"(?:^|[，。；：、,;:\s“（(《]|截[至止])$")
"""What stands before the year that is spoken of, if no town does; any other (比2022年, 对2018年以来的) is only mentioned."""


PLANNED = re.compile(r"年?(?:计划|拟|将|力争|预计|目标)")
"""What makes the year before it one of a plan, which ends with its clause."""
AREA = 12
"""Characters before a town's name in which the area is named that it lies in."""
CLAUSE = re.compile(r"[。；;\n]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A town as a draft names it; ``town`` is "" where it speaks of all of them."""

    span: Span
    town: str


@dataclass(frozen=True, slots=True)
class About:
    """What a place in a draft is about: the towns named last, of several joined all of them, and the year; empty where none was named.

    ``areas`` are the counties, cities and provinces right before the town.
    """

    towns: tuple[str, ...] = ()
    year: int | None = None
    areas: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Context:
    """A draft with the towns and years that it names."""

    text: str
    mentions: tuple[Mention, ...]
    areas: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str, reports: Sequence[ReportInfo]) -> Context:
        """Read ``text``; towns are those of ``reports``, of the gazetteer, and what can only be the name of one."""
        known = {report.town: report.town for report in reports if report.town}
        spans = [Mention(found.span, text[found.span.start : found.span.end]) for found in Gazetteer.load().find(text)]
        spans += [Mention(Span(*match.span()), known[match[0]]) for match in _either(known).finditer(text)]
        bare = {short_town(town): town for town in known if short_town(town) != town}
        spans += [Mention(Span(*match.span()), bare[match[0]]) for match in _either(bare, r"(?=20\d\d年)").finditer(text)]
        spans += [Mention(Span(*match.span()), match[0]) for match in STRANGER.finditer(text)]
        spans += [Mention(Span(*match.span()), "") for match in ALL.finditer(text)]
        return cls(text, tuple(_apart(spans)), frozenset[str]().union(*map(_areas, reports)))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(mention.span.start for mention in self.mentions)

    @cached_property
    def _years(self) -> tuple[tuple[int, int, int], ...]:
        """Where each year that is spoken of begins to hold, where it no longer does, and the year."""
        towns = {mention.span.end for mention in self.mentions}
        spoken = [
            year
            for year in years(self.text)
            if year.start in towns or OPENING.search(self.text[max(0, year.start - 2) : year.start])
        ]
        return tuple((year.start, self._until(year.end), year.value) for year in spoken)

    def _until(self, end: int) -> int:
        over = CLAUSE.search(self.text, end) if PLANNED.match(self.text, end) else None
        return over.start() if over else len(self.text)

    def about(self, place: int) -> About:
        """What stands at ``place`` is about."""
        at = bisect_right(self._starts, place)
        joined = [mention for mention in self.mentions[max(0, at - 1) : at] if mention.town]
        while joined and at > len(joined) and self._joins(self.mentions[at - len(joined) - 1], joined[0]):
            joined.insert(0, self.mentions[at - len(joined) - 1])
        year = next((value for start, end, value in reversed(self._years) if start <= place < end), None)
        before = self.text[max(0, joined[0].span.start - AREA) : joined[0].span.start] if joined else ""
        return About(
            tuple(dict.fromkeys(mention.town for mention in joined)), year, frozenset(area for area in self.areas if area in before)
        )

    def _joins(self, first: Mention, second: Mention) -> bool:
        return bool(first.town) and JOINED.fullmatch(self.text, first.span.end, second.span.start) is not None

    def in_scope(self, about: About, reports: Sequence[ReportInfo]) -> list[ReportInfo]:
        """The reports of these towns; of namesakes those whose county, city or province stands before the name, if any does."""
        found = [report for report in reports if report.town in about.towns]
        return [report for report in found if _areas(report).intersection(about.areas)] or found


def _areas(report: ReportInfo) -> frozenset[str]:
    place = report.place
    return frozenset(filter(None, (place.county, place.city, place.province)))


def _either(names: Iterable[str], then: str = "") -> re.Pattern[str]:
    ordered = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, ordered)) or '(?!)'}){then}")


def _apart(mentions: Iterable[Mention]) -> Iterable[Mention]:
    """In order; of overlapping ones the longest that begins first, one that names a town before one that names none."""
    end = 0
    for mention in sorted(mentions, key=lambda each: (each.span.start, -each.span.end, not each.town)):
        if mention.span.start >= end:
            yield mention
            end = mention.span.end
