"""Lexical search: BM25 over the character uni- and bigrams of passages and of whole reports.

Own postings in numpy, because they have to be incremental with idf over everything, on disk and open in milliseconds:
SQLite FTS5 took 190 ms a query at 50,000 passages, and bm25s bakes idf into its matrix and so cannot be added to.

A folder holds ``manifest.json`` and the segments that it names. An update writes new segments, then replaces the manifest in one
step: a crash leaves the old state or the new one. The catalogue is the truth and changes last; ``state`` tells which state of it is
indexed here, and until the next update the state before can be opened too.
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.postings import Segment, key
from index.types import Passage

K1 = 1.2  # Lucene's defaults; the published baselines use them
B = 0.75
REPORT_K1 = 0.6  # of whole reports: a word that comes again and again says little more than one that comes twice; set by hand, after seeing the bench
VERSION = 1
BATCH = 4_000  # passages built at once: some 2.5 million tokens, which bounds the memory of a large run
FANOUT = 8  # segments of one size class before they are merged: a posting is rewritten some four times in its life
LARGEST = 50_000  # passages in a merged segment: merging takes a second or two and 300 MB
MANIFESTS = ("manifest.json", "before.json")  # the newest state and the one before it: the catalogue decides which of them counts
FEW = 16  # that many stretches of passages are cut out of a posting list; more are masked

Scalars = NDArray[np.float64]
Numbers = NDArray[np.int64]
Pair = tuple[Scalars, Scalars]


@dataclass(frozen=True)
class Scores:
    """BM25 of every passage in scope. The passages of one report stand together, in text order.

    ``passage`` (n,) and ``report`` (r,) are scores; ``owner`` (n,) is the number of each passage's report among ``names``.
    ``telling`` is the weight times the idf of each token, over passages; ``ceiling`` is what a passage and what a report can
    score at most: the sum of weight times idf.
    """

    passage: Scalars
    report: Scalars
    owner: Numbers
    names: tuple[str, ...]
    starts: Numbers
    ends: Numbers
    telling: Mapping[str, float]
    ceiling: tuple[float, float]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def id(self, number: int) -> str:
        """The id of the n-th passage."""
        return f"{self.names[self.owner[number]]}:{self.starts[number]}-{self.ends[number]}"

    def number(self, passage_id: str) -> int:
        """The number of the passage of this id. Raises KeyError when it is not in scope."""
        name, _, span = passage_id.partition(":")
        start = int(span.partition("-")[0])
        first, last = map(int, np.searchsorted(self.owner, self._places[name] + np.arange(2)))
        number = first + int(np.searchsorted(self.starts[first:last], start))
        if number == last or self.id(number) != passage_id:
            raise KeyError(passage_id)
        return number

    def best(self, scores: Scalars, k: int) -> list[int]:
        """The numbers of the ``k`` passages with the highest ``scores`` (n,); equal ones by report id and position."""
        if not 0 < k < len(scores):
            candidates = np.arange(len(scores) if k else 0)
        else:
            candidates = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
        return sorted(candidates.tolist(), key=lambda n: (-scores[n], self.names[self.owner[n]], self.starts[n], self.ends[n]))[:k]


@dataclass(frozen=True)
class LexicalIndex:
    """An open index: a value, which an update replaces by another. Its arrays are mapped, not loaded."""

    folder: Path
    files: tuple[str, ...] = ()
    segments: tuple[Segment, ...] = ()
    state: str = ""

    @classmethod
    def open(cls, folder: Path, state: str | None = None) -> LexicalIndex:
        """Open what is in ``folder``: its newest state, or ``state`` when that is the newest or the one before it.

        An index that is missing, damaged, of another version or in neither state opens empty, with state "".
        """
        found = (cls._read(folder, name) for name in (MANIFESTS if state is not None else MANIFESTS[:1]))
        return next((index for index in found if index and state in (None, index.state)), cls(folder))

    @classmethod
    def _read(cls, folder: Path, name: str) -> LexicalIndex | None:
        try:
            manifest = json.loads((folder / name).read_text(encoding="utf-8"))
            if manifest["version"] != VERSION:
                return None
            files = tuple(entry["file"] for entry in manifest["segments"])
            segments = (Segment.map(folder / entry["file"], entry["reports"], entry["counts"]) for entry in manifest["segments"])
            return cls(folder, files, tuple(segments), manifest["state"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def reports(self) -> tuple[str, ...]:
        """The ids of the indexed reports."""
        return tuple(report for segment in self.segments for report in segment.reports)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The reports, numbered through all segments."""
        return {report: number for number, report in enumerate(self.reports)}

    @cached_property
    def _lengths(self) -> tuple[Pair, ...]:
        """For each segment the length norms of BM25, of passages and of reports: ``k1 * (1 - B + B * length / mean length)``."""
        passages = [np.asarray(segment.lengths, dtype=np.float64) for segment in self.segments]
        reports = [
            np.add.reduceat(part, segment.bounds[:-1].astype(np.int64))
            for part, segment in zip(passages, self.segments, strict=True)
        ]
        return tuple(zip(_norms(passages, K1), _norms(reports, REPORT_K1), strict=True))

    def update(
        self, passages: Sequence[Passage], texts: Sequence[str], *, removed: Collection[str] = (), state: str = ""
    ) -> LexicalIndex:
        """Index ``passages`` by their ``texts``, take the reports ``removed`` out, merge, and return the new index.

        The passages of a report come together; a report that is indexed already is replaced. One call is one step on the disk.
        Cost: the new passages, and rewriting each segment that loses a report.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        gone = {*removed, *(passage.report_id for passage in passages)}
        kept: dict[str, Segment] = {}
        fresh = [Segment.build(passages[part], texts[part]) for part in _batches(passages)]
        for file, segment in zip(self.files, self.segments, strict=True):
            if gone.isdisjoint(segment.reports):
                kept[file] = segment
            elif not gone.issuperset(segment.reports):
                fresh.append(Segment.merged([segment], gone))
        kept, fresh = _compact(kept, fresh)
        return self._publish(kept, fresh, state)

    def _publish(self, kept: Mapping[str, Segment], fresh: Sequence[Segment], state: str) -> LexicalIndex:
        """Write ``fresh``, then the manifests, then drop the files that neither the new state nor the one before it names."""
        used = max((int(path.stem) for path in self.folder.glob("*.seg")), default=0)
        named = dict(kept)
        for number, segment in enumerate(fresh, used + 1):
            segment.write(self.folder / f"{number:08}.seg")
            named[f"{number:08}.seg"] = segment
        newest, before = MANIFESTS
        _write(self.folder / before, dict(zip(self.files, self.segments, strict=True)), self.state)
        _write(self.folder / newest, named, state)
        for path in self.folder.glob("*.seg"):
            if path.name not in named and path.name not in self.files:
                path.unlink(missing_ok=True)
        return LexicalIndex.open(self.folder)

    def search(self, tokens: Sequence[str], reports: Collection[str] | None = None, k: int = 10) -> list[tuple[str, float]]:
        """The ids and scores of the ``k`` best passages of ``reports`` (None: of all) that share a token with the query."""
        scores = self.scores(Counter(tokens), reports)
        best = scores.best(scores.passage, k)
        return [(scores.id(number), float(scores.passage[number])) for number in best if scores.passage[number] > 0]

    def idf(self, tokens: Sequence[str]) -> Scalars:
        """The inverse document frequency of ``tokens`` over all passages."""
        return self._idf(np.array([key(token) for token in tokens], dtype=np.uint64))[0]

    def _idf(self, keys: NDArray[np.uint64]) -> Pair:
        """idf over passages and over reports: ``log(1 + (N - n + 0.5) / (n + 0.5))``."""
        counts = np.zeros((2, len(keys)))
        for segment in self.segments:
            at = segment.find(keys)
            known = at >= 0
            counts[:, known] += segment.counts(at[known]), segment.spread[at[known]]
        totals = (sum(segment.size for segment in self.segments), sum(len(segment.reports) for segment in self.segments))
        passages, reports = (np.log1p((total - n + 0.5) / (n + 0.5)) for total, n in zip(totals, counts, strict=True))
        return passages, reports

    def scores(self, query: Mapping[str, float], reports: Collection[str] | None = None) -> Scores:
        """BM25 of all passages in ``reports`` (None: of all), and of these reports as wholes, for weighted tokens."""
        keys = np.array([key(token) for token in query], dtype=np.uint64)
        weights = np.array(list(query.values()), dtype=np.float64)
        passage_idf, report_idf = self._idf(keys)
        parts = [
            _score(segment, keys, wanted, norms, (weights * passage_idf, weights * report_idf))
            for segment, wanted, norms in zip(self.segments, self._wanted(reports), self._lengths, strict=True)
            if len(wanted)
        ]
        telling = dict(zip(query, (weights * passage_idf).tolist(), strict=True))
        return _joined(parts, telling, (float(weights @ passage_idf), float(weights @ report_idf)))

    def _wanted(self, reports: Collection[str] | None) -> list[Numbers]:
        """The numbers of ``reports`` in each segment, ascending."""
        if reports is None:
            return [np.arange(len(segment.reports)) for segment in self.segments]
        found = np.sort(np.array([self._numbers.get(report, -1) for report in reports], dtype=np.int64))
        numbers = found[found >= 0]
        firsts = np.cumsum([0, *(len(segment.reports) for segment in self.segments)])
        parts = np.split(numbers, np.searchsorted(numbers, firsts))[1:-1]
        return [part - first for part, first in zip(parts, firsts[:-1], strict=True)]


def _write(path: Path, segments: Mapping[str, Segment], state: str) -> None:
    """Write a manifest in one step."""
    manifest = {
        "version": VERSION,
        "state": state,
        "segments": [
            {"file": file, "reports": segment.reports, "counts": (len(segment.keys), len(segment.docs), segment.size)}
            for file, segment in segments.items()
        ],
    }
    temporary = path.with_suffix(".new")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(manifest, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _norms(lengths: Sequence[Scalars], k1: float) -> list[Scalars]:
    mean = np.concatenate(lengths).mean() if lengths else 0.0
    return [k1 * (1 - B + B * part / max(mean, 1.0)) for part in lengths]


def _score(segment: Segment, keys: NDArray[np.uint64], wanted: Numbers, norms: Pair, weights: Pair) -> Scores:
    """The scores of the reports ``wanted`` (ascending numbers) of one segment; ``norms`` and ``weights`` for passages and reports."""
    lows, highs = segment.bounds[wanted].astype(np.int64), segment.bounds[wanted + 1].astype(np.int64)
    sizes = highs - lows
    owner = np.repeat(np.arange(len(wanted)), sizes)
    every = len(wanted) == len(segment.reports)
    passages = np.arange(len(owner)) + np.repeat(lows - np.cumsum(sizes) + sizes, sizes)
    place = np.full(segment.size, -1)
    place[passages] = np.arange(len(passages))
    passage_norm, report_norm = norms[0][passages], norms[1][wanted]
    passage, report = np.zeros(len(passages)), np.zeros(len(wanted))
    edges = (np.stack([lows, highs], axis=1).ravel() if len(wanted) <= FEW else np.array([lows[0], highs[-1]])).astype(np.uint32)
    scattered = len(wanted) > FEW and highs[-1] - lows[0] > len(passages)
    at = segment.find(keys)
    for token in np.flatnonzero(at >= 0).tolist():
        docs, tf = segment.cut(at[token], edges)
        where = docs if every else place.take(docs)
        if scattered:
            where, tf = where[where >= 0], tf[where >= 0]
        whole = np.bincount(owner.take(where), tf, minlength=len(wanted))
        report += weights[1][token] * whole / (whole + report_norm)
        norm = passage_norm.take(where)  # in place from here on: new arrays for every token would double the time
        norm += tf
        tf *= weights[0][token]
        tf /= norm
        tf += passage.take(where)
        passage[where] = tf
    names = segment.reports if every else tuple(segment.reports[number] for number in wanted.tolist())
    return Scores(passage, report, owner, names, segment.starts[passages], segment.ends[passages], {}, (0.0, 0.0))


def _joined(parts: Sequence[Scores], telling: Mapping[str, float], ceiling: tuple[float, float]) -> Scores:
    """The scores of all segments as one."""
    offsets = np.cumsum([0, *(len(part.names) for part in parts)])
    return Scores(
        np.concatenate([np.zeros(0), *(part.passage for part in parts)]),
        np.concatenate([np.zeros(0), *(part.report for part in parts)]),
        np.concatenate([offsets[:0], *(part.owner + offset for part, offset in zip(parts, offsets[:-1], strict=True))]),
        tuple(chain.from_iterable(part.names for part in parts)),
        np.concatenate([np.zeros(0, np.int64), *(part.starts for part in parts)]),
        np.concatenate([np.zeros(0, np.int64), *(part.ends for part in parts)]),
        telling,
        ceiling,
    )


def _batches(passages: Sequence[Passage]) -> Iterator[slice]:
    """Cut after whole reports, at ``BATCH`` passages or more."""
    start = end = 0
    for _, group in groupby(passages, key=lambda passage: passage.report_id):
        end += len(list(group))
        if end - start >= BATCH:
            yield slice(start, end)
            start = end
    if end > start:
        yield slice(start, end)


def _compact(kept: Mapping[str, Segment], fresh: Sequence[Segment]) -> tuple[dict[str, Segment], list[Segment]]:
    """Whenever there are ``FANOUT`` segments of one size class (powers of ``FANOUT``), merge the smallest, up to ``LARGEST`` passages."""
    pool = [*kept.items(), *(("", segment) for segment in fresh)]
    done = [(file, segment) for file, segment in pool if segment.size > LARGEST // 2]
    pool = [(file, segment) for file, segment in pool if segment.size <= LARGEST // 2]
    classes: dict[int, list[tuple[str, Segment]]] = {}
    while pool:
        file, segment = pool.pop()
        alike = classes.setdefault(int(math.log(segment.size, FANOUT)), [])
        alike.append((file, segment))
        if len(alike) == FANOUT:
            alike.sort(key=lambda item: item[1].size)
            fitting = int(np.searchsorted(np.cumsum([part.size for _, part in alike]), LARGEST, side="right"))
            merged = Segment.merged([part for _, part in alike[:fitting]])
            (done if merged.size > LARGEST // 2 else pool).append(("", merged))
            del alike[:fitting]
    rest = [*done, *(item for alike in classes.values() for item in alike)]
    return {file: segment for file, segment in rest if file}, [segment for file, segment in rest if not file]
