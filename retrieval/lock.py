"""What a sentence that a language model wrote may say: whose words, then whole clauses of what it cites, word for word.

A model chooses, orders and joins clauses; it words nothing. The sentence is read as names, joining words out of a closed list, and
clauses of the cited words, and is said anew from these: not one digit of the model's own is delivered. What cannot be read so is
struck. A figure, a unit, a town, a year, a comparison or a denial that does not stand in the source has no other way in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.numerals import quantities
from index.types import Part, Report
from retrieval.compose import full_width, label
from retrieval.draft import Line, Source
from retrieval.units import BREAK, Unit, cut_short, plain, torn, units
from retrieval.verify import traces

LONGEST = 600
"""Characters of one sentence."""
SHORTEST = 4
"""Characters of a clause; a shorter one is a fragment."""
CHINESE = 0.5
"""Least share of Chinese characters among the letters of a sentence."""
HAN = re.compile(r"[㐀-䶿一-鿿]")
TOWN = re.compile(r"[一-鿿](?:镇|街道|苏木|乡)")
DATED = re.compile(r"(?P<year>\d{4})年度?")
AND = re.compile(r"、|和|与|及|以及")
LIST_MARK = re.compile(r"^\s*(?:[-*•·#]+|\d{1,2}[.、．)](?!\d)|[（(]\d{1,2}[)）])\s*")
GLUE = re.compile(
    r"同时|此外|另外|其次|并且|以及|还|也|则|而|都|均|[一二三四五六七八九]是|(?:的?报告中?)?(?:写明|提到|写道)|的?做法(?:是|有|为)?|的"
)
"""Words between names and clauses. None of them counts, compares, denies, or says why. 都 and 均 hold: every town named has the clause."""
PART_WORDS = {
    Part.PLANS: re.compile(r"\(?的?(?:报告写明的)?(?:下一步的?(?:打算|计划|工作)?|工作?打算)(?:是|有|为)?\)?"),
    Part.PROBLEMS: re.compile(r"\(?的?(?:报告写明的)?(?:存在的?(?:主要)?(?:问题|不足)|主要问题)(?:是|有|为)?\)?"),
}
PART_NAMES = {Part.PLANS: "下一步打算：", Part.PROBLEMS: "存在的问题："}
MARKS = str.maketrans({",": "，", ";": "；", ":": "：", "\n": "，", "!": "。", "！": "。", "?": "。", "？": "。"})
MARKED = "，；：。"
"""The marks between clauses."""


class Fault(StrEnum):
    """Why a sentence is struck."""

    UNCITED = "没有标出处"
    UNKNOWN = "标的出处不存在"
    LONG = "太长"
    FOREIGN = "不是中文"
    NUMBER = "数字或单位与出处不符"
    TOWN = "镇名与出处不符"
    YEAR = "年份与出处不符"
    PART = "把问题、打算与已做的事混在一起"
    TORN = "截断了原文，意思会变"
    WORDS = "不是出处的原话"
    REPEATED = "重复"
    PARTIAL = "没有写全，换回原文"


class _Struck(Exception):
    """Ends the reading of a sentence that does not hold; never leaves this file."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Name:
    """A town, with its year if that was written; ``reports`` are those cited that it may mean."""

    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the cited words; more than one source may have it."""

    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A joining word or a mark; ``part`` where it says that problems or plans follow."""

    text: str
    part: Part | None = None


Token = Name | Clause | Word


def locked(text: str, sources: Sequence[Source], *, county: bool = False) -> Line | Fault:
    """``text`` said anew from the clauses of ``sources``, citing those that it uses; or what is wrong with it.

    ``county`` asks for the county before each town, where towns share a name.
    """
    try:
        text = visible(text)
        if len(text) > LONGEST:
            raise _Struck(Fault.LONG)
        cited = [units(source) for source in sources]
        every = [unit for own in cited for unit in own]
        line = _said([*_tokens(LIST_MARK.sub("", text), every)], cited, county=county)
    except _Struck as struck:
        return struck.fault
    return line if traces(line) else Fault.NUMBER


def visible(text: str) -> str:
    """``text`` without control and format characters (which may turn digits round) and lone surrogates."""
    return "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text)


def _tokens(text: str, every: Sequence[Unit]) -> Iterator[Token]:
    """The names, joining words, marks and clauses that ``text`` consists of."""
    start = 0
    for mark in [*BREAK.finditer(text), None]:
        stop = mark.start() if mark else len(text)
        rest = plain(text[start:stop])
        while rest:
            token, length = _next(rest, every)
            yield token
            rest = rest[length:]
        if mark:
            yield Word(mark[0].translate(MARKS))
            start = mark.end()


def _next(rest: str, every: Sequence[Unit]) -> tuple[Token, int]:
    """The first token of the rest of a clause, and how many characters it takes."""
    if found := tuple(unit for unit in every if rest in unit.forms and (len(rest) >= SHORTEST or unit.filler)):
        return Clause(found), len(rest)
    if named := _name(rest, [unit.source.report for unit in every]):
        return named
    for part, words in PART_WORDS.items():
        if match := words.match(rest):
            return Word(full_width(match[0]), part), match.end()
    if match := AND.match(rest) or GLUE.match(rest):
        return Word(match[0]), match.end()
    raise _Struck(_fault(rest, every))


def _name(rest: str, reports: Sequence[Report]) -> tuple[Name, int] | None:
    """A town of ``reports`` at the beginning, its county or city before it and its year behind it or not."""
    meant: dict[str, dict[str, Report]] = {}
    for report in filter(lambda report: report.town, reports):
        place = report.place
        for before in ("", place.county, place.city, place.city + place.county, place.province + place.city + place.county):
            meant.setdefault(plain(before + place.town), {})[report.id] = report
    for name in sorted(meant, key=len, reverse=True):
        if rest.startswith(name):
            dated = DATED.match(rest, len(name))
            own = tuple(report for report in meant[name].values() if not dated or report.year == int(dated["year"]))
            if not own:
                raise _Struck(Fault.YEAR)
            return Name(own), dated.end() if dated else len(name)
    return None


def _said(tokens: Sequence[Token], cited: Sequence[tuple[Unit, ...]], *, county: bool) -> Line:
    """The sentence from its tokens: each clause in the words of the report of every town that was named before it."""
    owners: list[Sequence[Report]] = []
    names: list[str] = []
    pieces: list[str] = []
    said: list[Unit] = []
    naming = False
    for token in tokens:
        match token:
            case Name(reports):
                owners = [*(owners if naming else ()), _one(reports)]
                names.append(label(reports[0], county=county))
                pieces.append(names[-1])
                naming = True
            case Word(text) if pieces and not (text in MARKED and said and said[-1].filler):
                pieces.append(text)
            case Clause(found):
                if not owners:
                    owners = [_one([unit.source.report for own in cited for unit in own])]
                    names.append(label(owners[0][0], county=county))
                    pieces.append(names[0])
                said += (picked := _picked(found, owners, said, cited))
                pieces.append("" if picked[0].filler else picked[0].words)
                naming = False
    dangling = isinstance(next((token for token in reversed(tokens) if not _mark(token)), None), Name | Word)
    if dangling or not any(unit.says for unit in said):
        raise _Struck(Fault.WORDS)
    if any(cut_short([unit for unit in said if unit in own], own) for own in cited):
        raise _Struck(Fault.TORN)
    text = _parted("".join(pieces), names, said, {token.part for token in tokens if isinstance(token, Word) and token.part})
    return Line(text.rstrip(MARKED) + "。", tuple(dict.fromkeys(unit.source for unit in said)))


def _mark(token: Token) -> bool:
    return isinstance(token, Word) and token.text in MARKED


def _one(reports: Sequence[Report]) -> Sequence[Report]:
    """``reports``, which must be of one town and year; the party committee's and the government's speak for the same town."""
    if len({(report.place.county, report.town) for report in reports}) != 1:
        raise _Struck(Fault.TOWN)
    if len({report.year for report in reports}) > 1:
        raise _Struck(Fault.YEAR)
    return reports


def _picked(found: Sequence[Unit], owners: Sequence[Sequence[Report]], said: Sequence[Unit], cited: Sequence[tuple[Unit, ...]]) -> list[Unit]:
    """The clause in the report of each owner; it must stand in all of them, and be whole."""
    picked = []
    for group in owners:
        theirs = [unit for unit in found if unit.source.report in group]
        if not theirs:
            raise _Struck(Fault.TOWN)
        whole = [unit for unit in theirs if not torn(unit, said, next(own for own in cited if unit in own))]
        if not whole:
            raise _Struck(Fault.TORN)
        picked.append(whole[0])
    return picked


def _parted(text: str, names: Sequence[str], said: Sequence[Unit], told: set[Part]) -> str:
    """``text``, which says of problems and plans that they are: where it did not tell, after its only name."""
    parts = {unit.source.section.part for unit in said}
    missing = parts - told - {Part.DONE}
    if len(parts) > 1 or told - parts or (missing and len(names) > 1):
        raise _Struck(Fault.PART)
    if not missing:
        return text
    before, _, after = text.partition(names[0])
    return f"{before}{names[0]}{PART_NAMES[missing.pop()]}{after.lstrip(MARKED)}"


def _fault(rest: str, every: Sequence[Unit]) -> Fault:
    """What is likely wrong with words that are no clause of what is cited."""
    letters = [c for c in rest if c.isalpha()]
    if letters and sum(HAN.match(c) is not None for c in letters) < CHINESE * len(letters):
        return Fault.FOREIGN
    stated = {(q.value, form[q.end : q.end + 1]) for unit in every for form in unit.forms for q in quantities(form)}
    if DATED.match(rest):
        return Fault.YEAR
    if any((q.value, rest[q.end : q.end + 1]) not in stated for q in quantities(rest) if not q.chinese or q.end - q.start > 1):
        return Fault.NUMBER
    told = "".join(form for unit in every for form in (*unit.forms, unit.source.report.town))
    return Fault.TOWN if any(town[0] not in told for town in TOWN.finditer(rest)) else Fault.WORDS
