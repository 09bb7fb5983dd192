"""PDF: the text layer in reading order; pages that are pictures go through OCR."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.errors import UnreadableDocument
from index.load import picture
from index.load.flow import Page, Piece, Rule
from index.load.source import Source, digest
from index.load.text import plausible
from index.types import Document

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

MAX_PAGES = 500
MAX_SCANNED = 100  # pages through OCR: about five seconds each
MAX_CHARACTERS = 10_000  # on one page; a dense A3 page has four thousand
SCANNED = 20  # characters; a page with fewer and a picture on it is a scan
GARBLED = 0.5  # plausibility; below it the fonts lie about their characters and OCR reads better
MAX_DRAWN = 5_000  # lines and boxes looked at on one page
LEAST_RULE = 8.0  # points; a shorter upright line parts no cells
TINY = 1.0  # points; a lower character is not seen
KERNED = 0.15  # ems; a wider gap may hold a word that comes later in the file
DPI = 200  # at which scanned pages are read
MAX_RENDERED = 16_000_000  # pixels; an A3 page at that resolution has eight million
SUBSTITUTES = {0x02: "-", 0xFFFE: "-", 0x00: ""}  # what pdfium gives for a hyphen at a line end, and for no character
END, END_WITHIN, PADDING = b"%%EOF", 1024, b"\x00\r\n\t "  # without it the file was cut off, of which pdfium may read what is left
EMPTY = "PDF 里一页也没有；请重新导出再试"
PASSWORD = 4  # FPDF_ERR_PASSWORD
SECURITY = 5  # FPDF_ERR_SECURITY


def read(source: Source) -> Document:
    """A PDF with text, scanned, or both; UnreadableDocument when encrypted, damaged, empty or too long."""
    from pypdfium2 import PdfDocument, PdfiumError

    data = source.read()
    if END not in data.rstrip(PADDING)[-END_WITHIN:]:
        raise UnreadableDocument(_reason(None))
    try:
        with PdfDocument(data) as document:
            pages, scanned = _pages(document)
    except PdfiumError as error:
        raise UnreadableDocument(EMPTY if _opens(data) else _reason(error.err_code)) from error
    notes = (f"第 {'、'.join(map(str, scanned))} 页是扫描图，由文字识别读出",) if scanned else ()
    return picture.document(source.file, digest(data), "pdf", pages, recognised=bool(scanned), notes=notes)


def _opens(data: bytes) -> bool:
    """Whether pdfium opens what pypdfium2 does not: a file without pages, for which it gives the error of the file before."""
    from pypdfium2.raw import FPDF_CloseDocument, FPDF_LoadMemDocument64

    if document := FPDF_LoadMemDocument64(data, len(data), None):
        FPDF_CloseDocument(document)
    return bool(document)


def _reason(code: int | None) -> str:
    if code in (PASSWORD, SECURITY):
        return "PDF 有密码或加密；请用密码打开后另存为不加密的 PDF 再试"
    return "PDF 已损坏或不完整；请重新下载，或用 PDF 阅读器打开后另存再试"


def _pages(document: PdfDocument) -> tuple[list[Page], list[int]]:
    """The pages, and the numbers (from 1) of those that were scanned."""
    if len(document) > MAX_PAGES:
        raise UnreadableDocument(f"PDF 有 {len(document)} 页，超过上限 {MAX_PAGES} 页；请拆分后再试")
    pages: list[Page] = []
    scanned: list[int] = []
    for number in range(len(document)):
        page = document[number]
        read = _page(page)
        if _is_scan(page, read):
            scanned.append(number + 1)
            if len(scanned) > MAX_SCANNED:
                raise UnreadableDocument(f"扫描的 PDF 超过 {MAX_SCANNED} 页，文字识别太慢；请拆分，或向发布单位索取 Word 版")
            scale = min(DPI / 72, (MAX_RENDERED / max(1.0, read.width * read.height)) ** 0.5)
            read = picture.recognise(page.render(scale=scale).to_numpy())
        pages.append(read)
        page.close()
    return pages, scanned


def _is_scan(page: PdfPage, read: Page) -> bool:
    """Whether the page is a picture: (nearly) no text with an image on it, or characters that are no text."""
    text = "".join(piece.text for piece in read.pieces)
    if len(text) >= SCANNED:
        return plausible(text) < GARBLED
    return _pictured(page)


def _pictured(page: PdfPage) -> bool:
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    return next(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE]), None) is not None


def _page(page: PdfPage) -> Page:
    width, height = page.get_size()
    left, bottom, _, _ = page.get_bbox()
    textpage = page.get_textpage()
    if textpage.count_chars() > MAX_CHARACTERS:
        raise UnreadableDocument(f"PDF 有一页超过 {MAX_CHARACTERS} 字，不是正常的报告；请重新导出再试")
    pieces = tuple(_pieces(textpage, left, bottom + height, pictured=_pictured(page)))
    textpage.close()
    return Page(pieces, width, height, tuple(_rules(page, left, bottom + height)))


def _rules(page: PdfPage, left: float, top: float) -> Iterator[Rule]:
    """The upright lines drawn on a page, and the sides of its boxes."""
    from pypdfium2.raw import FPDF_PAGEOBJ_PATH

    for count, drawn in enumerate(page.get_objects(filter=[FPDF_PAGEOBJ_PATH])):
        if count > MAX_DRAWN:
            return
        x0, y0, x1, y1 = drawn.get_bounds()
        if y1 - y0 > LEAST_RULE:
            yield from (Rule(x - left, top - y1, top - y0) for x in {x0, x1})


def _invisible(textpage: PdfTextPage, index: int) -> bool:
    """Whether a character is drawn in no colour at all; the text layer of a scan is, but its picture shows the same."""
    from pypdfium2.raw import FPDF_TEXTRENDERMODE_INVISIBLE, FPDFText_GetTextObject, FPDFTextObj_GetTextRenderMode

    return bool(FPDFTextObj_GetTextRenderMode(FPDFText_GetTextObject(textpage, index)) == FPDF_TEXTRENDERMODE_INVISIBLE)


def _pieces(textpage: PdfTextPage, left: float, top: float, *, pictured: bool) -> Iterator[Piece]:
    """Runs of characters that touch, in the order of the file; ``left, top`` is the upper left corner of the page.

    ``pictured`` tells that there is a picture on the page.
    """
    from pypdfium2.raw import FPDFText_GetUnicode, FPDFText_IsGenerated

    run: Piece | None = None
    for index in range(textpage.count_chars()):
        code = FPDFText_GetUnicode(textpage, index)
        if FPDFText_IsGenerated(textpage, index) == 1 or code in (0x0A, 0x0D):
            continue
        x0, y0, x1, y1 = textpage.get_charbox(index, loose=True)
        if 0 <= y1 - y0 < TINY or (not pictured and _invisible(textpage, index)):
            continue
        piece = Piece(SUBSTITUTES.get(code, chr(code)), x0 - left, top - y1, x1 - left, top - y0)
        if run and _touches(run, piece):
            run = _joined(run, piece)
        else:
            if run:
                yield run
            run = piece
    if run:
        yield run


def _touches(run: Piece, piece: Piece) -> bool:
    """Whether ``piece`` follows ``run`` on the same line without a gap."""
    level = min(run.bottom, piece.bottom) > max(run.top, piece.top)
    return level and -1 < (piece.left - run.right) / max(run.size, piece.size, 0.1) < KERNED


def _joined(run: Piece, piece: Piece) -> Piece:
    top, bottom = min(run.top, piece.top), max(run.bottom, piece.bottom)
    return Piece(run.text + piece.text, run.left, top, max(run.right, piece.right), bottom)
