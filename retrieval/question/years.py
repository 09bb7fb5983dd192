"""The years that a question speaks of: in digits, in Chinese, relative to today or to the year of the conversation.

去年, 今年 and 明年 are the calendar's, unless a year stands beside them (去年（2023）), or they are compared with
(2023年比去年): then they are relative to that year. 上一年, 同年 and 下一年 are relative to the year spoken of.
近三年 and 三年里 mean the newest three years that the store has of the town.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from index import numerals
from index.periods import part_of_year
from retrieval.question.words import blank, pattern, table

DIGITS = numerals.DIGITS | {"○": 0, "o": 0, "两": 2}
COUNTS = DIGITS | {str(digit): digit for digit in range(10)}
FUTURE_YEARS = 15  # a two-digit year further ahead than this is a span of time (45年), not a year
ZERO = "〇零○o"
ABSOLUTE = re.compile(
    rf"(?<![\d.+])(?<!\d,)(?P<full>(?:19|20)\d{{2}})(?![\d.%+])(?P<mark>年度|年(?!级))?"
    rf"|(?P<chinese>[一二][九{ZERO}][{ZERO}一二三四五六七八九]{{2}})(?:年度|年)?"
    rf"|(?<![\d.第近前后每满约十超过达逾])(?P<short>\d{{2}})(?:年度|年(?!级|龄|来|内|后|前|间|以|多(?!出|了|[一-鿿]{{1,2}}了)|的?历史)|(?=[-—–~到至和、]\d\d年))"
    rf"|(?<![十百])(?P<spoken>二[{ZERO}一二三四五])(?:年度|年(?!级|龄|来|内|后|前|间|以|多))"
)
SEASON = re.compile(r"年?(底(?![线数册层稿])|末|初(?![次步审期犯级衷中信])|终(?![审止身结])|中(?![央心国共小学层介标止断期型]))|全年|年度|年间|间(?![接隔])")
RANGE = re.compile(r"\s*年?\s*[-—–~～至到]+\s*")
APPOSITION = re.compile(r"(年?[底末初])?[(（,，.…—\-~、\s]*(即|[哦噢呃嗯]|(也|我?说的)?就?是|就)?[,，\s]*")
SEVERAL_BEFORE = re.compile(r"前(?P<count>[两二三四五2-5])年")


@dataclass(frozen=True, slots=True)
class Years:
    """What a question says of years. ``shifts`` are relative to the year spoken of, ``last`` asks for the newest so many.

    ``compared`` says that the shifted year is only what is compared with (较上年): the year spoken of belongs to the answer.
    ``reports`` are years that name a report (2023年的报告). ``ends`` says that only the ends of a range are compared.
    """

    stated: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()
    last: int = 0
    every: bool = False
    compared: bool = False
    reports: tuple[int, ...] = ()
    calendar: bool = False
    """Whether ``stated`` is only what today makes of 去年, 今年 or 明年."""

    @property
    def given(self) -> bool:
        return bool(self.stated or self.shifts or self.last or self.every)

    def resolve(self, base: int | None, available: Sequence[int]) -> tuple[int, ...]:
        """The years meant. ``base`` is the year spoken of, ``available`` the years that the store has of the towns."""
        newest = max(available, default=None)
        anchor = max(self.stated) if self.stated else base if base is not None else newest
        years = set(self.stated)
        shifts = self.shifts if base is not None or self.stated else tuple(shift for shift in self.shifts if shift)
        if anchor is not None and shifts:
            years |= {anchor + shift for shift in shifts} | ({anchor} if self.compared else set())
        if self.last:
            years |= set(sorted(set(available))[-self.last :])
        return tuple(sorted(years))


@dataclass(frozen=True, slots=True)
class _Mark:
    """A year in the text: absolute, or a shift of the calendar year or of the year spoken of."""

    start: int
    end: int
    year: int | None = None
    shift: int | None = None
    calendar: bool = False


def read_years(text: str, today: date) -> tuple[Years, str]:
    """What ``text`` says of years, and the text with those words blanked."""
    absolute = list(_absolute(text, today))
    said = list(_relative(text, named=bool(absolute)))
    relative = [mark for mark in said if not _beside(text, mark, absolute)]
    stated = _with_ranges(text, absolute)
    shifts: list[int] = []
    for mark in relative:
        if mark.calendar and not absolute and not _is_compared(text, mark):
            stated.append(today.year + (mark.shift or 0))
        elif mark.shift or not absolute:
            shifts.append(mark.shift or 0)
    last, every = _last(text), pattern("year", "every").search(text) is not None
    years = Years(
        tuple(sorted(set(stated))),
        tuple(sorted(set(shifts))),
        last if not stated else 0,
        every and not stated and not last,
        any(_is_compared(text, mark) for mark in relative),
        tuple(mark.year for mark in absolute if mark.year and pattern("year", "report").match(text, mark.end)),
        bool(stated) and not absolute,
    )
    return years, _blanked(text, [*absolute, *said])


def _absolute(text: str, today: date) -> Iterator[_Mark]:
    for match in ABSOLUTE.finditer(text):
        if match["full"]:
            if not match["mark"] and pattern("year", "counted").match(text, match.end()):
                continue
            year = int(match["full"])
        elif match["chinese"]:
            year = int("".join(str(DIGITS[character]) for character in match["chinese"]))
        else:
            short = match["short"] or "".join(str(DIGITS[character]) for character in match["spoken"])
            year = 2000 + int(short)
            if year > today.year + FUTURE_YEARS:
                continue
        yield _Mark(match.start(), match.end(), year=year)


def _relative(text: str, *, named: bool) -> Iterator[_Mark]:
    for match in SEVERAL_BEFORE.finditer(text):
        for shift in range(-COUNTS[match["count"]], 0):
            yield _Mark(match.start(), match.end(), shift=shift, calendar=True)
    words = table()["year"]["shift"] | table()["year"]["calendar"] | (table()["year"]["shift_after"] if named else {})
    for match in re.finditer("|".join(sorted(words, key=len, reverse=True)), text):
        yield _Mark(match.start(), match.end(), shift=words[match[0]], calendar=match[0] in table()["year"]["calendar"])


def _beside(text: str, mark: _Mark, absolute: Sequence[_Mark]) -> bool:
    """Whether a year stands beside a relative word and says which year it is: 去年（2023）, 2023年（去年）."""
    return any(
        (mark.end <= other.start and APPOSITION.fullmatch(text, mark.end, other.start))
        or (other.end <= mark.start and text[other.end : mark.start] in ("(", "（", ",即", "即"))
        for other in absolute
    )


def _is_compared(text: str, mark: _Mark) -> bool:
    return bool(mark.shift) and pattern("year", "compared").search(text[: mark.start]) is not None


def _with_ranges(text: str, absolute: Sequence[_Mark]) -> list[int]:
    """The years stated, the ones inside a range (2021到2023年) filled in, unless only its ends are compared."""
    years = [mark.year for mark in absolute if mark.year]
    ends_only = pattern("year", "ends").search(text) and not pattern("year", "each").search(text)
    for left, right in pairwise(absolute):
        if left.year and right.year and RANGE.fullmatch(text, left.end, right.start) and not ends_only:
            years.extend(range(left.year + 1, right.year))
    return years


def _last(text: str) -> int:
    match = pattern("year", "last").search(text)
    return COUNTS[match["last"]] if match else 0


def _blanked(text: str, marks: Sequence[_Mark]) -> str:
    for mark in marks:
        text = blank(text, mark.start, mark.end)
        if season := SEASON.match(text, mark.end):
            text = blank(text, season.start(), season.end())
    if period := part_of_year(text):
        text = text.replace(period.words, " " * len(period.words))
    for name in ("last", "every"):
        for match in pattern("year", name).finditer(text):
            text = blank(text, match.start(), match.end())
    return text
