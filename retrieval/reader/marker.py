"""Which calculation a question asks for, and which of its words name the figures: a few layers above the lower ones of the reader.

``marking`` made the weights, from ``data/train/questions``.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.reader.model import Graph, LocalReader, default_reader

FILE = "marker.onnx"
ANY = "问"
"""What a question is read with to tell which kinds of calculation it asks for;"""
KINDS = {
    "share": "占比",
    "rest": "剩余",
    "gap": "相差",
    "growth": "增幅",
    "sum": "合计",
    "each": "平均每",
    "whole": "总数",
    "t_total": "各镇合计",
    "t_mean": "各镇平均",
    "t_rank": "各镇排名",
    "t_filter": "哪些镇",
    "t_count": "几个镇",
    "t_share": "占各镇",
    "t_gap": "各镇相差",
    "t_ratio": "各镇倍数",
}
"""and the word that it is read with to tell which of its own words name the figures of one kind. Those of ``t_`` are over several towns."""
ROLES = ("one", "other", "left")
"""The part, the whole and what is left of it; or what is compared or shared out, and what with."""
KEPT = 256


class Marker(Protocol):
    """Reads what a question wants calculated."""

    def kinds(self, question: str) -> dict[str, float]:
        """The chance (0–1) of each of KINDS."""
        ...

    def roles(self, question: str, kind: str) -> NDArray[np.float32]:
        """The chance (0–1) of each character of ``question`` to be of each of ROLES, shape (characters, roles)."""
        ...


class LocalMarker:
    """The marker that ships, above the lower layers of ``reader``. Safe to use from several threads."""

    def __init__(self, reader: LocalReader) -> None:
        self._reader = reader
        self.kinds = lru_cache(maxsize=KEPT)(self._kinds)
        self.roles = lru_cache(maxsize=KEPT)(self._roles)

    @cached_property
    def _graph(self) -> Graph:
        return Graph(self._reader.folder / FILE)

    def _kinds(self, question: str) -> dict[str, float]:
        hidden, _ = self._reader.lower(ANY, question)
        (odds,) = self._graph.run(["kinds"], hidden=hidden)
        return dict(zip(KINDS, (1 / (1 + np.exp(-odds[0]))).tolist(), strict=True))

    def _roles(self, question: str, kind: str) -> NDArray[np.float32]:
        hidden, pair = self._reader.lower(KINDS[kind], question)
        (odds,) = self._graph.run(["roles"], hidden=hidden)
        chances = np.exp(odds[0] - odds[0].max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        found = np.zeros((len(question), len(ROLES)), np.float32)
        for (start, end), sequence, own in zip(pair.offsets, pair.sequence_ids, chances, strict=True):
            if sequence == 1:
                found[start:end] = own[1:]
        return found


@lru_cache(maxsize=1)
def default_marker() -> LocalMarker:
    """The marker that ships; nothing is loaded yet."""
    return LocalMarker(default_reader())
