"""Questions whose right document or passage is known, with the documents they are asked of, for measuring retrieval.

``ncp`` and ``stard`` are public sets in the folder given (its README says how they are scored); the other sets are question
files over reports, of which the sentences that answer are known.
"""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from index.build import build
from index.chunk import chunk
from index.embed import static_encoder
from index.errors import BadRequest
from index.judged import statutes
from index.outline import outline
from index.store import Store
from index.types import Encoder, Part, Passage, Place, Report
from retrieval.measure.scoring import Item, read_items
from retrieval.question.understand import Understanding

WINDOW, OVERLAP = 300, 60  # characters: the windows of the published baseline
ANSWER = 40  # characters of an answer that a passage must hold
ANY_WORDING = ("colloquial", "typo", "alias")  # the question types whose right passage must come first


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. ``documents`` are right, or ``passages`` where these are known; ``answer`` is text that a good passage holds."""

    text: str
    documents: frozenset[str] = frozenset()
    passages: frozenset[str] = frozenset()
    answer: str = ""
    scope: tuple[str, ...] | None = None
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Passages in document order, and questions about them.

    ``folds``, where there are any, are the questions in parts, each with the encoder that it is to be measured with.
    """

    name: str
    passages: tuple[Passage, ...]
    questions: tuple[Asked, ...]
    folds: tuple[tuple[Encoder, tuple[Asked, ...]], ...] = ()


def question_sets(folder: Path, folds: Path | None = None) -> Iterator[QuestionSet]:
    """The public sets that are in ``folder``. Raises BadRequest when there is none.

    ``folds`` holds the models that ``python -m index.refine --folds questions`` made: the shipped encoder has learned from stard.
    """
    readers: tuple[tuple[str, Callable[[Path], QuestionSet]], ...] = (
        ("ncp_queries.jsonl", ncp),
        ("ncp_queries.jsonl", ncp_chunked),
        ("stard_queries.jsonl", partial(stard, folds=folds)),
    )
    present = [reader for file, reader in readers if (folder / file).is_file()]
    if not present:
        raise BadRequest(f"{folder} 里没有检索测试集：需要 ncp_queries.jsonl 或 stard_queries.jsonl 及其文档文件。")
    return (reader(folder) for reader in present)


def ncp(folder: Path) -> QuestionSet:
    """Questions on government notices: the right document, and the words that answer. Windows as in the published baseline."""
    passages = [window for row in rows(folder / "ncp_docs.jsonl.gz") for window in windows(str(row["docid"]), row["text"])]
    return QuestionSet("ncp", tuple(passages), _on_notices(folder))


def ncp_chunked(folder: Path) -> QuestionSet:
    """The same questions over the passages that a store would hold: whole sentences of one section."""
    notices = [
        Report(id=str(row["docid"]), file="", digest="", title="", place=Place(), year=None, text=row["text"])
        for row in rows(folder / "ncp_docs.jsonl.gz")
    ]
    passages = [passage for notice in notices for passage in chunk(notice, outline(notice))]
    return QuestionSet("ncp，按章节和句子切分", tuple(passages), _on_notices(folder))


def _on_notices(folder: Path) -> tuple[Asked, ...]:
    return tuple(
        Asked(row["question"], frozenset((str(row["docid"]),)), answer=row["answer"][:ANSWER])
        for row in rows(folder / "ncp_queries.jsonl")
    )


def stard(folder: Path, folds: Path | None = None) -> QuestionSet:
    """Lay legal questions: the right articles, each a document of one passage under its name; with ``folds`` each question is asked
    with the model that has not learned from it."""
    articles = (
        Passage(f"{row['id']}:0-{len(row['text'])}", str(row["id"]), 0, 0, len(row["text"]), row["text"], (row["name"],))
        for row in rows(folder / "stard_corpus.jsonl.gz")
    )
    questions = tuple(Asked(row["question"], frozenset(map(str, row["gold"]))) for row in rows(folder / "stard_queries.jsonl"))
    if folds is None:
        return QuestionSet("stard（内置向量模型学过这些题）", tuple(articles), questions)
    encoders = [static_encoder(found) for found in sorted(path for path in folds.iterdir() if path.is_dir())]
    numbers = statutes(folder).folds(len(encoders), by_passage=False)
    parts = tuple((encoder, tuple(questions[n] for n in np.flatnonzero(numbers == fold))) for fold, encoder in enumerate(encoders))
    return QuestionSet("stard（每题用没学过它的向量模型）", tuple(articles), questions, parts)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, gzipped or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def windows(document: str, text: str) -> Iterator[Passage]:
    """A text in overlapping windows of one length."""
    start = 0
    while True:
        end = min(start + WINDOW, len(text))
        yield Passage(f"{document}:{start}-{end}", document, 0, start, end, text[start:end])
        if end == len(text):
            return
        start = end - OVERLAP


def wording_set(name: str, file: Path, reports: Iterable[Path], work: Path, encoder: Encoder) -> QuestionSet:
    """The everyday, misspelt and shortened questions of a question file over ``reports``, which are indexed in ``work``.

    Asked as a chat does: the topic as understood, within the reports that hold the evidence.
    """
    with Store.create(work, encoder) as store:
        build(list(reports), store)
        understanding = Understanding.of(store.reports())
        ids = {Path(report.file).name: report.id for report in store.reports()}
        questions = []
        for item in read_items(file):
            passages, scope = _evidence(item, store, ids)
            if item.type in ANY_WORDING and passages and not item.history:
                query = understanding.understand(item.question, today=date.today())
                questions.append(Asked(query.topic or item.question, passages=passages, scope=scope, part=query.part))
        return QuestionSet(name, store.passages(), tuple(questions))


def _evidence(item: Item, store: Store, ids: dict[str, str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The passages that share at least half of a piece of evidence, and the reports that these are in."""
    found, scope = set(), set()
    for evidence in item.evidence:
        quote, report = _plain(evidence.quote), ids[evidence.file]
        half = -(-len(quote) // 2)
        pieces = [quote[start : start + half] for start in range(len(quote) - half + 1)]
        scope.add(report)
        found |= {p.id for p in store.passages([report]) if any(piece in _plain(p.text) for piece in pieces)}
    return frozenset(found), tuple(sorted(scope))


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
