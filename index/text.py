"""Characters, clauses and sentences of Chinese text. Every function here is pure and keeps offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from operator import add

from index.types import Span

UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What would move a terminal's cursor, begin a line of its own, or turn round what is written after it."""
SENTENCE_END = re.compile(r"[。！？!?\n](?:(?<=\n)\n*|(?<!\n)[”’」』）)]*)")  # one set of first characters: searched twice as fast
COMMA = r",(?!\d{3}(?!\d))"
"""A half-width comma that parts clauses; the one of 1,000 does not."""
LONGEST = 2_000  # characters of a sentence: the longest seen in a report has seven hundred
NUMERIC = "0123456789.０１２３４５６７８９．"
CLAUSE_END = re.compile(rf"[，；：;:]|{COMMA}")
FOLDED = re.compile(r"[^㐀-䶿一-鿿 -@\[-~、。“”]")  # what folding may change: the others need no look at the tables
RUN = re.compile(r"[㐀-䶿一-鿿〇]+|[a-z0-9.%]+")
PLANE = "\uffff"
"""The last character of the basic plane, beyond which hardly a font or a keyboard has any."""


@lru_cache(maxsize=65536)
def _fold(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character).lower()
    return plain if len(plain) == 1 else character


def fold(text: str) -> str:
    """Full-width to half-width and to lower case, character by character: ``len(fold(text)) == len(text)``."""
    for character in set(FOLDED.findall(text)):  # a few of them, often: three times as fast as a call at each place
        text = text.replace(character, _fold(character))
    return text


@lru_cache(maxsize=4096)
def _simple(character: str) -> str:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        simple = _converter()(character)
        return simple if len(simple) == 1 and simple <= PLANE else character
    return character


@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str]:
    """OpenCC, whose tables are read when the first character comes that GB 2312 has not."""
    from opencc import OpenCC  # type: ignore[import-untyped]

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def simplified(text: str) -> str:
    """``text`` in simplified characters: ``len(simplified(text)) == len(text)``. A character whose simplified form no keyboard has (檵) stays."""
    traditional = {c for c in set(text) if "\u3400" <= c <= "\u9fff" and _simple(c) != c}
    if not traditional:
        return text
    converted = _converter()(text)  # by words: 關於 is 关于
    if len(converted) == len(text):
        return "".join(old if new > PLANE else new for old, new in zip(text, converted, strict=True))
    for character in traditional:
        text = text.replace(character, _simple(character))
    return text


def _pieces(text: str, start: int, end: int, boundary: re.Pattern[str]) -> Iterator[Span]:
    """Cut ``text[start:end]`` after each match of ``boundary``; pieces are trimmed of white space, empty ones left out."""
    cuts = [match.end() for match in boundary.finditer(text, start, end)]
    for left, right in pairwise((start, *cuts, end)):
        piece = text[left:right]
        if said := piece.strip():
            first = left + piece.find(said)
            yield Span(first, first + len(said))


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of ``text[start:end]``, each with its full stop, without surrounding white space.

    A line break ends a sentence: loaders join the lines of one paragraph, and a table row is a sentence. What goes on for longer than
    any sentence is cut at a comma, or where there is none before a number.
    """
    found = _pieces(text, start, len(text) if end is None else end, SENTENCE_END)
    return [part for span in found for part in (_bounded(text, span) if span.end - span.start > LONGEST else (span,))]


def _bounded(text: str, span: Span) -> Iterator[Span]:
    """``span`` in parts of at most LONGEST characters."""
    start = span.start
    while span.end - start > LONGEST:
        last = start + LONGEST
        marks = [match.end() for match in CLAUSE_END.finditer(text, start, last)]
        digits = len(text[start:last]) - len(text[start:last].rstrip(NUMERIC)) if text[last] in NUMERIC else 0
        cut = marks[-1] if marks else last - digits if digits < LONGEST else last
        yield Span(start, cut)
        start = cut
    yield Span(start, span.end)


def clauses(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The parts of a sentence between commas, semicolons and colons, each with its mark; ``1,000`` is not cut."""
    return list(_pieces(text, start, len(text) if end is None else end, CLAUSE_END))


def grams(text: str) -> list[str]:
    """Lexical tokens: each Chinese character and each pair of neighbours; words of Latin letters and digits whole.

    Measured: on Chinese official texts these rank better than the words of a segmenter (see README, retrieval table).
    """
    found: list[str] = []
    for run in RUN.findall(fold(text)):
        if run[0].isascii():
            found.append(run.strip(".") or run)
        else:
            found.extend(run)
            found.extend(map(add, run, run[1:]))
    return found


def shown(words: str) -> str:
    """A name that a stranger gave, on one line, with a sign in the place of each character that would do something."""
    return UNSHOWN.sub(lambda match: chr(0x2400 + ord(match[0])) if match[0] < " " else "\N{REPLACEMENT CHARACTER}", words)
