"""Lines with what their container says about them → the canonical text and the spans of its headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.errors import UnreadableDocument
from index.types import Heading

SHOWN_STRUCK = 5  # pieces of struck text that the keeper is shown, each of at most
LONGEST_STRUCK = 20  # characters
MAX_BOLD_HEADING = 60  # characters; a bold line that is longer is an emphasised paragraph
SENTENCE = re.compile("[。；;！!？?]$")
PROSE = re.compile("[。；：:]$|.{60}")


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or a table row. ``level`` is that of a stated heading (0: none); ``bold`` when all of it is bold.

    The tabs before the first words of a ``row`` stand for its empty cells.
    """

    text: str
    level: int = 0
    bold: bool = False
    row: bool = False

    @property
    def trimmed(self) -> str:
        """The text without white space around it."""
        said = self.text.strip()
        return self.text[: len(self.text) - len(self.text.lstrip("\t"))] + said if self.row and said else said


def said_of_struck(pieces: Iterable[str]) -> tuple[str, ...]:
    """What the keeper is told of the words that were struck out and left out."""
    words = [piece.strip()[:LONGEST_STRUCK] for piece in pieces if piece.strip()]
    more = f"等 {len(words)} 处" if len(words) > SHOWN_STRUCK else ""
    return (f"划掉的文字没有收入：{'、'.join(words[:SHOWN_STRUCK])}{more}",) if words else ()


def compose(lines: Iterable[Line]) -> tuple[str, tuple[Heading, ...]]:
    """The text of ``lines``, each trimmed, without empty ones, and its headings; UnreadableDocument when there is no text.

    A bold line counts as a heading once running text has begun (before it stands the title), below the stated ones.
    """
    kept = [Line(text, line.level, line.bold) for line in lines if (text := line.trimmed)]
    if not kept:
        raise UnreadableDocument("文件里没有文字；如果内容是图片，请另存为 PDF 或图片再试")
    below = max((line.level for line in kept), default=0) + 1
    headings: list[Heading] = []
    start, begun = 0, False
    for line in kept:
        level = line.level or (below if begun and _is_bold_heading(line) else 0)
        if level:
            headings.append(Heading(start, start + len(line.text), level))
        begun = begun or bool(line.level) or (not line.bold and bool(PROSE.search(line.text)))
        start += len(line.text) + 1
    return "\n".join(line.text for line in kept), tuple(headings)


def _is_bold_heading(line: Line) -> bool:
    return line.bold and "\t" not in line.text and len(line.text) <= MAX_BOLD_HEADING and not SENTENCE.search(line.text)


def row(cells: Sequence[str]) -> Line:
    """A table row as one line: a tab between cells, one space for any white space inside a cell."""
    return Line("\t".join(" ".join(cell.split()) for cell in cells).rstrip("\t"), row=True)
