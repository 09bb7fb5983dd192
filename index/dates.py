"""Years and dates as official documents write them: 2023年, 2021 年度, 二○一九年, 二〇二〇年十二月二十五日, 2024-01-26."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

DIGITS = {character: str(value) for value, character in enumerate("○一二三四五六七八九")} | {"零": "0", "〇": "0"}
WRITTEN_YEAR = r"(?:20\d{2}|二\s*[○零]\s*[○零一二三]\s*[○零一二三四五六七八九])"
YEAR = re.compile(rf"(?<![\d—~至-])({WRITTEN_YEAR})\s*年(?!\s*(?:[\d一二三四五六七八九十]{{1,2}}\s*月|[—~至-]))")
BARE_YEAR = re.compile(r"(?<![\d.—~至/〔\[-])(20\d{2})(?![\d—~至]|[./-]\d|\s*年\s*\d{1,2}\s*月)")
NUMBER = r"(\d{1,2}|[一二三四五六七八九十]{1,3})"
DATE = re.compile(rf"({WRITTEN_YEAR})\s*[年.\-/]\s*{NUMBER}\s*[月.\-/](?:\s*{NUMBER}\s*日?)?")
NAMED = re.compile(r"《[^》\n]{0,80}》")
SPRING = 6  # months: what is written in them reports on the year before


def arabic(written: str) -> int:
    """2021 of 2021 and of 二○二一; 12 of 12 and of 十二."""
    written = re.sub(r"\s", "", written)
    if written.isdigit() and written.isascii():
        return int(written)
    if "十" in written:
        tens, _, units = written.partition("十")
        return 10 * int(DIGITS.get(tens, "1")) + int(DIGITS.get(units, "0"))
    return int("".join(DIGITS[character] for character in written))


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
        year, month = arabic(match.group(1)), arabic(match.group(2))
        try:
            yield year, month, date(year, month, arabic(match.group(3))) if match.group(3) else None
        except ValueError:
            continue


def reported(year: int, month: int) -> int:
    """The year that a report written in this month is about."""
    return year - 1 if month <= SPRING else year
