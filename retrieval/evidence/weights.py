"""The learned numbers of search, read once from ``weights.toml``; ``python -m retrieval.measure.learn`` makes that file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from index.text import grams
from retrieval.question.thesaurus import Thesaurus
from retrieval.question.words import table


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part of a score counts: BM25 of the passage and of its report as shares of the most they could be, and the cosine.

    ``together`` is for the share of the question's words that one stretch of the passage holds.
    ``part`` is for a passage of the part of a report that is asked about, ``expansion`` for a token of an official word that stands
    for an everyday one, ``asking`` (0–1) is how much the learned weights of grams count. Passages of which ``same`` (0–1) is common
    are repeats; above 1 none is.

    ``report``, ``together`` and the grams are learned. By hand: ``dense`` 1.0, of 0.4 to 1.2 looked at on every third question of
    stard and on ncp, because the shipped encoder has seen the questions that it could be learned from; ``part`` 0.4, of 0 to 0.5
    tried on our own reports; beyond 0.2 all is alike, and so is ``dense`` there.
    """

    passage: float
    report: float
    together: float
    dense: float
    part: float
    expansion: float
    asking: float
    same: float

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> Weights:
        """The weights that ship with the program."""
        return cls(**table("weights", "retrieval.evidence")["fusion"])


def tokens(query: str, weights: Weights) -> dict[str, float]:
    """The grams of a query with their weights, and those of the official words for its everyday words.

    A gram that questions have and their answers have not (哪些, 请问, 怎么) weighs little: learned from questions and answers.
    """
    found = _weighted(query, weights)
    for _, official in Thesaurus.load().expansions(query):
        for gram, weight in _weighted("，".join(official), weights).items():
            found.setdefault(gram, weight * weights.expansion)
    return {gram: weight for gram, weight in found.items() if weight}


def _weighted(text: str, weights: Weights) -> dict[str, float]:
    """How often each gram of ``text`` stands there, times its weight."""
    learned: dict[str, float] = table("weights", "retrieval.evidence")["grams"]
    return {gram: count * learned.get(gram, 1.0) ** weights.asking for gram, count in Counter(grams(text)).items()}
