"""Tables in running text: rows drawn with │ or | or with tabs between the cells, under a row of column heads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.numerals import Numeral, numerals, value_of, years
from index.types import Span

CELL = re.compile(r"[^\t│┃|]+")
RULE = re.compile(r"[─━┄┌┬┐├┼┤└┴┘+\s-]+")
UNIT_HEAD = ("单位", "计量单位")
UNIT_IN_HEAD = re.compile(r"[（(](?P<unit>[^）)]{1,4})[）)]\s*$")
LEAST_CELLS = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A number in a table: what its row counts, the year of its column (None where the head has none), and its row."""

    number: Numeral
    label: str
    year: int | None
    row: Span


def is_row(line: str) -> bool:
    """Whether a line is a row or a rule of a table."""
    return (RULE.fullmatch(line) is not None and len(line) > LEAST_CELLS) or sum(line.count(mark) for mark in "\t│┃|") >= LEAST_CELLS - 1


def cells(text: str, rows: Sequence[Span]) -> Iterator[Cell]:
    """The numbers of a table. The first row is its head; a unit stands in its own column, in the head, or with the number."""
    grid = [_split(text, row) for row in rows]
    lines = [(row, line) for row, line in zip(rows, grid, strict=True) if len(line) >= 2]
    if len(lines) < 2:
        return
    heads = [text[cell.start : cell.end] for cell in lines[0][1]]
    unit_column = next((i for i, head in enumerate(heads) if head in UNIT_HEAD), None)
    for row, line in lines[1:]:
        unit = text[line[unit_column].start : line[unit_column].end] if unit_column is not None and unit_column < len(line) else ""
        label = ""
        for column, place in enumerate(line):
            if column == unit_column:
                continue
            number = _number(text, place, unit or _unit_of(heads, column) or _unit_of([label], 0))
            if number is None or not label:
                label = label if number else text[place.start : place.end]
                continue
            year = next((year.value for year in years(heads[column])), None) if column < len(heads) else None
            yield Cell(number, UNIT_IN_HEAD.sub("", label), year, row)


def _split(text: str, row: Span) -> list[Span]:
    if RULE.fullmatch(text, row.start, row.end):
        return []
    found = []
    for match in CELL.finditer(text, row.start, row.end):
        words = match[0]
        if words.strip():
            found.append(Span(match.start() + len(words) - len(words.lstrip()), match.end() - len(words) + len(words.rstrip())))
    return found


def _unit_of(heads: Sequence[str], column: int) -> str:
    match = UNIT_IN_HEAD.search(heads[column]) if column < len(heads) else None
    return match["unit"] if match else ""


def _number(text: str, place: Span, unit: str) -> Numeral | None:
    written = text[place.start : place.end]
    value = value_of(written)
    if value is not None:
        return Numeral(place.start, place.end, place.end, value, unit)
    found = numerals(written)
    if len(found) == 1 and found[0].start == 0:
        at = place.start
        return replace(found[0], start=at, end=at + found[0].end, number_end=at + found[0].number_end)
    bare = re.fullmatch(r"(?P<number>[\d,.]+)(?P<rough>[余多])?", written)
    value = value_of(bare["number"]) if bare else None
    if bare is None or value is None:
        return None
    whole = Numeral(place.start, place.end, place.start + len(bare["number"]), value, unit)
    return replace(whole, qualifier=bare["rough"] or "")
