"""HTML → lines as a browser shows them: blocks on their own lines, rows of tables with tabs, white space collapsed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.load.lines import Line, row
from index.load.numbering import FORMATS

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

UNSEEN = frozenset(
    "script style noscript template head title iframe svg select option button input textarea object embed audio video canvas map area"
    " s strike del".split()
)
BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html"
    " li main nav ol p pre section summary table tbody td tfoot th thead tr ul caption".split()
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BOLD = frozenset({"strong", "b"})
HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|(?<![\w-])(?:opacity|font-size)\s*:\s*0*(?:\.0+)?(?![\d.])",  # nothing is left to see of it
    re.IGNORECASE,
)
STRUCK = frozenset({"del", "s", "strike"})
STRUCK_STYLE = re.compile(r"text-decoration[^;]*:[^;]*line-through", re.IGNORECASE)
WHITE = re.compile(r"(?<![\w-])color\s*:\s*(?:white|transparent|#fff(?:fff)?|rgba?\(\s*255\s*,\s*255\s*,\s*255\b|rgba\([^)]*,\s*0(?:\.0+)?\s*\))", re.IGNORECASE)
GROUND = re.compile(r"background", re.IGNORECASE)
HEAVY = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
SPACES = re.compile(r"[ \t\r\n\f\u200b\ufeff]+")  # what HTML collapses, and marks of no width; U+3000 and U+00A0 stay
ORDERED = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
LAYOUT_PARAGRAPHS = 3  # a table cell with as many paragraphs frames the page; it is not a cell of data
LAYOUT_STOPS = 3  # as has one with so many sentences on as many lines
MAX_SPAN = 60  # columns or rows of one cell
MAX_DEPTH = 200  # nested elements; what is deeper is shown as one run of text


def struck(element: Element) -> bool:
    """Whether it is shown struck out: its author took it back."""
    return element.tag in STRUCK or bool(STRUCK_STYLE.search(element.get("style", "")))


def hidden(element: Element) -> bool:
    """Whether a browser would show nothing of it, or show it struck out."""
    return (
        not isinstance(element.tag, str)
        or struck(element)
        or element.tag in UNSEEN
        or "hidden" in element.attrib
        or bool(HIDDEN.search(style := element.get("style", "")))
        or (WHITE.search(style) is not None and not _on_ground(element))
    )


def _on_ground(element: Element) -> bool:
    """Whether something is painted behind an element, on which white can be read."""
    return any(each.get("bgcolor") or each.get("background") or GROUND.search(each.get("style", "")) for each in (element, *element.iterancestors()))


def raw(element: Element) -> str:
    """All text of ``element``, as the source has it."""
    return "".join(map(str, element.itertext()))


@dataclass(slots=True)
class _Writer:
    """The line being written: its pieces, and whether each visible piece is bold; and how many items of each list were written."""

    lines: list[Line] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    bold: list[bool] = field(default_factory=list)
    items: dict[Element, int] = field(default_factory=dict)

    def text(self, text: str | None, bold: bool) -> None:
        if text:
            self.pieces.append(text)
            if text.strip():
                self.bold.append(bold)

    def end(self, level: int = 0) -> None:
        text = collapse("".join(self.pieces))
        if text.strip():
            self.lines.append(Line(text.strip(), level, all(self.bold)))
        self.pieces, self.bold = [], []


def collapse(text: str) -> str:
    """White space as a browser shows it; a line break of the source between two Chinese characters shows nothing."""

    def shown(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if match[0].strip("\u200b\ufeff") == "":
            return ""
        return "" if "\n" in match[0] and before > "\u2000" and after > "\u2000" else " "

    return SPACES.sub(shown, text)


def render(element: Element) -> list[Line]:
    """The lines of ``element`` and all under it."""
    writer = _Writer()
    _write(element, writer, bold=False, depth=0)
    writer.end()
    return writer.lines


def visible(element: Element) -> str:
    """All that shows of ``element``, on one line."""
    return " ".join(line.text for line in render(element))


def _write(element: Element, writer: _Writer, *, bold: bool, depth: int) -> None:
    if hidden(element):
        return
    tag = element.tag
    if tag == "br":
        writer.end()
    elif depth > MAX_DEPTH:
        writer.text(raw(element), bold)
    elif tag == "table" and not is_layout(element):
        writer.end()
        writer.lines.extend(_rows(element))
    else:
        _element(element, writer, bold=bold or tag in BOLD or bool(HEAVY.search(element.get("style", ""))), depth=depth)


def _element(element: Element, writer: _Writer, *, bold: bool, depth: int) -> None:
    block = element.tag in BLOCKS
    level = HEADINGS.get(element.tag, 0)
    if block:
        writer.end()
    writer.text(_item_number(element, writer.items), bold)
    writer.text(element.text, bold)
    for below in element:
        _write(below, writer, bold=bold, depth=depth + 1)
        writer.text(below.tail, bold)
    if block:
        writer.end(level)


def _item_number(element: Element, items: dict[Element, int]) -> str:
    """What a browser writes before an item of an ordered list, of which ``items`` have been written."""
    above = element.getparent()
    if element.tag != "li" or above is None or above.tag != "ol" or "none" in above.get("style", ""):
        return ""
    start = above.get("start", "1")
    number = items[above] = items.get(above, int(start) - 1 if re.fullmatch(r"\d{1,6}", start) else 0) + 1
    return FORMATS.get(ORDERED.get(above.get("type", "1"), ""), str)(number) + ". "


def is_layout(table: Element) -> bool:
    """Whether a table only arranges the page: it holds tables, or paragraphs of running text."""
    if any(below is not table for below in table.iter("table")):
        return True
    cells = list(table.iter("td"))
    if any(sum("。" in raw(paragraph) for paragraph in cell.iter("p")) >= LAYOUT_PARAGRAPHS for cell in cells):
        return True
    return any(sum(1 for _ in cell.iter("br", "p")) >= LAYOUT_PARAGRAPHS and raw(cell).count("。") >= LAYOUT_STOPS for cell in cells)


def _rows(table: Element) -> Iterator[Line]:
    """A line a row, with an empty cell wherever a cell of this row or of one above it spans."""
    spans: dict[int, int] = {}  # column → rows that a cell above still covers
    for line in table.iter("caption", "tr"):
        if hidden(line):
            continue
        if line.tag == "caption":
            yield Line(visible(line))
        else:
            yield row(_spread([cell for cell in line if cell.tag in ("td", "th") and not hidden(cell)], spans))


def _spread(cells: Sequence[Element], spans: dict[int, int]) -> list[str]:
    """What the cells of a row show, column by column; ``spans`` is brought up to the next row."""
    found: list[str] = []
    left = list(cells)
    while left or any(column >= len(found) for column in spans):
        if spans.get(len(found), 0) > 0:
            spans[len(found)] -= 1
            found.append("")
            continue
        spans.pop(len(found), None)
        if not left:
            found.append("")
            continue
        cell = left.pop(0)
        for number in range(_span(cell, "colspan")):
            if (rows := _span(cell, "rowspan")) > 1:
                spans[len(found)] = rows - 1
            found.append("" if number else visible(cell))
    return found


def _span(cell: Element, name: str) -> int:
    written = cell.get(name, "1").strip()
    return max(1, min(int(written), MAX_SPAN)) if written.isdecimal() else 1
