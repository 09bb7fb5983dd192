"""What OCR reads becomes a text as it was printed."""

import pytest

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
