"""Footnotes for python-docx, which has none: the part of the package that holds them, their marks in the text, their styles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

SEPARATORS = {-1: "separator", 0: "continuationSeparator"}
"""The two notes that Word wants before any other: the line above the notes, and the one above notes carried over."""


class Footnotes:
    """The notes of one document: ``add`` each, then ``write`` them once."""

    def __init__(self, document: Document) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.oxml.parser import OxmlElement

        self._document = document
        self.text = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
        self._mark = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
        self._mark.font.superscript = True
        self._notes = OxmlElement("w:footnotes")
        for number, kind in SEPARATORS.items():
            self._new(number, kind).add_run()._r.append(OxmlElement(f"w:{kind}"))

    def add(self, paragraph: Paragraph, words: str) -> None:
        """A mark at the end of ``paragraph``, with ``words`` at the foot of its page."""
        from docx.oxml.ns import qn
        from docx.oxml.parser import OxmlElement

        number = len(self._notes) - 1
        mark = OxmlElement("w:footnoteReference", {qn("w:id"): str(number)})
        paragraph.add_run(style=self._mark)._r.append(mark)
        note = self._new(number)
        note.style = self.text
        note.add_run(style=self._mark)._r.append(OxmlElement("w:footnoteRef"))
        note.add_run(f" {words}")

    def _new(self, number: int, kind: str = "") -> Paragraph:
        """The one paragraph of a new note; ``kind`` is that of a separator."""
        from docx.oxml.ns import qn
        from docx.oxml.parser import OxmlElement
        from docx.text.paragraph import Paragraph

        note = OxmlElement("w:footnote", ({qn("w:type"): kind} if kind else {}) | {qn("w:id"): str(number)})
        line = OxmlElement("w:p")
        note.append(line)
        self._notes.append(note)
        return Paragraph(line, self._document._body)  # type: ignore[arg-type]  # what is made of <w:p> is a paragraph's element

    def write(self) -> None:
        """Put the notes into the document's package, and tell its settings which of them are the separators."""
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from docx.opc.oxml import serialize_part_xml
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml.ns import qn
        from docx.oxml.parser import OxmlElement

        part = self._document.part
        notes = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, serialize_part_xml(self._notes), part.package)
        part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)
        properties = OxmlElement("w:footnotePr")
        properties.extend(OxmlElement("w:footnote", {qn("w:id"): str(number)}) for number in SEPARATORS)
        compat = self._document.settings.element.find(qn("w:compat"))  # python-docx's template has it; the schema wants the notes before it
        compat.addprevious(properties)
