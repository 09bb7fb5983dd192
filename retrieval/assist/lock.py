"""What a sentence that a language model wrote may say: names of towns, and what the cited words of these very towns carry.

The wording is the model's, as far as each clause of it repeats the cited words in its own order or joins them otherwise
(``wording`` says how far). A figure, a unit, a town, a year, a body, a quotation, a comparison or a denial that does not stand in the
source has no way in, and what limits the words taken (力争, 尚未, 部分, 2021年) may not be lost. What fails is struck, and why is told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.numerals import quantities
from index.types import Part, Report
from retrieval.assist.wording import BREAK, FILLER, GLUE, Cited, Taken, cited, closely, loosely, plain, torn
from retrieval.draft import Line, Source
from retrieval.reply.compose import full_width, label
from retrieval.reply.verify import traces

LONGEST = 600
"""Characters of one sentence."""
CHINESE = 0.5
"""Least share of Chinese characters among the letters of a sentence."""
HAN = re.compile(r"[㐀-䶿一-鿿]")
TOWN = re.compile(r"[一-鿿](?:镇|街道|苏木|乡)")
DATED = re.compile(r"(?P<year>\d{4})年度?(?![底末初中春夏秋冬])")
AND = re.compile(r"(?:、|和|与|及|以及)$")
LIST_MARK = re.compile(r"^\s*(?:[-*•·#]+|\d{1,2}[.、．)](?!\d)|[（(]\d{1,2}[)）])\s*")
QUOTED = re.compile(r"[“\"「『](?P<words>[^“”\"「」『』]+)[”\"」』]")
BRACKETS = "()（）"
MARKS = str.maketrans("！？\n", "。。，")
END = "，；：。,;: "
PART_WORDS = {
    Part.PLANS: re.compile(r"下一步|打算|安排|计划|力争|拟|将|今后|目标"),
    Part.PROBLEMS: re.compile(r"问题|不足|短板|薄弱|不够|困难|欠缺|有待"),
}
PART_NAMES = {Part.PLANS: "下一步打算：", Part.PROBLEMS: "存在的问题："}
PART_LEADS = re.compile(
    r"\(?(?:的?报告[中里所]?(?:写明|提出|列)?的?\d{4}年度?的?(?:工作)?(?:打算|安排|计划)(?:写明|提出|是|有|为)?"
    r"|(?:的?(?:报告[中里所]?(?:写明|提出|列)?的?)?(?:下一步的?(?:打算|计划|工作|安排)?|工作(?:打算|安排)|存在的?(?:主要)?(?:问题|不足)|主要问题)(?:写明|提出|是|有|为)?)+)\)?"
)
"""What says that plans or problems follow; it is no clause of a report."""

Guard = Callable[[str, Sequence[Source]], bool]
"""Whether words carry a sentence, by a judgement of its own."""


class Fault(StrEnum):
    """Why a sentence is struck."""

    UNCITED = "没有标出处"
    UNKNOWN = "标的出处不存在"
    LONG = "太长"
    FOREIGN = "不是中文"
    NUMBER = "数字或单位与出处不符"
    TOWN = "镇名与出处不符"
    YEAR = "年份与出处不符"
    QUOTE = "引号里不是原文"
    PART = "把问题、打算与已做的事混在一起"
    TORN = "截断了原文，意思会变"
    WORDS = "有出处里没有的话"
    UNCARRIED = "出处没有这个意思"
    REPEATED = "重复"


class _Struck(Exception):
    """Ends the reading of a sentence that does not hold; never leaves this file."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of words without a town's name in it, and the reports that the names before it mean; ``said`` as it stands, ``words`` plain."""

    owners: tuple[tuple[Report, ...], ...]
    words: str


def locked(text: str, sources: Sequence[Source], *, county: bool = False, guard: Guard | None = None) -> Line | Fault:
    """``text`` as a line that cites those of ``sources`` that it rests on; or what is wrong with it.

    The town and year are put before it where it names none; ``county`` puts the county there too, where towns share a name.
    ``guard`` has the last word.
    """
    try:
        words = full_width(unicodedata.normalize("NFKC", LIST_MARK.sub("", visible(text)).strip())).translate(MARKS)
        line = _line(words, [of for source in sources for of in cited(source)], county=county)
    except _Struck as struck:
        return struck.fault
    if not traces(line):
        return Fault.NUMBER
    return line if guard is None or guard(line.text, line.sources) else Fault.UNCARRIED


def visible(text: str) -> str:
    """``text`` without control and format characters (which may turn digits round) and lone surrogates."""
    return "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text)


def _line(text: str, every: Sequence[Cited], *, county: bool) -> Line:
    _check_shape(text, every)
    reports = list({of.source.report.id: of.source.report for of in every}.values())
    told = "".join(clause for of in every for clause in of.clauses)
    taken = [found for stretch in _stretches(text, reports, told) for found in _taken(stretch, every)]
    if not taken:
        raise _Struck(Fault.WORDS)
    if len(set(taken)) < len(taken):
        raise _Struck(Fault.REPEATED)
    used = [of for of in every if any(each.of is of for each in taken)]
    if any(torn(taken, of) for of in used):
        raise _Struck(Fault.TORN)
    planned = {of.source.report.year + 1 for of in used if of.source.section.part is Part.PLANS and of.source.report.year}
    facts = tuple(float(year) for year in planned if f"{year}年" in text)
    return Line(_labelled(text, used, county=county).rstrip(END) + "。", tuple(dict.fromkeys(of.source for of in used)), facts=facts)


def _check_shape(text: str, every: Sequence[Cited]) -> None:
    if len(text) > LONGEST:
        raise _Struck(Fault.LONG)
    letters = [character for character in text if character.isalpha()]
    if letters and sum(HAN.match(c) is not None for c in letters) < CHINESE * len(letters):
        raise _Struck(Fault.FOREIGN)
    told = [plain(of.source.quote) for of in every]
    if any(not any(plain(quoted["words"]) in words for words in told) for quoted in QUOTED.finditer(text)):
        raise _Struck(Fault.QUOTE)


def _part_said(text: str, used: Sequence[Cited]) -> str:
    """What is to be put before ``text`` where it does not say itself that it tells plans or problems: these are never mixed with what was done."""
    parts = {of.source.section.part for of in used}
    lead = PART_LEADS.search(plain(text))
    said = {part for part, words in PART_WORDS.items() if lead and words.search(lead[0])}
    if len(parts) > 1 or said - parts:
        raise _Struck(Fault.PART)
    part = parts.pop()
    return "" if said or part is Part.DONE else PART_NAMES[part]


def _labelled(text: str, used: Sequence[Cited], *, county: bool) -> str:
    """``text`` with whose words they are, of which year, and whether they are plans or problems, where it does not say so itself."""
    reports = list({of.source.report.id: of.source.report for of in used}.values())
    part = _part_said(text, used)
    told = "".join(clause for of in used for clause in of.clauses)
    named = [report for report in reports if report.town and _names(text, report.town, told)]
    if not named:
        head = label(reports[0], county=county)
        return f"{head}{part}{DATED.sub('', text, count=1) if _dated(text, reports[0]) else text}"
    if part and len({report.town for report in named}) > 1:
        raise _Struck(Fault.PART)
    for report in {report.town: report for report in named}.values():
        full = f"{report.place.county if county and report.place.county not in text else ''}{report.town}"
        year = f"{report.year}年" if report.year and f"{report.year}年" not in text else ""
        before, _, after = text.partition(report.town)
        dated = DATED.match(after) if part else None
        text = f"{before}{full}{year}{after[: dated.end()] if dated else ''}{part}{after[dated.end() if dated else 0 :].lstrip(END if part else '')}"
    return text


def _names(text: str, town: str, told: str) -> bool:
    """Whether ``text`` says of which town it is, and has not only a name (按照2023年甲镇普法方案) that the report writes in these words."""
    at = text.find(town)
    return at >= 0 and (at == 0 or plain(text[max(0, at - 2) : at + len(town)]) not in told)


def _dated(text: str, report: Report) -> bool:
    """Whether ``text`` begins with the year of the report, which its label says."""
    found = DATED.match(text)
    return found is not None and int(found["year"]) == report.year


def _stretches(text: str, reports: Sequence[Report], told: str) -> Iterator[Stretch]:
    """The clauses of ``text`` without the names in them, each with those whose words it must be; ``told`` is all that is cited."""
    owners: tuple[tuple[Report, ...], ...] = ()
    alone = _alone(reports)
    naming = False
    for clause in BREAK.split(text):
        for words, named in _cut_at_names(plain(clause), reports, told):
            if named:
                owners, naming = ((*owners, named) if naming else (named,)), True
                continue
            rest = words.strip(BRACKETS)
            if not rest or AND.fullmatch(rest):
                continue
            naming = False
            yield Stretch(owners or alone, rest)


def _alone(reports: Sequence[Report]) -> tuple[tuple[Report, ...], ...]:
    """Those of one town and year, where all are: the party committee's and the government's speak for the same town."""
    return (tuple(reports),) if len({(r.place.county, r.town, r.year) for r in reports}) == 1 else ()


def _cut_at_names(clause: str, reports: Sequence[Report], told: str) -> Iterator[tuple[str, tuple[Report, ...]]]:
    """``clause`` in pieces: a name, with the reports of that town (and year, where it says one), or the words between names. A name that
    the report itself writes in these words (成立甲镇房东协会) is one of its words."""
    names: dict[str, list[Report]] = {}
    for report in filter(lambda report: report.town, reports):
        place = report.place
        for before in ("", place.county, place.city, place.city + place.county, place.province + place.city + place.county):
            names.setdefault(plain(before + place.town), []).append(report)
    if not names:
        yield clause, ()
        return
    pattern = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    at = 0
    for match in re.finditer(
        rf"(?:(?P<first>\d{{4}})年度?的?)?(?P<name>{pattern})(?:的?(?P<last>\d{{4}})年度?(?![底末初中]))?", clause
    ):
        if match.start() > at and clause[max(at, match.start() - 2) : match.end()] in told:
            continue
        yield clause[at : match.start()], ()
        year = match["first"] or match["last"]
        own = tuple(dict.fromkeys(report for report in names[match["name"]] if not year or report.year == int(year)))
        if not own:
            raise _Struck(Fault.YEAR)
        if len({(report.place.county, report.year) for report in own}) > 1:
            raise _Struck(Fault.YEAR if len({report.year for report in own}) > 1 else Fault.TOWN)
        yield match[0], own
        at = match.end()
    yield clause[at:], ()


def _taken(stretch: Stretch, every: Sequence[Cited]) -> Iterator[Taken]:
    """Where the words of ``stretch`` come from: each of its owners must have said them."""
    words = PART_LEADS.sub("", stretch.words)
    for owner in stretch.owners or ((),):
        bare, timeless = _undated(words, owner), _undated(words, owner, every)
        if any(not left or GLUE.fullmatch(left) or FILLER.fullmatch(left) for left in (bare, timeless)):
            continue
        own, several = [of for of in every if of.source.report in owner], len(stretch.owners) > 1
        ways = (_found(said, own, several=several) for said in (_undated(stretch.words, owner), bare, timeless))
        found = next(filter(None, ways), None)
        if found is None:
            raise _Struck(_misplaced(every) if _found(bare, every, several=True) else _fault(bare, every))
        yield found


def _misplaced(every: Sequence[Cited]) -> Fault:
    """What is wrong where the words stand in another source than they are said of."""
    return Fault.TOWN if len({(of.source.report.place.county, of.source.report.town) for of in every}) > 1 else Fault.YEAR


def _found(words: str, own: Sequence[Cited], *, several: bool = False) -> Taken | None:
    close = next((taken for of in own if (taken := closely(words, of, several=several))), None)
    return close or next((taken for of in own if (taken := loosely(words, of))), None)


def _undated(words: str, owner: Sequence[Report], plans: Sequence[Cited] = ()) -> str:
    """``words`` without the year of the report, wherever they say it, and without the year after where it is that of ``plans`` of it."""
    planned = {of.source.report.id for of in plans if of.source.section.part is Part.PLANS}
    own = {year for report in owner if report.year for year in (report.year, *([report.year + 1] if report.id in planned else []))}
    return DATED.sub(lambda dated: "" if int(dated["year"]) in own else dated[0], words)


def _fault(rest: str, every: Sequence[Cited]) -> Fault:
    """What is likely wrong with words that the cited ones do not carry."""
    told = [clause for of in every for clause in of.clauses]
    stated = {(q.value, clause[q.end : q.end + 1]) for clause in told for q in quantities(clause)}
    if any(not any(dated[0] in clause for clause in told) for dated in DATED.finditer(rest)):
        return Fault.YEAR
    if any((q.value, rest[q.end : q.end + 1]) not in stated for q in quantities(rest) if not q.chinese or q.end - q.start > 1):
        return Fault.NUMBER
    names = "".join((*told, *(of.source.report.town for of in every)))
    return Fault.TOWN if any(town[0] not in names for town in TOWN.finditer(rest)) else Fault.WORDS
