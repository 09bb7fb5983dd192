"""What the marker learns figures of whole reports from: questions, with the figures of each report that answer them.

The reports are those of exams that have been looked at, asked by the exam itself (``sat``) or by questions over several towns that were written for
them afterwards (``asked``); or of invented counties with such questions of their own.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index.load import load
from index.parse import Parsed, parse_all, tables
from index.text import grams
from index.types import Figure
from retrieval.question.topic import standing
from retrieval.reader.calculations import ONE, OTHER, Exercise, shown_in

APART = frozenset(("N3", "S2", "X4"))
"""Exams whose questions are kept apart;"""
COUNTY_APART = 12
"""and one county of so many."""
UNTOLD = "other"
"""What a question asks for whose figures nobody has marked."""
OPENS, CLOSES = "【】"
"""Around the digits of a figure in a quotation."""
ALIKE = 1
"""Pairs of characters that the words of a figure and a question have in common, from which it is close to what is asked."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report with its figures, in the order of the text, and each of them as ``pointed`` shows it."""

    text: str
    figures: tuple[Figure, ...]
    shown: tuple[str, ...]

    @classmethod
    def of(cls, parsed: Parsed) -> Sheet:
        own = sorted((figure for figure in parsed.figures if figure.end > figure.start), key=lambda figure: figure.start)
        return cls(parsed.report.text, tuple(own), tuple(shown_in(parsed.report, parsed.sections, figure) for figure in own))

    def place(self, quotation: str) -> int | None:
        """Which of the figures stands between the marks of ``quotation``; None where none does, or the words stand elsewhere."""
        at = place_of(quotation, self.text)
        return next((n for n, figure in enumerate(self.figures) if figure.start <= at < figure.end), None)


def place_of(quotation: str, text: str) -> int:
    """Where in ``text`` what stands between the marks begins; -1 where the words do not stand there."""
    before, marked = quotation.split(OPENS)
    start = text.find(before + marked.replace(CLOSES, ""))
    return start + len(before) if start >= 0 else -1


def labelled(folder: Path, exams: Path) -> Iterator[Exercise]:
    """The exercises of every file in ``folder``, a question with each report of the exam that the file is named after."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        exam = path.name.split(".")[0]
        sheets = dict(_sheets(exams / exam / "reports"))
        for row in _rows(path):
            yield from _exercises(row, sheets, kept=exam in APART)


def of_counties(folder: Path) -> Iterator[Exercise]:
    """The exercises of every county in ``folder``, a question with each of its reports."""
    rows = (row for path in sorted(folder.glob("*.jsonl.gz")) for row in _rows(path))
    for number, row in enumerate(rows, 1):
        with TemporaryDirectory() as reports:
            for file, text in row["reports"].items():
                (Path(reports) / file).write_text(text, encoding="utf-8")
            sheets = dict(_sheets(Path(reports)))
        for asked in row["asked"]:
            yield from _exercises(asked, sheets, kept=number % COUNTY_APART == 0)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _exercises(row: Mapping[str, Any], sheets: Mapping[str, Sheet], *, kept: bool) -> Iterator[Exercise]:
    for file, sides in row["reports"].items() if row["op"] != UNTOLD else ():
        if file in sheets:  # a report that no town and year are found for has no figures
            yield from _exercise(row, sides, sheets[file], kept=kept)


def _sheets(folder: Path) -> Iterator[tuple[str, Sheet]]:
    for path in sorted(folder.iterdir()):
        for document in load(path, root=folder):
            parsed = parse_all(document, tables(folder, ""))[0]
            if isinstance(parsed, Parsed):
                yield path.name, Sheet.of(parsed)


def _exercise(row: Mapping[str, Any], told: Mapping[str, Sequence[str]], sheet: Sheet, *, kept: bool) -> Iterator[Exercise]:
    kind = "" if row["op"] == "plain" or (told["one"] and not told["other"] and row["op"] != "sum") else row["op"]
    first, second = (OTHER, ONE) if kind == "rest" else (ONE, OTHER)  # in the files the whole comes first, here what is taken from it
    wanted = [(sheet.place(words), side) for words, side in [*((w, first) for w in told["one"]), *((w, second) for w in told["other"])]]
    sides = {place: side for place, side in wanted if place is not None}
    if len(sides) < len(wanted):
        return
    units, asked = {sheet.figures[n].unit for n in sides}, {gram for gram in grams(row["q"]) if len(gram) > 1}
    alike = [figure.unit in units or len(asked & set(grams(words))) >= ALIKE for figure, words in zip(sheet.figures, sheet.shown, strict=True)]
    question = row.get("spoken") or standing(row["q"], over_many=True)
    yield Exercise(kind, question, sheet.shown, tuple(sides.get(n, 0) for n in range(len(sheet.figures))), tuple(alike), kept)
