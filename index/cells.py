"""Tables in running text: rows drawn with │ or | or ｜ or with tabs between the cells, read as a grid with a path of heads for each number.

The rows before the first number are the heads. What a number counts is said by the labels at the left of its row and the heads above its
column; an empty head takes over from its left (it spans columns) unless something stands above it (which spans rows), an empty label at
the beginning of a row takes over from above. Whose it is (石桥村) and of which year (2023年) may be said on either side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from index.layout import CELL_MARKS
from index.numerals import Numeral, numerals, value_of, years
from index.types import Kind, Span

SEPARATOR = re.compile(f"[{CELL_MARKS}]")
RULE = re.compile(rf"[─━┄┌┬┐├┼┤└┴┘+:\s{CELL_MARKS}-]+")
UNIT_HEAD = ("单位", "计量单位")
UNIT_AT_END = re.compile(r"[（(](?:单位[：:])?(?P<unit>[^）)]{1,4})[）)]\s*$")
UNIT_COUNTED = re.compile(r"(?P<unit>[件起人名次场户份个项])数$")
CAPTION_UNIT = re.compile(r"单位[：:]\s*(?P<unit>[一-鿿%％]{1,3})\s*[）)]?\s*$")
SERIAL = re.compile(r"序号|编号|No\.?|NO\.?")
GENERIC = re.compile(r"数[量据值目]|完成(?:数|情况|值)|实[际有](?:数|完成)?|[本当今全]年(?:度)?(?:数|完成)?|累计|指标值|值|结果|内容|(?:20\d\d|二[〇○零]..)年度?")
"""Heads that say nothing of what is counted."""
TOTAL = re.compile(r"[合总共]\s*计|总\s*数|全[镇乡街场](?:道)?(?:合计|总计)?")
SUBTOTAL = re.compile(r"小\s*计")
PLACE_HEAD = re.compile(r"(?:行政)?村(?:名|居|别)?(?:[（(、/]?社区[）)]?)?|社区|(?:村居|村社|单位|地区|片区?|辖区|乡镇|镇街)(?:名称?)?|名称")
"""The head of a column that names whose the rows are."""
PLACE = re.compile(r"[一-鿿]{1,9}(?<!行政)(?<!示范)(?<!美丽乡)(?:村|社区|[村居]委会|屯|镇|乡|街道|片区?|县)")
VALUE = re.compile(r"\s*[\d,，.．０-９]+\s*[余多]?\s*[%％]?[一-鿿]{0,3}\s*")
YEAR = re.compile(r"\s*(?:19|20)\d\d\s*(?:年度?)?\s*")
HOTLINE = re.compile(r"\s*123(?:45|48|15)[一-鿿]")
"""A label that begins with the number of a hotline: 12345工单."""
PLANNED = re.compile(r"计划|目标|任务")
BEFORE = re.compile(r"上年|去年|同期|上一年")
CHANGED = re.compile(r"同比|增减|增长|增幅|变化")
NO_ITEM = "："
"""Before what stands in a cell, so that the 6. of 6.2万元 begins no item of a list."""
LEAST_CELLS, PAIRED = 3, 2
PAIR = re.compile(r"[^\t。；]{1,30}\t[^\t。；]{1,12}")
LONGEST_LABEL = 40  # characters; what is longer is running text


@dataclass(frozen=True, slots=True)
class Cell:
    """A number in a table: what it counts, whose it is ("" where the town's), its year (None where none is said), its kind and its row."""

    number: Numeral
    label: str
    owner: str
    year: int | None
    ago: int
    kind: Kind
    row: Span


def is_row(line: str) -> bool:
    """Whether a line is a row or a rule of a table; of two cells, where both are short."""
    if RULE.fullmatch(line) and len(line) > LEAST_CELLS:
        return True
    return sum(line.count(mark) for mark in CELL_MARKS) >= LEAST_CELLS - 1 or PAIR.fullmatch(line.strip(" ")) is not None


def cells(text: str, rows: Sequence[Span], *, town: str = "", caption: str = "") -> Iterator[Cell]:
    """The numbers of a table of the report of ``town``; ``caption`` is what stands before it (单位：件)."""
    lines = [(row, line) for row in rows if any(line := _split(text, row))]
    first = [text[place.start : place.end] if place else "" for place in lines[0][1]] if lines else []
    lines = [*lines[:1], *(each for each in lines[1:] if [text[place.start : place.end] if place else "" for place in each[1]] != first)]  # a head repeated on the next page
    if len(lines) > 1:
        yield from _Grid(text, tuple(row for row, _ in lines), tuple(line for _, line in lines), town, caption).cells()


def notes(text: str, rows: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    """Each row with a cell to the right of its numbers that says something in words: 其中招商合同29件; or with the two cells that it has, where
    the numbers stand among words: 送审合同｜45份，标的额1260万元."""
    for row in rows:
        places = [place for place in _split(text, row) if place]
        written = [text[place.start : place.end] for place in places]
        if len(places) == PAIRED and len(written[0]) <= LONGEST_LABEL and not any(map(_is_value, written)) and re.search(r"\d", written[1]):
            yield row, Span(places[0].start, places[1].end)
            continue
        first = next((at for at, words in enumerate(written) if _is_value(words)), len(places))
        yield from ((row, place) for place, words in zip(places[first:], written[first:], strict=True) if not _is_value(words))


@dataclass(frozen=True)
class _Grid:
    """The cells of a table by row and column; None where a cell is empty."""

    text: str
    rows: tuple[Span, ...]
    lines: tuple[tuple[Span | None, ...], ...]
    town: str
    caption: str

    def at(self, row: int, column: int) -> str:
        """What is written in a cell; "" where it is empty or there is none."""
        place = self.lines[row][column] if column < len(self.lines[row]) else None
        return self.text[place.start : place.end] if place else ""

    @cached_property
    def heads(self) -> int:
        """How many rows are heads."""
        values = (any(_is_value(self.at(row, column)) for column in range(len(line))) for row, line in enumerate(self.lines))
        return next((row for row, valued in enumerate(values) if valued), len(self.lines))

    @cached_property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The heads above each column, from the top."""
        return tuple(tuple(head for row in range(self.heads) if (head := self._head(row, column))) for column in range(max(map(len, self.lines))))

    def _head(self, row: int, column: int) -> str:
        if (written := self.at(row, column)) or any(self.at(above, column) for above in range(row)):
            return written
        return next((head for left in range(column - 1, -1, -1) if (head := self.at(row, left))), "")

    @cached_property
    def unit_columns(self) -> frozenset[int]:
        """The columns of measure words."""
        found = (column for column, path in enumerate(self.paths) if path and path[-1] in UNIT_HEAD)
        return frozenset(column for column in found if all(_is_measure(self.at(row, column)) for row in range(self.heads, len(self.lines))))

    def cells(self) -> Iterator[Cell]:
        lead: tuple[str, ...] = ()
        for row in range(self.heads, len(self.lines)):
            lead = self._lead(row, lead)
            for column, place in enumerate(self.lines[row]):
                if place and column not in self.unit_columns and (cell := self._cell(row, column, place, lead)):
                    yield cell

    def _lead(self, row: int, above: tuple[str, ...]) -> tuple[str, ...]:
        """The labels at the beginning of a row; empty ones before the first are those of the row above."""
        found: list[str] = []
        for column in range(len(self.lines[row])):
            written = self.at(row, column)
            if _is_value(written) and (found or not SERIAL.fullmatch("".join(self.paths[column]))):
                break
            if not written and not any(found[column:]) and all(found[at : at + 1] == [*above[at : at + 1]] for at in range(len(found))):
                found.append(above[column] if column < len(above) else "")
            else:
                found.append("" if _is_value(written) or column in self.unit_columns else written)
        return tuple(found)

    def _labels(self, row: int, column: int, lead: tuple[str, ...]) -> list[tuple[str, str]]:
        """The labels of a number, each with the head above it: those that begin the row, or of a table of several pairs the nearest."""
        texts = [left for left in range(column) if self.at(row, left) and not _is_value(self.at(row, left)) and left not in self.unit_columns]
        near = texts[-1] if texts else 0
        if texts and near >= len(lead) and (not self.heads or self.paths[near] == self.paths[0]):
            return [(self.at(row, near), "")]
        return [(label, "".join(self.paths[at])) for at, label in enumerate(lead[:column]) if label]

    def _cell(self, row: int, column: int, place: Span, lead: tuple[str, ...]) -> Cell | None:
        labels, path = self._labels(row, column, lead), self.paths[column]
        said = [label for label, _ in labels] + [*path]
        if not said or SERIAL.fullmatch("".join(path)) or any(len(words) > LONGEST_LABEL or "。" in words for words in said):
            return None
        number = _number(self.text, place, self._unit(row, path, [label for label, _ in labels]))
        if number is None:
            return None
        things = [words for words in map(_thing, self._things(labels, path)) if words]
        if not things:
            return None
        column_says = "".join(path)
        kind = Kind.CHANGE if CHANGED.search(column_says) else Kind.PLANNED if PLANNED.search(column_says) and "完成" not in column_says else Kind.DONE
        year = next((found.value for words in reversed(said) for found in years(words)), None) or next((int(words[:4]) for words in path if YEAR.fullmatch(words)), None)
        return Cell(number, "".join(things), self._owner(labels, path), year, int(bool(BEFORE.search(column_says))), kind, self.rows[row])

    def _things(self, labels: Sequence[tuple[str, str]], path: Sequence[str]) -> list[str]:
        """The words on both sides that say what is counted and not whose it is."""
        said = [(label, head) for label, head in labels] + [(head, "") for head in path]
        return [words for words, head in said if not (_is_place(words, head) or TOTAL.fullmatch(words) or SUBTOTAL.fullmatch(words))]

    def _owner(self, labels: Sequence[tuple[str, str]], path: Sequence[str]) -> str:
        """Whose the number is; the town's own where a total is named. A subtotal is its group's, never the town's."""
        said = [(label, head) for label, head in labels] + [(head, "") for head in path]
        if any(TOTAL.fullmatch(words) for words, _ in said):
            return ""
        places = [words for words, head in said if _is_place(words, head)]
        group = next((words for words, _ in said if SUBTOTAL.fullmatch(words)), "")
        owner = places[-1] if places else group
        return "" if owner and owner == self.town else owner

    def _unit(self, row: int, path: Sequence[str], labels: Sequence[str]) -> str:
        """The measure word of a number: its own column's, or at the end of a label or head, or in the caption."""
        own = next((self.at(row, column) for column in sorted(self.unit_columns)), "")
        ends = (match for words in (*reversed(path), *reversed(labels)) for pattern in (UNIT_AT_END, UNIT_COUNTED) if (match := pattern.search(words)))
        caption = CAPTION_UNIT.search(self.caption)
        return own or next((match["unit"] for match in ends), "") or (caption["unit"] if caption else "")


def _thing(words: str) -> str:
    plain = UNIT_AT_END.sub("", words).strip()
    plain = UNIT_COUNTED.sub("", plain)
    return "" if GENERIC.fullmatch(plain) or BEFORE.fullmatch(plain) or YEAR.fullmatch(plain) else plain


def _is_place(words: str, head: str) -> bool:
    """Whether a label is the name of somebody: by its own ending, or by the head of its column."""
    return PLACE.fullmatch(words) is not None or (PLACE_HEAD.fullmatch(head) is not None and not TOTAL.fullmatch(words))


def _is_value(written: str) -> bool:
    return bool(written) and VALUE.fullmatch(written) is not None and YEAR.fullmatch(written) is None and HOTLINE.match(written) is None


def _is_measure(written: str) -> bool:
    """Whether a cell of a column of units is empty or a measure word."""
    if not written or written in "%％":
        return True
    found = numerals(f"1{written}")
    return bool(found) and found[0].end == len(written) + 1


def _split(text: str, row: Span) -> tuple[Span | None, ...]:
    """The cells of a row, from the beginning of its line; the frame of a drawn row is no cell."""
    if RULE.fullmatch(text, row.start, row.end):
        return ()
    start = text.rfind("\n", 0, row.start) + 1
    edges = [start - 1, *(match.start() for match in SEPARATOR.finditer(text, start, row.end)), row.end]
    found = [_trimmed(text, left + 1, right) for left, right in pairwise(edges)]
    drawn = text[row.start] in CELL_MARKS.strip()
    return tuple(found[1:] if drawn else found)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    words = text[start:end]
    said = words.strip()
    first = start + words.find(said) if said else 0
    return Span(first, first + len(said)) if said else None


def _number(text: str, place: Span, unit: str) -> Numeral | None:
    written = text[place.start : place.end]
    value = value_of(written)
    if value is not None:
        return Numeral(place.start, place.end, place.end, value, unit)
    found = numerals(f"{NO_ITEM}{written}")
    if len(found) == 1 and found[0].start == len(NO_ITEM):
        at = place.start - len(NO_ITEM)
        return replace(found[0], start=place.start, end=at + found[0].end, number_end=at + found[0].number_end)
    bare = re.fullmatch(r"(?P<number>[\d,.]+)(?P<rough>[余多])?", written)
    value = value_of(bare["number"]) if bare else None
    if bare is None or value is None:
        return None
    whole = Numeral(place.start, place.end, place.start + len(bare["number"]), value, unit)
    return replace(whole, qualifier=bare["rough"] or "")
