"""The quotations of a draft, each looked for word by word in the reports in scope."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from index.text import fold
from index.types import Span
from retrieval.draft import Source
from retrieval.evidence.reading import Reading
from retrieval.proof.words import grams

QUOTED = re.compile(r"“([^“”\n]+)”|「([^「」\n]+)」|\"([^\"\n]+)\"")
OMITTED = re.compile(r"…+|\.{3,}")
IGNORED = re.compile(r"[\s\"'“”‘’「」『』]")
LEAST = 8
"""Characters of a quotation; what is shorter is a name or a term (“法律明白人”)."""
ALIKE = 0.7
"""Share of a quotation's characters that the report has in this order, from which the rest of it is a mistake."""
LOOKED_AT = 3
"""Sentences of a report, the likest by their words, that are compared character by character."""


@dataclass(frozen=True)
class Plain:
    """A text as it is compared, and where each of its characters stands in the original."""

    text: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Plain:
        folded = fold(text)
        kept = [place for place, character in enumerate(folded) if not IGNORED.match(character)]
        return cls("".join(folded[place] for place in kept), tuple(kept))


@dataclass(frozen=True)
class Page:
    """A report in which quotations are looked for."""

    reading: Reading

    @cached_property
    def plain(self) -> Plain:
        return Plain.of(self.reading.report.text)

    @cached_property
    def sentences(self) -> tuple[tuple[int, frozenset[str]], ...]:
        """Where each sentence begins, with its grams."""
        return tuple((sentence.start, grams(sentence.text)) for sentence in self.reading.sentences)

    def exact(self, quote: str) -> Source | None:
        """Where the words stand as they are quoted."""
        wanted = Plain.of(quote).text.strip("。；，;,.")
        at = self.plain.text.find(wanted)
        return self._source(at, at + len(wanted)) if at >= 0 else None

    def likest(self, quote: str) -> tuple[float, Source | None]:
        """The words that are most like the quoted ones, and how much they are."""
        wanted, own = Plain.of(quote).text.strip("。；，;,."), grams(quote)
        ranked = sorted(self.sentences, key=lambda each: (-len(each[1] & own), each[0]))[:LOOKED_AT]
        return max((self._compared(wanted, start) for start, _ in ranked), key=lambda each: each[0], default=(0.0, None))

    def _compared(self, wanted: str, start: int) -> tuple[float, Source | None]:
        begin = next((n for n, place in enumerate(self.plain.places) if place >= start), 0)
        text = self.plain.text[max(0, begin - len(wanted)) : begin + 2 * len(wanted)]
        blocks = [block for block in SequenceMatcher(None, text, wanted, autojunk=False).get_matching_blocks() if block.size > 1]
        if not blocks:
            return 0.0, None
        first = max(0, begin - len(wanted)) + blocks[0].a - blocks[0].b
        last = max(0, begin - len(wanted)) + blocks[-1].a + blocks[-1].size + len(wanted) - blocks[-1].b - blocks[-1].size
        score = sum(block.size for block in blocks) / len(wanted)
        return score, self._source(max(0, first), min(last, len(self.plain.places)))

    def _source(self, start: int, end: int) -> Source:
        left, right = self.plain.places[start], self.plain.places[end - 1] + 1
        section = next(section for section in self.reading.sections if section.start <= left < section.end)
        return Source(self.reading.report, section, left, right)


def in_draft(text: str) -> Iterator[Span]:
    """The quotations of a draft without their marks, those with words left out in pieces."""
    for match in QUOTED.finditer(text):
        start, end = match.span(match.lastindex or 0)
        edges = [start, *(edge for gap in OMITTED.finditer(text, start, end) for edge in gap.span()), end]
        for left, right in zip(edges[::2], edges[1::2], strict=True):
            if right - left >= LEAST:
                yield Span(left, right)


def exactly(quote: str, pages: Sequence[Page]) -> list[Source]:
    """Where the words stand as they are quoted, one place a report."""
    return [source for page in pages if (source := page.exact(quote))]


def nearly(quote: str, pages: Sequence[Page]) -> Source | None:
    """The words that the quoted ones were meant to be, if any report has such."""
    score, source = max((page.likest(quote) for page in pages), key=lambda each: each[0], default=(0.0, None))
    return source if score >= ALIKE else None
