"""Word files that somebody wrote: their words as one text, and a copy of them with comments in the margin."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import BadRequest

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.text.run import CT_R
    from docx.text.run import Run

AUTHOR, INITIALS = "镇问", "核"
SPLITTABLE = frozenset(("rPr", "t", "tab", "br", "cr", "noBreakHyphen"))
"""What a run may hold that can be cut in two: words, and no picture, footnote or field."""
HIDDEN = frozenset(("del", "moveFrom", "txbxContent", "Fallback"))
"""What a reader of the page does not see there."""
DAMAGED = "Word 文件打不开；请用 Word 或 WPS 打开后另存为 .docx 再试。"


@dataclass(frozen=True, slots=True)
class Note:
    """A comment on the characters ``start:end`` of the document's text."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run with the place of its first character."""

    start: int
    run: Run

    @property
    def end(self) -> int:
        return self.start + len(self.run.text)


class WordDraft:
    """One .docx file, opened to be read and commented on."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.text = "".join("\n" if run is None else run.text for run in self._runs())

    @classmethod
    def open(cls, data: bytes) -> WordDraft:
        """Read the file. Raises BadRequest where it is none."""
        from zipfile import BadZipFile

        from docx import Document
        from docx.opc.exceptions import OpcError

        try:  # a SyntaxError is what lxml raises for broken XML
            return cls(Document(io.BytesIO(data)))
        except (BadZipFile, KeyError, ValueError, OSError, OpcError, SyntaxError) as error:
            raise BadRequest(DAMAGED) from error

    def commented(self, notes: Sequence[Note]) -> bytes:
        """A copy with a comment for each note, in their order; this one is commented on by it and not to be used again."""
        for note in notes:
            if runs := self._cut_out(note):
                self._document.add_comment(runs, text=note.words, author=AUTHOR, initials=INITIALS)
        file = io.BytesIO()
        self._document.save(file)
        return file.getvalue()

    def _runs(self) -> Iterator[Run | None]:
        """The runs of the body in order, None at the end of each paragraph."""
        from docx.oxml.ns import qn
        from docx.text.paragraph import Paragraph
        from docx.text.run import Run

        for element in self._document.element.body.iter(qn("w:p")):
            paragraph = Paragraph(element, self._document._body)
            for run in element.iter(qn("w:r")):
                if next(run.iterancestors(qn("w:p"))) is element and not any(
                    _local(above.tag) in HIDDEN for above in run.iterancestors()
                ):
                    yield Run(run, paragraph)
            yield None

    def _pieces(self) -> Iterator[_Piece]:
        place = 0
        for run in self._runs():
            if run is not None:
                yield _Piece(place, run)
            place += 1 if run is None else len(run.text)

    def _cut_out(self, note: Note) -> list[Run]:
        """The runs that hold these characters and, where they can be cut, no others."""
        for edge in (note.start, note.end):
            for piece in self._pieces():
                if piece.start < edge < piece.end:
                    _cut(piece.run, edge - piece.start)
                    break
        return [piece.run for piece in self._pieces() if piece.start < note.end and note.start < piece.end]


def _cut(run: Run, place: int) -> None:
    """Make two runs of one, the first with ``place`` characters, alike in all else."""
    if any(_local(child.tag) not in SPLITTABLE for child in run._r):
        return
    text, rest = run.text, _copy(run)
    run.text, rest.text = text[:place], text[place:]
    run._r.addnext(rest._r)


def _copy(run: Run) -> Run:
    from docx.text.run import Run

    copied: CT_R = deepcopy(run._r)
    return Run(copied, run._parent)


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
