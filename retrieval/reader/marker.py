"""Which calculation a question asks for, which of its words name the figures, and which figures of a report these are: a few layers above
the lower ones of the reader.

``marking`` made the weights, from the questions and the calculations of ``data/train``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.reader.model import Graph, LocalReader, default_reader
from retrieval.reader.pair import asked

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
PLAIN = "多少"
"""What a question is read with that asks for one figure as it stands."""
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

    def sides(self, question: str, kind: str, figures: Sequence[str]) -> NDArray[np.float32]:
        """How surely each of ``figures``, as ``pair.pointed`` shows them, is what a calculation of ``kind`` takes for the one and for the other:
        log-odds, shape (figures, 2). Of PLAIN the first tells whether the figure itself is asked for."""
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

    def sides(self, question: str, kind: str, figures: Sequence[str]) -> NDArray[np.float32]:
        """As ``Marker.sides``. Raises ModelUnavailable."""
        found = np.empty((len(figures), 2), np.float32)
        first = f"{KINDS.get(kind, kind)}：{asked(question)}"
        for place, figure in enumerate(figures):
            (found[place],) = self._graph.run(["sides"], hidden=self._reader.lower(first, figure)[0])[0]
        return found


@lru_cache(maxsize=1)
def default_marker() -> LocalMarker:
    """The marker that ships; nothing is loaded yet."""
    return LocalMarker(default_reader())
