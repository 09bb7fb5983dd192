"""The figures ledger: every stated number once, with its sentence, found by town, county, year and indicator."""

import pytest

from index.build import build
from index.embed import default_encoder
from index.errors import BadRequest
from index.store import Store
from index.types import Kind
from retrieval.ledger import ledger

NORTH = """洑阳县沣溪镇2023年法治政府建设工作报告

一、主要工作
（一）化解矛盾。全年调解矛盾纠纷36起，其中邻里纠纷11起、婚姻家庭纠纷20起、土地纠纷15起。发放普法资料1800余份。
（二）法治宣传。培育法律明白人53名，2022年为40名。开展爱心送考服务7趟。

二、下一步工作打算
2024年计划培育法律明白人60名。
"""
SOUTH = "灈阳县沣溪镇2023年法治政府建设工作报告\n\n一、主要工作\n全年调解矛盾纠纷90件。\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ledger")
    for name, text in (("洑阳县沣溪镇2023年.txt", NORTH), ("灈阳县沣溪镇2023年.txt", SOUTH)):
        (folder / name).write_text(text, encoding="utf-8")
    with Store.create(folder / "store", default_encoder()) as made:
        build([folder], made)
    with Store.open(folder / "store") as opened:
        yield opened


def test_every_figure_of_the_store_has_one_row_with_the_sentence_it_stands_in(store):
    found = ledger(store)
    assert len(found) == len(store.figures())
    for entry in found:
        text = store.report(entry.report.id).text
        assert text[entry.start : entry.end] == entry.sentence
        assert entry.written.removesuffix(entry.unit) in entry.sentence


def test_a_row_says_the_number_as_it_is_written_with_its_qualifier_and_a_readable_source(store):
    [entry] = ledger(store, indicator="普法资料")
    assert (entry.value, entry.unit, entry.qualifier, entry.written) == (1800, "份", "余", "1800余份")
    assert entry.citation.startswith("沣溪2023·一")


def test_a_number_belongs_to_the_year_it_is_about(store):
    values = {year: [e.value for e in ledger(store, year=year, indicator="法律明白人")] for year in (2022, 2023, 2024)}
    assert values == {2022: [40], 2023: [53], 2024: [60]}
    [plan] = ledger(store, year=2024, indicator="法律明白人")
    assert plan.kind is Kind.PLANNED


def test_parts_name_their_whole_and_what_does_not_add_up_is_said_beside_each(store):
    rows = {e.indicator: e for e in ledger(store, county="洑阳县") if "纠纷" in e.indicator}
    assert rows["邻里纠纷"].whole == "矛盾纠纷调解"
    assert rows["矛盾纠纷调解"].whole == ""
    assert all("46" in row.doubts[0] for row in rows.values())


def test_the_county_tells_two_towns_of_one_name_apart(store):
    assert {e.report.place.county for e in ledger(store, town="沣溪")} == {"洑阳县", "灈阳县"}
    assert [e.value for e in ledger(store, town="沣溪镇", county="灈阳县")] == [90]


def test_a_figure_that_no_indicator_fits_is_found_by_its_own_words(store):
    [entry] = ledger(store, indicator="送考")
    assert (entry.value, entry.listed) == (7, False)


@pytest.mark.parametrize(("asked", "near"), [({"town": "沣西镇"}, "沣溪镇"), ({"county": "洑阴县"}, "洑阳县"), ({"indicator": "法律明百人"}, "法律明白人")])
def test_an_unknown_name_is_refused_with_the_nearest_that_there_are(store, asked, near):
    with pytest.raises(BadRequest, match=near):
        ledger(store, **asked)


def test_a_name_like_none_is_refused_with_some_that_there_are(store):
    with pytest.raises(BadRequest, match=r"现有的如.*矛盾纠纷"):
        ledger(store, indicator="XYZ")


def test_a_year_without_numbers_is_an_empty_ledger(store):
    assert ledger(store, year=1999) == ()


def test_an_empty_store_is_said_to_be_empty(tmp_path):
    with Store.create(tmp_path / "store", default_encoder()) as empty, pytest.raises(BadRequest, match="zhenwen index"):
        ledger(empty, town="沣溪镇")


@pytest.mark.parametrize("written", ["120件以上", "不少于120件", "不足120件", "约120件", "120余件", "近120件", "120件左右", "超过120件", "120件"])
def test_what_qualifies_a_number_is_written_in_its_row_wherever_it_stands(tmp_path, written):
    (tmp_path / "甲县沣溪镇2023年.txt").write_text(f"甲县沣溪镇2023年法治政府建设工作报告\n\n一、主要工作\n全年调解矛盾纠纷{written}。\n", encoding="utf-8")
    with Store.create(tmp_path / "store", default_encoder()) as made:
        build([tmp_path / "甲县沣溪镇2023年.txt"], made)
        [entry] = ledger(made)
    assert entry.written == written
