"""A query and a scope to ranked passages: the words of a passage, those of its report, and vectors, in one learned sum.

The scope is given and never widened. The order is total: equal scores go by report and position.
A score of words is taken as a share of the most that it could be, so that it means the same in a scope of one report and of all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.embed import Reranker
from index.lexical import Scores
from index.numerals import numerals
from index.text import fold
from index.together import together
from index.types import Encoder, Part, Passage
from retrieval.evidence.weights import Weights, tokens
from retrieval.types import Hit

POOL = 100  # candidates from the words, and as many from the vectors; more do not change the ten best of any training set
SMALL = 1_000  # passages in scope up to which every cosine is computed
RERANKED = 50  # passages that a cross-encoder reads: some hundred milliseconds for a small one on a processor
COPIES = 3  # of the same words are shown; with two, documents lost their place to twins in 2 % of the questions on notices
KEPT = 1_000  # texts whose clauses are kept: the next question is often about the same passages
CLAUSE = re.compile(r"\w{2,}")


class Shelf(Protocol):
    """What search needs of a store."""

    def words(self, weights: Mapping[str, float], report_ids: Collection[str] | None) -> Scores: ...
    def dense(self, vector: NDArray[np.float32], report_ids: Collection[str] | None, k: int) -> list[tuple[str, float]]: ...
    def cosines(self, vector: NDArray[np.float32], ids: Sequence[str]) -> list[float]: ...
    def passages_by_id(self, ids: Sequence[str]) -> tuple[Passage, ...]: ...


def search(
    shelf: Shelf,
    encoder: Encoder,
    query: str,
    report_ids: Collection[str] | None,
    k: int,
    *,
    part: Part | None = None,
    weights: Weights | None = None,
    reranker: Reranker | None = None,
) -> list[Hit]:
    """The ``k`` passages of the reports ``report_ids`` (None: of all) that fit ``query`` best, best first.

    ``part`` is the part of a report that is asked about; None means what was done. ``weights`` None: those that ship.
    A ``reranker`` puts the first ``RERANKED`` in its own order; their scores stay.
    """
    weights = weights or Weights.load()
    scores = shelf.words(tokens(query, weights), report_ids)
    if not len(scores.passage):
        return []
    words = weights.passage * _share(scores.passage, scores.ceiling[0])
    beyond = 1 - len(scores.report) / len(scores.passage)  # reports of one passage each say nothing beyond it
    report = weights.report * beyond * _share(scores.report, scores.ceiling[1])
    best = {scores.id(number): number for number in scores.best(words + report[scores.owner], POOL)}
    cosines = _cosines(shelf, encoder.encode([query], query=True)[0], report_ids, best, len(scores.passage))
    parts: dict[Passage, dict[str, float]] = {}
    found = shelf.passages_by_id(list(cosines))
    near = together(scores.telling, [passage.text for passage in found])
    for place, passage in enumerate(found):
        number = best[passage.id] if passage.id in best else scores.number(passage.id)
        parts[passage] = {
            "passage": float(words[number]),
            "report": float(report[scores.owner[number]]),
            "together": weights.together * float(near[place]),
            "dense": weights.dense * cosines[passage.id],
            "part": weights.part * (passage.part is (part or Part.DONE)),
        }
    order = sorted(parts, key=lambda passage: (-sum(parts[passage].values()), passage.report_id, passage.start))
    if reranker:
        order = [*_reranked(reranker, query, order[:RERANKED]), *order[RERANKED:]]
    ranked = spread(order, k, weights.same)
    return [Hit(passage, sum(parts[passage].values()), rank, parts[passage]) for rank, passage in enumerate(ranked, 1)]


def _share(scores: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    return scores / most if most > 0 else scores


def _cosines(
    shelf: Shelf, vector: NDArray[np.float32], report_ids: Collection[str] | None, best: Collection[str], size: int
) -> dict[str, float]:
    """The candidates with their cosines: the ``best`` by words and the nearest of the ``size`` passages in scope."""
    nearest = shelf.dense(vector, report_ids, size if size <= SMALL else POOL)
    known = dict(nearest)
    missing = [passage_id for passage_id in best if passage_id not in known]
    if missing:
        known |= zip(missing, shelf.cosines(vector, missing), strict=True)
    return {passage_id: known[passage_id] for passage_id in (*best, *(found for found, _ in nearest[:POOL]))}


def _reranked(reranker: Reranker, query: str, passages: Sequence[Passage]) -> list[Passage]:
    """``passages`` as the reranker orders them; equal ones as they stood."""
    scores = reranker.scores(query, [passage.embeddable for passage in passages])
    return [passages[place] for place in np.argsort(-scores, kind="stable")]


def spread(ranked: Sequence[Passage], k: int, same: float) -> list[Passage]:
    """The first ``k`` passages; those that say what ``COPIES`` before them say, figures included, only where there are no others.

    Two passages say the same when the clauses that they share are at least ``same`` of all their words.
    """
    alike = _alike([_clauses(passage.text) for passage in ranked], same)
    first = np.zeros(len(ranked), np.bool_)
    repeats: list[int] = []
    for place, passage in enumerate(ranked):
        twins = [ranked[twin].text for twin in np.flatnonzero(alike[place] & first).tolist()]
        first[place] = len(twins) < COPIES or sum(_same_figures(twin, passage.text) for twin in twins) < COPIES
        if not first[place]:
            repeats.append(place)
        elif first.sum() == k:
            break
    return [ranked[place] for place in (*np.flatnonzero(first).tolist(), *repeats)][:k]


def _alike(clauses: Sequence[frozenset[str]], same: float) -> NDArray[np.bool_]:
    """Which of the texts with these clauses say the same, each with each: shape (texts, texts)."""
    numbers: dict[str, int] = {}
    held = np.array([numbers.setdefault(clause, len(numbers)) for own in clauses for clause in own], np.int64)
    owner = np.repeat(np.arange(len(clauses)), [len(own) for own in clauses])
    lengths = np.array([len(clause) for clause in numbers], np.float32)
    sizes = np.bincount(owner, lengths[held], minlength=len(clauses))
    shared = np.bincount(held, minlength=len(numbers)) > 1  # most are not, and need no column
    column, there = np.cumsum(shared) - 1, shared[held]
    matrix = np.zeros((len(clauses), int(shared.sum())), np.float32)
    matrix[owner[there], column[held[there]]] = 1
    common = ((matrix * lengths[shared]) @ matrix.T).astype(np.float64)  # whole numbers below 2**24, so exact
    alike: NDArray[np.bool_] = (common > 0) & (common >= same * (sizes[:, None] + sizes - common))
    return alike


@lru_cache(maxsize=KEPT)
def _clauses(text: str) -> frozenset[str]:
    return frozenset(CLAUSE.findall(fold(text)))


def _same_figures(one: str, other: str) -> bool:
    return one == other or _figures(one) == _figures(other)


@lru_cache(maxsize=KEPT)
def _figures(text: str) -> frozenset[float]:
    return frozenset(numeral.value for numeral in numerals(text))
