"""A query and a scope to ranked passages: words at several granularities and vectors, each standardised, summed with learned weights.

The scope is given and never widened. The order is total: equal scores go by report and position.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.lexical import Scores
from index.text import fold, grams
from index.types import Encoder, Passage
from retrieval.types import Hit

Scalars = NDArray[np.float64]

POOL = 100  # candidates taken from the words and from the vectors each; the right one is among them in 99 % of the training questions
WEIGHTS = {"passage": 1.0, "report": 1.0, "dense": 0.3}
SHINGLE = 5  # characters
SAME = 0.8  # Jaccard of shingles from which on two passages say the same


class Shelf(Protocol):
    """What search needs of a store."""

    def words(self, weights: Mapping[str, float], report_ids: Collection[str] | None) -> Scores: ...
    def dense(self, vector: NDArray[np.float32], report_ids: Collection[str] | None, k: int) -> list[tuple[str, float]]: ...
    def passages_by_id(self, ids: Sequence[str]) -> tuple[Passage, ...]: ...


def search(shelf: Shelf, encoder: Encoder, query: str, report_ids: Collection[str] | None, k: int) -> list[Hit]:
    """The ``k`` passages of the reports ``report_ids`` (None: of all) that fit ``query`` best, best first."""
    scores = shelf.words(Counter(grams(query)), report_ids)
    if not len(scores.passage):
        return []
    lexical = {"passage": standard(scores.passage), "report": standard(scores.report)[scores.owner]}
    numbers = scores.best(sum(WEIGHTS[name] * part for name, part in lexical.items()), POOL)
    parts = {scores.id(n): {name: float(part[n]) for name, part in lexical.items()} for n in numbers}
    cosines = dict(shelf.dense(encoder.encode([query], query=True)[0], {id_.partition(":")[0] for id_ in parts}, len(scores.passage)))
    dense = dict(zip(cosines, standard(np.array(list(cosines.values()))).tolist(), strict=True))
    for id_, part in parts.items():
        part["dense"] = dense.get(id_, 0.0)
    total = {id_: sum(WEIGHTS[name] * part for name, part in found.items()) for id_, found in parts.items()}
    ranked = sorted(total, key=lambda id_: -total[id_])
    passages = spread(shelf.passages_by_id(ranked))[:k]
    return [Hit(passage, total[passage.id], rank, parts[passage.id]) for rank, passage in enumerate(passages, 1)]


def standard(scores: Scalars) -> Scalars:
    """Mean 0, deviation 1; all 0 where all are equal."""
    deviation = scores.std() if len(scores) else 0.0
    centred: Scalars = scores - scores.mean() if len(scores) else scores
    return centred / deviation if deviation > 0 else centred * 0


def spread(passages: Sequence[Passage]) -> list[Passage]:
    """The same passages in the same order, but those that repeat an earlier one after all others."""
    kept: list[tuple[Passage, set[str]]] = []
    repeats: list[Passage] = []
    for passage in passages:
        mine = shingles(passage.text)
        if any(len(mine & other) >= SAME * len(mine | other) for _, other in kept):
            repeats.append(passage)
        else:
            kept.append((passage, mine))
    return [passage for passage, _ in kept] + repeats


def shingles(text: str) -> set[str]:
    """The runs of ``SHINGLE`` letters and characters of a text; a short text is one."""
    plain = "".join(character for character in fold(text) if character.isalnum())
    return {plain[i : i + SHINGLE] for i in range(max(1, len(plain) - SHINGLE + 1))}
