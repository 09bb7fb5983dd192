"""What may answer: the sentences of a report, and of a sentence too long to be read or shown whole its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.layout import CELL_MARKS, DATE, view
from index.numerals import with_units
from index.outline import SIGNATURE
from index.text import clauses, simplified
from index.types import Figure, Span
from retrieval.evidence.reading import Reading, Sentence
from retrieval.measures import agree
from retrieval.reader.pair import Candidate, last_named

LENGTH = 120
"""Characters of a piece; a sentence up to this long is one."""
RUN_ON, RUN = 70, 40
"""Characters from which a part runs on, and of the clauses of it that are read at a time."""
ROW = re.compile(rf"\s*[{CELL_MARKS}]+\s*")
PART = re.compile(r"(?:[^；;]{1,11}[；;])*[^；;]+[；;]?")
"""What stands between semicolons, with what is too short to stand alone."""
ITEM = re.compile(r"[一二三四五六七八九十]是")
"""What a new item begins with, in a sentence that lists them between commas."""
TITLE = re.compile(r"(?![一二三四五六七八九十]+是)[^，,；;]*$")
ASKING = re.compile(r"(?=.{2,24}$)[^,，；;]*(?:怎么|为什么|为何|如何|是什么|啥)[^,，；;]{0,6}[。？?：:]?\s*$")
"""A title that asks what stands below it: “蓝格本”是怎么来的。"""
SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """``start:end`` of a sentence's report; ``before`` are the words of the piece before it in the report, ``named`` is the name that its
    section said last."""

    sentence: Sentence
    start: int
    end: int
    before: str
    named: str = ""

    @property
    def text(self) -> str:
        return self.sentence.report.text[self.start : self.end]

    @property
    def words(self) -> str:
        return self.sentence.words[self.start - self.sentence.start : self.end - self.sentence.start]

    @property
    def figures(self) -> Iterator[Figure]:
        return (figure for figure in self.sentence.figures if self.start <= figure.start < self.end)

    @property
    def is_title(self) -> bool:
        """Whether it is only the title of its section: “（二）法律顾问”, and not an item that says something: “一是新聘律师3名；”; or a title that
        asks."""
        return (self.sentence.is_heading and TITLE.match(self.text) is not None) or ASKING.match(self.text) is not None

    @property
    def candidate(self) -> Candidate:
        """The whole piece as the reader is to see it; an item that heads its own section stands under the headings above it."""
        path = self.sentence.section.path
        above = path[:-1] if self.sentence.is_heading else path
        return Candidate(_plain(" › ".join(above)), _plain(self.before), _plain(self.text), self.named)

    @property
    def candidates(self) -> Iterator[Candidate]:
        """Its parts between semicolons, each by itself, and of one that runs on some clauses at a time, too: what answers is lost among others."""
        whole = self.candidate
        before = whole.before
        for part in PART.findall(whole.sentence) or [whole.sentence]:
            yield Candidate(whole.headings, before, part, whole.named)
            for run in _runs(part):
                yield Candidate(whole.headings, before, run, whole.named)
                before = run
            before = part

    def measures(self, units: Iterable[str]) -> bool:
        """Whether it states a number in one of ``units``."""
        return any(agree(units, unit) for _, unit in with_units(self.text))


def pieces(reading: Reading) -> tuple[Piece, ...]:
    """All pieces of a report, in order, but its signature and the day under it, which say nothing of the year; what stands before a row of a table is the table's first row, which names its columns."""
    found: list[Piece] = []
    head, named, above = "", "", None
    for sentence in reading.sentences:
        named, above = (named if sentence.section is above else ""), sentence.section
        row = ROW.search(sentence.text) is not None
        head = (head or sentence.text) if row else ""
        if sentence.section.label == SIGNATURE or DATE.fullmatch(view(sentence.text).strip("() \n")):
            continue
        for span in cut(sentence):
            before = head if row and head != sentence.text else found[-1].text if found else ""
            found.append(Piece(sentence, span.start, span.end, before, named))
            named = last_named(found[-1].text, named)
    return tuple(found)


def cut(sentence: Sentence) -> Iterator[Span]:
    """Runs of clauses up to ``LENGTH``, cut after a semicolon or before an item (二是) where there is one, else after a comma."""
    if sentence.end - sentence.start <= LENGTH:
        yield Span(sentence.start, sentence.end)
        return
    text = sentence.report.text
    parts = clauses(text, sentence.start, sentence.end)
    start = 0
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        if last or text[part.end - 1] in "；;" or ITEM.match(text, parts[place + 1].start) or parts[place + 1].end - parts[start].start > LENGTH:
            yield Span(parts[start].start, part.end)
            start = place + 1


def _runs(part: str) -> Iterator[str]:
    """The clauses of a part that runs on, some at a time."""
    if len(part) <= RUN_ON:
        return
    run = ""
    for clause in clauses(part):
        words = part[clause.start : clause.end]
        if run and len(run) + len(words) > RUN:
            yield run
            run = ""
        run += words
    if run:
        yield run


def _plain(text: str) -> str:
    """On one line, the cells of a row apart."""
    return SPACE.sub(" ", ROW.sub("│", simplified(text))).strip()
