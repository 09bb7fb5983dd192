"""Sections to passages: whole sentences of one section, cut so that each can be found and cited on its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from index.text import clauses, sentences
from index.types import Passage, Report, Section, Span

VERSION = "1"  # part of a store's identity: raise it when the same text gives other passages
TARGET = 300  # characters; windows of this size ranked best in BM25 on official texts (issue 4)
LONGEST = 600  # a sentence up to here stays whole; beyond it is cut at clauses, so that one run-on line is no report-sized passage


def chunk(report: Report, sections: Sequence[Section]) -> tuple[Passage, ...]:
    """The passages of a report, in text order; ``report.text[p.start:p.end] == p.text``, none crosses a heading or holds a noise line."""
    return tuple(
        Passage(
            id=f"{report.id}:{span.start}-{span.end}",
            report_id=report.id,
            section=section.ordinal,
            start=span.start,
            end=span.end,
            text=report.text[span.start : span.end],
            path=section.path,
            part=section.part,
            town=report.town,
            year=report.year,
        )
        for section, following in zip_longest(sections, sections[1:])
        if not _only_announces(report.text, section, following)
        for span in _passages(report.text, section, report.noise)
    )


def _only_announces(text: str, section: Section, following: Section | None) -> bool:
    """Whether a section is nothing but the heading of the sections below it: these carry it in their path."""
    if section.heading is None or following is None or following.path[: section.level] != section.path:
        return False
    return not text[section.heading.end : section.end].strip()


def _passages(text: str, section: Section, noise: Sequence[Span]) -> Iterator[Span]:
    """Join neighbouring pieces while they fit ``TARGET``; a noise line between two pieces keeps them apart."""
    open_span: Span | None = None
    for piece in _pieces(text, section, noise):
        if open_span and piece.end - open_span.start <= TARGET and not _noisy(open_span.end, piece.start, noise):
            open_span = Span(open_span.start, piece.end)
            continue
        if open_span:
            yield open_span
        open_span = piece
    if open_span:
        yield open_span


def _noisy(start: int, end: int, noise: Sequence[Span]) -> bool:
    return any(span.start < end and start < span.end for span in noise)


def _pieces(text: str, section: Section, noise: Sequence[Span]) -> Iterator[Span]:
    """The sentences of a section without the noise at their ends; one longer than ``LONGEST`` in several pieces."""
    near = [span for span in noise if span.start < section.end and section.start < span.end]
    for sentence in sentences(text, section.start, section.end):
        trimmed = _trimmed(text, sentence, near)
        if trimmed.end - trimmed.start <= LONGEST:
            yield from [trimmed] if trimmed.start < trimmed.end else []
        else:
            yield from _cut(text, trimmed)


def _trimmed(text: str, span: Span, noise: Sequence[Span]) -> Span:
    """``span`` without the noise and the white space at both ends; noise inside a sentence stays, for quotes are exact."""
    start, end = span.start, span.end
    while start < end:
        if text[start].isspace():
            start += 1
        elif text[end - 1].isspace():
            end -= 1
        elif cover := next((mark for mark in noise if mark.start <= start < mark.end), None):
            start = min(cover.end, end)
        elif cover := next((mark for mark in noise if mark.start < end <= mark.end), None):
            end = max(cover.start, start)
        else:
            break
    return Span(start, end)


def _cut(text: str, span: Span) -> Iterator[Span]:
    """Pieces of at most ``LONGEST`` characters, at clause ends where there are any."""
    for clause in clauses(text, span.start, span.end):
        for start in range(clause.start, clause.end, LONGEST):
            yield Span(start, min(start + LONGEST, clause.end))
