"""How a number is written, in digits or Chinese numerals, and what it is worth; and what only looks like one."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise

from index.glued import glued
from index.types import Span

HALF_WIDTH = str.maketrans("０１２３４５６７８９％．○两兩萬億", "0123456789%.〇二二万亿")
WIDE = re.compile(f"[{''.join(map(chr, HALF_WIDTH))}]")
DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0}
TENS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}

ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
CHINESE = r"[〇零一二三四五六七八九十百千万亿]+(?:点[〇零一二三四五六七八九]+)?"
NUMBER = re.compile(
    rf"(?=[\d〇零一二三四五六七八九十百千万亿])"  # most characters are none of these: a third of the time
    rf"(?:百分之(?P<percent>{ARABIC}|{CHINESE})|百分(?P<whole>百)"
    rf"|(?P<arabic>(?<![\d.]){ARABIC})(?P<scale>[十百千]?[万亿](?![余多几]?元)|[百千](?=[余多人件份户起场次张条册]))?"
    rf"|(?P<chinese>(?<!唯){CHINESE}))"  # the 一 of 唯一 counts nothing
)
BARE_SCALE = re.compile(r"[十百千万亿]+$")

Scanned = tuple[re.Match[str], float | None]
"""What looks like a number, and what it is worth; None: it is none."""


def half_width(text: str) -> str:
    """``text`` with digits, % and . half-width and 两, ○ as 二, 〇; of the same length."""
    return text.translate(HALF_WIDTH) if WIDE.search(text) else text


def value_of(number: str) -> float | None:
    """What a number is worth, in digits or Chinese numerals: ``1,234``, ``1.3万``, ``七百零八``, ``二〇二三``; None when it is none."""
    plain = half_width(number.strip())
    match = NUMBER.fullmatch(plain)
    return worth(match) if match else None


def worth(match: re.Match[str]) -> float | None:
    """The value of what ``NUMBER`` matched; None where it is no number (五五, 十百)."""
    if match["whole"]:
        return 100.0
    number: str = match["arabic"] or match["percent"] or match["chinese"]
    if not number[0].isdigit():
        return chinese_worth(number)
    return round(float(number.replace(",", "")) * _scale(match["scale"]), 6)


def _scale(marks: str | None) -> int:
    scale = 1
    for mark in marks or "":
        scale *= TENS.get(mark) or MYRIADS[mark]
    return scale


def chinese_worth(number: str) -> float | None:
    """The value of a number in Chinese numerals; None when it is none."""
    whole, _, fraction = number.partition("点")
    value = _chinese_whole(whole)
    if value is None:
        return None
    return round(value + float("0." + "".join(str(DIGITS[digit]) for digit in fraction)), 6) if fraction else value


def _chinese_whole(number: str) -> float | None:
    """Positional (七百零八), spoken (两千四 is 2400) or digit by digit (二〇二三); infinite where no float can hold it."""
    if all(character in DIGITS for character in number):
        return float("".join(str(DIGITS[character]) for character in number)) if len(number) != 2 or "〇" in number else None
    total = section = digit = 0.0
    last = 1
    for character in number:
        if character in DIGITS:
            digit = float(DIGITS[character])
            last = last if digit else 1
        elif character in TENS:
            section += (digit or 1.0) * TENS[character]
            digit, last = 0, TENS[character]
        else:
            unit = MYRIADS[character]
            total = (total + section + digit or 1.0) * unit if unit > 10**4 else total + (section + digit or 1.0) * unit
            section, digit, last = 0, 0, unit
    spoken = digit * last // 10 if last > 10 else digit
    return total + section + spoken


def scan(plain: str, start: int, stop: int) -> tuple[list[Scanned], list[Span]]:
    """The numbers, and the stretches that only look like one: 7O8, and two numbers in one (2千5百)."""
    matches = list(NUMBER.finditer(plain, start, stop))
    unread = glued(plain, start, stop, [(one.start(), other.end()) for one, other in pairwise(matches) if _run_together(one, other)])
    starts = [span.start for span in unread]
    scanned: list[Scanned] = []
    for match in matches:
        at = bisect_left(starts, match.end()) - 1
        if at < 0 or unread[at].end <= match.start():
            scanned.append((match, worth(match)))
    return scanned, unread


def _run_together(one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether a number goes on in other figures: 3万5000, 2千5百, not 5万元."""
    if one.end() != other.start():
        return False
    return other["arabic"] is not None or (len(other[0]) > 1 and not BARE_SCALE.fullmatch(other[0]))
