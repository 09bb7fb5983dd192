"""Pieces of text with their places on pages → paragraphs: running heads and page numbers out, broken lines joined again.

Lengths are in any unit (points, pixels), y grows downwards. Used for the text of PDF files and for what OCR reads.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

EDGE = 0.13  # of the page height: running heads and page numbers stand in it (GB/T 9704: 35 mm of 297)
REPEATED = 0.4  # share of the pages that makes a line a running head (left and right pages may differ)
STILL = 0.015  # of the page height: how far a running head moves from page to page
SAME_ROW = 0.5  # share of the smaller height by which pieces on one row overlap
CELL_GAP = 1.5  # ems between table cells
WORD_GAP = 0.5  # ems between words; between Latin letters, which are narrower, ``LETTER_GAP``
LETTER_GAP = 0.15
INDENT = 1.2  # ems that make a first line
SLACK = 0.7  # ems by which a full line may miss the right edge
SAME_SIZE = 1.35  # ratio of row heights within a paragraph: digits alone make a lower row than Chinese characters
LARGE = 1.15  # ratio of the height of a title to that of running text
WIDE_GAP = 1.35  # ratio of the distance from the row above to the usual one that makes a new paragraph
COLUMN_LINES = 4  # lines that make a column
COLUMN = 0.25  # of the page width: the least width of one
FILLED = 0.7  # of its width: how long most of its lines are
SAME_RULE = 0.2  # ems: nearer lines are one
PAGE_NUMBER = re.compile(r"[-—–－―一·•.\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–－―一·•.\s]*")  # OCR takes a dash for 一
SENTENCE_END = re.compile("[。！？；：!?;:]$")
LABEL = re.compile(
    r"(?:第[一二三四五六七八九十百]+[章节条部]|[一二三四五六七八九十]{1,3}[、.．是要]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[、.．](?!\d)|【)"
)
TOKEN = re.compile(r"(?:[\w.,%+/·-]+|[“‘（(《【「]*.)[，。、；：！？）)》】」”’％%,.;:]*", re.ASCII)  # what a line break may not split


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text without a gap, on one page. ``size`` is the height of its letters, ``sure`` the confidence of OCR."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    sure: float = 1.0

    @property
    def size(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Page:
    """The pieces of one page in any order, its measures, and the upright lines on it."""

    pieces: tuple[Piece, ...]
    width: float
    height: float
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """An upright line on a page, as tables have between their columns."""

    left: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a page, all its pieces joined, in units of the page height (so that pages of any size compare)."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float
    pieces: tuple[Piece, ...] = ()

    @property
    def size(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def em(self) -> float:
        """The width of a Chinese character."""
        return (self.right - self.left) / max(1.0, _ems(self.text))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Rows that read on, and their text as one."""

    rows: tuple[Row, ...]

    @property
    def text(self) -> str:
        joined = ""
        for row in self.rows:
            joined += _glue(joined, row.text) + row.text
        return joined


def paragraphs(pages: Sequence[Page]) -> tuple[list[Paragraph], list[str]]:
    """The paragraphs of the document in reading order, and the running heads and feet that were left out."""
    by_page = [_rows(page, number) for number, page in enumerate(pages)]
    running = _running(by_page)
    rows = [row for page in by_page for row in page if row not in running]
    if not rows:
        return [], []
    heads = dict.fromkeys(row.text for page in by_page for row in page if row in running and not PAGE_NUMBER.fullmatch(row.text))
    return _paragraphs(rows), list(heads)


def _rows(page: Page, number: int) -> list[Row]:
    """The lines of a page from top to bottom; of two pages on one sheet, the left one first."""
    middle = page.width / 2
    halves = [[piece for piece in page.pieces if piece.right <= middle], [piece for piece in page.pieces if piece.left >= middle]]
    spread = page.width > page.height and sum(map(len, halves)) == len(page.pieces) and min(map(len, halves)) > 2
    parts = halves if spread else _columns(page, *halves) or [list(page.pieces)]
    return [row for part in parts for row in _lines(part, number, page)]


def _columns(page: Page, left: Sequence[Piece], right: Sequence[Piece]) -> list[list[Piece]]:
    """Running text in two columns: what stands above both, the left, the right one moved below it, what stands below both. Nothing for
    a page without columns: the cells of a table do not fill them."""
    both = [piece for piece in page.pieces if piece not in left and piece not in right]
    if min(len(left), len(right)) < COLUMN_LINES or not (_fills(left, page) and _fills(right, page)):
        return []
    top, bottom = min(piece.top for piece in (*left, *right)), max(piece.bottom for piece in (*left, *right))
    above = [piece for piece in both if piece.bottom <= top + piece.size / 2]
    below = [piece for piece in both if piece.top >= bottom - piece.size / 2]
    if len(above) + len(below) < len(both):
        return []
    step = min(piece.left for piece in right) - min(piece.left for piece in left)
    moved = [replace(piece, left=piece.left - step, right=piece.right - step) for piece in right]
    return [above, list(left), moved, below]


def _fills(pieces: Sequence[Piece], page: Page) -> bool:
    """Whether most of the lines run from one edge of their column to the other."""
    width = max(piece.right for piece in pieces) - min(piece.left for piece in pieces)
    return width > COLUMN * page.width and median(piece.right - piece.left for piece in pieces) > FILLED * width


def _lines(pieces: Iterable[Piece], number: int, page: Page) -> list[Row]:
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.size, reverse=True):
        line = next((line for line in lines if _overlap(line[0], piece) > SAME_ROW * piece.size), None)
        if line is None:
            lines.append([piece])
        else:
            line.append(piece)
    rows = [_row(sorted(line, key=lambda piece: piece.left), number, page) for line in lines]
    return _headed(sorted((row for row in rows if row.text), key=lambda row: row.middle))


def _headed(rows: Sequence[Row]) -> list[Row]:
    """``rows`` with the heads of tables without lines in cells: long heads stand closer together than cells do, each above its column."""
    found: list[Row] = []
    for row in reversed(rows):
        below = found[-1] if found else None
        if below and "\t" in below.text and "\t" not in row.text and _above(words := _parted(row, WORD_GAP), _parted(below, CELL_GAP)):
            row = replace(row, text="\t".join(text for text, _, _ in words))
        found.append(row)
    return found[::-1]


Cell = tuple[str, float, float]
"""The words of a cell, and its left and right edge."""


def _parted(row: Row, least: float) -> list[Cell]:
    """The words of a row that gaps of more than ``least`` ems part."""
    found: list[Cell] = []
    for piece in row.pieces:
        if found and (piece.left - found[-1][2]) / piece.size <= least:
            text, left, right = found[-1]
            found[-1] = (text + piece.text, left, max(right, piece.right))
        else:
            found.append((piece.text, piece.left, piece.right))
    return [(text.strip(), left, right) for text, left, right in found]


def _above(heads: Sequence[Cell], cells: Sequence[Cell]) -> bool:
    """Whether each head stands above one cell, and above none of the others."""
    return len(heads) == len(cells) > 1 and all(
        (left < cell[2] and cell[1] < right) == (place == column) for place, (_, left, right) in enumerate(heads) for column, cell in enumerate(cells)
    )

def _overlap(one: Piece, other: Piece) -> float:
    return min(one.bottom, other.bottom) - max(one.top, other.top)


def _row(line: Sequence[Piece], number: int, page: Page) -> Row:
    text = line[0].text
    for before, piece in pairwise(line):
        ruled = _ruled(before, piece, page.rules)
        text += ("\t" * ruled or _between(text, piece, (piece.left - before.right) / max(before.size, piece.size))) + piece.text
    top, bottom = min(piece.top for piece in line), max(piece.bottom for piece in line)
    left, right = line[0].left, max(piece.right for piece in line)
    return Row(text.strip(), number, left / page.height, top / page.height, right / page.height, bottom / page.height, tuple(line))


def _ruled(before: Piece, piece: Piece, rules: Sequence[Rule]) -> int:
    """How many upright lines stand between two pieces of a row: between them lie so many edges of cells."""
    middle, slack = (piece.top + piece.bottom) / 2, SAME_RULE * piece.size
    between = sorted(rule.left for rule in rules if rule.top <= middle <= rule.bottom and before.right - slack <= rule.left <= piece.left + slack)
    return sum(left - last > slack for last, left in pairwise([-piece.size, *between]))


def _between(before: str, piece: Piece, gap: float) -> str:
    """What stands for a gap of so many ems inside a row."""
    if gap > CELL_GAP:
        return "\t"
    latin = before[-1:].isascii() and before[-1:].isalpha() and piece.text[:1].isascii() and piece.text[:1].isalpha()
    return " " if gap > (LETTER_GAP if latin else WORD_GAP) else ""


def _glue(before: str, after: str) -> str:
    """What stands between two lines of one paragraph: a space between Latin words, nothing beside Chinese or digits."""
    return " " if re.search("[A-Za-z,.;]$", before) and re.match("[A-Za-z]", after) else ""


def _running(by_page: Sequence[list[Row]]) -> set[Row]:
    """Page numbers, and the lines that repeat at one height at the edges of the pages."""
    found: set[Row] = set()
    alike: defaultdict[str, list[Row]] = defaultdict(list)
    for rows in by_page:
        for row in {*rows[:3], *rows[-3:]}:
            if row.bottom < EDGE or row.top > 1 - EDGE:
                alike[re.sub(r"[\d\s]", "", row.text)].append(row)
                if PAGE_NUMBER.fullmatch(row.text):
                    found.add(row)
    for rows in alike.values():
        top, size = median(row.top for row in rows), median(row.size for row in rows)
        still = {row for row in rows if abs(row.top - top) < STILL and row.size < SAME_SIZE * size}
        if len({row.page for row in still}) >= max(2, REPEATED * len(by_page)):
            found |= still
    return found


@dataclass(frozen=True, slots=True)
class _Measure:
    """The column that running text fills: its edges, the width of a letter, the height of a row and the distance between rows."""

    left: float
    right: float
    em: float
    size: float
    pitch: float
    indented: bool


def _measure(rows: Sequence[Row]) -> _Measure:
    long = sorted(rows, key=lambda row: row.right - row.left)[len(rows) // 2 :]
    em = median(row.em for row in long)
    left, right = min(row.left for row in long), median(sorted(row.right for row in long)[len(long) // 2 :])
    steps = [below.middle - above.middle for above, below in pairwise(rows) if above.page == below.page]
    full = [row for row in rows if row.right > right - 3 * em]
    indented = sum(row.left > left + INDENT * em for row in full) >= max(2, len(full) // 20)
    return _Measure(left, right, em, median(row.size for row in long), median(steps) if steps else 2 * em, indented)


def _ems(text: str) -> float:
    """How wide ``text`` is in ems: a Chinese character is one, a Latin letter or digit half of one."""
    return sum(0.5 if character < "\u2000" else 1.0 for character in text)


def _paragraphs(rows: Sequence[Row]) -> list[Paragraph]:
    measure = _measure(rows)
    found = [Paragraph((rows[0],))]
    begun = False
    for above, row in pairwise(rows):
        begun = begun or bool(SENTENCE_END.search(above.text))
        joins = _reads_on(above, row, measure) or (not begun and _one_title(above, row, measure))
        if joins:
            found[-1] = replace(found[-1], rows=(*found[-1].rows, row))
        else:
            found.append(Paragraph((row,)))
    return found


def _reads_on(above: Row, row: Row, measure: _Measure) -> bool:
    """Whether ``row`` goes on with the paragraph of ``above``."""
    if "\t" in above.text + row.text or not 1 / SAME_SIZE < row.size / above.size < SAME_SIZE:
        return False
    token = TOKEN.match(row.text)
    room = measure.right - above.right - SLACK * measure.em
    if room > _ems(token[0] if token else "") * row.em or row.left > measure.left + INDENT * measure.em:
        return False
    if row.page == above.page and row.middle - above.middle > WIDE_GAP * max(measure.pitch, above.size):
        return False
    ended = bool(SENTENCE_END.search(above.text))
    return not ended or (measure.indented and not LABEL.match(row.text))


def _one_title(above: Row, row: Row, measure: _Measure) -> bool:
    """Whether two centred lines in large letters are one title."""
    centred = abs((above.left + above.right) - (row.left + row.right)) < 2 * measure.em
    large = min(above.size, row.size) > LARGE * measure.size
    alike = 1 / LARGE < row.size / above.size < LARGE
    return centred and large and alike and above.page == row.page and row.top - above.bottom < 2 * row.size
