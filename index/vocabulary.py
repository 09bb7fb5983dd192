"""The words of ordinary Chinese, as the shipped tokenizer knows them: is this a word, and where do words end in that run.

The tokenizer's pieces come with how common each is in news, laws and government texts. That is a small language model: a run of
characters parts into pieces in the way that is likeliest. Read with ``json`` alone, when the first name needs it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

LONGEST = 4  # characters of a piece
UNKNOWN = -16.0  # worth of a character that no text had
NAME = -14.0  # worth of a name of two characters: rarer than any word, likelier than two that do not belong together
LONGER = -5.0  # for each character more
WORDS = -6.0  # a character, at least: 上年移送 is worth -5.4 each, 双河口 -6.6, 鹤浦 -10.9
HEAD = 4.0  # a name at the head of a run, where questions put it
EVERYDAY = -10.05  # worth from which a word is hardly ever meant as a name: 建设, 平安


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Pieces of Chinese with the logarithm of how common they are."""

    worth: dict[str, float]

    def __contains__(self, word: str) -> bool:
        return word in self.worth

    def reads(self, run: str) -> bool:
        """Whether ``run`` reads as ordinary words, so that it is hardly a name."""
        return self.likelihood(run) >= WORDS * len(run)

    def everyday(self, word: str) -> bool:
        """Whether a word is so common that it is a name only where something else says so."""
        return self.worth.get(word, UNKNOWN) > EVERYDAY

    def apart(self, run: str, start: int, end: int) -> float:
        """How much better ``run`` reads with ``run[start:end]`` as a name: above 0 for 新集|的, below for 更新|集体."""
        name = NAME + LONGER * (end - start - 2) + (0.0 if start else HEAD)
        return self.likelihood(run[:start]) + name + self.likelihood(run[end:]) - self.likelihood(run)

    def likelihood(self, run: str) -> float:
        """What the likeliest way to part ``run`` is worth."""
        best = [0.0]
        for end in range(1, len(run) + 1):
            pieces = ((start, run[start:end]) for start in range(max(0, end - LONGEST), end))
            best.append(max(best[start] + self.worth.get(piece, UNKNOWN * len(piece)) for start, piece in pieces))
        return best[-1]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary that ships with the program."""
    loaded = json.loads(files("index").joinpath("model", "tokenizer.json").read_text(encoding="utf-8"))
    chinese = re.compile("[㐀-䶿一-鿿]+")
    return Vocabulary({piece: worth for piece, worth in loaded["model"]["vocab"] if chinese.fullmatch(piece)})
