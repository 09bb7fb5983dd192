"""核稿: each figure and each quotation of a draft, located in the collection. Reads like a table of contents.

A figure is compared with the figures of the town and year that the draft speaks of there; one that speaks of none, with those of
the reports that the search puts first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Self

from index.errors import BadRequest
from index.store import Store
from index.text import grams
from index.types import Figure, ReportInfo, Span
from retrieval.draft import Source
from retrieval.evidence.reading import read
from retrieval.proof import figures, quotes
from retrieval.proof.context import About, Context
from retrieval.proof.quotes import Page
from retrieval.reply.cite import cite
from retrieval.types import Citation

LONGEST = 200_000
"""Characters of a draft."""
SEARCHED = 30
"""Passages that are asked for where a draft names no town; their reports are compared."""
SHOWN = 5
"""Places that are cited where there are several."""
KEPT = 64
"""Reports kept ready while a draft is checked."""
EMPTY = "稿子里没有文字。请贴上要核的文字，或给出 .docx 文件。"
TOO_LONG = f"稿子太长（上限 {LONGEST // 10_000} 万字）。请分开核对。"


class Verdict(StrEnum):
    """What becomes of a figure or quotation."""

    SAME = "一致"
    DIFFERENT = "不一致"
    NOT_FOUND = "未找到"
    SEVERAL = "有多处"


class Matter(StrEnum):
    """What is checked."""

    FIGURE = "figure"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Checked:
    """A figure or quotation, ``draft[start:end] == words``. ``instead`` is what the report says, where that differs.

    ``citations`` lead to the report's words: of what agrees or differs one, of what stands in several reports one each.
    """

    start: int
    end: int
    words: str
    matter: Matter
    verdict: Verdict
    instead: str = ""
    citations: tuple[Citation, ...] = ()


class Proofreader:
    """Checks drafts against one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the store at ``path``. Raises StoreMissing or StoreMismatch."""
        return cls(Store.open(path))

    def check(self, text: str) -> tuple[Checked, ...]:
        """Every figure and quotation of ``text``, in order. Raises BadRequest for an empty or endless draft."""
        if not text.strip():
            raise BadRequest(EMPTY)
        if len(text) > LONGEST:
            raise BadRequest(TOO_LONG)
        with self._store.reading():
            return tuple(sorted(_Draft(text, self._store).checked(), key=lambda each: (each.start, each.end)))


class _Draft:
    """One draft while it is checked, with the reports that it was compared with."""

    def __init__(self, text: str, store: Store) -> None:
        self._text = text
        self._store = store
        self._reports = store.reports()
        self._by_id = {report.id: report for report in self._reports}
        self._context = Context.of(text, self._reports)
        self._page = lru_cache(maxsize=KEPT)(lambda info: Page(read(store, info)))
        self._stated = lru_cache(maxsize=KEPT)(lambda info: tuple(figures.stated(self._page(info).reading)))

    def checked(self) -> Iterator[Checked]:
        spans = list(quotes.in_draft(self._text))
        yield from map(self._quote, spans)
        found = figures.in_draft(self._text)
        every = [figure for figure, _ in found]
        for figure, sentence in found:
            if not any(span.start <= figure.start < span.end for span in spans):
                yield self._figure(figure, sentence, [other for other in every if sentence.start <= other.start < sentence.end])

    def _figure(self, figure: Figure, sentence: Span, neighbours: Sequence[Figure]) -> Checked:
        about = self._context.about(figure.start)
        town = next((town for town in about.towns if town in self._text[sentence.start : sentence.end]), "")
        words = figures.said(self._text, sentence, figure, neighbours, town)
        candidates = [each for info in self._scope(about, sentence) for each in self._stated(info)]
        found = figures.located(figure, words, about, candidates)
        span = Span(figure.start, figure.end)
        if found.instead:
            return self._differs(span, Matter.FIGURE, found.instead.source, _instead(found.instead, about))
        return self._agrees(span, Matter.FIGURE, [each.source for each in found.same])

    def _quote(self, span: Span) -> Checked:
        quote = self._text[span.start : span.end]
        pages = [self._page(info) for info in self._scope(self._context.about(span.start), span)]
        found = quotes.exactly(quote, pages)
        if not found and (near := quotes.nearly(quote, pages)):
            return self._differs(span, Matter.QUOTE, near, " ".join(near.quote.split()))
        return self._agrees(span, Matter.QUOTE, found)

    def _scope(self, about: About, span: Span) -> list[ReportInfo]:
        """The reports of the towns that are spoken of; where none is, those with the likest passages."""
        if about.towns:
            return self._context.in_scope(about, self._reports)
        hits = self._store.lexical(grams(self._text[span.start : span.end]), None, SEARCHED)
        return [self._by_id[report_id] for report_id in dict.fromkeys(passage_id.partition(":")[0] for passage_id, _ in hits)]

    def _agrees(self, span: Span, matter: Matter, sources: Sequence[Source]) -> Checked:
        verdict = Verdict.NOT_FOUND if not sources else Verdict.SAME if len(sources) == 1 else Verdict.SEVERAL
        return self._made(span, matter, verdict, "", sources[:SHOWN])

    def _differs(self, span: Span, matter: Matter, source: Source, instead: str) -> Checked:
        return self._made(span, matter, Verdict.DIFFERENT, instead, [source])

    def _made(self, span: Span, matter: Matter, verdict: Verdict, instead: str, sources: Sequence[Source]) -> Checked:
        citations = tuple(cite(number, source) for number, source in enumerate(sources, 1))
        return Checked(span.start, span.end, self._text[span.start : span.end], matter, verdict, instead, citations)


def _instead(found: figures.Stated, about: About) -> str:
    """What the report says; with its year, where that is what differs."""
    year = found.source.report.year
    other = about.year is not None and about.year not in (found.figure.year, year)
    return f"{year}年的{found.written}" if other else found.written
