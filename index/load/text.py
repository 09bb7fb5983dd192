"""Plain text: UTF-8, UTF-16 and GB18030, told apart by strict decoding and by whether the result reads as Chinese."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from index.errors import UnreadableDocument
from index.layout import CELL_MARKS
from index.load.source import MAX_TEXT_BYTES, Source, digest
from index.types import Document

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
GUESSES = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
PLAUSIBLE = 0.7  # share of everyday characters: reports have > 0.97, the same read in a wrong encoding < 0.3
MAX_CONTROLS = 0.005  # share of control characters that a text may carry (Word leaves some behind)
SAMPLE = 20_000  # characters looked at to judge a decoding

NEWLINES = re.compile("\r\n|[\r\x85\u2028\u2029]")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
LINE_MARK = re.compile(r"^ {0,3}(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+)+", re.MULTILINE)
SET_OFF = re.compile(r"(?P<mark>\*\*|__)(?P<words>[^*_\n]+)(?P=mark)")
MARKDOWN = (".md", ".markdown")
APART = re.compile(r"[ \xa0]{2,}|\u3000+")
LEAST_CELLS, LONGEST_CELL = 3, 30
UNREADABLE = "文字编码无法识别（不是 UTF-8、UTF-16 或 GB18030 文本，或文件已损坏）；请用记事本打开后另存为 UTF-8 再试"


@lru_cache(maxsize=1)
def _everyday() -> frozenset[str]:
    """ASCII, Chinese punctuation, full-width forms, the lines of tables, and the 3,755 commonest Hanzi (level 1 of GB 2312)."""
    rows = (*range(0xA1, 0xA4), 0xA9, *range(0xB0, 0xD8))
    codes = b"".join(bytes((row, cell)) for row in rows for cell in range(0xA1, 0xFF))
    return frozenset(codes.decode("gb2312", "ignore")) | {chr(code) for code in range(0x20, 0x7F)} | set("\t\n\r\f\v\xa0〇")


def plausible(text: str) -> float:
    """How much of ``text`` is everyday Chinese or ASCII, 0–1; a text with NULs or many control characters is 0."""
    sample = text[:SAMPLE]
    if not sample or "\x00" in sample or len(CONTROLS.findall(sample)) > max(1, MAX_CONTROLS * len(sample)):
        return 0.0
    return sum(map(_everyday().__contains__, sample)) / len(sample)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def decode(data: bytes) -> str:
    """The text of ``data`` without its byte order mark, newlines as they are; UnreadableDocument when it is not text.

    The encoding in which it reads best wins, UTF-8 before its equals: a few GB18030 characters may happen to be UTF-8 too.
    UTF-8 that decodes is hardly chance, so rare characters are no objection there; the others must read as everyday Chinese.
    """
    for mark, encoding in BOMS:
        if data.startswith(mark) and (text := _strict(data[len(mark) :], encoding)) is not None:
            return _checked(text, 0.0)
    readings = {encoding: text for encoding in GUESSES if (text := _strict(data, encoding)) is not None}
    best = max(readings, key=lambda encoding: plausible(readings[encoding]), default="")
    return _checked(readings.get(best, ""), 0.0 if best == "utf-8" else PLAUSIBLE)


def _checked(text: str, least: float) -> str:
    if plausible(text) <= least:
        raise UnreadableDocument(UNREADABLE)
    return text


def newlines(text: str) -> str:
    """``text`` with every kind of line break as ``\\n``."""
    return NEWLINES.sub("\n", text)


def unmarked(text: str) -> str:
    """``text`` without the marks of Markdown: of headings, of what is quoted or listed, and of what is set off."""
    return SET_OFF.sub(r"\g<words>", LINE_MARK.sub("", text))


def aligned(text: str) -> str:
    """``text`` with tabs between the cells of tables whose columns are kept apart by white space alone."""
    lines = text.split("\n")
    rows = [_row(line) for line in lines]
    for at, row in enumerate(rows):
        beside = (*rows[max(0, at - 1) : at], *rows[at + 1 : at + 2])
        if row and any(len(other) == len(row) for other in beside):
            lines[at] = "\t".join(row)
    return "\n".join(lines)


def _row(line: str) -> list[str]:
    """The cells of a line that may be a row of such a table; none of other lines, those whose cells are kept apart by marks among them."""
    cells = [] if set(line) & set(CELL_MARKS) else APART.split(line.strip())
    return cells if len(cells) >= LEAST_CELLS and all(0 < len(cell) <= LONGEST_CELL for cell in cells) else []


def read(source: Source) -> Document:
    """A plain text, as decoded but for its line breaks, the marks of Markdown and what keeps the cells of a table apart."""
    data = source.read(MAX_TEXT_BYTES)
    text = newlines(decode(data))
    if not text.strip():
        raise UnreadableDocument("文件里没有文字，只有空白；请核对是否保存完整")
    return Document(file=source.file, digest=digest(data), text=aligned(unmarked(text) if source.file.lower().endswith(MARKDOWN) else text), format="txt")
