"""Times that are no calendar year: a part of one (第三季度, 上半年, 1-6月), and several in a row (2021—2025年)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.dates import WRITTEN_YEAR, arabic
from index.layout import view
from index.numerals import SHORT_NUMBER

MONTHS = 12
LONGEST_SPAN = 10  # years
MONTH = rf"(?:\d{{1,2}}|{SHORT_NUMBER})"
PART = re.compile(
    r"(?P<half>[上下])半年"
    r"|(?P<since>前)?第?(?P<quarter>[一二三四1-4])季度"
    rf"|(?<![\d.])(?P<from>{MONTH})(?:月份?)?\s*[-—–~至到]\s*(?P<to>{MONTH})月份?"
    rf"|(?P<month>{MONTH})月份"
)
YEARS = re.compile(rf"({WRITTEN_YEAR})\s*年?度?\s*(?:[—–~至到-]+|、|和)\s*({WRITTEN_YEAR})\s*年(?!\s*{MONTH}\s*月)")


@dataclass(frozen=True, slots=True)
class Period:
    """``first`` to ``last``: months of one year, or years; ``words`` as it is written."""

    words: str
    first: int
    last: int


def part_of_year(text: str) -> Period | None:
    """The part of a year that ``text`` names first; None where it names none, or all twelve months."""
    for match in PART.finditer(view(text)):
        first, last = _months(match)
        if 1 <= first <= last <= MONTHS and last - first < MONTHS - 1:
            return Period(text[match.start() : match.end()], first, last)
    return None


def _months(match: re.Match[str]) -> tuple[int, int]:
    if match["half"]:
        return (1, 6) if match["half"] == "上" else (7, 12)
    if match["quarter"]:
        last = 3 * arabic(match["quarter"])
        return 1 if match["since"] else last - 2, last
    first = arabic(match["from"] or match["month"])
    return first, arabic(match["to"]) if match["to"] else first


def years_in_a_row(text: str) -> Period | None:
    """The years that ``text`` spans (2021—2025年, 2023年至2024年, 2023、2024年度); None where it spans none."""
    for match in YEARS.finditer(view(text)):
        first, last = arabic(match[1]), arabic(match[2])
        if 0 < last - first < LONGEST_SPAN:
            return Period(f"{first}—{last}年", first, last)
    return None
