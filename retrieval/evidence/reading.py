"""A report as the answerer reads it: sentences with their section, their figures and their grams. Derived, never stored."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from index.store import Store
from index.text import fold, sentences, simplified
from index.types import Figure, Report, ReportInfo, Section, Span
from retrieval.draft import Source

NAME = re.compile(r"[“「『]([一-鿿]{3,10})[”」』]")


@dataclass(frozen=True, eq=False)
class Stated:
    """The figures of a report, got by ``read`` when they are first looked at: words are looked for in many reports, figures in few."""

    read: Callable[[], Iterable[Figure]]

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """By the place of their clause."""
        return tuple(sorted(self.read(), key=lambda figure: figure.clause.start))

    @cached_property
    def starts(self) -> tuple[int, ...]:
        return tuple(figure.clause.start for figure in self.figures)


@dataclass(frozen=True, slots=True)
class Within(Iterable[Figure]):
    """Those of a report's figures whose clause begins in ``start:end``."""

    stated: Stated
    start: int
    end: int

    def __iter__(self) -> Iterator[Figure]:
        starts = self.stated.starts
        return iter(self.stated.figures[bisect_right(starts, self.start - 1) : bisect_right(starts, self.end - 1)])


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: ``words`` is its text as ``fold`` gives it, ``above`` that of the headings above it.

    A gram of Chinese characters stands in a text when it is a part of it; no set of grams is kept, which would be forty times as large.
    """

    report: Report
    section: Section
    start: int
    end: int
    words: str
    above: str
    figures: Iterable[Figure] = ()

    @property
    def text(self) -> str:
        return self.report.text[self.start : self.end]

    @property
    def is_heading(self) -> bool:
        """Whether it is the heading of its section."""
        heading = self.section.heading
        return heading is not None and heading.start <= self.start and self.end <= heading.end + 1

    def source(self, start: int | None = None, end: int | None = None) -> Source:
        """The sentence, or a part of it, as something to cite."""
        return Source(self.report, self.section, self.start if start is None else start, self.end if end is None else end)


@dataclass(frozen=True, eq=False)
class Reading:
    """A report with its sections, sentences and figures, in order."""

    report: Report
    sections: tuple[Section, ...]
    stated: Stated

    @cached_property
    def folded(self) -> str:
        return fold(simplified(self.report.text))

    @cached_property
    def names(self) -> frozenset[str]:
        """What it puts in quotation marks: names of things of its own, among them."""
        return frozenset(NAME.findall(simplified(self.report.text)))

    @cached_property
    def spans(self) -> tuple[tuple[Section, tuple[Span, ...]], ...]:
        """The sections with their sentences; those that are noise are left out."""
        text, noise = self.report.text, self.report.noise
        found = ((section, sentences(text, section.start, section.end)) for section in self.sections)
        if not noise:
            return tuple((section, tuple(spans)) for section, spans in found)
        return tuple((section, tuple(s for s in spans if not any(n.start <= s.start and s.end <= n.end for n in noise))) for section, spans in found)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the sentences alone."""
        return tuple(self.folded[span.start : span.end] for _, spans in self.spans for span in spans)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Made when they are looked at: of many reports only the words are."""
        words = iter(self.words)
        return tuple(
            Sentence(self.report, section, span.start, span.end, next(words), above, Within(self.stated, span.start, span.end))
            for section, spans in self.spans
            for above in (fold(simplified(" ".join(section.path))),)
            for span in spans
        )

    def children(self, section: Section) -> tuple[Section, ...]:
        """The sections directly under ``section``."""
        below = (s for s in self.sections if s.level == section.level + 1 and s.path[: section.level] == section.path)
        return tuple(s for s in below if s.start >= section.start)

    def of(self, section: Section) -> tuple[Sentence, ...]:
        """The sentences of one section, its heading included."""
        return tuple(s for s in self.sentences if s.section.ordinal == section.ordinal)


def read(store: Store, info: ReportInfo) -> Reading:
    """Read one report from the store, in the place that ``info`` gives it; raises StoreError when it is not there."""
    with store.reading() as now:
        report, sections = replace(now.report(info.id), place=info.place), now.sections(info.id)
    return Reading(report, sections, Stated(lambda: store.figures([info.id])))


def read_figures(store: Store, figures: Sequence[tuple[ReportInfo, Figure]]) -> Iterator[Sentence]:
    """Only the sentence that each figure stands in: enough to show and cite it, without reading the rest of its report."""
    with store.reading() as now:
        there = now.at([(info, figure.start) for info, figure in figures])
    for (report, section), (_, figure) in zip(there, figures, strict=True):
        span = next(s for s in sentences(report.text, section.start, section.end) if s.start <= figure.start < s.end)
        yield Sentence(report, section, span.start, span.end, "", "", (figure,))
