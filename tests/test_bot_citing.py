"""A source as a line of references in the form of GB/T 7714."""

import re
from dataclasses import replace
from datetime import date

import pytest
from builders import CITATION, REPORT
from hypothesis import given
from hypothesis import strategies as st

from bot.core.citing import place_of, reference

TODAY = date(2026, 11, 22)
ONLINE = replace(REPORT, issuer="晋江市金井镇人民政府", published=date(2024, 3, 30), url="https://example.org/t/1.html")


def test_an_online_report_has_author_title_type_place_dates_and_address():
    assert reference(ONLINE, "一(三)1", TODAY) == (
        "晋江市金井镇人民政府. 2023年度法治政府建设工作情况报告[R/OL]. 2024: 一(三)1(2024-03-30)[2026-11-22]. https://example.org/t/1.html."
    )


def test_a_report_that_is_not_online_has_neither_address_nor_day_of_the_look():
    assert reference(replace(ONLINE, url=None), "", TODAY) == "晋江市金井镇人民政府. 2023年度法治政府建设工作情况报告[R]. (2024-03-30)."


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"published": None}, "某镇. 报告[R/OL]. 一(三)1[2026-11-22]. https://a.cn."),
        ({"published": None, "written": date(2024, 1, 5)}, "某镇. 报告[R/OL]. 2024: 一(三)1(2024-01-05)[2026-11-22]. https://a.cn."),
        ({"published": None, "url": None}, "某镇. 报告[R]. 一(三)1."),
        ({"issuer": "", "published": None, "url": None}, "报告[R]. 一(三)1."),
        ({"title": "报告\n （一）。"}, "某镇. 报告 （一）[R/OL]. 2024: 一(三)1(2024-03-30)[2026-11-22]. https://a.cn."),
    ],
)
def test_what_is_not_known_is_left_out(change, expected):
    report = replace(ONLINE, issuer="某镇", title="报告", url="https://a.cn")
    assert reference(replace(report, **change), "一(三)1", TODAY) == expected


@given(st.text(max_size=30), st.text(max_size=20), st.none() | st.dates(), st.sampled_from([None, "https://a.cn"]), st.text(max_size=8))
def test_a_reference_is_one_line_and_ends_once(title, issuer, published, url, place):
    line = reference(replace(REPORT, title=title, issuer=issuer, published=published, url=url), place, TODAY)
    assert len(line.splitlines()) == 1 and line.endswith(".") and not re.search(r"\.\.$", line)


def test_the_place_in_a_report_is_the_end_of_the_citations_id():
    assert place_of(CITATION) == "一(三)1"
    assert place_of(replace(CITATION, id="高观2022·一(六)·一是")) == "一(六)·一是"
    assert place_of(replace(CITATION, id="金井2023·题首")) == ""
    assert place_of(replace(CITATION, title="关于甲·乙的通知", id="关于甲·乙的通知·二")) == "二"
