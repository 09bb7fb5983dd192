"""What OCR reads becomes a text as it was printed."""

import pytest

from index.load.flow import Page, Piece
from index.load.picture import document


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
