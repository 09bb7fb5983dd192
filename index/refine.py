"""The second half of how the shipped embedding was made: ``python -m index.refine --model DIR --data DIR --statutes DIR --out DIR``.

The model that ``index.train`` made learns from people's questions: what answers one shall lie closer than the passages of the same
collection that rank high and do not (hard negatives), and than those of the other questions in its batch.
``--folds questions`` makes five models, each without a fifth of the questions about statutes; with ``--folds articles`` no article
that answers one of them is taught to the model either. So questions can be measured with a model that has not seen them.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

from index.embed import StaticEncoder, static_encoder
from index.judged import Judged, judged, statutes
from index.lexical import LexicalIndex
from index.text import grams
from index.train import SCALE, Encoded, Row, fit, piece_ids, save
from index.types import Passage

logger = logging.getLogger(__name__)

PASSAGE = 600  # characters of a passage that are read
NEAR, HARD = 30, 6  # a query's best passages by words, and by vectors, and how many wrong ones of them each of its rows holds
EPOCHS, BATCH, RATE = 12, 256, 0.003
FOLDS = 5
BLOCK = 512  # queries compared with a collection at a time


@dataclass(frozen=True, slots=True)
class Lessons:
    """A collection, the pieces of its queries and passages, and for each query the places of wrong passages that rank high."""

    collection: Judged
    queries: Encoded
    passages: Encoded
    wrong: list[NDArray[np.int64]]

    def only(self, queries: Sequence[int]) -> Lessons:
        """The same with these queries alone."""
        taken = [self.queries[n] for n in queries], self.passages, [self.wrong[n] for n in queries]
        return Lessons(self.collection.only(queries), *taken)


def lessons(encoder: StaticEncoder, collection: Judged) -> Lessons:
    """Find what ranks high and is wrong: by BM25, because the vectors are there to mend its order, and by the encoder itself."""
    passages = [passage[:PASSAGE] for passage in collection.passages]
    ranked = zip(_by_words(collection.queries, passages), _by_vectors(encoder, collection.queries, passages), strict=True)
    wrong = [np.setdiff1d(np.concatenate(near), right) for near, right in zip(ranked, collection.relevant, strict=True)]
    logger.info("%d queries, %d passages", len(wrong), len(passages))
    return Lessons(collection, piece_ids(encoder.tokenizer, collection.queries), piece_ids(encoder.tokenizer, passages), wrong)


def _by_words(queries: Sequence[str], passages: Sequence[str]) -> Iterator[NDArray[np.int64]]:
    with TemporaryDirectory() as folder:
        named = [Passage(f"{n}:0-{len(text)}", str(n), 0, 0, len(text), text) for n, text in enumerate(passages)]
        index = LexicalIndex.open(Path(folder)).update(named, passages)
        for query in queries:
            yield np.array([int(name.partition(":")[0]) for name, _ in index.search(grams(query), None, NEAR)], np.int64)


def _by_vectors(encoder: StaticEncoder, queries: Sequence[str], passages: Sequence[str]) -> Iterator[NDArray[np.int64]]:
    vectors, asked = encoder.encode(list(passages)), encoder.encode(list(queries), query=True)
    for start in range(0, len(asked), BLOCK):
        yield from np.argpartition(-asked[start : start + BLOCK] @ vectors.T, NEAR, axis=1)[:, :NEAR]


def refine(encoder: StaticEncoder, every: Sequence[Lessons], random: np.random.Generator) -> NDArray[np.float32]:
    """The vectors of the encoder's pieces after the lessons, shape (pieces, dimension)."""
    rows = torch.from_numpy(encoder.matrix.astype(np.float32) * encoder.scales[:, None])
    static = StaticEmbedding(encoder.tokenizer, embedding_weights=rows)
    loss = MultipleNegativesRankingLoss(SentenceTransformer(modules=[static, Normalize()], device="cpu"), scale=SCALE)
    fit(loss, [batch for _ in range(EPOCHS) for batch in _batches(every, random)], RATE, random)
    return np.asarray(static.embedding.weight.detach().numpy(), np.float32)


def _batches(every: Sequence[Lessons], random: np.random.Generator) -> Iterator[list[Row]]:
    """Batches of one collection each, in random order; every query stands once, with one of the passages that answer it."""
    batches = []
    for known in every:
        rows = []
        for n in random.permutation(len(known.queries)):
            right = random.choice(known.collection.relevant[n])
            wrong = random.choice(known.wrong[n], HARD, replace=False)
            rows.append((known.queries[n], *(known.passages[place] for place in (right, *wrong))))
        batches += [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
    for position in random.permutation(len(batches)):
        yield batches[position]


def parted(asked: Lessons, *, by_passage: bool) -> Iterator[Lessons]:
    """``asked`` without its first fold, without its second …"""
    folds = asked.collection.folds(FOLDS, by_passage=by_passage)
    for fold in range(FOLDS):
        yield asked.only(np.flatnonzero(folds != fold).tolist())


def main() -> None:
    """Refine and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder of the model that index.train made")
    parser.add_argument("--data", type=Path, required=True, help="folder of the training texts")
    parser.add_argument("--statutes", type=Path, required=True, help="folder of the questions about statutes")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model, or for the folders of the folds")
    parser.add_argument("--folds", choices=("questions", "articles"), help="make a model for each fold, without what it is measured on")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    encoder = static_encoder(options.model)
    others = [lessons(encoder, collection) for collection in judged(options.data)]
    asked = lessons(encoder, statutes(options.statutes))
    parts = parted(asked, by_passage=options.folds == "articles") if options.folds else [asked]
    for number, part in enumerate(parts, 1):
        torch.manual_seed(options.seed)
        vectors = refine(encoder, [part, *others], np.random.default_rng(options.seed))
        save(options.out / str(number) if options.folds else options.out, encoder.tokenizer, vectors)


if __name__ == "__main__":
    main()
