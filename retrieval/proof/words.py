"""How alike the words around two figures are: those next to the number, and those of its sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from index.text import fold
from index.types import Span

HAN = re.compile(r"[a-z㐀-䶿一-鿿]")
MARK = re.compile(r"[，。；：、,;:！？!?\n（）()]")
LABEL = re.compile(r"(?:19|20)\d\d年|全年|截至|目前|今年以来|累计|共计|其中|分别")
"""Words of a statement that say when and how many in all, and not of what."""
NEAR, WIDE = 0.7, 0.3
"""What the words next to the number, and those of the sentence, weigh."""
NAMED = 0.75
"""How alike two figures are that the table of indicators gives one name."""
FEW = 2
"""Grams below which the words next to a number say too little by themselves (化解708起)."""


@dataclass(frozen=True)
class Words:
    """The words around a figure: ``near`` up to the next mark or number on both sides, ``clause`` from the last mark, ``wide`` its sentence."""

    near: str
    wide: str
    indicator: str = ""

    @cached_property
    def near_grams(self) -> frozenset[str]:
        return grams(self.near)

    @cached_property
    def wide_grams(self) -> frozenset[str]:
        return grams(self.wide)


def words_around(
    text: str, sentence: Span, figure: Span, left: int, right: int, indicator: str = "", *, without: str = ""
) -> Words:
    """The words around the ``figure`` of a ``sentence``; ``left`` and ``right`` are the ends of its neighbours, ``without`` a name that labels it."""
    before = text[max(left, sentence.start) : figure.start]
    after = text[figure.end : min(right, sentence.end)]
    marks = list(MARK.finditer(before))
    near = before[marks[-1].end() :] if marks and len(grams(before[marks[-1].end() :])) >= FEW else before
    following = MARK.search(after)
    near += "," + (after[: following.start()] if following else after)
    whole = text[sentence.start : sentence.end]
    return Words(_bare(near, without), _bare(whole, without), indicator)


def _bare(words: str, without: str) -> str:
    return LABEL.sub(",", words.replace(without, ",") if without else words)


def grams(words: str) -> frozenset[str]:
    """Pairs of neighbouring characters, and single ones that stand alone; digits and marks part them."""
    found: set[str] = set()
    for run in re.findall(r"[a-z㐀-䶿一-鿿]+", fold(words)):
        found.update(run[place : place + 2] for place in range(len(run) - 1))
        if len(run) == 1:
            found.add(run)
    return frozenset(found)


def likeness(said: Words, stated: Words) -> float:
    """How likely ``stated`` is what ``said`` repeats, between 0 and 1."""
    near = _overlap(said.near_grams, stated.near_grams)
    inside = len(said.near_grams & stated.wide_grams) / max(1, len(said.near_grams))
    wide = len(said.wide_grams & stated.wide_grams) / max(1, len(said.wide_grams))
    score = NEAR * (near + inside) / 2 + WIDE * wide
    return max(score, NAMED * (0.8 + 0.2 * near)) if said.indicator and said.indicator == stated.indicator else score


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient; two figures without words of their own are alike."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0
