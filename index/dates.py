"""Years and dates as official documents write them: 2023年, 2021 年度, 二○一九年, 二〇二〇年十二月二十五日, 2024-01-26."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from index.numerals import SHORT_NUMBER, value_of

WRITTEN_YEAR = r"(?:20\d{2}|二\s*[○零]\s*[○零一二三]\s*[○零一二三四五六七八九])"
YEAR = re.compile(rf"(?<![\d—~至-])({WRITTEN_YEAR})\s*年(?!\s*(?:[\d一二三四五六七八九十]{{1,2}}\s*月|[—~至-]))")
BARE_YEAR = re.compile(r"(?<![\d.—~至/〔\[-])(20\d{2})(?![\d—~至]|[./-]\d|\s*年\s*\d{1,2}\s*月)")
NUMBER = rf"(\d{{1,2}}|{SHORT_NUMBER})"
DATE = re.compile(rf"({WRITTEN_YEAR})\s*[年.\-/]\s*{NUMBER}\s*[月.\-/](?:\s*{NUMBER}\s*日?)?")
NAMED = re.compile(r"《[^》\n]{0,80}》")
SPRING = 6  # months: what is written in them reports on the year before


def arabic(written: str) -> int:
    """2021 of 2021 and of 二○二一; 12 of 12 and of 十二."""
    value = value_of(re.sub(r"\s", "", written))
    return int(value) if value is not None else 0


def years(words: str, *, bare: bool = False) -> Iterator[tuple[int, int]]:
    """The years named in ``words`` (half-width) with the place where each ends; not those of dates, spans and 《…》.

    ``bare`` takes a year without 年 as well, as in a file name.
    """
    plain = NAMED.sub(lambda match: " " * len(match.group()), words)
    found = {match.start(): (arabic(match.group(1)), match.end()) for match in YEAR.finditer(plain)}
    if bare:
        found |= {
            match.start(): (arabic(match.group(1)), match.end())
            for match in BARE_YEAR.finditer(plain)
            if match.start() not in found
        }
    yield from (found[start] for start in sorted(found))


def months(words: str) -> Iterator[tuple[int, int, date | None]]:
    """The dates named in ``words``: year, month, and the date where a day is named and exists."""
    for match in DATE.finditer(words):
        day = _day(match) if match.group(3) else None
        if day or not match.group(3):
            yield arabic(match.group(1)), arabic(match.group(2)), day


def days(words: str) -> Iterator[tuple[int, int, date]]:
    """The dates with a day in ``words`` (half-width): start, end, date."""
    for match in DATE.finditer(words):
        day = _day(match) if match.group(3) else None
        if day:
            yield match.start(), match.end(), day


def _day(match: re.Match[str]) -> date | None:
    """The date of a match of DATE; None for one that does not exist (2月30日)."""
    try:
        return date(*(arabic(part) for part in match.groups()))
    except ValueError:
        return None


def reported(year: int, month: int) -> int:
    """The year that a report written in this month is about."""
    return year - 1 if month <= SPRING else year
