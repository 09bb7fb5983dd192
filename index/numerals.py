"""Numbers in Chinese official text: what they are worth, how they are qualified, what they count.

``numerals`` finds the figures (a number that counts something), ``quantities`` every number whatever it is for, ``with_units``
the same with what each counts, ``years`` the years. All keep the offsets of the text they are given.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from math import inf
from typing import Any

from index.types import Span
from index.written import (
    BARE_SCALE,
    DIGITS,
    HALF_WIDTH,
    MYRIADS,
    Scanned,
    chinese_worth,
    half_width,
    scan,
    value_of,
)

__all__ = [
    "DIGITS",
    "PERCENT",
    "SHORT_NUMBER",
    "Numeral",
    "Quantity",
    "Year",
    "half_width",
    "numerals",
    "quantities",
    "unreadable",
    "value_of",
    "with_units",
    "years",
]

PERCENT = "%"
GREATEST = 1e15  # above this it is an account number, not a count
PERCENT_OF_TENTH = 10  # 三成 is 30 %

GAP = "[ \u3000]?"  # never a line break or a tab: what follows is another line or cell
SHORT_NUMBER = "[一二三四五六七八九十]{1,3}"
"""A small number as ordinals, headings and days have it: 十二."""
ROUGH = re.compile(rf"{GAP}(?P<rough>[余多几])(?P<scale>[万亿](?!元))?")
MONEY = re.compile(r"(?P<scale>[十百千]?[万亿])(?P<rough>[余多几])元")
BEFORE = re.compile(r"(?:大约|将近|接近|超过|不少于|不低于|不足|不到|至少|至多|最多|不超过|多达|(?<![民公条契签合盟制节预])约|近|逾|超)$")
BEFORE_BARE = re.compile(rf"(?:{BEFORE.pattern[:-1]}|上)$")
ORDINAL = re.compile(r"(?:第|\+|(?<![目当以之此年])前)$")
PART_OF = re.compile(r"\d[/:：·]$")  # of a fraction, a ratio or a time of day: 1/3件
AFTER = re.compile(rf"{GAP}(?:以上|以下|左右|以内|上下|[余多])")
TENTHS = re.compile(r"成(?:(?P<half>半)|(?P<fifth>[一二三四五六七八九])(?![十百千万个]))?(?![功立员为果长绩熟就效本都因份交])")
NOT_FIGURES = re.compile(r"[“‘「『\"][^“”‘’「」『』\"，。；,;\n]{1,12}[”’」』\"]|《[^《》\n]{1,40}》|^[^\S\n]*+\d+(?:\.\d+)*[.、\s]", re.MULTILINE)
LIST_GAP = re.compile(r"个?[、和及与]$")
RANGE_GAP = re.compile(r"[-—–~～至到]$")
CLAUSE_END = re.compile(r"\s*(?:[，。；、,;：:）)（(！]|其中|均|$)", re.MULTILINE)
STATED = re.compile(r"(?:[共仅只还]有?|(?<!没)有|为|达|聘请|聘用|配备|增加|减少)$")
SEVERAL = re.compile(r"[一二三四五六七八九]{2}")
YEAR = re.compile(
    r"(?<![\d.])(?P<full>(?:19|20)\d{2})(?=\s*(?:年|[-—–~～至到、]\s*(?:19|20)?\d{2}\s*年|[-./]\d{1,2}[-./]\d))"
    r"|(?P<chinese>[一二][九〇零][〇零一二三四五六七八九]{2})(?=年|[至到、])"
    r"|(?<![\d.第近前后每])(?P<short>[12]\d)(?=年(?!级|龄|来|内|后|前|间|以))"
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number that counts something. ``start:end`` covers the number, 余/多 and the unit; ``start:number_end`` the number alone.

    ``value`` is in percent for ``%`` (96.8 for 百分之九十六点八, 30 for 三成), 13000 for 1.3万份, 48.7 for 48.7万元.
    ``unit`` is as written, except that every percentage has ``%``; "" where only a noun before the number names the measure.
    ``qualifier`` is 余, 多, 约, 近, 以上, 不少于 …, 至 for the lower end of a range, "" for an exact number.
    """

    start: int
    end: int
    number_end: int
    value: float
    unit: str
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """Any number in a text; ``chinese`` tells 七百零八 from 708. Digits that cannot be read as a number (``glued``) are worth infinity."""

    start: int
    end: int
    value: float
    chinese: bool


@dataclass(frozen=True, slots=True)
class Year:
    """A year in a text: the span of its digits and the year it means (2022 for 22年, ２０２２ and 二〇二二)."""

    start: int
    end: int
    value: int


@dataclass(frozen=True, slots=True)
class _Words:
    """The tables of ``units.toml``, made ready."""

    unit: re.Pattern[str]
    digits_only: frozenset[str]
    measures: dict[str, str]
    measure: re.Pattern[str]
    other_words: dict[str, str]
    name: re.Pattern[str]


def _either(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


@lru_cache(maxsize=1)
def _words() -> _Words:
    table: dict[str, Any] = tomllib.loads(files("index").joinpath("units.toml").read_text(encoding="utf-8"))
    return _Words(
        unit=re.compile(rf"{GAP}(?P<unit>{_either(table['units'])})"),
        digits_only=frozenset(table["digits_only"]),
        measures=table["measures"],
        measure=re.compile(rf"(?P<noun>{_either(list(table['measures']))})[ 　:：]?[共约近为达超过到多]{{0,4}}$"),
        other_words=table["other_words"],
        name=re.compile(_either([word.translate(HALF_WIDTH) for word in table["names"]["words"]])),
    )


def quantities(text: str) -> list[Quantity]:
    """Every number of ``text`` in any script: 708, ７０８, 七百零八, 1.3万, 百分之九十六, each digit group of a date."""
    return _quantities(scan(half_width(text), 0, len(text))[0])


def with_units(text: str) -> list[tuple[Quantity, str]]:
    """``quantities``, each with the unit of the figure that ``numerals`` finds there, "" where it finds none: read once for both.

    Digits that cannot be read as a number are told by how they are written, in the place of a unit: they equal only themselves.
    """
    plain = half_width(text)
    scanned, unread = scan(plain, 0, len(text))
    units = {figure.start: figure.unit for figure in _figures(plain, text, scanned, 0, len(text))}
    found = [(quantity, units.get(quantity.start, "")) for quantity in _quantities(scanned)]
    found += [(Quantity(span.start, span.end, inf, chinese=False), plain[span.start : span.end]) for span in unread]
    return sorted(found, key=lambda each: each[0].start)


def unreadable(text: str) -> list[Span]:
    """Where digits stand that cannot be read as a number: no figure is made of them, and a person should look at the source."""
    return scan(half_width(text), 0, len(text))[1]


def _quantities(scanned: list[Scanned]) -> list[Quantity]:
    return [Quantity(match.start(), match.end(), value, chinese=match["arabic"] is None) for match, value in scanned if value is not None]


def years(text: str, start: int = 0, end: int | None = None) -> list[Year]:
    """The years in ``text[start:end]``: 2023年, ２０２３年, 二〇二三年, 23年, 2021至2023年; not 三年, 近10年."""
    plain = half_width(text)
    found = []
    for match in YEAR.finditer(plain, start, len(text) if end is None else end):
        short = match["short"]
        digits = match["full"] or short or "".join(str(DIGITS[character]) for character in match["chinese"])
        value = int(digits) + 2000 if short else int(digits)
        found.append(Year(match.start(), match.end(), value))
    return found


def numerals(text: str, start: int = 0, end: int | None = None) -> list[Numeral]:
    """The numbers of ``text[start:end]`` that count something, in order.

    Dates, ordinals, headings, telephone numbers and names (三项制度, “八五”普法, 1+11+35) are none.
    """
    plain = half_width(text)
    stop = len(text) if end is None else end
    return list(_figures(plain, text, scan(plain, start, stop)[0], start, stop))


def _figures(plain: str, text: str, scanned: list[Scanned], start: int, stop: int) -> Iterator[Numeral]:
    names = {place for pattern in (NOT_FIGURES, _words().name) for match in pattern.finditer(plain, start, stop) for place in range(*match.span())}
    found: list[Numeral] = []
    for match, value in scanned:
        taken = found[-1].end if found else start
        if match.start() >= taken and match.start() not in names and (number := _read(plain, text, match, value, stop)):
            found.append(number)
    return _joined(plain, found)


def _read(plain: str, text: str, match: re.Match[str], value: float | None, stop: int) -> Numeral | None:
    """The number at ``match`` with its unit and qualifier, if it counts; unit "" where none follows (it may be part of a list or a range)."""
    if ORDINAL.search(plain, max(0, match.start() - 2), match.start()) or PART_OF.search(plain, max(0, match.start() - 2), match.start()):
        return None
    written = match[0]
    if match["chinese"] and len(written) > 1 and written[-1] in MYRIADS and plain.startswith(("元", "余元", "多元"), match.end()):
        written = written[:-1]  # 六万元 counts 万元, as 6万元 does
    several = match["chinese"] and SEVERAL.fullmatch(written)  # 三五次: the lower end
    value = float(DIGITS[written[0]]) if several else value if written == match[0] else chinese_worth(written)
    if value is None or value > GREATEST:
        return None
    end = match.start() + len(written)
    if money := MONEY.match(plain, end, stop):  # 35万余元
        return Numeral(match.start(), money.end(), end, value, f"{money['scale']}元", money["rough"])
    rough = ROUGH.match(plain, end, stop)
    if rough and rough["scale"]:
        value *= MYRIADS[rough["scale"]]
    qualifier = "至" if several else rough["rough"] if rough else _qualifier_before(plain, match.start(), written)
    number = Numeral(match.start(), end, end, value, "", qualifier)
    if match["percent"] or match["whole"]:
        return _complete(plain, number, end, PERCENT, stop)
    return _with_unit(plain, text, number, rough.end() if rough else end, stop)


def _qualifier_before(plain: str, start: int, written: str) -> str:
    """约, 近, 不少于 … before a number; 上 only before a bare 百 or 千."""
    pattern = BEFORE_BARE if not written[0].isdigit() and BARE_SCALE.fullmatch(written) else BEFORE
    match = pattern.search(plain, max(0, start - 3), start)
    return match[0] if match else ""


def _with_unit(plain: str, text: str, number: Numeral, at: int, stop: int) -> Numeral | None:
    chinese = not plain[number.start].isdigit()
    if number.value < PERCENT_OF_TENTH and (tenths := TENTHS.match(plain, number.end, stop)):
        extra = 5 if tenths["half"] else DIGITS.get(tenths["fifth"] or "", 0)
        return _complete(plain, replace(number, value=number.value * PERCENT_OF_TENTH + extra), tenths.end(), PERCENT, stop)
    if plain.startswith(("%", "‰"), at):
        return _complete(plain, number, at + 1, plain[at], stop)
    unit = _words().unit.match(plain, at, stop)
    if unit is None:
        return None if chinese or plain.startswith("年", number.end) else _measured(plain, number)
    if chinese and not _counts(plain, text, number, unit):
        return None
    return _complete(plain, number, unit.end(), text[unit.start("unit") : unit.end("unit")], stop)


def _measured(plain: str, number: Numeral) -> Numeral:
    """A number without a unit: the noun before it may name the measure (观看人次超过36万)."""
    noun = _words().measure.search(plain, max(0, number.start - 8), number.start)
    return replace(number, unit=_words().measures[noun["noun"]]) if noun else number


def _counts(plain: str, text: str, number: Numeral, unit: re.Match[str]) -> bool:
    """Whether a Chinese numeral before a unit is a count: 二十六名 is, 一起 (together), 十分, 一村一 and 一次性 are not."""
    word, written = unit["unit"], plain[number.start : number.number_end]
    if word in _words().digits_only:
        return False
    if len(written) == 1 and plain.startswith(tuple(_words().other_words.get(word, "")), unit.end()):
        return False  # 一次性, 三组织
    if BARE_SCALE.fullmatch(written) and (written[0] != "十" or plain.startswith(("几", "数"), number.start - 1)):
        return bool(number.qualifier)  # 近百条 counts, 百姓 and 几十次 do not
    if text[number.start : number.number_end] == "二":
        return False  # counts are written 两; 二次供水 is none
    if written != "一":
        return True
    ends = bool(CLAUSE_END.match(plain, unit.end())) and word != "起"
    return ends or bool(STATED.search(plain, max(0, number.start - 2), number.start))


def _complete(plain: str, number: Numeral, end: int, unit: str, stop: int) -> Numeral:
    """``number`` with its unit, up to ``end``, and with the 以上, 左右 … after it."""
    qualifier = number.qualifier
    if not qualifier and (after := AFTER.match(plain, end, stop)):
        qualifier = after[0].strip()
        end = after.end() if qualifier in "余多" else end
    return Numeral(number.start, end, number.number_end, number.value, unit, qualifier)


def _joined(plain: str, found: list[Numeral]) -> Iterator[Numeral]:
    """Give the numbers of a list the unit of its last (3.2个和2.5个百分点), make one of a range (20至30名), drop bare numbers."""
    joined: list[Numeral] = []
    for number in reversed(found):
        following = joined[-1] if joined else None
        gap = plain[number.end : following.start] if following else ""
        bare = number.unit in {"", "个"}
        if following and following.unit and bare and LIST_GAP.fullmatch(gap) and number.unit != following.unit:
            if not number.unit or following.unit.startswith(number.unit):
                number = replace(number, unit=following.unit)
        elif following and following.unit and not number.unit and RANGE_GAP.fullmatch(gap):
            joined.pop()
            number = replace(following, start=number.start, value=number.value, qualifier="至")
        joined.append(number)
    return (number for number in reversed(joined) if number.unit)
