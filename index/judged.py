"""People's questions with the passages that answer them, among the passages that do not: what the shipped embedding is refined on.

The statutes that lay people's legal questions (STARD, MIT licence) are about may be left out in part, so that a model can be
measured on questions that it has not seen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.pairs import QUERY, articles, rows, short_title

LETTERS = re.compile(r"\W+")
QUOTED = 30  # letters at the beginning of an article that tell it from all others; an answer that holds them quotes it
WINDOW, MARGIN = 300, 75  # characters of an encyclopaedia's passage around an answer
SEED = 7  # of the parting into folds, which training and measuring must agree on


@dataclass(frozen=True, slots=True)
class Judged:
    """Queries over a collection. ``relevant`` are the places among ``passages`` of those that answer each query, at least one."""

    queries: tuple[str, ...]
    passages: tuple[str, ...]
    relevant: tuple[tuple[int, ...], ...]

    def folds(self, count: int, *, by_passage: bool) -> NDArray[np.int64]:
        """The fold (0 … count - 1) of each query; with ``by_passage`` two folds share no relevant passage either."""
        groups = self._components() if by_passage else np.arange(len(self.queries))
        return np.random.default_rng(SEED).integers(count, size=len(self.queries))[groups]

    def _components(self) -> NDArray[np.int64]:
        """The number of a query that shares a relevant passage with this one, or that shares one with a third: the same for all of them."""
        groups = np.arange(len(self.queries))
        first: dict[int, int] = {}
        for query, found in enumerate(self.relevant):
            for passage in found:
                other = groups[first.setdefault(passage, query)]
                groups[groups == groups[query]] = other
        return groups

    def only(self, queries: Sequence[int]) -> Judged:
        """The same collection with these queries alone."""
        return replace(self, queries=tuple(self.queries[n] for n in queries), relevant=tuple(self.relevant[n] for n in queries))


def judged(folder: Path) -> Iterator[Judged]:
    """The sources in ``folder`` in which people ask, but for the statutes."""
    yield _quoted(folder)
    policy = rows(folder / "ncp_qa_other_docs.jsonl.gz")
    yield _of([(row["question"], row["answer"]) for row in policy])
    messages = rows(folder / "gov_messages.jsonl.gz")
    yield _of([(asked, row["reply"]) for row in messages for asked in (row["theme"], row["detail"])])
    yield _of([(row["q"], _around(row["passage"], row["answer_start"])) for row in rows(folder / "cmrc2018_train.jsonl.gz")])


def statutes(folder: Path) -> Judged:
    """Lay people's legal questions, and the articles that they are about."""
    found = rows(folder / "stard_corpus.jsonl.gz")
    places = {row["id"]: place for place, row in enumerate(found)}
    asked = rows(folder / "stard_queries.jsonl")
    return Judged(
        tuple(row["question"] for row in asked),
        tuple(f"{row['name']}\n{row['text']}" for row in found),
        tuple(tuple(places[id_] for id_ in row["gold"]) for row in asked),
    )


def _of(pairs: Sequence[tuple[str, str]]) -> Judged:
    places: dict[str, int] = {}
    relevant = tuple((places.setdefault(passage, len(places)),) for _, passage in pairs)
    return Judged(tuple(query[: 2 * QUERY] for query, _ in pairs), tuple(places), relevant)


def _around(passage: str, start: int) -> str:
    first = max(0, start // (WINDOW // 2) * (WINDOW // 2) - MARGIN)
    return passage[first : first + WINDOW]


def _quoted(folder: Path) -> Judged:
    """Consultations with the articles that their answers quote, among the articles of all laws."""
    laws = rows(folder / "laws_cn.jsonl.gz")
    every = [(short_title(law), article) for law in laws for _, article in articles(law)]
    opening: dict[str, list[int]] = defaultdict(list)
    for place, (_, article) in enumerate(every):
        opening[LETTERS.sub("", article)[:QUOTED]].append(place)
    queries, relevant = [], []
    for row in rows(folder / "lawbench_consult.jsonl.gz"):
        answer = LETTERS.sub("", row["answer"])
        starts = (answer[start : start + QUOTED] for start in range(len(answer) - QUOTED + 1))
        if found := sorted({place for start in starts for place in opening.get(start, ())}):
            queries.append(row["question"].removeprefix("场景:"))
            relevant.append(tuple(found))
    return Judged(tuple(queries), tuple(f"{title}\n{article}" for title, article in every), tuple(relevant))
