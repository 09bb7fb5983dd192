"""Workbooks (.xlsx): each sheet as a table, row by row, as it is shown."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

from index.errors import UnreadableDocument
from index.load.lines import Line, compose, row
from index.load.source import MEGABYTE, ZIP_ERRORS, Source, digest
from index.types import Document

MAX_UNPACKED = 64 * MEGABYTE  # a sheet of a hundred thousand cells has ten
MAX_CELLS = 200_000  # of one sheet
DAMAGED = "表格文件已损坏；请用 Excel 或 WPS 打开后另存为 .xlsx 再试"
TOO_LARGE = "表格太大，不是一份报告；请只留下要收录的表再试"
EMPTY = "表格里没有内容；请核对是否保存完整"


def read(source: Source) -> Document:
    """A workbook; UnreadableDocument when it is damaged, empty or far too large."""
    from openpyxl import load_workbook

    data = source.read()
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            if sum(member.file_size for member in package.infolist()) > MAX_UNPACKED:
                raise UnreadableDocument(TOO_LARGE)
        book = load_workbook(BytesIO(data), data_only=True)
    except ZIP_ERRORS as error:
        raise UnreadableDocument(DAMAGED) from error
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    lines = [line for sheet in sheets for line in _lines(sheet, named=len(sheets) > 1)]
    if not lines:
        raise UnreadableDocument(EMPTY)
    text, headings = compose(lines)
    return Document(file=source.file, digest=digest(data), text=text, format="xlsx", headings=headings)


def _lines(sheet: Any, *, named: bool) -> Iterator[Line]:  # noqa: ANN401  (openpyxl has no types)
    """The rows of a sheet that are shown; one with a single cell is a line of words. Merged cells show what their first one holds."""
    if sheet.max_row * sheet.max_column > MAX_CELLS:
        raise UnreadableDocument(TOO_LARGE)
    hidden = {number for column in sheet.column_dimensions.values() if column.hidden for number in range(column.min, column.max + 1)}
    found = []
    for cells in sheet.iter_rows():
        shown = [_shown(cell) for number, cell in enumerate(cells, 1) if number not in hidden]
        if any(shown) and not sheet.row_dimensions[cells[0].row].hidden:
            found.append(shown)
    if found and named:
        yield Line(sheet.title)
    for shown in found:
        yield Line("".join(shown)) if sum(map(bool, shown)) == 1 and shown[0] else row(shown)


def _shown(cell: Any) -> str:  # noqa: ANN401  (openpyxl has no types)
    """What a cell shows; a formula shows what it last came to."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value * 100:.6g}%" if "%" in cell.number_format else f"{value:.12g}"
    return str(value).strip()
