"""Measures retrieval: ``zhenwen eval retrieval --sets DIR``. The parts alone, joined by rank, ours, and ours without each of its parts.

Every row answers the same questions over the same passages. Confidence is a bootstrap over questions: the half-width of the
95 % interval of a figure, and the interval of the difference between ours and BM25.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.types import Encoder, Passage
from retrieval.evidence.search import search
from retrieval.evidence.weights import Weights
from retrieval.measure.sets import Asked, QuestionSet
from retrieval.measure.shelf import MemoryShelf, RememberingShelf, WordRanker

DEPTH = 100  # passages that are ranked for each question
RRF = 60  # the usual constant of reciprocal-rank fusion
BOOTSTRAP = 1000  # resamples: the intervals repeat to a tenth of a point
SEED = 7
TIMED = 50  # questions that are timed, every way by itself; for the figures, ways share what they ask the index
WORDS = "BM25，词"
BM25 = "BM25，字与二字"
DENSE = "向量"
OURS = "镇问"

Ranker = Callable[[Asked], list[str]]
"""Question → passage ids, best first."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way to search, measured on one set: figures (0–1), half-widths of their 95 % intervals, milliseconds a question."""

    way: str
    figures: dict[str, float]
    margins: dict[str, float]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class SetResult:
    """The rows of one set; ``gains`` are the 95 % intervals of ours minus BM25 on the same questions."""

    name: str
    questions: int
    passages: int
    rows: tuple[Row, ...]
    gains: dict[str, tuple[float, float]]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """All sets. ``as_dict`` is the JSON of data/eval/results, ``table`` rows of text under a heading for each set."""

    encoder: str
    sets: tuple[SetResult, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def table(self) -> list[tuple[str, list[list[str]]]]:
        """(title, lines) of each set; the first line holds the columns."""
        return [(f"{found.name}：{found.questions} 题，{found.passages} 段", _lines(found)) for found in self.sets]


def benchmark(sets: Iterable[QuestionSet], encoder: Encoder, progress: Callable[[int, int, str], None] | None = None) -> Benchmark:
    """Measure every way to search on every set; ``progress`` gets (questions done, questions, set)."""
    return Benchmark(encoder.name, tuple(_measure(questions, encoder, progress or (lambda *_: None)) for questions in sets))


def _measure(questions: QuestionSet, encoder: Encoder, progress: Callable[[int, int, str], None]) -> SetResult:
    words, left_out = _words(questions)
    seen: dict[str, list[dict[str, float]]] = {}
    took: dict[str, list[float]] = {}
    for fold_encoder, asked_of in questions.folds or ((encoder, questions.questions),):
        with TemporaryDirectory() as folder:
            shelf = MemoryShelf.of(questions.passages, fold_encoder, Path(folder))
            ways = words | _ways(questions, RememberingShelf(shelf), fold_encoder)
            for asked in asked_of:
                for way, rank in ways.items():
                    seen.setdefault(way, []).append(grade(asked, shelf.passages_by_id(rank(asked)), shelf.texts))
                progress(len(seen[OURS]), len(questions.questions), questions.name)
            some = asked_of[:: 1 + len(questions.questions) // TIMED]
            for way, rank in (words | _ways(questions, shelf, fold_encoder)).items():
                took.setdefault(way, []).extend(_seconds(rank, asked) for asked in some)
    samples = np.random.default_rng(SEED).integers(0, len(questions.questions), (BOOTSTRAP, len(questions.questions)))
    rows = [_row(way, graded, median(took[way]) * 1000, samples) for way, graded in seen.items()]
    gains = {
        column: _interval(
            np.array([ours[column] - plain[column] for ours, plain in zip(seen[OURS], seen[BM25], strict=True)]), samples
        )
        for column in seen[OURS][0]
    }
    return SetResult(questions.name, len(questions.questions), len(questions.passages), tuple(rows), gains, left_out)


def _seconds(rank: Ranker, asked: Asked) -> float:
    started = perf_counter()
    rank(asked)
    return perf_counter() - started


def _words(questions: QuestionSet) -> tuple[dict[str, Ranker], tuple[str, ...]]:
    """The baseline over words, or why it is left out."""
    try:
        import jieba  # type: ignore[import-untyped]
    except ImportError:
        return {}, (f"{WORDS}：没有安装 jieba（pip install jieba）",)
    jieba.setLogLevel(logging.WARNING)
    words = WordRanker(questions.passages, jieba)
    return {WORDS: lambda asked: words.rank(asked.text, asked.scope, DEPTH)}, ()


def _ways(questions: QuestionSet, shelf: MemoryShelf | RememberingShelf, encoder: Encoder) -> dict[str, Ranker]:
    """The ways to search: the parts alone, joined by rank, ours, and ours without each of its parts."""

    def ours(weights: Weights) -> Ranker:
        return lambda asked: [
            hit.passage.id for hit in search(shelf, encoder, asked.text, asked.scope, DEPTH, part=asked.part, weights=weights)
        ]

    def lexical(asked: Asked) -> list[str]:
        return shelf.bm25(asked.text, asked.scope, DEPTH)

    def dense(asked: Asked) -> list[str]:
        return [name for name, _ in shelf.dense(encoder.encode([asked.text], query=True)[0], asked.scope, DEPTH)]

    full = Weights.load()
    ways: dict[str, Ranker] = {BM25: lexical, DENSE: dense}
    ways["两者按名次合并"] = lambda asked: reciprocal_ranks([lexical(asked), dense(asked)])
    ways[OURS] = ours(full)
    without = {
        "向量": replace(full, dense=0.0),
        "问句用字的权重": replace(full, asking=0.0),
        "近义词表": replace(full, expansion=0.0),
        "同处一段": replace(full, together=0.0),
        "去重": replace(full, same=2.0),
    }
    if len({passage.report_id for passage in questions.passages}) < len(questions.passages):  # else it has no part in the score
        without["全文得分"] = replace(full, report=0.0)
    if len({passage.part for passage in questions.passages}) > 1:
        without["章节类别"] = replace(full, part=0.0)
    return ways | {f"{OURS}，去掉{part}": ours(weights) for part, weights in without.items()}


def reciprocal_ranks(rankings: Sequence[Sequence[str]]) -> list[str]:
    """Rankings joined by the sum of 1 / (60 + rank)."""
    total: dict[str, float] = {}
    for ranking in rankings:
        for rank, name in enumerate(ranking, 1):
            total[name] = total.get(name, 0.0) + 1 / (RRF + rank)
    return sorted(total, key=lambda name: (-total[name], name))[:DEPTH]


def grade(asked: Asked, ranked: Sequence[Passage], texts: Mapping[str, str]) -> dict[str, float]:
    """The figures of one question; which ones depends on what is known of its answer."""
    if asked.passages:
        return {f"passage@{k}": float(any(p.id in asked.passages for p in ranked[:k])) for k in (1, 5)}
    documents = list(dict.fromkeys(passage.report_id for passage in ranked))
    first = next((place for place, name in enumerate(documents, 1) if name in asked.documents), DEPTH + 1)
    figures = {f"doc@{k}": float(first <= k) for k in (1, 5, 10)} | {"mrr@10": 1 / first if first <= 10 else 0.0}
    if asked.answer:
        figures["holds@1"] = float(bool(documents) and asked.answer in texts[documents[0]])
        figures |= {f"answer@{k}": float(any(asked.answer in passage.text for passage in ranked[:k])) for k in (1, 5)}
    return figures


def _row(way: str, graded: Sequence[Mapping[str, float]], milliseconds: float, samples: NDArray[np.int64]) -> Row:
    columns = {name: np.array([figures[name] for figures in graded]) for name in graded[0]}
    margins = {}
    for name, values in columns.items():
        low, high = _interval(values, samples)
        margins[name] = (high - low) / 2
    return Row(way, {name: float(values.mean()) for name, values in columns.items()}, margins, milliseconds)


def _interval(values: NDArray[np.float64], samples: NDArray[np.int64]) -> tuple[float, float]:
    low, high = np.quantile(values[samples].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def _lines(found: SetResult) -> list[list[str]]:
    columns = list(found.rows[0].figures)
    lines = [["", *columns, "毫秒"]]
    for row in found.rows:
        figures = (f"{row.figures[name]:.3f} ±{row.margins[name]:.3f}" for name in columns)
        lines.append([row.way, *figures, f"{row.milliseconds:.1f}"])
    lines.append(["镇问 − BM25", *("{:+.3f} … {:+.3f}".format(*found.gains[name]) for name in columns), ""])
    return lines
