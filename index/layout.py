"""Lines and paragraphs of a report, and the blocks at its head and foot. Every function is pure and keeps offsets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.text import simplified
from index.types import Span

CELL_MARKS = "\t│┃|｜"
"""What stands between the cells of a table in running text."""
HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0x3007: 0x25CB}
MARK = re.compile(
    r"第[一二三四五六七八九十百]+(部分|[编章节条])|[一二三四五六七八九十]{1,3}([、.]|是|要)|\(\S{1,3}\)|\d{1,2}[、.](?!\d)|【|[①-⑳]"
)
FULL_STOP = re.compile(r"[。!?;:…][”’」』)\]】]*$")
DATE = re.compile(
    r"\(?(\d{4}|[○零一二三四五六七八九]{4})\s*[年.\-/]\s*([\d一二三四五六七八九十]{1,3})\s*([月.\-/]\s*([\d一二三四五六七八九十]{1,3})\s*日?|月)\)?"
)
ISSUER = re.compile(r"[^。,;:!?、]{2,38}(政府|委员会|办事处|党工?委|办公室|司法所|领导小组|街道|镇|乡|苏木)(\(.{0,4}章\))?")
SIGNED = re.compile(rf"{ISSUER.pattern}(\s*{DATE.pattern})?")
EMPHASIS = "*_"
"""What Markdown puts around words that stand out."""
CLOSING = re.compile(r"(特此|专此|以上报告|此致|敬礼|附件?\d?:|\(?此页无正文|\(?联系(人|电话|方式))[^。]{0,30}。?")
BROKEN_LINE = 30  # characters: a shorter line without a full stop is a heading or a cell, not the rest of a sentence
PROSE = 60  # characters: no line of a title block is as long
TITLE_LINES = 30  # a page may put its facts before the title, a line each
FOOT_LINES = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A line or a paragraph without the white space around it; ``text`` in half-width characters."""

    start: int
    end: int
    text: str


def view(text: str, noise: Iterable[Span] = ()) -> str:
    """The text as rules see it, of the same length: half-width, in simplified characters, with blanks in the place of noise."""
    seen = simplified(text).translate(HALF_WIDTH)
    for span in noise:
        blank = "".join("\n" if character == "\n" else " " for character in seen[span.start : span.end])
        seen = seen[: span.start] + blank + seen[span.end :]
    return seen


def lines(seen: str) -> list[Line]:
    """The lines that are not blank."""
    return [Line(match.start(), match.end(), match.group()) for match in re.finditer(r"[^\s](?:[^\n]*[^\s])?", seen)]


def _is_broken(line: Line) -> bool:
    """Whether the line stops inside a sentence, as at the end of a page."""
    inside = "。" in line.text if MARK.match(line.text) else re.search("[,。;、]", line.text)
    return len(line.text) >= BROKEN_LINE and bool(inside) and not FULL_STOP.search(line.text)


def paragraphs(seen: str) -> list[Line]:
    """The lines, those that a page end cut joined; the line break stays in ``text``."""
    joined: list[Line] = []
    for line in lines(seen):
        last = joined[-1] if joined else None
        if last and _is_broken(Line(0, 0, last.text.rpartition("\n")[2])) and not _stands_alone(line):
            joined[-1] = Line(last.start, line.end, seen[last.start : line.end])
        else:
            joined.append(line)
    return joined


def _stands_alone(line: Line) -> bool:
    return bool(MARK.match(line.text) or DATE.fullmatch(line.text) or ISSUER.fullmatch(line.text))


def is_prose(line: Line) -> bool:
    """Whether the line is part of the running text rather than a title, a salutation or a date."""
    return "。" in line.text or len(line.text) >= PROSE or (len(line.text) >= BROKEN_LINE and "," in line.text)


def head(paragraphs: list[Line]) -> int:
    """How many paragraphs come before the running text: title, number, salutation, date."""
    for count, line in enumerate(paragraphs[:TITLE_LINES]):
        if is_prose(line) or (count and MARK.match(line.text) and not line.text.startswith("【")):
            return count
    return 0


def foot(paragraphs: list[Line]) -> int:
    """How many paragraphs at the end are the signature: closing words, issuer and date."""
    count, signed = 0, 0
    for line in reversed(paragraphs[-FOOT_LINES:]):
        words = line.text.strip(EMPHASIS)
        if DATE.fullmatch(words) or (SIGNED.fullmatch(words) and not MARK.match(words)):
            count += 1
            signed = count
        elif CLOSING.fullmatch(line.text):
            count += 1
            signed = count if signed else 0
        else:
            break
    return signed
