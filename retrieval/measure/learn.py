"""How ``weights.toml`` was made: ``python -m retrieval.measure.learn --data DIR``, which writes it anew.

DIR holds questions with their answers (the files that ``index.pairs`` reads); none of them is in a set that we measure on.
They teach the grams: one that stands in questions and not in their answers (哪些, 请问) says how is asked, not what about. And
they teach the weights of the report and of words that stand together. The weight of the vectors cannot be learned from them, because the shipped encoder has seen
them; it and the others are set by hand (see ``weights``).
"""

from __future__ import annotations

import argparse
import logging
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from index.embed import load_encoder
from index.text import grams
from index.types import Encoder
from retrieval.evidence.search import search
from retrieval.evidence.weights import Weights
from retrieval.measure.sets import Asked, QuestionSet, rows, windows
from retrieval.measure.shelf import MemoryShelf, RememberingShelf
from retrieval.question.words import table
from retrieval.types import Hit

logger = logging.getLogger(__name__)

PRIOR = 8  # questions' worth of the average gram, so that a rare one says little
SEEN = 30  # questions that a gram must stand in to have a weight of its own
TELLING = 0.35  # a weight above this says more about the topics of the questions than about asking
SAMPLE = 300  # questions of a set that the sums are learned from: the grids take some minutes
REPLY = 150  # characters; a shorter reply says only that the letter has come
GRIDS = {"report": (0.0, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0), "together": (0.0, 0.2, 0.4, 0.6, 0.8, 1.2)}  # tried one after the other
DEPTH = 10

Pair = tuple[str, str]


def pairs(folder: Path) -> Iterator[Pair]:
    """Questions, each with a text that answers it."""
    yield from ((row["q"], row["passage"]) for row in rows(folder / "cmrc2018_train.jsonl.gz"))
    yield from ((row["question"].removeprefix("场景:"), row["answer"]) for row in rows(folder / "lawbench_consult.jsonl.gz"))


def gram_weights(found: Iterable[Pair]) -> dict[str, float]:
    """For the grams that answers keep less often than others of their length: the odds of being kept, against the average odds."""
    asked: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for question, answer in found:
        mine = set(grams(question))
        asked.update(mine)
        kept.update(mine & set(grams(answer)))
    average = {length: _share(asked, kept, length) for length in (1, 2)}
    weights = {}
    for gram, times in asked.items():
        usual = average[min(len(gram), 2)]
        share = (kept[gram] + PRIOR * usual) / (times + PRIOR)
        weights[gram] = math.exp(_logit(share) - _logit(usual))
    return {gram: round(weight, 2) for gram, weight in sorted(weights.items()) if weight <= TELLING and asked[gram] >= SEEN}


def _share(asked: Counter[str], kept: Counter[str], length: int) -> float:
    alike = [gram for gram in asked if min(len(gram), 2) == length]
    return (sum(kept[gram] for gram in alike) + 0.5) / (sum(asked[gram] for gram in alike) + 1)


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def encyclopaedia(folder: Path) -> QuestionSet:
    """The questions on encyclopaedia articles, with the articles in windows."""
    known: dict[str, str] = {}
    for row in rows(folder / "cmrc2018_train.jsonl.gz"):
        known.setdefault(row["passage"], f"c{len(known):05}")
    passages = [window for text, name in known.items() for window in windows(name, text)]
    questions = (
        Asked(row["q"], frozenset((known[row["passage"]],)), answer=row["answer"])
        for row in rows(folder / "cmrc2018_train.jsonl.gz")
    )
    return QuestionSet("cmrc", tuple(passages), tuple(questions))


def messages(folder: Path) -> QuestionSet:
    """What citizens write about, in one line, with the replies to their letters in windows."""
    letters = {
        f"m{number:05}": row for number, row in enumerate(rows(folder / "gov_messages.jsonl.gz")) if len(row["reply"]) > REPLY
    }
    passages = [window for name, row in letters.items() for window in windows(name, row["reply"])]
    return QuestionSet("messages", tuple(passages), tuple(Asked(row["theme"], frozenset((name,))) for name, row in letters.items()))


def best(sets: Sequence[QuestionSet], encoder: Encoder, candidates: Sequence[Weights]) -> Weights:
    """The candidate with the highest reciprocal ranks of the right document and of the answer, averaged over the sets."""
    measured = np.zeros(len(candidates))
    for questions in sets:
        some = questions.questions[:: max(1, len(questions.questions) // SAMPLE)]
        with TemporaryDirectory() as folder:
            shelf = RememberingShelf(MemoryShelf.of(questions.passages, encoder, Path(folder)))
            for number, weights in enumerate(candidates):
                found = [search(shelf, encoder, asked.text, None, DEPTH, weights=weights) for asked in some]
                mean = sum(_reciprocal(hits, asked) for hits, asked in zip(found, some, strict=True)) / len(some)
                logger.info("%s: %.4f with %s", questions.name, mean, weights)
                measured[number] += mean / len(sets)
    return candidates[int(measured.argmax())]


def _reciprocal(hits: Sequence[Hit], asked: Asked) -> float:
    """1 / the rank of the first right document; where the answer is known, the mean of this and of the same for its passage."""
    documents = list(dict.fromkeys(hit.passage.report_id for hit in hits))
    right = next((1 / rank for rank, name in enumerate(documents, 1) if name in asked.documents), 0.0)
    if not asked.answer:
        return right
    return (right + next((1 / hit.rank for hit in hits if asked.answer in hit.passage.text), 0.0)) / 2


def write(weights: Weights, learned: Mapping[str, float]) -> None:
    """Write ``weights.toml`` and forget what was read of it."""
    lines = ["# Made by `python -m retrieval.measure.learn`; what each number means stands in weights.py.", "", "[fusion]"]
    lines += [f"{name} = {value}" for name, value in asdict(weights).items()]
    lines += [
        "",
        "[grams]",
        *(f'"{gram}" = {weight}' for gram, weight in sorted(learned.items(), key=lambda item: (item[1], item[0]))),
    ]
    Path(str(files("retrieval.evidence"))).joinpath("weights.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    table.cache_clear()


def main() -> None:
    """Learn the grams first, then the weights of the report and of words that stand together."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the training sets")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    weights, learned = Weights.load(), gram_weights(pairs(args.data))
    write(weights, learned)
    sets, words = [encyclopaedia(args.data), messages(args.data)], replace(weights, dense=0.0)
    for name, grid in GRIDS.items():
        words = best(sets, load_encoder(None), [replace(words, **{name: value}) for value in grid])
    write(replace(words, dense=weights.dense), learned)


if __name__ == "__main__":
    main()
