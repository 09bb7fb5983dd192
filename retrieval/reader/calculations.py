"""What the marker learns figures from: invented sections of reports, and calculations asked of each with the figures that they take."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.figures import figures
from index.outline import outline
from index.text import sentences
from index.types import Figure, Place, Report, Section
from retrieval.reader.marker import KINDS
from retrieval.reader.pair import pointed

KEPT = 8
"""One section of so many is kept apart."""
ONE, OTHER = 1, 2
CHAIN = "chain"
"""(甲＋乙)占丙 in the files: a share with two parts."""
NUMBER = re.compile(r"\d[\d,.]*")
NEAR = 0.2
"""Percent by which a value may be rounded."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """A question with the kind of its calculation ("" for one stated figure), and every figure of its section as ``pointed`` shows it, in the order of
    the text: ``sides`` tells which are ONE and which OTHER (0 is neither), ``close`` which of the others stand near these or are in their unit."""

    kind: str
    question: str
    figures: tuple[str, ...]
    sides: tuple[int, ...]
    close: tuple[bool, ...]
    kept: bool
    chained: bool = False
    """Whether it is a share of a sum, and so of two kinds."""

    def of(self, places: Sequence[int]) -> Exercise:
        """The same with these of its figures alone."""
        taken = [(self.figures[n], self.sides[n], self.close[n]) for n in places]
        figures, sides, close = zip(*taken, strict=True) if taken else ((), (), ())
        return replace(self, figures=figures, sides=sides, close=close)


def exercises(folder: Path) -> Iterator[Exercise]:
    """Those of every file in ``folder`` whose figures are found again in the text."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                yield from _of_section(json.loads(line), kept=number % KEPT == 0)


def _of_section(row: dict[str, Any], *, kept: bool) -> Iterator[Exercise]:
    told, found = _told(row)
    if not found:
        return
    parts = outline(told)
    shown = tuple(shown_in(told, parts, figure) for _, _, figure in found)
    for asked in row["qa"]:
        kind, sides = _sides(asked)
        if sides is None or (kind and kind not in KINDS):
            continue
        places = [_place(row["sents"], *figure) for figure in asked["figures"]]
        wanted = {n: side for (sentence, at), side in zip(places, sides, strict=True) for n, (own, start, f) in enumerate(found) if own == sentence and start <= at < start + f.end - f.start}
        if len(wanted) < len(places):
            continue
        units, beside = {found[n][2].unit for n in wanted}, {found[n][0] for n in wanted}
        close = tuple(own in beside or figure.unit in units for own, _, figure in found)
        yield Exercise(kind, asked["q"], shown, tuple(wanted.get(n, 0) for n in range(len(found))), close, kept, chained=asked["op"] == CHAIN)


def _told(row: dict[str, Any]) -> tuple[Report, list[tuple[int, int, Figure]]]:
    """The section as a report, and its figures with the number of their sentence and their place in it."""
    lead = f"{row['town']}{row['year']}年度法治政府建设工作报告\n\n{row['head']}\n"
    text = lead + "\n".join(row["sents"]) + "\n"
    report = Report(id="", file="", digest="", title="", place=Place(town=row["town"]), year=row["year"], text=text)
    found, start = [], len(lead)
    every = [figure for figure in figures(report, outline(report)) if figure.end > figure.start]
    for number, sentence in enumerate(row["sents"]):
        found += [(number, figure.start - start, figure) for figure in every if start <= figure.start < start + len(sentence)]
        start += len(sentence) + 1
    return report, found


def shown_in(report: Report, sections: Sequence[Section], figure: Figure) -> str:
    """``figure`` as the marker sees it; ``sections`` are all of its report."""
    section = next(s for s in sections if s.start <= figure.start < s.end)
    spans = sentences(report.text, section.start, section.end)
    at = next(n for n, span in enumerate(spans) if span.start <= figure.start < span.end)
    heading = section.heading
    before = spans[at - 1] if at and not (heading and spans[at - 1].start == heading.start) else None
    return pointed(report.text, section.path, spans[at], report.text[before.start : before.end] if before else "", figure, report.year)


def _place(texts: Sequence[str], sentence: int, words: str) -> tuple[int, int]:
    """The number of the sentence, and where the digits of a figure stand in it."""
    start, digits = texts[sentence].find(words.strip()), NUMBER.search(words.strip())
    return sentence, start + digits.start() if digits and start >= 0 else -1


def _sides(asked: dict[str, Any]) -> tuple[str, Sequence[int] | None]:
    """The kind of a calculation and the side of each of its figures; None for a chain that is no share of a sum."""
    kind, count = asked["op"], len(asked["figures"])
    match kind:
        case "plain":
            return "", [ONE] * count
        case "sum":
            return kind, [ONE] * count
        case "rest":
            return kind, [ONE] * (count - 1) + [OTHER] * (count > 0)
        case _ if kind == CHAIN:
            return "share", [ONE, ONE, OTHER] if _is_share_of_sum(asked) else None
        case _:
            return kind, [ONE, OTHER][:count]


def _is_share_of_sum(asked: dict[str, Any]) -> bool:
    values = [float(number[0].replace(",", "")) for _, words in asked["figures"] if (number := NUMBER.search(words))]
    value = NUMBER.search(asked["value"])
    return len(values) == 3 and value is not None and "%" in asked["value"] and abs(100 * (values[0] + values[1]) / values[2] - float(value[0])) <= NEAR
