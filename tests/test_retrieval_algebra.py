"""The executor over cells: conditions keep or exclude their bound, approximate values lie beside what is written, unlike ones stay apart."""

import pytest

from index.types import Place, ReportInfo
from retrieval.draft import Formula, Operation
from retrieval.plan.algebra import Cell, formula_of, run
from retrieval.question.plan import (
    AgainstMean,
    Change,
    Comparison,
    Condition,
    Direction,
    Fold,
    FoldKind,
    Grouping,
    Having,
    Plan,
    Top,
)


def cell(town: str, value: float, unit: str = "件", *, year: int = 2023, county: str = "甲县", qualifier: str = "", indicator: str = "调解") -> Cell:
    report = ReportInfo(id=f"{county}{town}{year}", file="f", digest="d", title="t", place=Place("", "", county, town), year=year)
    return Cell(report, year, value, unit, 0, indicator, qualifier)


CELLS = [cell("东镇", 100), cell("西镇", 120), cell("南镇", 80), cell("北镇", 0, county="乙县")]


def kept(plan, cells=CELLS, **more):
    return [c.report.town for c in run(plan, cells, **more).cells]


@pytest.mark.parametrize(
    ("comparison", "towns"),
    [
        (Comparison.ABOVE, ["西镇"]),
        (Comparison.AT_LEAST, ["东镇", "西镇"]),
        (Comparison.BELOW, ["南镇", "北镇"]),
        (Comparison.AT_MOST, ["东镇", "南镇", "北镇"]),
        (Comparison.EQUAL, ["东镇"]),
    ],
)
def test_a_condition_keeps_or_excludes_its_bound(comparison, towns):
    assert kept(Plan((Condition(comparison, 100, "件"),))) == towns


def test_more_than_eighty_is_above_eighty():
    rough = [cell("东镇", 80, qualifier="余"), cell("西镇", 80), cell("南镇", 80, qualifier="近")]
    assert kept(Plan((Condition(Comparison.ABOVE, 80),)), rough) == ["东镇"]
    assert kept(Plan((Condition(Comparison.AT_LEAST, 80),)), rough) == ["东镇", "西镇"]


def test_two_places_of_the_order_are_those_of_all():
    result = run(Plan((Top(2, only=True), Top(1, only=True), Fold(FoldKind.SPREAD))), CELLS)
    assert [[c.report.town for c in output.cells] for output in result.outputs] == [["东镇"], ["西镇"], ["东镇", "西镇"]]
    assert kept(Plan((Top(2), Top(1, least=True)))) == ["东镇", "西镇", "南镇", "北镇"]


def test_the_measure_is_that_of_the_surest_where_as_many_state_another():
    sure, unsure = [cell("东镇", 2, "名"), cell("西镇", 3, "名")], [cell("南镇", 147, "次"), cell("北镇", 2, "次")]
    assert kept(Plan((Top(),)), [*(c._replace(chance=0.7) for c in unsure), *sure])[0] in ("东镇", "西镇")


def test_steps_nest_in_their_order():
    result = run(Plan((Condition(Comparison.AT_LEAST, 80), Top(2), Fold(FoldKind.SUM))), CELLS)
    assert [c.value for c in result.outputs[-1].cells] == [120, 100]
    assert len(result.beyond) == 2


def test_those_equal_to_the_last_of_the_first_are_among_them():
    cells = [*CELLS, cell("中镇", 100)]
    assert kept(Plan((Top(2),)), cells) == ["西镇", "东镇", "中镇"]
    assert kept(Plan((Top(2, others=True),)), cells) == ["南镇", "北镇"]
    assert kept(Plan((Top(4, only=True),)), cells) == ["南镇"]


def test_a_stated_nought_is_a_value():
    assert kept(Plan((Having(had=False),))) == ["北镇"]
    assert kept(Plan((AgainstMean(Comparison.BELOW),))) == ["北镇"]


def test_money_is_compared_and_added_on_one_scale():
    money = [cell("东镇", 8600, "元"), cell("西镇", 1.5, "万元")]
    assert kept(Plan((Condition(Comparison.ABOVE, 1, "万元"),)), money) == ["西镇"]
    assert str(formula_of(Operation.SUM, money)) == "0.86（8600元） + 1.5 = 2.36"


def test_unlike_measures_are_no_rows_of_the_plan():
    result = run(Plan((Top(),)), [*CELLS, cell("中镇", 900, "场")])
    assert [c.report.town for c in result.unlike] == ["中镇"]
    assert kept(Plan((Condition(Comparison.ABOVE, 10, "人次"),))) == []


def test_two_reports_of_a_town_and_year_are_one_value():
    twice = [*CELLS, cell("东镇", 105)]
    result = run(Plan((Fold(FoldKind.SUM),)), twice)
    assert sum(c.value for c in result.outputs[0].cells) == 300
    assert [c.value for c in result.others] == [105]


def test_changes_are_of_towns_that_state_both_years():
    before = {("甲县", "东镇"): cell("东镇", 70, year=2022), ("甲县", "西镇"): cell("西镇", 125, year=2022)}
    rises = run(Plan((Change(Direction.RISE), Top())), CELLS, before=before)
    assert [(c.report.town, c.value) for c in rises.cells] == [("东镇", 30)]
    assert [c.report.town for c in rises.alone] == ["南镇", "北镇"]
    falls = run(Plan((Change(Direction.FALL, percent=True),)), CELLS, before=before)
    assert [(c.report.town, c.value) for c in falls.cells] == [("西镇", 4.0)]


def test_counties_are_compared_by_their_sums():
    result = run(Plan((Fold(FoldKind.SUM), Top()), Grouping.COUNTY), CELLS)
    assert [(c.name, c.value) for c in result.cells] == [("甲县", 300), ("乙县", 0)]
    assert result.outputs[-1].cells[0].name == "甲县"


def test_a_long_sum_shows_how_many_it_takes_together():
    formula = Formula(Operation.SUM, tuple(float(n) for n in range(1, 101)))
    assert str(formula) == "1 + 2 + 3 + … + 100（共100项） = 5050"
