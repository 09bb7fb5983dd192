"""A memo as a Word file in the layout of an official document (GB/T 9704-2012): the one door to python-docx.

A4 with margins of 37, 28, 35 and 26 mm; 22 lines of 28 characters a page; the title in 小标宋 二号, the text in 仿宋 三号, lines of
28 points; page numbers outside below. Each ``[n]`` becomes a footnote with the source, and an appendix has the exact words.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

    from bot.core.footnotes import Footnotes

LATIN = "Times New Roman"
BODY, TITLE, HEADING, SUBHEADING, NUMBERS = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
INSTEAD = {BODY: "仿宋", TITLE: "宋体", SUBHEADING: "楷体"}  # what Word takes where a font is not installed
SECOND, THIRD, FOURTH, FIFTH = 22.0, 16.0, 14.0, 10.5  # points of 二号, 三号, 四号, 五号
LINE = 28.0  # points from line to line; 22 lines fill the 225 mm of a page
TITLE_LINE, NOTE_LINE = 36.0, 15.0
TOP, LEFT, BOTTOM, RIGHT, FOOTER = 37, 28, 35, 26, 22  # millimetres
CLOSER = -0.25  # points between characters: 28 of 三号 then fit into 156 mm, without a grid that every program counts otherwise
DIGITS = "〇一二三四五六七八九"
MARK = re.compile(r"\[(\d+)\]")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
EXPLAINED = "以下内容由镇问从公开的法治政府建设年度报告中摘录，脚注写明出处，原文附后；引用前请核对原件。"
APPENDIX, APPENDIX_TITLE = "附件", "引用原文"


@dataclass(frozen=True, slots=True)
class Source:
    """What ``[n]`` in an entry leads to: where it stands, its exact words, and the source as a reference."""

    head: str
    quote: str
    reference: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its answer; ``sources[n - 1]`` is what ``[n]`` in the text leads to."""

    question: str
    text: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Memo:
    """A collection of answers under a title."""

    title: str
    made: date
    entries: tuple[Entry, ...]


def word_file(memo: Memo) -> bytes:
    """The bytes of the .docx file."""
    from docx import Document

    from bot.core.footnotes import Footnotes

    document = Document()
    notes = Footnotes(document)
    _styles(document, notes)
    _fonts(document)
    _page(document.sections[0])
    document.settings.odd_and_even_pages_header_footer = True
    document.core_properties.title = _clean(memo.title)
    document.core_properties.author = document.core_properties.last_modified_by = "镇问"
    document.core_properties.comments = ""
    _opening(document, memo)
    sources: list[Source] = []
    for number, entry in enumerate(memo.entries, 1):
        document.add_paragraph(f"{chinese(number)}、{_clean(entry.question)}", "Heading 1")
        sources += _answer(document, entry, notes)
    _signed(document, memo)
    _appendix(document, sources)
    notes.write()
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def chinese(number: int) -> str:
    """1–99 in Chinese, as headings count: 十二."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十") + (DIGITS[ones] if ones else "")


def _opening(document: Document, memo: Memo) -> None:
    document.add_paragraph(_clean(memo.title), "Title")
    document.add_paragraph(f"（{_day(memo)}）", "Subtitle")
    document.add_paragraph(EXPLAINED)


def _answer(document: Document, entry: Entry, notes: Footnotes) -> list[Source]:
    """The lines of an answer, each mark as a footnote; the sources in the order of their footnotes."""
    used: list[Source] = []
    for line in filter(None, map(str.strip, _clean(entry.text).splitlines())):
        paragraph = document.add_paragraph()
        for place, piece in enumerate(MARK.split(line)):
            if place % 2 and 0 < int(piece) <= len(entry.sources):
                source = entry.sources[int(piece) - 1]
                notes.add(paragraph, _clean(source.reference))
                used.append(source)
            elif piece:
                paragraph.add_run(f"[{piece}]" if place % 2 else piece)
    return used


def _signed(document: Document, memo: Memo) -> None:
    """The date at the end, four characters from the right."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    document.paragraphs[-1].paragraph_format.keep_with_next = True  # the date never stands on a page of its own
    signed = document.add_paragraph(_day(memo))
    signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    signed.paragraph_format.right_indent = Pt(4 * THIRD)
    signed.paragraph_format.space_before = Pt(LINE)


def _appendix(document: Document, sources: list[Source]) -> None:
    """The words that the footnotes lead to, numbered as these are."""
    if not sources:
        return
    mark = document.add_paragraph(APPENDIX, "Heading 1")
    mark.paragraph_format.page_break_before = True
    mark.paragraph_format.first_line_indent = 0
    document.add_paragraph(APPENDIX_TITLE, "Title")
    for number, source in enumerate(sources, 1):
        document.add_paragraph(f"{number}. {_clean(source.head)}", "Heading 2")
        for line in filter(None, map(str.strip, _clean(source.quote).splitlines())):
            document.add_paragraph(line)


def _day(memo: Memo) -> str:
    return f"{memo.made.year}年{memo.made.month}月{memo.made.day}日"


def _clean(words: str) -> str:
    """Without characters that XML cannot hold."""
    return UNWRITABLE.sub("", words)


# the layout


def _page(section: Section) -> None:
    from docx.shared import Mm

    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.footer_distance = Mm(FOOTER)
    _number(section.footer.paragraphs[0], odd=True)
    _number(section.even_page_footer.paragraphs[0], odd=False)


def _number(footer: Paragraph, *, odd: bool) -> None:
    """— 1 —, one character from the outer edge: right on odd pages, left on even ones."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement
    from docx.shared import Pt

    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT if odd else WD_ALIGN_PARAGRAPH.LEFT
    if odd:
        footer.paragraph_format.right_indent = Pt(FOURTH)
    else:
        footer.paragraph_format.left_indent = Pt(FOURTH)
    footer.add_run("— ")
    field = OxmlElement("w:fldSimple", {qn("w:instr"): "PAGE"})
    field.append(footer.add_run("1")._r)
    footer._p.append(field)
    footer.add_run(" —")


def _styles(document: Document, notes: Footnotes) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    centre, sides, left = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT
    named = document.styles
    looks = (
        (named["Normal"], BODY, THIRD, LINE, sides, 2),
        (named["Title"], TITLE, SECOND, TITLE_LINE, centre, 0),
        (named["Subtitle"], SUBHEADING, THIRD, LINE, centre, 0),
        (named["Heading 1"], HEADING, THIRD, LINE, sides, 2),
        (named["Heading 2"], SUBHEADING, THIRD, LINE, left, 2),
        (named["Footer"], NUMBERS, FOURTH, LINE, left, 0),
        (notes.text, BODY, FIFTH, NOTE_LINE, left, 0),
    )
    for style, font, size, line, alignment, indent in looks:
        _style(style, font, size)
        layout = style.paragraph_format
        layout.line_spacing, layout.alignment = Pt(line), alignment
        layout.space_before = layout.space_after = Pt(0)
        layout.first_line_indent = Pt(indent * size)
        layout.widow_control = False
    _fit(named["Normal"])
    for title in ("Title", "Subtitle"):
        named[title].paragraph_format.space_after = Pt(LINE)


def _fit(style: ParagraphStyle) -> None:
    """28 characters to a line, and no mark beyond its end: a footnote's number would stand alone on the next."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    spacing = OxmlElement("w:spacing", {qn("w:val"): str(int(20 * CLOSER))})
    style.element.rPr.find(qn("w:sz")).addprevious(spacing)
    style.element.get_or_add_pPr().insert_element_before(OxmlElement("w:overflowPunct", {qn("w:val"): "0"}), "w:spacing", "w:ind", "w:jc")


def _fonts(document: Document) -> None:
    """The language, and what stands in for fonts that few machines have."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.oxml import serialize_part_xml
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement, parse_xml

    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = parse_xml(part.blob)
    for name, other in INSTEAD.items():
        font = OxmlElement("w:font", {qn("w:name"): name})
        font.append(OxmlElement("w:altName", {qn("w:val"): other}))
        table.append(font)
    part._blob = serialize_part_xml(table)


def _style(style: ParagraphStyle, font: str, size: float) -> None:
    """Set in ``font`` at ``size`` points, black and upright, Latin letters and digits in their own."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    properties = style.element.get_or_add_rPr()
    for old in ("w:rFonts", "w:spacing", "w:kern"):
        if (found := properties.find(qn(old))) is not None:
            properties.remove(found)
    style.font.name, style.font.size = LATIN, Pt(size)
    style.font.bold = style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    properties.rFonts.set(qn("w:eastAsia"), font)
    if (border := style.element.get_or_add_pPr().find(qn("w:pBdr"))) is not None:
        style.element.pPr.remove(border)  # the template draws a line below a title
