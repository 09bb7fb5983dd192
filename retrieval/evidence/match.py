"""How well the words of a question are covered by the words of a sentence.

The unit of matching is the character gram, as in the lexical index: it needs no segmenter and forgives small differences.
A gram weighs what it tells apart within the scope (idf over the sentences in scope), so 法治 weighs little and 扁担戏 much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np

from index.numerals import numerals
from index.text import grams
from index.together import standing

CHARACTER_WEIGHT = 0.6
"""A single character tells less than a pair: 路上查车 and 道路交通检查车辆 share characters, not pairs."""
ABOVE_CREDIT = 0.6
"""A word that stands only in a heading above the sentence counts for less than one in the sentence."""
APART_CREDIT = 0.6
"""A pair whose characters both stand in the sentence, apart: 学法时间 asked, 学习法律的时间 stated; or a pair across two words."""
STANDIN_CREDIT = 0.9
"""An official word in place of the everyday word that was asked with."""


@dataclass(frozen=True, slots=True)
class Standin:
    """An everyday wording in the question, and the official words any of which says the same."""

    grams: frozenset[str]
    official: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needle:
    """What is looked for: the grams of the topic with their weights, and the stand-ins for its everyday words."""

    topic: str
    weights: dict[str, float]
    standins: tuple[Standin, ...] = ()
    total: float = field(init=False)
    """Of all weights; summed once, as thousands of sentences are measured by it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", sum(self.weights.values()) or 1.0)

    def coverage(self, words: str, text: str, above: str = "") -> float:
        """The share (0–1) of the topic's weight that ``words`` (``text``, folded) and the headings ``above`` cover."""
        spoken = {gram for s in self.standins if any(word in text for word in s.official) for gram in s.grams}
        covered = 0.0
        for gram, weight in self.weights.items():
            if gram in words:
                covered += weight
            elif gram in spoken:
                covered += STANDIN_CREDIT * weight
            elif gram in above:
                covered += ABOVE_CREDIT * weight
            elif len(gram) == 2 and gram[0] in words and gram[1] in words:
                covered += APART_CREDIT * weight
        return covered / self.total


def needle(topic: str, texts: Sequence[str], standins: Sequence[tuple[str, tuple[str, ...]]] = (), absent: float = 1.0) -> Needle:
    """Weigh the grams of ``topic`` by how few of the sentences in scope (``texts``, folded) have them; those that none has weigh ``absent`` times.

    Numbers are no words: whether a figure has the value asked about is the finder's business.
    """
    wanted = list(dict.fromkeys(grams(_apart(_without_numbers(topic), standins))))
    count, having = len(texts), _having(wanted, texts)
    weights = {
        gram: _idf(count, max(1, having[gram])) * (CHARACTER_WEIGHT if len(gram) == 1 else 1.0) * (1.0 if having[gram] else absent)
        for gram in wanted
    }
    spoken = tuple(Standin(frozenset(grams(surface)), official) for surface, official in standins)
    return Needle(topic, weights, spoken)


def _having(wanted: Sequence[str], texts: Sequence[str]) -> dict[str, int]:
    """In how many of ``texts`` (folded) each of the grams stands; one of Latin letters or digits also within a longer run."""
    spelt = {gram: sum(gram in text for text in texts) for gram in wanted if gram.isascii()}
    chinese = [gram for gram in wanted if gram not in spelt]
    places, numbers = standing(chinese, "\n".join(texts))
    owner = np.searchsorted(np.cumsum([len(text) + 1 for text in texts]), places, side="right")
    once = np.unique(owner * len(chinese) + numbers)
    counts = np.bincount(once % max(1, len(chinese)), minlength=len(chinese))
    return spelt | dict(zip(chinese, counts.tolist(), strict=True))


def _apart(topic: str, standins: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    """Everyday wordings set apart by spaces, so that no pair of characters spans the edge of one."""
    for surface, _ in standins:
        topic = topic.replace(surface, f" {surface} ")
    return topic


def _without_numbers(topic: str) -> str:
    for numeral in reversed(numerals(topic)):
        topic = f"{topic[: numeral.start]} {topic[numeral.end :]}"
    return topic


def _idf(count: int, having: int) -> float:
    """Lucene's form, never negative (Robertson and Zaragoza 2009, §3.1)."""
    return log(1 + (count - having + 0.5) / (having + 0.5))
