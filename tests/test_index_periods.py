"""Parts of a year and years in a row, as they are written."""

import pytest

from index.periods import part_of_year, years_in_a_row


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("2024年第三季度法治政府建设情况报告", (7, 9)),
        ("2024年上半年工作总结", (1, 6)),
        ("今年下半年", (7, 12)),
        ("前三季度", (1, 9)),
        ("一季度", (1, 3)),
        ("第４季度", (10, 12)),
        ("1-6月份", (1, 6)),
        ("一至九月", (1, 9)),
        ("5月份", (5, 5)),
    ],
)
def test_a_part_of_a_year_is_told_by_its_months(words, months):
    part = part_of_year(words)
    assert part is not None
    assert (part.first, part.last) == months


@pytest.mark.parametrize("words", ["2024年1—12月", "按季度打分", "每季度一次", "2024年6月", "2024年度", "半年一考", "13月份"])
def test_other_words_are_no_part_of_a_year(words):
    assert part_of_year(words) is None


@pytest.mark.parametrize(
    ("words", "span"),
    [("2021—2025年", (2021, 2025)), ("2023年至2024年", (2023, 2024)), ("2023、2024年度", (2023, 2024)), ("二〇二二年和二〇二三年", (2022, 2023))],
)
def test_years_in_a_row_are_told_by_their_ends(words, span):
    found = years_in_a_row(words)
    assert found is not None
    assert (found.first, found.last) == span


@pytest.mark.parametrize("words", ["2024年工作总结和2025年计划", "2021年—2022年3月", "2024年", "2025—2021年"])
def test_two_years_apart_are_no_span(words):
    assert years_in_a_row(words) is None
