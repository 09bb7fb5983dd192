"""Promises of index/check.py: a keeper is told what is missing, doubled or does not agree, and nothing about a sound collection."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.check import Matter, check
from index.figures import figures
from index.outline import outline
from index.types import Place, Rejected, Report, Span

TEXT = (
    "清河镇2022年报告\n现将情况报告如下。\n（一）调解。全年调解矛盾纠纷100件，其中邻里纠纷60件、婚姻家庭纠纷30件、其他纠纷10件。\n"
)


def report(name: str, text: str = TEXT, **about) -> Report:
    known = {"file": f"{name}.txt", "title": "报告", "place": Place("甲省", "乙市", "丙县", "清河镇"), "year": 2022, **about}
    made = Report(id=name, digest=name, text=text, **known)
    return replace(made, figures=len(figures(made, outline(made))))


class Held:
    """A collection in memory."""

    def __init__(self, *reports: Report, refused: tuple[Rejected, ...] = ()) -> None:
        self.held = {report.id: report for report in reports}
        self._refused = refused

    def refused(self):
        return self._refused

    def reports(self):
        return tuple(self.held.values())

    def report(self, report_id):
        return self.held[report_id]

    def figures(self, report_ids):
        return tuple(figure for key in report_ids for figure in figures(self.held[key], outline(self.held[key])))


def concerns(*reports: Report):
    return check(Held(*reports))


def matters(*reports: Report) -> list[Matter]:
    return [concern.matter for concern in concerns(*reports)]


def test_a_sound_collection_gives_no_concern():
    assert matters(report("a"), report("b", year=2023), report("c", place=Place("甲省", "乙市", "丁县", "清河镇"))) == []


@pytest.mark.parametrize(
    ("about", "matter"),
    [
        ({"place": Place()}, Matter.NO_TOWN),
        ({"year": None}, Matter.NO_TOWN),
        ({"confidence": 0.4}, Matter.DOUBTFUL),
        ({"place": Place(town="清河镇")}, Matter.OPEN_PLACE),
        ({"ocr": 0.7}, Matter.OCR),
        ({"text": "清河镇报告\n我镇开展了工作。\n"}, Matter.NO_FIGURES),
    ],
)
def test_what_is_wrong_with_one_report_is_told(about, matter):
    assert matters(report("a", **about)) == [matter]


def test_a_file_that_could_not_be_taken_in_is_told_with_its_reason():
    (concern,) = check(Held(report("a"), refused=(Rejected("坏.pdf", "PDF 已损坏"),)))
    assert (concern.matter, concern.files, concern.message) == (Matter.REFUSED, ("坏.pdf",), "PDF 已损坏")


def test_a_message_says_how_to_mend_it():
    assert "zhenwen reports set a" in concerns(report("a", year=None))[0].message


def test_a_place_that_the_collection_decides_is_not_open():
    assert Matter.OPEN_PLACE not in matters(report("a", place=Place(town="清河镇")), report("b", year=2023))


def test_two_versions_of_a_town_and_year_are_told_with_their_difference():
    other = report("b", TEXT.replace("100件", "108件").replace("60件", "68件"), party=True)
    (concern,) = concerns(report("a"), other)
    assert (concern.matter, concern.files) == (Matter.VERSIONS, ("a.txt", "b.txt"))
    assert "党委" in concern.message
    assert "100件／108件" in concern.message
    assert "a.txt 写“全年调解矛盾纠纷100件" in concern.message and "b.txt 写“全年调解矛盾纠纷108件" in concern.message


def test_a_town_whose_county_is_open_is_told_once():
    (concern,) = concerns(report("a", place=Place(town="清河镇")), report("b", year=2023, place=Place(town="清河镇")))
    assert (concern.matter, concern.files) == (Matter.OPEN_PLACE, ("a.txt", "b.txt"))


def test_lines_with_digits_that_a_scan_did_not_show_clearly_are_quoted():
    number, word = TEXT.index("邻里纠纷60件"), TEXT.index("情况")
    (concern,) = concerns(report("a", ocr=0.97, doubtful=(Span(number, number + 7), Span(word, word + 2))))
    assert concern.matter is Matter.OCR
    assert "有 1 行" in concern.message and "“邻里纠纷60件”" in concern.message


def test_a_year_between_two_others_is_missing():
    (concern,) = concerns(report("a", year=2020), report("b", year=2023))
    assert concern.matter is Matter.MISSING_YEARS
    assert "缺2021、2022年" in concern.message


def test_a_sum_that_does_not_add_up_is_told_with_its_words():
    (concern,) = concerns(report("a", TEXT.replace("100件", "112件")))
    assert concern.matter is Matter.SUMS
    assert "112件" in concern.message


def test_what_remains_after_a_complete_listing_is_no_part_of_it():
    assert matters(report("a", TEXT.replace("其他纠纷10件。", "其他纠纷10件。剩下的2件转入下年。"))) == []
