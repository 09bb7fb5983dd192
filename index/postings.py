"""One immutable part of the lexical index: which token stands in which passage how often, as flat arrays in one memory-mapped file.

A segment is built from passages, merged from other segments, written once and never changed.
Tokens are those of ``index.text.grams``, as 43-bit keys: one or two Chinese characters exactly, words and digits by a hash.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.text import RUN, fold
from index.types import Passage

Array = NDArray[Any]

PASSAGE_BITS = 20  # a (key, passage) pair is sorted as one 64-bit number: 43 bits of key, 20 of passage
MAX_PASSAGES = 1 << PASSAGE_BITS
WORD = 1 << 42  # marks the key of a hashed word; the key of Chinese characters stays below 2**32
MAX_TF = 255  # a passage with a token 255 times scores within 1 % of one with more

_DTYPES = {
    "keys": np.uint64, "firsts": np.int64, "lengths": np.uint32, "starts": np.uint32, "ends": np.uint32,
    "bounds": np.uint32, "spread": np.uint32, "docs": np.uint32, "tf": np.uint8,
}  # fmt: skip


@lru_cache(maxsize=65536)
def key(token: str) -> int:
    """The 43-bit key of a token of ``grams``."""
    if token[0].isascii() or len(token) > 2:
        return WORD | int.from_bytes(blake2b(token.encode(), digest_size=8).digest()) % WORD
    value = 0
    for character in token:
        value = value << 16 | ord(character)
    return value


def pairs(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Every token of every text as ``key << PASSAGE_BITS | number of the text``, unsorted.

    The same tokens as ``grams``, whose strings it does not make: a third of the time of indexing otherwise.
    """
    chinese: list[str] = []
    words: list[int] = []
    for number, text in enumerate(texts):
        runs = RUN.findall(fold(text))
        chinese.append("\n".join(run for run in runs if not run[0].isascii()))
        words.extend(key(run.strip(".") or run) << PASSAGE_BITS | number for run in runs if run[0].isascii())
    codes = np.frombuffer("".join(f"{runs}\n" for runs in chinese).encode("utf-32-le"), np.uint32).astype(np.uint64)
    owner = np.repeat(np.arange(len(texts), dtype=np.uint64), [len(runs) + 1 for runs in chinese])
    character = codes != ord("\n")
    neighbours = character[:-1] & character[1:]
    bits = np.uint64(PASSAGE_BITS)
    single = codes[character] << bits | owner[character]
    double = (codes[:-1][neighbours] << np.uint64(16) | codes[1:][neighbours]) << bits | owner[:-1][neighbours]
    return np.concatenate([single, double, np.array(words, dtype=np.uint64)])


def text_numbers(packed: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The keys and the numbers of the texts that ``pairs`` has packed together."""
    return packed >> np.uint64(PASSAGE_BITS), (packed & np.uint64(MAX_PASSAGES - 1)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Segment:
    """Postings of whole reports. With t tokens, p postings, n passages, r reports:

    ``keys`` (t,) sorted; ``firsts`` (t+1,) where each token's postings begin; ``spread`` (t,) in how many reports it stands;
    ``docs``, ``tf`` (p,) passage and count of each posting, passages ascending within a token;
    ``lengths``, ``starts``, ``ends`` (n,) tokens and span of each passage; ``bounds`` (r+1,) where each report's passages begin.
    """

    reports: tuple[str, ...]
    keys: Array
    firsts: Array
    spread: Array
    docs: Array
    tf: Array
    lengths: Array
    starts: Array
    ends: Array
    bounds: Array

    @property
    def size(self) -> int:
        """How many passages."""
        return len(self.lengths)

    @classmethod
    def build(cls, passages: Sequence[Passage], texts: Sequence[str]) -> Segment:
        """Index ``texts``, one for each passage; the passages of a report stand together, at most ``MAX_PASSAGES`` in all."""
        packed, counts = np.unique(pairs(texts), return_counts=True)
        groups = [(report, len(list(group))) for report, group in groupby(passages, key=lambda passage: passage.report_id)]
        lengths = np.bincount(packed & np.uint64(MAX_PASSAGES - 1), counts, minlength=len(texts))
        return cls._from_postings(
            tuple(report for report, _ in groups),
            np.cumsum([0, *(size for _, size in groups)]),
            packed,
            np.minimum(counts, MAX_TF),
            (lengths, np.array([p.start for p in passages]), np.array([p.end for p in passages])),
        )

    @classmethod
    def merged(cls, segments: Sequence[Segment], without: Collection[str] = ()) -> Segment:
        """One segment of all ``segments``, leaving out the reports ``without``."""
        packed, tf, columns, sizes = [], [], [], [np.zeros(1, np.int64)]
        reports: list[str] = []
        base = 0
        for segment in segments:
            stays = np.array([report not in without for report in segment.reports], dtype=bool)
            counts = np.diff(segment.bounds)
            kept = np.repeat(stays, counts)
            renumbered = np.cumsum(kept) - 1 + base
            alive = kept[segment.docs]
            owner = np.repeat(segment.keys, np.diff(segment.firsts))
            packed.append((owner[alive] << np.uint64(PASSAGE_BITS)) | renumbered[segment.docs[alive]].astype(np.uint64))
            tf.append(segment.tf[alive])
            columns.append([column[kept] for column in (segment.lengths, segment.starts, segment.ends)])
            sizes.append(counts[stays])
            reports.extend(report for report, stay in zip(segment.reports, stays, strict=True) if stay)
            base += int(kept.sum())
        everything = np.concatenate(packed)
        order = np.argsort(everything, kind="stable")
        lengths, starts, ends = (np.concatenate(parts) for parts in zip(*columns, strict=True))
        return cls._from_postings(
            tuple(reports), np.cumsum(np.concatenate(sizes)), everything[order], np.concatenate(tf)[order], (lengths, starts, ends)
        )

    @classmethod
    def _from_postings(
        cls, reports: tuple[str, ...], bounds: Array, packed: Array, tf: Array, columns: tuple[Array, Array, Array]
    ) -> Segment:
        """Cut sorted (key, passage) pairs into postings; ``columns`` are lengths, starts and ends of the passages."""
        owner, docs = text_numbers(packed)
        changes = np.flatnonzero(np.diff(owner, prepend=np.uint64(0)))
        report = np.repeat(np.arange(len(reports)), np.diff(bounds))[docs]
        newcomer = np.diff(report, prepend=-1) != 0
        newcomer[changes] = True
        spread = np.add.reduceat(newcomer, changes, dtype=np.uint32) if len(changes) else np.zeros(0, np.uint32)
        values = (owner[changes], np.append(changes, len(docs)), *columns, bounds, spread, docs, tf)
        arrays = dict(zip(_DTYPES, values, strict=True))
        return cls(reports, **{name: array.astype(_DTYPES[name]) for name, array in arrays.items()})

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The position of each of ``keys`` among the tokens, -1 for one that is not here."""
        at = np.searchsorted(self.keys, keys)
        known = at < len(self.keys)
        known[known] = self.keys[at[known]] == keys[known]
        return np.where(known, at, -1)

    def counts(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """In how many passages each of the tokens at ``at`` stands."""
        found: NDArray[np.int64] = self.firsts[at + 1] - self.firsts[at]
        return found

    def cut(self, at: int, edges: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The passages between ``edges`` (low, high, low, high, …; ascending) that hold the token at ``at``, and how often."""
        first, last = int(self.firsts[at]), int(self.firsts[at + 1])
        cuts = (self.docs[first:last].searchsorted(edges) + first).tolist()
        ranges = [slice(low, high) for low, high in zip(cuts[::2], cuts[1::2], strict=True) if low < high]
        docs = np.concatenate([self.docs[:0], *(self.docs[part] for part in ranges)], dtype=np.int64)
        return docs, np.concatenate([self.tf[:0], *(self.tf[part] for part in ranges)], dtype=np.float64)

    def write(self, path: Path) -> None:
        """Write the arrays one after the other, and make sure they are on the disk."""
        with path.open("wb") as file:
            for name in _DTYPES:
                file.write(getattr(self, name).tobytes())
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def map(cls, path: Path, reports: Sequence[str], counts: tuple[int, int, int]) -> Segment:
        """Map a written segment; ``counts`` are its tokens, postings and passages. Raises ValueError if the file has another size."""
        tokens, postings, passages = counts
        sizes = {"keys": tokens, "firsts": tokens + 1, "spread": tokens, "docs": postings, "tf": postings}
        sizes["bounds"] = len(reports) + 1
        data = np.memmap(path, np.uint8, "r")
        arrays, offset = {}, 0
        for name, dtype in _DTYPES.items():
            end = offset + sizes.get(name, passages) * np.dtype(dtype).itemsize
            arrays[name] = data[offset:end].view(np.ndarray).view(dtype)
            offset = end
        if offset != len(data):
            raise ValueError(f"{path.name}: {len(data)} bytes, expected {offset}")
        return cls(tuple(reports), **arrays)
