"""What the reader learns from: questions, each with the sentences of one text, of which some answer it, or none does.

Sections and whole reports, all invented for this project. Each tenth of a file is kept apart for the calibration, and each tenth
for the report on the card; nothing of them is taught.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import sqrt
from pathlib import Path
from random import Random
from typing import Any

from index.text import grams
from retrieval.reader.pair import TURN, Candidate, last_named

HARD, NEAR, STRAY = 5, 2, 1
"""Sentences that a lesson shows beside those that answer: most like the question, next to an answer, and at random. The school
takes from them those that the reader, as it then is, mistakes most."""
MOST_RIGHT = 3
"""Sentences that answer, in one lesson."""
TURNS = 0.08
"""Share of the questions that are taught as the later turn of a talk, after another question to the same text."""


CELLS = re.compile("[│｜|]")


class Fold(Enum):
    """What a text is used for."""

    TAUGHT = "taught"
    CALIBRATION = "calibration"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a text, and the places of the sentences that together answer it; none where the text does not."""

    question: str
    right: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A section, a report or a passage: its sentences as the reader sees them, and what is asked about it."""

    source: str
    fold: Fold
    sentences: tuple[Candidate, ...]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question with some sentences of its text; the first ``right`` of them answer it."""

    question: str
    sentences: tuple[Candidate, ...]
    right: int


def fold_of(number: int) -> Fold:
    """What the text in line ``number`` (from 0) of its file is used for."""
    return {8: Fold.CALIBRATION, 9: Fold.CARD}.get(number % 10, Fold.TAUGHT)


def texts(folder: Path) -> Iterator[Text]:
    """The sections or whole reports of one folder, in the form that data/train/README.md tells."""
    for path in files(folder):
        yield from (_invented(folder.name, number, row) for number, row in rows(path) if "sents" in row)


def ready(folder: Path) -> Iterator[Lesson]:
    """The lessons of one folder that ``retrieval.measure.sat`` has written."""
    for path in files(folder):
        yield from (
            Lesson(row["question"], tuple(Candidate(*shown) for shown in row["shown"]), row["right"]) for _, row in rows(path) if "shown" in row
        )


def files(folder: Path) -> list[Path]:
    """The files of texts in ``folder``, in the order of their names."""
    return sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.gz")])


def rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The texts of a file with their numbers, from 0."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from ((number, json.loads(line)) for number, line in enumerate(lines) if line.strip())


def lessons(text: Text, random: Random) -> Iterator[Lesson]:
    """One lesson a question; the wrong sentences are chosen anew each time."""
    for asked in text.asked:
        right = random.sample(asked.right, min(MOST_RIGHT, len(asked.right)))
        wrong = _wrong(text, asked, random)
        question = asked.question
        if text.fold is Fold.TAUGHT and random.random() < TURNS:
            question = f"{random.choice(text.asked).question}{TURN}{question}"
        yield Lesson(question, tuple(text.sentences[place] for place in (*right, *wrong)), len(right))


def _wrong(text: Text, asked: Asked, random: Random) -> list[int]:
    """Places of sentences that do not answer: most like the question, beside an answer, and at random."""
    wanted = set(grams(asked.question))

    def likeness(place: int) -> float:
        words = text.sentences[place].sentence
        return len(wanted & set(grams(words))) / sqrt(10 + len(words))

    others = sorted((n for n in range(len(text.sentences)) if n not in asked.right), key=likeness, reverse=True)
    hard = others[: HARD + (not asked.right)]
    beside = [n for place in asked.right for n in (place - 1, place + 1) if n in others and n not in hard]
    rest = [n for n in others if n not in hard and n not in beside]
    near = random.sample(beside, min(NEAR, len(beside)))
    return [*hard, *near, *random.sample(rest, min(STRAY, len(rest)))]


def _invented(source: str, number: int, row: dict[str, Any]) -> Text:
    written = [(words[0], words[1]) if isinstance(words, list) else (row["head"], words) for words in row["sents"]]
    asked = [Asked(known["q"], tuple(known["a"])) for known in row["qa"]] + [Asked(question, ()) for question in row["none"]]
    asked += [Asked(TURN.join(talk["t"]), tuple(talk["a"])) for talk in row.get("talk", ())]
    return Text(
        source, fold_of(number), _candidates(written), tuple(replace(a, question=_unplaced(a.question, row)) for a in asked)
    )


def _candidates(written: Sequence[tuple[str, str]]) -> tuple[Candidate, ...]:
    """The sentences, each after the one before it; a row of a table after the row that names its columns, as the answerer shows it."""
    found: list[Candidate] = []
    columns, before, named, above = "", "", "", ""
    for head, words in written:
        named, above = (named if head == above else ""), head
        columns = (columns or words) if CELLS.search(words) else ""
        found.append(Candidate(head, columns if columns not in ("", words) else before, words, named))
        before, named = words, last_named(words, named)
    return tuple(found)


def _unplaced(question: str, row: dict[str, Any]) -> str:
    """``question`` without its town and year, as it is when it reaches the reader."""
    bare = question.replace(row["town"], "").replace(f"{row['year']}年", "").strip("，, ")
    return bare or question
