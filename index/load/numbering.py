"""The numbers that Word writes before paragraphs by itself (一、 （一） 1.), which stand nowhere in the text of a docx."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

DIGITS = "〇一二三四五六七八九"
FORMAL = "零壹贰叁肆伍陆柒捌玖"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
ROMAN_UNITS = (*ROMAN, (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
MAX_LEVELS = 9  # Word has nine


def chinese(number: int, digits: str = DIGITS, tens: str = "十百千") -> str:
    """1–9999 in Chinese as Word counts: 十, 十一, 二十, 一百〇三."""
    if not 0 < number < 10_000:
        return str(number)
    written = ""
    for place, character in enumerate(reversed(str(number))):
        unit = "" if place == 0 else tens[place - 1]
        written = (digits[int(character)] + unit if character != "0" else digits[0]) + written
    written = re.sub(f"{digits[0]}+", digits[0], written).rstrip(digits[0])
    return written[1:] if written.startswith(digits[1] + tens[0]) else written


def roman(number: int) -> str:
    """Lower-case Roman numerals; beyond 3999 the plain number."""
    if not 0 < number < 4000:
        return str(number)
    written = ""
    for value, letters in ROMAN_UNITS:
        count, number = divmod(number, value)
        written += letters * count
    return written


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 10)


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 0 < number <= 20 else str(number)


def _full_width(number: int) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in str(number))


FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "chineseLegalSimplified": lambda number: chinese(number, FORMAL, "拾佰仟"),
    "ideographDigital": lambda number: "".join(DIGITS[int(character)] for character in str(number)),
    "ideographTraditional": lambda number: STEMS[(number - 1) % 10],
    "ideographZodiac": lambda number: BRANCHES[(number - 1) % 12],
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalFullWidth": _full_width,
    "decimalZero": "{:02d}".format,
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "none": lambda _: "",
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: ``text`` is Word's pattern (``（%2）``), ``legal`` writes the levels above it in digits."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    legal: bool = False
    restart: int | None = None
    paragraph_style: str = ""


@dataclass(frozen=True, slots=True)
class Numberings:
    """The lists that a docx defines: number id → abstract id, its levels, and the starts it overrides."""

    abstract: dict[str, str] = field(default_factory=dict)
    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    overrides: dict[str, dict[int, int]] = field(default_factory=dict)

    def level_of_style(self, number: str, style: str) -> int:
        """The level that a paragraph style is tied to."""
        return next((i for i, level in self.levels.get(number, {}).items() if style and level.paragraph_style == style), 0)


def _children(element: Element | None, name: str) -> Iterator[Element]:
    if element is not None:
        yield from (child for child in element if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == name)


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that local name, in whatever namespace (Word has two: transitional and strict)."""
    return next(_children(element, name), None)


def value(element: Element | None, name: str = "val") -> str:
    """An attribute by its local name, "" when absent."""
    if element is None:
        return ""
    return next((str(text) for key, text in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def _number(text: str, default: int) -> int:
    return int(text) if re.fullmatch(r"-?\d{1,6}", text) else default


def _level(element: Element) -> Level:
    restart = child(element, "lvlRestart")
    return Level(
        start=_number(value(child(element, "start")), 1),
        style=value(child(element, "numFmt")) or "decimal",
        text=value(child(element, "lvlText")),
        suffix=value(child(element, "suff")) or "tab",
        legal=child(element, "isLgl") is not None,
        restart=None if restart is None else _number(value(restart), 0),
        paragraph_style=value(child(element, "pStyle")),
    )


def _levels(parent: Element) -> dict[int, Level]:
    return {_number(value(element, "ilvl"), 0): _level(element) for element in _children(parent, "lvl")}


def numberings(root: Element | None) -> Numberings:
    """Read ``word/numbering.xml``; None (a docx without lists) gives no lists."""
    abstracts = {value(element, "abstractNumId"): element for element in _children(root, "abstractNum")}
    by_style = {value(link): id_ for id_, element in abstracts.items() if (link := child(element, "styleLink")) is not None}
    found = Numberings()
    for element in _children(root, "num"):
        number = value(element, "numId")
        abstract = value(child(element, "abstractNumId"))
        linked = value(child(abstracts.get(abstract), "numStyleLink"))
        abstract = by_style.get(linked, abstract)
        levels = _levels(abstracts[abstract]) if abstract in abstracts else {}
        starts: dict[int, int] = {}
        for override in _children(element, "lvlOverride"):
            index = _number(value(override, "ilvl"), 0)
            if (own := child(override, "lvl")) is not None:
                levels[index] = _level(own)
            if (start := child(override, "startOverride")) is not None:
                starts[index] = _number(value(start), 1)
        found.abstract[number] = abstract
        found.levels[number] = levels
        found.overrides[number] = starts
    return found


class Counter:
    """Counts through one document: lists that share an abstract definition go on counting, as in Word."""

    def __init__(self, lists: Numberings) -> None:
        self.lists = lists
        self.counts: dict[str, dict[int, int]] = {}
        self.begun: set[tuple[str, int]] = set()

    def label(self, number: str, index: int) -> str:
        """The number of the next paragraph at this level, with the gap that follows it; "" where there is none."""
        levels = self.lists.levels.get(number, {})
        if index not in levels:
            return ""
        counts = self._advance(number, index, levels)
        level = levels[index]
        if level.style == "bullet":
            return ""
        written = re.sub("%([1-9])", lambda match: self._write(int(match[1]) - 1, counts, levels, level.legal), level.text)
        gap = " " if level.suffix != "nothing" and written[-1:].isascii() else ""
        return written + gap if written else ""

    def _advance(self, number: str, index: int, levels: dict[int, Level]) -> dict[int, int]:
        counts = self.counts.setdefault(self.lists.abstract[number], {})
        override = self.lists.overrides[number].get(index)
        if override is not None and (number, index) not in self.begun:
            counts[index] = override
        else:
            start = levels[index].start if override is None else override
            counts[index] = counts.get(index, start - 1) + 1
        self.begun.add((number, index))
        for deeper in range(index + 1, MAX_LEVELS):
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or index + 1 <= restart:
                counts.pop(deeper, None)
        return counts

    @staticmethod
    def _write(index: int, counts: dict[int, int], levels: dict[int, Level], legal: bool) -> str:
        level = levels.get(index, Level())
        number = counts.get(index, level.start)
        return str(number) if legal else FORMATS.get(level.style, str)(number)
