"""Digits that touch something that cannot be read: what number a person sees there nobody can tell, so it counts as none.

``7?08起`` with a box between the digits is not 8起. What is shown as nothing at all has left the text before (``load.seen``); what is
still there is a letter that looks like a digit, a character without a known shape, a comma where no thousands are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.types import Span

THIN = "\xa0\u1680\u2000-\u200a\u202f\u205f"
"""Blanks other than those between words and columns: within a number they part thousands, or hide what is missing."""
KNOWN = (
    "\t-@\\[-`{-~\xa7\xb0\xb1\xb7\xd7\xf7\u2010-\u2027\u2030-\u205e\u2103\u2109\u2116\u2190-\u23ff\u2500-\u27bf"
    "\u3000-\u303f\u3200-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\uffe6"
    f"\U00020000-\U0003ffff{THIN}"
)
"""What may stand beside a number: Chinese characters, punctuation, signs, lines; no letter, and nothing unheard of."""
JOINT = rf"[^{KNOWN}\d]"
UNREAD = rf"[^{KNOWN}\dA-Za-zＡ-Ｚａ-ｚ]"
LIKE_DIGITS = "OolIＯｏｌＩ"
LETTERS = "A-Za-zＡ-Ｚａ-ｚ"
HANZI = "〇零一二三四五六七八九十百千万亿"
FIRST = re.compile(rf"[^{KNOWN}1-9]|[{THIN}'’ 0]")
"""What an irregularity begins with: looked for by itself, as most characters are none of these."""
IRREGULAR = re.compile(
    rf"(?<=\d){JOINT}{{1,3}}(?=\d)|(?<=\d)[{THIN}'’](?=\d)"  # 7O8, 1e3, 7²8, 12 345
    rf"|(?<=\S){UNREAD}(?=\d)|(?<=\d){UNREAD}"  # not a bullet before the first word of a line
    rf"|(?<=[{HANZI}]){UNREAD}{{1,3}}(?=[{HANZI}\d])"
    rf"|(?<![{LETTERS}])[{LIKE_DIGITS}](?=\d)|(?<=\d)[{LIKE_DIGITS}](?![{LETTERS}])"
    r"|(?:(?<=(?<![\d./:-])\d)|(?<=(?<![\d./:-])\d\d)|(?<=(?<![\d./:-])\d\d\d)) (?=\d)"  # 7 08, 1 234; not 2023 708
    r"|(?<![\d.,:：/\-—–~(（第])0(?=\d{1,4}(?![\d年月日号时分:：.\-/栋幢楼室]))"  # 08起 is the end of something
)
COMMAS = re.compile(r"(?<![\d,，.])\d+(?:[,，]\d+)+")
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+|(?:(?:19|20)\d\d[,，]?)+|\d{4,}(?:，\d+)+|\d+(?:，(?!\d{3}(?!\d))\d+)+")
"""What a comma between digits may be: thousands, years, or with a full-width one two clauses."""
RUN, HANZI_RUN = re.compile(r"[\d.,]*"), re.compile(rf"[{HANZI}]*")


def glued(text: str, start: int, stop: int, more: Iterable[tuple[int, int]] = ()) -> list[Span]:
    """The stretches of ``text[start:stop]``, which is half-width, with digits in them of which no number can be read; in order.

    ``more`` are such places that are known already; each stretch is taken as far as its digits go.
    """
    places = [*more, *_irregular(text, start, stop)]
    places += [match.span() for match in COMMAS.finditer(text, start, stop) if not THOUSANDS.fullmatch(match[0])]
    found: list[Span] = []
    for left, right in sorted(places):
        last = found[-1].end if found else start
        if right <= last:
            continue
        left = _back(text, max(left, last), last)
        right = (HANZI_RUN if text[right : right + 1] in HANZI else RUN).match(text, right, stop).end()  # type: ignore[union-attr]
        if found and left <= last:
            left = found.pop().start
        found.append(Span(left, right))
    return found


def _irregular(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    for first in FIRST.finditer(text, start, stop):
        if match := IRREGULAR.match(text, first.start(), stop):
            yield match.span()


def _back(text: str, left: int, least: int) -> int:
    """Where the digits, or the Chinese numerals, that end at ``left`` begin."""
    run = HANZI if left > least and text[left - 1] in HANZI else "0123456789.,"
    while left > least and text[left - 1] in run:
        left -= 1
    return left
