"""What OCR reads becomes a text as it was printed."""

import numpy as np
import pytest

from index.load import picture
from index.load.flow import Page, Piece
from index.load.picture import _piece, document


def recognised(line: str, sure: float = 0.99):
    return document("a.png", "d", "picture", [Page((Piece(line, 80, 80, 500, 100, sure),), 600, 800)], recognised=True)


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ('推动"1+11+35"的体系', "推动“1+11+35”的体系"),
        ('设置“专栏"和"掌上办”', "设置“专栏”和“掌上办”"),
        ("“磁灶风采“公众号、“专栏”", "“磁灶风采”公众号、“专栏”"),
        ("“法律明白人”蒲公英”志愿者", "“法律明白人”蒲公英”志愿者"),
    ],
)
def test_quotation_marks_of_ascii_are_those_that_were_printed(read, printed):
    assert recognised(read).text == printed


def test_doubtful_words_are_found_whatever_their_quotation_marks():
    document_ = recognised('推动"一站式"服务708次', sure=0.5)
    (span,) = document_.doubtful
    assert document_.text[span.start : span.end] == "推动“一站式”服务708次"


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("时间:2024-03-3015:38浏览量:", "时间:2024-03-30 15:38浏览量:"),
        ("2024/1/518:05:09", "2024/1/5 18:05:09"),
        ("2024-03-30 15:38", "2024-03-30 15:38"),
        ("电话12024-03-3015380", "电话12024-03-3015380"),
    ],
)
def test_a_date_and_a_time_that_ocr_ran_together_are_two(read, printed):
    assert _piece([(0, 0), (90, 0), (90, 20), (0, 20)], read, 0.9, 0).text == printed


class Engine:
    """An OCR engine that finds the lines at 100 and 260 of a page, none on a part of it, and ``words`` where it is told to read a line."""

    def __init__(self, words):
        self.words = words

    def __call__(self, pixels, use_det=True, use_cls=True, use_rec=True):
        if not use_rec:
            return [["0", 0.99]], 0
        if not use_det:
            return [[self.words, 0.97]], 0
        boxes = [([(50, y), (950, y), (950, y + 40), (50, y + 40)], "排查矛盾纠纷", 0.99) for y in (100, 260)]
        return (boxes if len(pixels) > 400 else None), 0


@pytest.mark.parametrize(
    ("words", "inked", "read"),
    [("化解邻里纠纷三百余起", slice(180, 220), True), ("化解邻里纠纷三百余起", slice(0, 0), False), ("一", slice(198, 202), False)],
    ids=["a line", "nothing between", "a rule"],
)
def test_a_line_that_the_engine_overlooked_is_read_by_itself(monkeypatch, words, inked, read):
    monkeypatch.setattr(picture, "_engine", lambda: Engine(words))
    page = np.full((500, 1000), 255, np.uint8)
    page[inked, 100:900:2] = 0
    lines = sorted(picture.recognise(page).pieces, key=lambda piece: piece.top)
    assert [line.text for line in lines] == ["排查矛盾纠纷", *([words] if read else []), "排查矛盾纠纷"]
    assert all(35 < line.size < 45 for line in lines)


class Seeing:
    """An OCR engine that finds two lines, and knows by a mark in its corner how a page was turned."""

    def __call__(self, pixels, use_det=True, use_cls=True, use_rec=True):
        if not use_rec:
            return [["180" if self.inverted else "0", 0.99]], 0
        height, width = pixels.shape
        on_side = bool(pixels[0, -1] == 0 or pixels[-1, 0] == 0)
        self.inverted = bool(pixels[-1, -1] == 0)
        self.upright = bool(pixels[0, 0] == 0)
        texts = ("第一行的文字", "第二行的文字")
        at = {True: (100, 260), False: (260, 100)}[self.upright]
        boxes = [(y, 50, y + 40, height - 50) if on_side else (50, y, width - 50, y + 40) for y in at]
        return [([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], text, 0.99) for (x0, y0, x1, y1), text in zip(boxes, texts, strict=True)], 0


@pytest.mark.parametrize("quarters", range(4))
def test_a_page_on_its_side_or_upside_down_is_turned_before_it_is_read(monkeypatch, quarters):
    engine = Seeing()
    monkeypatch.setattr(picture, "_engine", lambda: engine)
    page = np.full((500, 500), 255, np.uint8)
    page[0, 0] = 0
    read = picture.recognise(np.rot90(page, quarters))
    assert engine.upright
    assert [piece.text for piece in sorted(read.pieces, key=lambda piece: piece.top)] == ["第一行的文字", "第二行的文字"]
