"""What a heading is: the table of styles in ``headings.toml``, and what the words of a heading say.

Only styles that have no mark of their own are known by name here:
the short line (党建引领 责任上肩) and the opening that needs no heading (下一步，我们将…), of a paragraph or of a sentence in it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from index.errors import BadSettings
from index.types import Part

LINE = "短行"
LEAD = "引语"
ASIDE = "句中引语"
HANZI = "○一二三四五六七八九"
NUMERALS = {character: value for value, character in enumerate(HANZI)}
ENCLOSED = (("①", "⑳"), ("⑴", "⒇"), ("⒈", "⒛"), ("㈠", "㈩"))
ORDINALS = {"首先": 1, "其次": 2, "再次": 3, "最后": 4}


@dataclass(frozen=True, slots=True)
class Style:
    """A row of the table of heading styles; ``rank`` counts from the outermost. ``inside`` finds its marks within a paragraph."""

    name: str
    rank: int
    label: str
    pattern: re.Pattern[str] | None = None
    strict: bool = False
    inline: bool = False
    text: str = "line"
    absolute: bool = False
    inside: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """Words that begin a part without a heading, at the head of a paragraph or ``inside`` it."""

    part: Part
    pattern: str
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """``headings.toml``: the styles, what headings say of their part, and the openings that need no heading."""

    styles: tuple[Style, ...]
    parts: tuple[tuple[Part, re.Pattern[str]], ...]
    future: re.Pattern[str]
    leads: tuple[Lead, ...]

    @classmethod
    def load(cls, extra: Path | None = None) -> Table:
        """The table that ships with the program; the parts and leads of a keeper's own file come first.

        Its styles come last (innermost), or before the one that ``before`` names.

        Raises BadSettings when the keeper's file is not as ``headings.toml`` is.
        """
        raw = tomllib.loads(files("index").joinpath("headings.toml").read_text(encoding="utf-8"))
        if extra is None or not extra.is_file():
            return cls._of(raw, {})
        try:
            return cls._of(raw, tomllib.loads(extra.read_text(encoding="utf-8-sig")))
        except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
            raise BadSettings(f"标题样式表 {extra.name} 读不了（{error}）。请照 index/headings.toml 的样子改好。") from error

    @classmethod
    def _of(cls, raw: dict[str, Any], own: dict[str, Any]) -> Table:
        rows = {key: [*own.get(key, ()), *raw[key]] for key in ("part", "lead")}
        return cls(
            styles=tuple(_style(rank, row) for rank, row in enumerate(_ordered(raw["style"], own.get("style", ())))),
            parts=tuple((Part(row["part"]), re.compile(row["pattern"])) for row in rows["part"]),
            future=re.compile(raw["future"]["pattern"]),
            leads=tuple(Lead(Part(row["part"]), row["pattern"], row.get("inside", False)) for row in rows["lead"]),
        )

    def style(self, name: str) -> Style:
        return next(style for style in self.styles if style.name == name)

    def part_of(self, words: str, year: int | None) -> Part | None:
        """What a heading (half-width, without its number) says of its part; None when it says nothing. ``year`` is the report's."""
        plain = re.sub(r"\d{4}\s*年(度)?", "", words)
        for part, pattern in self.parts:
            if pattern.search(plain.strip()):
                return part
        years = [int(y) for y in re.findall(r"(\d{4})\s*年", words)]
        return Part.PLANS if year and years and min(years) > year and self.future.search(plain) else None


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading in the text. ``start:end`` is its own words; ``number`` is None where it has none.

    ``paragraph`` is the number of the paragraph that it begins in, ``part`` what an opening without a heading begins.
    ``closing`` marks the place after a list where the text goes on under the heading above the list.
    """

    start: int
    end: int
    style: Style
    number: int | None = None
    written: str = ""
    paragraph: int = 0
    part: Part | None = None
    closing: bool = False


def _ordered(shipped_: list[dict[str, Any]], own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of all styles, from the outermost to the innermost."""
    rows = list(shipped_)
    for row in own:
        before = row.pop("before", None)
        rows.insert([each["name"] for each in rows].index(before) if before else len(rows), row)
    return rows


def _style(rank: int, row: dict[str, Any]) -> Style:
    """A row of the table; inside a paragraph a mark stands after a clause, one that need not count otherwise after a blank too."""
    pattern = row.pop("pattern", None)
    clause = "[。;:,!?”)]" if row.get("strict") else r"[。;:!?”)\s]"
    inside = re.compile(rf"(?:(?<={clause})|(?<={clause}\s))(?:{pattern})") if row.get("inline") else None
    return Style(rank=rank, pattern=re.compile(pattern) if pattern else None, inside=inside, **row)


@cache
def shipped() -> Table:
    """The table that ships with the program, read once."""
    return Table.load()


def ordinal(written: str) -> int:
    """The value of the number in a heading: 三, 十二, 12, ③, 第三部分, 二是, 其次; the last one of 2.3."""
    if written in ORDINALS:
        return ORDINALS[written]
    if digits := re.findall(r"[0-9]+", written):
        return int(digits[-1])
    for first, last in ENCLOSED:
        if first <= written[:1] <= last:
            return ord(written[0]) - ord(first) + 1
    numeral = "".join(re.findall(r"[一二三四五六七八九十百○]", written))
    hundreds, _, rest = numeral.rpartition("百")
    tens, ten, units = rest.rpartition("十")
    return 100 * NUMERALS.get(hundreds, 0) + 10 * (NUMERALS.get(tens, 1) if ten else 0) + NUMERALS.get(units[-1:], 0)
