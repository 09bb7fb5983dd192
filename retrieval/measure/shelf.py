"""Passages in memory as search sees a store, and BM25 over a segmenter's words: what a measurement needs beside a store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.lexical import K1, B, LexicalIndex, Scores
from index.text import grams
from index.types import Encoder, Passage, Vectors

Answer = TypeVar("Answer")

REMEMBERED = 16  # answers: those to one question in every way that it is searched


@dataclass(frozen=True, slots=True)
class MemoryShelf:
    """``rows`` are the places of each report's passages among ``names`` and ``vectors``, ``places`` those of each passage; ``texts`` the whole documents."""

    index: LexicalIndex
    passages: dict[str, Passage]
    names: tuple[str, ...]
    vectors: Vectors
    rows: dict[str, list[int]]
    texts: dict[str, str]
    places: dict[str, int]

    @classmethod
    def of(cls, passages: Sequence[Passage], encoder: Encoder, folder: Path) -> MemoryShelf:
        """Index and encode ``passages`` as a store does; the index lies in ``folder``."""
        rows: dict[str, list[int]] = defaultdict(list)
        texts: dict[str, str] = defaultdict(str)
        for row, passage in enumerate(passages):
            rows[passage.report_id].append(row)
            texts[passage.report_id] = texts[passage.report_id][: passage.start].ljust(passage.start) + passage.text
        return cls(
            LexicalIndex.open(folder).update(passages, [f"{' '.join(passage.path)}\n{passage.text}" for passage in passages]),
            {passage.id: passage for passage in passages},
            tuple(passage.id for passage in passages),
            encoder.encode([passage.embeddable for passage in passages]),
            rows,
            texts,
            {passage.id: row for row, passage in enumerate(passages)},
        )

    def words(self, weights: Mapping[str, float], report_ids: Collection[str] | None) -> Scores:
        return self.index.scores(weights, report_ids)

    def bm25(self, query: str, report_ids: Collection[str] | None, k: int) -> list[str]:
        """The ids of the ``k`` best passages by the grams of ``query`` alone."""
        return [name for name, _ in self.index.search(grams(query), report_ids, k)]

    def dense(self, vector: NDArray[np.float32], report_ids: Collection[str] | None, k: int) -> list[tuple[str, float]]:
        rows = np.arange(len(self.names)) if report_ids is None else self._of(report_ids)
        cosines = (self.vectors if report_ids is None else self.vectors[rows]) @ vector
        near = np.arange(len(rows)) if k >= len(rows) else np.sort(np.argpartition(-cosines, k)[:k])
        best = near[np.argsort(-cosines[near], kind="stable")]
        return [(self.names[rows[place]], float(cosines[place])) for place in best.tolist()]

    def cosines(self, vector: NDArray[np.float32], ids: Sequence[str]) -> list[float]:
        cosines: list[float] = (self.vectors[[self.places[name] for name in ids]] @ vector).tolist()
        return cosines

    def _of(self, report_ids: Collection[str]) -> NDArray[np.int64]:
        return np.array(sorted(row for name in report_ids for row in self.rows.get(name, ())), dtype=np.int64)

    def passages_by_id(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        return tuple(self.passages[name] for name in ids)


class RememberingShelf:
    """A shelf that answers what it was just asked without looking again: many ways to search ask the same of it."""

    def __init__(self, shelf: MemoryShelf) -> None:
        self.words = _remembered(shelf.words)
        self.bm25 = _remembered(shelf.bm25)
        self.dense = _remembered(shelf.dense)
        self.cosines = shelf.cosines
        self.passages_by_id = shelf.passages_by_id


def _remembered(ask: Callable[..., Answer]) -> Callable[..., Answer]:
    """The same function; its last answers are kept by what the question looks like."""
    known: dict[str, Answer] = {}

    def remembering(*question: object) -> Answer:
        name = repr([part.tolist() if isinstance(part, np.ndarray) else part for part in question])
        if name not in known:
            if len(known) >= REMEMBERED:
                known.clear()
            known[name] = ask(*question)
        return known[name]

    return remembering


class WordRanker:
    """BM25 over the words of ``jieba``, the usual baseline; it is no dependency of the program and is handed in."""

    def __init__(self, passages: Sequence[Passage], jieba: ModuleType) -> None:
        self._cut = jieba.lcut
        self._names = [passage.id for passage in passages]
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = np.zeros(len(passages))
        for number, passage in enumerate(passages):
            words = Counter(self._cut(f"{' '.join(passage.path)} {passage.text}"))
            lengths[number] = words.total()
            for word, count in words.items():
                found[word].append((number, count))
        self._postings = {word: np.array(pairs).T for word, pairs in found.items()}
        self._norms = K1 * (1 - B + B * lengths / lengths.mean())

    def rank(self, query: str, report_ids: Collection[str] | None, k: int) -> list[str]:
        """The ids of the ``k`` best passages of ``report_ids`` (None: of all) that share a word with ``query``."""
        scores = np.zeros(len(self._names))
        for word in filter(self._postings.__contains__, self._cut(query)):
            docs, counts = self._postings[word]
            idf = np.log1p((len(scores) - len(docs) + 0.5) / (len(docs) + 0.5))
            scores[docs] += idf * counts / (counts + self._norms[docs])
        order = (place for place in np.argsort(-scores, kind="stable").tolist() if scores[place] > 0)
        named = (self._names[place] for place in order)
        inside = (name for name in named if report_ids is None or name.partition(":")[0] in report_ids)
        return [name for name, _ in zip(inside, range(k), strict=False)]
