"""Passages in memory as search sees a store, and BM25 over a segmenter's words: what a measurement needs beside a store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from index.lexical import K1, B, LexicalIndex, Scores
from index.types import Encoder, Passage, Vectors


@dataclass(frozen=True, slots=True)
class MemoryShelf:
    """``rows`` are the places of each report's passages in ``passages`` and ``vectors``; ``texts`` the whole documents."""

    index: LexicalIndex
    passages: dict[str, Passage]
    vectors: Vectors
    rows: dict[str, list[int]]
    texts: dict[str, str]

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
            encoder.encode([passage.embeddable for passage in passages]),
            rows,
            texts,
        )

    def words(self, weights: Mapping[str, float], report_ids: Collection[str] | None) -> Scores:
        return self.index.scores(weights, report_ids)

    def dense(self, vector: NDArray[np.float32], report_ids: Collection[str] | None, k: int) -> list[tuple[str, float]]:
        names = list(self.passages)
        rows = list(range(len(names))) if report_ids is None else sorted(row for name in report_ids for row in self.rows[name])
        cosines = (self.vectors if report_ids is None else self.vectors[rows]) @ vector
        return [(names[rows[place]], float(cosines[place])) for place in np.argsort(-cosines, kind="stable")[:k].tolist()]

    def passages_by_id(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        return tuple(self.passages[name] for name in ids)


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
