"""Pictures of pages: OCR (rapidocr, Chinese models in its wheel, no network), with its confidence kept."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from statistics import median
from typing import TYPE_CHECKING, Any

from index.errors import UnreadableDocument, UnreadableHere
from index.load.flow import Page, Paragraph, Piece, paragraphs
from index.load.lines import Line, compose
from index.load.source import Source, digest
from index.types import Document, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

DOUBTFUL = 0.9  # confidence of a line; the digits of lines below it are checked by a person
LEAST = 0.3  # confidence; what is below is no text but a stamp or a stain
MAX_SIDE = 4000  # pixels; pictures are reduced to it. At the engine's own 2000 whole lines of a 200-dpi page went missing
SLENDER = 6  # longer side to shorter; the engine enlarges the shorter one, so slimmer pictures get a white margin
INK = 128  # of 255; darker is ink
LINE = 0.8  # of the height of a line: a band between lines that is higher may hold one
LINES = 3.6  # of the height of a line: a band that is higher, with a margin to either side, holds more than one
ROOM = 0.85  # of the height of a line, above and below the middle of one that is read alone
FILLED = 0.4  # characters to the height of a line; a rule or a signature has fewer
LONG_LINE = 4  # characters; the direction of a shorter line tells nothing
LOOKED_AT = 12  # lines by which the engine tells whether a page is upside down
TURNED = "180"  # the engine's word for it
MAX_BANDS = 20  # a page; more is a photograph
MAX_PIXELS = 60_000_000  # an A3 page at 400 dpi has 31 million
MAX_FRAMES = 100  # pages of a TIFF
FORMATS = ("PNG", "JPEG", "MPO", "BMP", "DIB", "TIFF", "WEBP")  # Pillow knows forty more, some of which start other programs
MISSING = "这是图片或扫描件，需要文字识别；请先安装：pip install 'zhenwen[ocr]'，再重新导入"
QUOTES = re.compile('([“”"])')
GLUED = re.compile(r"(?<!\d)(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?=\d{2}:\d{2}(?!\d))")  # a date and a time; the engine drops the space between
NOTHING = "图片里没有认出文字；请换一张清晰、端正的图片再试"


@lru_cache(maxsize=1)
def _engine() -> Any:  # noqa: ANN401  rapidocr ships no types
    """The OCR engine, loaded once a process; UnreadableHere when the extra is not installed."""
    if find_spec("rapidocr_onnxruntime") is None:
        raise UnreadableHere(MISSING)
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR(max_side_len=MAX_SIDE, text_score=LEAST)


def recognise(pixels: Pixels) -> Page:
    """The lines of text on a picture, shape (height, width, 3) in BGR or (height, width).

    The engine now and then overlooks a whole line: where ink is left between the lines found, it is asked again, and where it finds
    none there either, it reads the place as a line. What it is unsure of then are halves of lines, read as nonsense.
    """
    pixels, found = _righted(pixels)
    height, width = pixels.shape[:2]
    line = median(piece.size for piece in found) if found else 0.0
    for top, bottom in _overlooked(pixels, found, line):
        again = [piece for piece in _lines(pixels[top:bottom], top) if piece.sure >= DOUBTFUL]
        found += again or [piece for piece in _as_line(pixels, top, bottom, line) if piece.sure >= DOUBTFUL]
    return Page(tuple(found), width, height)


def _righted(pixels: Pixels) -> tuple[Pixels, list[Piece]]:
    """A picture with its lines running from left to right, and what the engine finds on it: the engine reads the lines of a page that
    lies on its side or upside down, but their places then give them in a wrong order."""
    import numpy as np

    found = _lines(pixels, 0)
    long = [piece for piece in found if len(piece.text) >= LONG_LINE]
    if 2 * sum(piece.size > piece.right - piece.left for piece in long) > len(long):
        pixels = np.ascontiguousarray(np.rot90(pixels))
        found = _lines(pixels, 0)
    if _upside_down(pixels, found):
        pixels = np.ascontiguousarray(np.rot90(pixels, 2))
        found = _lines(pixels, 0)
    return pixels, found


def _upside_down(pixels: Pixels, found: Sequence[Piece]) -> bool:
    """Whether the engine takes most of the longest lines for turned by 180 degrees."""
    longest = sorted((piece for piece in found if len(piece.text) >= LONG_LINE), key=lambda piece: -len(piece.text))[:LOOKED_AT]
    crops = (pixels[max(0, int(piece.top)) : int(piece.bottom) + 1, max(0, int(piece.left)) : int(piece.right) + 1] for piece in longest)
    labels = [_engine()(crop, use_det=False, use_rec=False)[0][0] for crop in crops]
    return bool(2 * sum(label == TURNED and sure > DOUBTFUL for label, sure in labels) > len(labels))


def _lines(pixels: Pixels, offset: int) -> list[Piece]:
    """What the engine finds on a part of a picture that begins ``offset`` pixels down."""
    import numpy as np

    height, width = pixels.shape[:2]
    least = -(-max(height, width) // SLENDER)
    margins = [(0, max(0, least - height)), (0, max(0, least - width))] + [(0, 0)] * (pixels.ndim - 2)
    found, _ = _engine()(np.pad(pixels, margins, constant_values=255))
    return [_piece(corners, text, sure, offset) for corners, text, sure in found or ()]


def _as_line(pixels: Pixels, top: int, bottom: int, line: float) -> Iterator[Piece]:
    """What the engine reads in a band when it is told that this is one line; nothing where its ink is no row of characters."""
    import numpy as np

    middle = (top + bottom) / 2
    band = pixels[int(middle - ROOM * line) : int(middle + ROOM * line)]
    columns = np.flatnonzero(_dark(band).any(axis=0))
    if bottom - top > LINES * line or not columns.size:
        return
    left, right = int(columns[0]), int(columns[-1]) + 1
    found, _ = _engine()(np.ascontiguousarray(band[:, left:right]), use_det=False, use_cls=False)
    for text, sure in found or ():
        if len(text) > FILLED * (right - left) / line:
            yield Piece(text, left, middle - line / 2, right, middle + line / 2, float(sure))


def _dark(pixels: Pixels) -> NDArray[np.bool_]:
    return (pixels.min(axis=2) if pixels.ndim == 3 else pixels) < INK


def _overlooked(pixels: Pixels, found: Sequence[Piece], line: float) -> list[tuple[int, int]]:
    """Bands between two lines, as high as a line, with as much ink in them as a few characters have."""
    import numpy as np

    dark = _dark(pixels)
    bands, end = [], min((piece.bottom for piece in found), default=0.0)
    for piece in sorted(found, key=lambda piece: piece.top):
        top, bottom = int(end), int(piece.top)
        if bottom - top > LINE * line and np.count_nonzero(dark[top:bottom]) > line * line / 4:
            bands.append((max(0, top - int(line / 4)), bottom + int(line / 4)))
        end = max(end, piece.bottom)
    return bands[:MAX_BANDS]


def _piece(corners: Sequence[Sequence[float]], text: str, sure: float, offset: int) -> Piece:
    xs, ys = [x for x, _ in corners], [y + offset for _, y in corners]
    return Piece(GLUED.sub(r"\1 ", text), min(xs), min(ys), max(xs), max(ys), float(sure))


def read(source: Source) -> Document:
    """A picture, or a TIFF of several pages; UnreadableDocument when damaged, too large or without text."""
    data = source.read()
    pages = [recognise(pixels) for pixels in _frames(data)]
    return document(source.file, digest(data), "picture", pages, recognised=True)


def _frames(data: bytes) -> Iterator[Pixels]:
    if find_spec("PIL") is None:
        raise UnreadableHere(MISSING)
    import numpy as np
    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data), formats=FORMATS) as image:  # a picture that can be read may be odd
            for number, frame in enumerate(ImageSequence.Iterator(image)):
                if frame.width * frame.height > MAX_PIXELS or number >= MAX_FRAMES:
                    raise UnreadableDocument(f"图片太大（上限 {MAX_PIXELS // 1_000_000} 百万像素、{MAX_FRAMES} 页）；请缩小或拆分后再试")
                yield np.asarray(ImageOps.exif_transpose(frame).convert("RGB"))[:, :, ::-1]
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise UnreadableDocument("图片已损坏或格式不认识；请另存为 PNG 或 JPG 再试") from error


def document(
    file: str, digest_: str, format_: str, pages: Sequence[Page], *, recognised: bool, notes: tuple[str, ...] = ()
) -> Document:
    """The Document of ``pages``: paragraphs joined, running heads out; confidence kept where OCR was used."""
    joined, heads = paragraphs(pages)
    if not joined:
        raise UnreadableDocument(NOTHING if recognised else "PDF 里没有文字；请重新导出，或另存为 Word 再试")
    text, headings = compose(Line(paragraph.text) for paragraph in joined)
    doubtful = tuple(_doubtful(text, joined))
    notes += tuple(f"页眉页脚未计入正文：{head}" for head in heads)
    lines = [piece for page in pages for piece in page.pieces if piece.text.strip()]
    characters = sum(len(piece.text) for piece in lines)
    return Document(
        file=file,
        digest=digest_,
        text=_quoted(text) if recognised else text,
        format=format_,
        headings=headings,
        doubtful=doubtful,
        ocr=sum(piece.sure * len(piece.text) for piece in lines) / characters if recognised else None,
        notes=notes,
    )


def _quoted(text: str) -> str:
    """``text`` with the quotation marks that OCR wrote in ASCII, or opening twice, opening and closing in turn in each paragraph."""
    return "\n".join(map(_quoted_line, text.split("\n")))


def _quoted_line(line: str) -> str:
    pieces, opened = [], False
    for piece in QUOTES.split(line):
        if piece == '"' or (piece == "“" and opened):  # within double quotation marks stand single ones
            piece = "”" if opened else "“"
        opened = piece == "“" if piece in ("“", "”") else opened
        pieces.append(piece)
    return "".join(pieces)


def _doubtful(text: str, joined: Sequence[Paragraph]) -> Iterator[Span]:
    """Where the pieces that OCR was unsure of stand in ``text``, which is made of them in order."""
    position = 0
    for piece in (piece for paragraph in joined for row in paragraph.rows for piece in row.pieces):
        start = text.find(piece.text.strip(), position)
        if start >= 0:
            position = start + len(piece.text.strip())
            if piece.sure < DOUBTFUL and position > start:
                yield Span(start, position)
