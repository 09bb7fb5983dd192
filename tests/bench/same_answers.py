"""Does the collection answer the same whatever format its reports are kept in?

    python tests/bench/same_answers.py [--formats word.docx,tables.html] [--answers]

Writes the sample reports in each format, indexes them, asks every question of data/eval/dev.jsonl, and compares with the texts as
they are: the scores, the questions whose grade differs, those whose words differ, and those that differ in marks alone (quotation
marks, spaces, arrows, which OCR confuses). ``--answers`` prints both answers of the first two.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from formats import WRITERS, available, made

from index.build import build
from index.embed import default_encoder
from index.store import Store
from index.text import fold
from retrieval.answer import Answerer
from retrieval.measure.evaluate import Evaluation, Graded, evaluate
from retrieval.measure.scoring import Item, read_items
from retrieval.types import Answer

DATA = Path(__file__).parents[2] / "data"
FORMATS = "word.docx,tables.html,modern.html,layout.pdf,old.doc,nested.zip,scan.pdf"


@dataclass(frozen=True, slots=True)
class AsText:
    """An answerer whose citations name the text that a file was written from, as the question file does."""

    answerer: Answerer

    def answer(self, question: str, history: Sequence[str] = ()) -> Answer:
        answer = self.answerer.answer(question, history)
        return replace(answer, citations=tuple(replace(each, file=f"{each.file.partition('.')[0]}.txt") for each in answer.citations))


def written(format_: str, folder: Path) -> Path:
    """The sample reports in ``format_`` ("": as they are)."""
    if not format_:
        return DATA / "sample"
    folder.mkdir()
    for path in sorted((DATA / "sample").glob("*.txt")):
        WRITERS[format_](made(path.stem, path.read_text(encoding="utf-8")), folder / f"{path.stem}.{format_}")
    return folder


def scored(reports: Path, store: Path, items: Sequence[Item]) -> Evaluation:
    with Store.create(store, default_encoder()) as opened:
        result = build([reports], opened)
    assert not result.rejected, result.rejected
    return evaluate(AsText(Answerer.open(store)), items)


Pairs = list[tuple[Graded, Graded]]


def differing(one: Evaluation, other: Evaluation) -> tuple[Pairs, Pairs, Pairs]:
    """The pairs of replies whose grade differs; the further ones whose words do (full and half width alike); whose marks do."""
    grades: Pairs = []
    words: Pairs = []
    marks: Pairs = []
    for pair in zip(one.graded, other.graded, strict=True):
        texts = ["".join(fold(graded.answer.text).split()) for graded in pair]
        if len({(graded.grade.correct, graded.grade.cited) for graded in pair}) > 1:
            grades.append(pair)
        elif len({re.sub(r"\W", "", text) for text in texts}) > 1:
            words.append(pair)
        elif len(set(texts)) > 1:
            marks.append(pair)
    return grades, words, marks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--formats", default=FORMATS)
    parser.add_argument("--answers", action="store_true", help="also print the answers that differ")
    options = parser.parse_args()
    items = read_items(DATA / "eval" / "dev.jsonl")
    print(f"{'format':14}{'answers':>9}{'refusals':>10}{'cited':>8}{'foreign':>9}  other grade / other words / other marks")
    with tempfile.TemporaryDirectory() as folder:
        plain = None
        for format_ in ("", *options.formats.split(",")):
            if reason := available(format_):
                print(f"{format_:14} skipped: {reason}")
                continue
            found = scored(written(format_, Path(folder, format_ or "as it is")), Path(folder, f"store {format_}"), items)
            plain = plain or found
            total, unlike = found.total, differing(plain, found)
            listed = " / ".join(" ".join(before.item.id for before, _ in each) or "-" for each in unlike)
            print(
                f"{format_ or 'as it is':14}{total.answers:9.1%}{total.refusals:10.1%}{total.citations:8.1%}{total.foreign:9}"
                f"  {listed}",
                flush=True,
            )
            for before, after in (unlike[0] + unlike[1]) * options.answers:
                print(f"    {before.item.id} {before.item.question}\n      - {before.answer.text}\n      + {after.answer.text}")


if __name__ == "__main__":
    main()
