"""What the reader learns from exams that were looked at: ``python -m retrieval.measure.sat --exams DIR… --out FILE``.

A question about one town at most that asks for no calculation, as it reaches the reader, with the pieces that would be read for it: those of its gold evidence answer, the
others do not. Written in the form that ``retrieval.reader.lessons`` reads.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from pathlib import Path

from retrieval.answer import Answerer
from retrieval.evidence.inquiry import Inquiry
from retrieval.measure.calibrate import plain
from retrieval.measure.scoring import Item, read_items
from retrieval.measure.sitting import sitting
from retrieval.reader.lessons import Lesson
from retrieval.reader.pair import Candidate

logger = logging.getLogger(__name__)

SHOWN = 24
"""Parts of pieces that do not answer, of one question."""


def lessons_of(exam: Path) -> Iterator[Lesson]:
    """A lesson for each question of an exam that sentences of its reports answer, or none does."""
    with sitting(exam) as answerer:
        for item in read_items(exam / "questions.jsonl"):
            with answerer.reading():
                query = answerer.understand(item.question, item.history)
                inquiry = answerer.inquire(query)
                calculated = query.operation or query.plan or query.derived or query.relations
                if len(query.towns) < 2 and not (query.every or calculated) and inquiry.readings:
                    yield from _lesson(answerer, inquiry, item)


def _lesson(answerer: Answerer, inquiry: Inquiry, item: Item) -> Iterator[Lesson]:
    """None where the evidence is not among what would be read."""
    quotes = [plain(each.quote) for each in item.evidence]
    right: list[Candidate] = []
    wrong: list[Candidate] = []
    for known in answerer.judge.pool(inquiry, inquiry.readings):
        if not any(_holds(plain(known.piece.text), quote) for quote in quotes):
            wrong += known.piece.candidates
        else:
            right += [part for part in known.piece.candidates if any(_holds(plain(part.sentence), quote) for quote in quotes)]
    if right or (wrong and not (item.answerable or quotes)):
        yield Lesson(inquiry.query.spoken, (*right, *wrong[:SHOWN]), len(right))


def _holds(words: str, quote: str) -> bool:
    return quote in words or words in quote


def main() -> None:
    """Write the lessons of all exams."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exams", type=Path, nargs="+", required=True, help="folders of exams that were looked at")
    parser.add_argument("--out", type=Path, required=True, help="a .jsonl.gz for the school")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    written(of_exams(options.exams), options.out)


def of_exams(exams: Sequence[Path]) -> Iterator[Lesson]:
    """The lessons of ``exams``, one exam after the other."""
    for exam in exams:
        found = list(lessons_of(exam))
        logger.info("%s: %d lessons, %d that nothing answers", exam.name, len(found), sum(not lesson.right for lesson in found))
        yield from found


def written(lessons: Iterable[Lesson], out: Path) -> None:
    """The lessons to ``out``, one a line."""
    with gzip.open(out, "wt", encoding="utf-8") as lines:
        for lesson in lessons:
            row = {"question": lesson.question, "right": lesson.right, "shown": [astuple(one) for one in lesson.sentences]}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
