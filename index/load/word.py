"""Word documents (docx): paragraphs and tables in order, with the numbers that Word shows, without what it hides.

Read from the XML itself: macros, links, embedded objects and headers are never opened. Foot- and endnotes come on a line of their own
(``注1：…``) after the paragraph or table that refers to them, so that no sentence is cut by them; each text box likewise.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.errors import UnreadableDocument
from index.load.lines import Line, compose, row, said_of_struck
from index.load.numbering import Counter, child, numberings, value
from index.load.source import MEGABYTE, ZIP_ERRORS, Source, digest
from index.load.text import newlines
from index.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_PART = 64 * MEGABYTE  # unpacked; the text of a report of 500 pages is about 5 MB of XML
MAX_TAGS = 2_000_000  # opening and closing; those 5 MB have two hundred thousand
UNSEEN = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "rt", "object", "rPr", "pPr", "txbxContent", "annotation"})
BREAKS = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-"}
NOTE_MARKS = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
HEADING_NAME = re.compile(r"(?:heading|标题) ?([1-9])$", re.IGNORECASE)
TITLE_NAME = re.compile(r"title$|标题$", re.IGNORECASE)
MAX_SPAN = 60  # columns of one cell
TINY = 2  # half points; what is as small is not seen
GROUNDS = frozenset({"tbl", "txbxContent"})  # their styles may paint behind the text
DAMAGED = "Word 文件已损坏；请用 Word 或 WPS 打开后另存为 .docx 再试"


@dataclass(frozen=True, slots=True)
class Style:
    """What a style adds to its paragraphs or runs; ``level`` 0 is running text."""

    name: str = ""
    level: int = 0
    bold: bool = False
    hidden: bool = False
    struck: bool = False
    number: str = ""
    index: int | None = None


@dataclass(slots=True)
class _State:
    """What reading one document needs and keeps. ``notes`` are those not yet shown, ``cited`` those that the paragraph being read refers to."""

    styles: dict[str, Style]
    counter: Counter
    title: str | None = None
    boxes: list[Line] = field(default_factory=list)
    notes: dict[tuple[str, str], Line] = field(default_factory=dict)
    cited: list[tuple[str, str]] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)


def local(element: Element) -> str:
    """The name of an element without its namespace; "" for comments and entities."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def parse(data: bytes) -> Element:
    """XML without entities, external parts or network; UnreadableDocument when it is broken, declares a DTD or is far too much."""
    from lxml import etree

    if data.count(b"<") > MAX_TAGS:
        raise UnreadableDocument("Word 文件的内容太多，不是一份报告；请拆分后再试")
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableDocument(DAMAGED) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument("Word 文件里带有外部实体声明，不读取；请用 Word 或 WPS 打开后另存为 .docx 再试")
    return root


def _part(archive: zipfile.ZipFile, name: str) -> Element | None:
    """One part of the package, None when it has none of that name."""
    if name not in archive.namelist():
        return None
    if archive.getinfo(name).file_size > MAX_PART:
        raise UnreadableDocument(f"Word 文件解压后超过 {MAX_PART // MEGABYTE} MB，可能是压缩炸弹，不读取")
    return parse(archive.read(name))


def _main_part(archive: zipfile.ZipFile) -> str:
    relations = _part(archive, "_rels/.rels")
    for relation in () if relations is None else relations:
        if value(relation, "Type").endswith("/officeDocument"):
            return value(relation, "Target").lstrip("/")
    return "word/document.xml"


def _is_on(properties: Element | None, name: str) -> bool | None:
    """A switch such as bold: None when it is not mentioned."""
    switch = child(properties, name)
    return None if switch is None else value(switch) not in {"0", "false", "none", "off"}


def _is_struck(properties: Element | None) -> bool | None:
    """Whether a line goes through the words, one or two; None when that is not mentioned."""
    single, double = _is_on(properties, "strike"), _is_on(properties, "dstrike")
    return None if single is None and double is None else bool(single or double)


def _styles(root: Element | None) -> dict[str, Style]:
    """Every style with what it inherits."""
    elements = {value(element, "styleId"): element for element in (() if root is None else root) if local(element) == "style"}
    found: dict[str, Style] = {}
    for identifier in elements:
        chain: dict[str, Element] = {}
        step = identifier
        while step in elements and step not in chain and step not in found:
            chain[step] = elements[step]
            step = value(child(elements[step], "basedOn"))
        style = found.get(step, Style())
        for name, element in reversed(chain.items()):
            style = found[name] = _inherit(style, element)
    return found


def _inherit(base: Style, element: Element) -> Style:
    paragraph, run = child(element, "pPr"), child(element, "rPr")
    numbering = child(paragraph, "numPr")
    name = value(child(element, "name"))
    named = HEADING_NAME.match(name)
    outline = value(child(paragraph, "outlineLvl"))
    bold, hidden, struck = _is_on(run, "b"), _is_on(run, "vanish"), _is_struck(run)
    index = value(child(numbering, "ilvl"))
    return Style(
        name=name,
        level=int(outline) + 1 if outline in set("012345678") and outline else int(named[1]) if named else base.level,
        bold=base.bold if bold is None else bold,
        hidden=base.hidden if hidden is None else hidden,
        struck=base.struck if struck is None else struck,
        number=value(child(numbering, "numId")) or base.number,
        index=int(index) if index in set("012345678") and index else base.index,
    )


def _text(element: Element, state: _State, bold: list[bool], base: Style) -> str:
    """What a reader sees of a paragraph's content; ``bold`` collects whether each visible run is bold."""
    pieces: list[str] = []
    for part in element:
        name = local(part)
        if name == "t":
            pieces.append(part.text or "")
        elif name in BREAKS:
            pieces.append(BREAKS[name])
        elif name == "br":
            pieces.append("\n" if value(part, "type") in {"", "textWrapping"} else "")
        elif name == "txbxContent":
            state.boxes.extend(list(_blocks(part, state)))
        elif name in NOTE_MARKS:
            state.cited.append((NOTE_MARKS[name], value(part, "id")))
        elif name == "r":
            pieces.append(_run(part, state, bold, base))
        elif name not in UNSEEN:
            pieces.append(_text(part, state, bold, base))
    return "".join(pieces)


def _run(run: Element, state: _State, bold: list[bool], base: Style) -> str:
    properties = child(run, "rPr")
    style = state.styles.get(value(child(properties, "rStyle")), Style())
    hidden, heavy = _unseen(run, properties), _is_on(properties, "b")
    if style.hidden or base.hidden if hidden is None else hidden:
        return ""
    struck = _is_struck(properties)
    if style.struck or base.struck if struck is None else struck:
        state.struck.append(_text(run, state, [], base))
        return ""
    text = _text(run, state, bold, base)
    if text.strip():
        bold.append(style.bold or base.bold if heavy is None else heavy)
    return text


def _unseen(run: Element, properties: Element | None) -> bool | None:
    """Whether nothing is seen of a run; None when it does not say."""
    if properties is None:
        return None
    size = value(child(properties, "sz"))
    if size.isdecimal() and int(size[:9]) <= TINY:
        return True
    white = value(child(properties, "color")).upper() == "FFFFFF"
    return True if white and not _on_ground(run, properties) else _is_on(properties, "vanish")


def _on_ground(run: Element, properties: Element) -> bool:
    """Whether something may be painted behind a run, on which white can be read: a shade, or the style of a table."""
    if child(properties, "shd") is not None or child(properties, "highlight") is not None:
        return True
    return any(local(above) in GROUNDS or any(child(child(above, f"{name}Pr"), "shd") is not None for name in ("p", "tc")) for above in run.iterancestors())


def _label(properties: Element | None, style: Style, style_id: str, state: _State) -> str:
    numbering = child(properties, "numPr")
    number = value(child(numbering, "numId")) or style.number
    index = value(child(numbering, "ilvl"))
    if index.isdigit():
        return state.counter.label(number, int(index))
    if style.index is not None:
        return state.counter.label(number, style.index)
    return state.counter.label(number, state.counter.lists.level_of_style(number, style_id))


def _paragraph(element: Element, state: _State) -> Line:
    properties = child(element, "pPr")
    style_id = value(child(properties, "pStyle"))
    style = state.styles.get(style_id, Style())
    outline = value(child(properties, "outlineLvl"))
    level = int(outline) + 1 if outline in set("012345678") and outline else 0 if outline else style.level
    bold: list[bool] = []
    text = _text(element, state, bold, style)
    if not text.strip():
        return Line("")
    if TITLE_NAME.match(style.name):
        state.title = state.title or " ".join(text.split())
        return Line(text)
    return Line(_label(properties, style, style_id, state) + text.strip(), level, bool(bold) and all(bold))


def _blocks(container: Element, state: _State) -> Iterator[Line]:
    """The paragraphs and table rows of a body, a cell or a text box, in order."""
    for element in container:
        name = local(element)
        if name == "p":
            around, state.boxes = state.boxes, []
            yield from _lines(_paragraph(element, state))
            yield from state.boxes
            state.boxes = around
        elif name == "tbl":
            yield from _table(element, state)
        if name in ("p", "tbl") and local(container) == "body":
            yield from (state.notes.pop(key) for key in state.cited if key in state.notes)
            state.cited.clear()
        if name not in ("p", "tbl", *UNSEEN):
            yield from _blocks(element, state)


def _lines(paragraph: Line) -> Iterator[Line]:
    """A paragraph with line breaks in it is several lines; a heading stays the heading of its first."""
    for number, text in enumerate(newlines(paragraph.text).split("\n")):
        yield Line(text, 0 if number else paragraph.level, paragraph.bold)


def _table(table: Element, state: _State) -> Iterator[Line]:
    """A line a row; the blocks themselves where a table of one column only frames the text."""
    for line in _rows(table):
        cells = [part for part in line.iter() if local(part) == "tc" and _nearest(part, "tr") is line]
        if len(cells) == 1:
            yield from _blocks(cells[0], state)
        else:
            inner: list[Line] = []
            yield row([text for cell in cells for text in _spread(cell, state, inner)])
            yield from inner


def _spread(cell: Element, state: _State, inner: list[Line]) -> list[str]:
    """What a cell shows, and an empty cell for each further column that it spans; the rows of tables in it go to ``inner``."""
    lines = list(_cell(cell, state))
    inner.extend(line for line in lines if line.row)
    span = value(child(child(cell, "tcPr"), "gridSpan"))
    return [" ".join(line.text for line in lines if not line.row), *[""] * (min(int(span), MAX_SPAN) - 1 if span.isdecimal() else 0)]


def _rows(table: Element) -> Iterator[Element]:
    return (part for part in table.iter() if local(part) == "tr" and _nearest(part, "tbl") is table)


def _nearest(element: Element, name: str) -> Element | None:
    return next((above for above in element.iterancestors() if local(above) == name), None)


def _cell(cell: Element, state: _State) -> Iterator[Line]:
    """Nothing for a cell that continues the one above it."""
    merge = child(child(cell, "tcPr"), "vMerge")
    return iter(()) if merge is not None and value(merge) != "restart" else _blocks(cell, state)


def _notes(archive: zipfile.ZipFile, folder: str, state: _State) -> dict[tuple[str, str], Line]:
    """The foot- and endnotes by kind and id, in their order."""
    found: dict[tuple[str, str], Line] = {}
    for kind in ("footnotes", "endnotes"):
        root = _part(archive, f"{folder}{kind}.xml")
        for note in () if root is None else root:
            text = " ".join(line.text.strip() for line in _blocks(note, state))
            if value(note, "type") in {"", "normal"} and text.strip():
                found[kind, value(note, "id")] = Line(f"注{len(found) + 1}：{text}")
    return found


def _read(archive: zipfile.ZipFile) -> tuple[list[Line], str | None, tuple[str, ...]]:
    main = _main_part(archive)
    root = _part(archive, main)
    body = child(root, "body")
    if body is None:
        raise UnreadableDocument(DAMAGED)
    folder = main.rpartition("/")[0] + "/" if "/" in main else ""
    state = _State(_styles(_part(archive, folder + "styles.xml")), Counter(numberings(_part(archive, folder + "numbering.xml"))))
    state.notes = _notes(archive, folder, state)
    said = [f"脚注和尾注 {len(state.notes)} 条，列在所注的段落之后"] if state.notes else []
    lines = [*_blocks(body, state), *state.notes.values()]
    if any(name.endswith("vbaProject.bin") for name in archive.namelist()):
        said.append("文件带有宏，没有运行")
    return lines, state.title, (*said, *said_of_struck(state.struck))


def read(source: Source) -> Document:
    """A docx or docm; UnreadableDocument when it is damaged, a zip bomb, or without text."""
    data = source.read()
    try:
        with zipfile.ZipFile(source.stream) as archive:
            lines, title, notes = _read(archive)
    except (*ZIP_ERRORS, KeyError) as error:
        raise UnreadableDocument(DAMAGED) from error
    text, headings = compose(lines)
    return Document(file=source.file, digest=digest(data), text=text, format="docx", title=title, headings=headings, notes=notes)
