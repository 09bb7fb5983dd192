"""The clauses of cited words: what a written sentence is made of, and what in a report may not be torn apart.

A clause is the smallest piece of a report that is repeated on its own. Within a sentence it may lean on what stands before it
(其中…, 同比…), and what stands before or after may limit it (力争…, 2021年…, 但尚未…): ``torn`` tells when leaving that out
would say something else than the report does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.numerals import numerals
from index.text import fold, sentences
from index.types import Span
from retrieval.compose import NUMBERED, full_width, unlabelled
from retrieval.draft import Source

BREAK = re.compile(r"(?<!\d)[，,；;：:。！!？?\n]|[，,；;：:。！!？?\n](?!\d)")
"""A mark between clauses; not the one within 1,000 or 9:30."""
IGNORED = re.compile(r"[\"'“”‘’「」『』《》〈〉]")
BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9.])\s+(?=[a-z0-9.])")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
ORDINAL = re.compile(rf"^(?:{NUMBERED})")
HAN = re.compile(r"[㐀-䶿一-鿿]")
FEW = 4
"""Chinese characters of a clause that says something by itself: 2021年 does not."""
FILLER = re.compile(r"截至目前|截止目前|今年以?来|一年来|一年以来|今年|本年度|全年|同时|此外|另外")
"""Clauses that may be left out wherever they stand."""
LEANS = re.compile(
    r"其|该|此|这|那|上述|前述|以上|前者|后者|两者|二者|分别|均|都|同比|环比|[比较][上去前往]|占|合计|共计|总计|累计|从而|进而|因此|所以|"
    r"但|却|然而|不过|而|使|让|并(?!轨)|且|还|也"
)
"""Beginnings of a clause that say nothing without the clause before it."""
LIMITS = re.compile(
    r"将|拟|计划|打算|力争|争取|预计|预期|目标|下一步|今后|未来|[明来去上往前当]年|要|应|须|需|希望|建议|如|若|一旦|假|未|没|无|不|非|缺|存在|问题|尚|待|"
    r"[比较]|原|曾|县|市|省|州|区|国|村|居|乡|街道|上级|其他|各级|部分|个别|少数|有的|试点|\d年|协助|配合|参与|打击|防|查处|整治|杜绝|禁"
)
"""Words of an earlier clause that may hold for the clauses after it: plans, other years, denials, whose doing it was."""
TURNS = re.compile(r"但|然而|不过|却|除|未|没有|尚|暂|只有|只是|仅|否则|取消|中止|停止|撤销|搁置|失败|实际")
"""Words of a later clause that take back something of the clauses before it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One clause of ``source``: its span there, how it may be written (``forms``, folded), its place in the source and its sentence.

    ``before`` and ``after`` are the places of the other clauses of its sentence; ``figure`` tells that it states a number.
    """

    source: Source
    start: int
    end: int
    forms: tuple[str, ...]
    place: int
    before: range
    after: range
    figure: bool

    @property
    def words(self) -> str:
        """The report's own words, as a reply shows them after the name of the town."""
        report = self.source.report
        return unlabelled(ORDINAL.sub("", full_width(" ".join(report.text[self.start : self.end].split()))), report)

    @property
    def says(self) -> bool:
        """Whether it says something by itself: a few words, or what is counted."""
        return not self.filler and (self.figure or len(HAN.findall(self.forms[0])) >= FEW)

    @property
    def filler(self) -> bool:
        return FILLER.fullmatch(self.forms[0]) is not None


def plain(text: str) -> str:
    """``text`` for comparison: half-width, lower case, without white space, quotation marks and thousands commas."""
    return THOUSANDS.sub("", re.sub(r"\s", "", BETWEEN_WORDS.sub("_", IGNORED.sub("", fold(text)))))


def clauses(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The pieces of ``text[start:end]`` between marks, without the marks."""
    stop = len(text) if end is None else end
    marks = list(BREAK.finditer(text, start, stop))
    lefts, rights = [start, *(mark.end() for mark in marks)], [*(mark.start() for mark in marks), stop]
    return [Span(left, right) for left, right in zip(lefts, rights, strict=True) if plain(text[left:right])]


@lru_cache(maxsize=512)
def units(source: Source) -> tuple[Unit, ...]:
    """The clauses of the cited words, in order."""
    text, found = source.report.text, list[Unit]()
    for sentence in sentences(text, source.start, source.end):
        spans, first = clauses(text, sentence.start, sentence.end), len(found)
        last = first + len(spans)
        for place, span in enumerate(spans, first):
            forms = _forms(source, plain(text[span.start : span.end]))
            figure = any(character.isdigit() for character in forms[-1]) or bool(numerals(forms[-1]))
            found.append(Unit(source, span.start, span.end, forms, place, range(first, place), range(place + 1, last), figure))
    return tuple(found)


def _forms(source: Source, words: str) -> tuple[str, ...]:
    """As it stands; without its number in a list; without the town and year, which the reply says itself."""
    bare = ORDINAL.sub("", words)
    return tuple(form for form in dict.fromkeys((words, bare, unlabelled(bare, source.report))) if form)


def quoted(line: str, own: Sequence[Unit]) -> list[Unit]:
    """Those of the clauses ``own`` that a line of a reply shows."""
    shown = plain(line)
    return [unit for unit in own if any(form in shown for form in unit.forms)]


def torn(unit: Unit, said: Sequence[Unit], own: Sequence[Unit]) -> bool:
    """Whether ``unit`` after the clauses ``said`` (earlier ones of the same reply's sentence) has lost what limits it.

    ``own`` are all the clauses of its source. A figure keeps every clause before it in its sentence.
    """
    there = [other.place for other in said if other.source is unit.source]
    if any(place >= unit.place for place in there):
        return True
    lost = [own[place] for place in unit.before if place not in there and not own[place].filler]
    if unit.figure and lost:
        return True
    if any(LIMITS.search(other.forms[0]) for other in lost):
        return True
    follows = bool(said) and said[-1].source is unit.source and said[-1].place == unit.place - 1
    return unit.place > 0 and not follows and LEANS.match(unit.forms[-1]) is not None


def cut_short(said: Sequence[Unit], own: Sequence[Unit]) -> bool:
    """Whether a clause that was left out takes back one that is ``said``; ``own`` are all the clauses of the source."""
    there = {unit.place for unit in said}
    return any(place not in there and TURNS.search(own[place].forms[0]) for unit in said for place in unit.after)
