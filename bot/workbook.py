"""Excel files: the door by which openpyxl writes; ``index.load.sheet`` is the one by which it reads."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

AUTHOR = "镇问"
WIDEST, NARROWEST = 60, 8  # characters of a column
CHINESE = 2.1  # widths of a Latin letter that a Chinese character takes
NOTE_WIDTH, NOTE_HEIGHT = 420, 140  # pixels of a comment's box


@dataclass(frozen=True, slots=True)
class Noted:
    """A value with a comment."""

    value: str | float
    note: str


Cell = str | float | int | None | Noted


def write_workbook(path: Path, title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write one sheet with a frozen header to ``path``, at once or not at all. Raises OSError where that is not possible."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = title
    _fill(sheet, columns, rows)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            book.save(file)
        Path(name).chmod(_mode(path))
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)  # what is left of it when it could not take its place


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced; of a new one, what everybody may read and its owner write."""
    return path.stat().st_mode & 0o777 if path.exists() else 0o644


def _fill(sheet: Worksheet, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    widths = [_width(name) for name in columns]
    for number, row in enumerate([columns, *rows], 1):
        for place, cell in enumerate(row, 1):
            value = _put(sheet.cell(number, place), cell)
            widths[place - 1] = max(widths[place - 1], _width(value))
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = min(WIDEST, width + 2)
        sheet.cell(1, place).font = Font(bold=True)
        sheet.cell(1, place).alignment = Alignment(vertical="center")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _put(target: Any, cell: Cell) -> str | float | None:  # noqa: ANN401  (openpyxl has no types)
    """Write one cell; words stay words, even those that a spreadsheet would take for a formula."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.comments import Comment

    value = cell.value if isinstance(cell, Noted) else cell
    target.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
    if isinstance(value, str):
        target.data_type = "s"
    if isinstance(cell, Noted):
        target.comment = Comment(ILLEGAL_CHARACTERS_RE.sub("", cell.note), AUTHOR, NOTE_HEIGHT, NOTE_WIDTH)
    return value


def _width(value: object) -> float:
    text = "" if value is None else str(value)
    return max(NARROWEST, sum(1 if character.isascii() else CHINESE for character in text[:WIDEST]))
