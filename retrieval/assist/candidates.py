"""What a language model is given to read: the sentences of the scope, numbered, the likeliest first, as many as its context holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from index.text import fold
from index.types import Part
from retrieval.draft import Draft, Source
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import Findings, Judge
from retrieval.evidence.pieces import Piece, pieces
from retrieval.evidence.reading import Reading, Sentence
from retrieval.reply.compose import label
from retrieval.reply.practice import ORDER
from retrieval.reply.saying import tokens_in

HEADINGS, HEADING = 2, 24
"""Headings above a sentence that are shown, the nearest ones, and characters of each;"""
BRIEF = 12
"""of many reports the nearest alone, and so much of it: more sentences have room."""
FEW, FEW_MATERIAL, MOST_MATERIAL = 3, 6_000, 27_000
"""Tokens of sentences of up to so many reports, and of more: beyond that it takes longer than it helps."""
CELL = "│"
"""What stands between the cells of a row as it is shown."""
FIRST = 4
"""Sentences of the local reader's that stand before those that the rules cite."""
NUMBER = re.compile(r"[\[［【]?([0-9]{1,4})[\]］】]?")
NUMBERING = 4
"""Tokens of a sentence's number and line break."""
PARTS = {Part.PLANS: "（下一步打算）", Part.PROBLEMS: "（存在的问题）", Part.DONE: ""}


@dataclass(frozen=True, slots=True)
class Candidates:
    """The numbered sentences; the first has number 1. ``findings`` is what the local reader makes of them."""

    pieces: tuple[Piece, ...]
    findings: Findings
    brief: bool = False

    def numbered(self, number: str) -> Piece | None:
        """The sentence of a number as a model writes it: 3 or [3]."""
        written = NUMBER.fullmatch(number.strip())
        return self.pieces[int(written[1]) - 1] if written and 0 < int(written[1]) <= len(self.pieces) else None

    @property
    def lines(self) -> Iterator[str]:
        """``[3] 荆阳县双河镇2023年（下一步打算）｜四、… › （二）…｜句子``."""
        for number, piece in enumerate(self.pieces, 1):
            yield f"[{number}] {line(piece, brief=self.brief)}"


def line(piece: Piece, *, brief: bool) -> str:
    """A sentence with its town, year and headings; a row of a table with the heads of its columns."""
    section = piece.sentence.section
    count, length = (1, BRIEF) if brief else (HEADINGS, HEADING)
    path = " › ".join(" ".join(heading.split())[:length] for heading in section.path[-count:])
    shown = piece.candidate
    row = f"表头 {shown.before}｜" if CELL in shown.sentence and CELL in shown.before else ""
    return f"{label(piece.sentence.report, county=True)}{PARTS[section.part]}｜{path}｜{row}{shown.sentence}"


def candidates(inquiry: Inquiry, draft: Draft, judge: Judge, room: int) -> Candidates:
    """The sentences of the scope, as many as help and ``room`` tokens hold: those that the local reader puts first, those that the rules' ``draft`` cites
    (of a wide plan the rows of the ledger), then the others as the local reader and the search order them."""
    readings = (*inquiry.readings, *inquiry.older)
    findings, ranked = judge.shortlist(inquiry, readings)
    first = (*ranked[:FIRST], *_cited(draft, readings), *ranked[: len(findings.ranked)])
    ordered = {_place(piece): piece for piece in (*first, *_in_turn(ranked))}
    brief = len(inquiry.readings) > FEW
    most = MOST_MATERIAL if brief else FEW_MATERIAL
    return Candidates(tuple(_within(ordered.values(), min(most, room), brief=brief)), findings, brief)


def _in_turn(ranked: Sequence[Piece]) -> Iterator[Piece]:
    """``ranked`` beside the best of each report, then the second of each …: what is asked of all towns is asked of each."""
    own: dict[str, list[Piece]] = {}
    for piece in ranked:
        own.setdefault(piece.sentence.report.id, []).append(piece)
    turns = (piece for turn in zip_longest(*own.values()) for piece in turn if piece)
    for one, other in zip(ranked, turns, strict=True):
        yield one
        yield other


def _place(piece: Piece) -> tuple[str, int]:
    return piece.sentence.report.id, piece.start


def _cited(draft: Draft, readings: Sequence[Reading]) -> Iterator[Piece]:
    """The pieces that the sources of ``draft`` lie in; a row of the ledger, whose report was not read, by itself."""
    known = {reading.report.id: reading for reading in readings}
    for source in dict.fromkeys(source for each in draft.lines for source in each.sources):
        if source.report.id in known:
            yield from (piece for piece in pieces(known[source.report.id]) if piece.start < source.end and source.start < piece.end)
        else:
            row = Sentence(source.report, source.section, source.start, source.end, fold(source.quote), "")
            yield Piece(row, source.start, source.end, "")


def _within(ordered: Iterable[Piece], budget: int, *, brief: bool) -> Iterator[Piece]:
    """The first of ``ordered`` that a ``budget`` of tokens holds; words of a report that are meant for a machine are none."""
    for piece in ordered:
        if ORDER.search(piece.text):
            continue
        budget -= tokens_in(line(piece, brief=brief)) + NUMBERING
        if budget < 0:
            return
        yield piece


def source_of(piece: Piece) -> Source:
    """The piece as something to cite."""
    return piece.sentence.source(piece.start, piece.end)
