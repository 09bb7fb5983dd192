"""What a newcomer is told to ask must work on the collection that is there."""

from pathlib import Path

import pytest

from index.build import build
from index.embed import default_encoder
from index.store import Store
from index.types import Figure, Kind, Place, ReportInfo, Span
from retrieval.answer import Answerer
from retrieval.reply.chat import examples

SAMPLE = Path(__file__).parent.parent / "data" / "sample"


def report(town: str, county: str = "洑阳县", year: int = 2023) -> ReportInfo:
    key = f"{county}{town}{year}"
    return ReportInfo(id=key, file=f"{key}.txt", digest="", title="", place=Place("", "", county, town), year=year)


def figure(of: ReportInfo, indicator: str, **more) -> Figure:
    return Figure(of.id, 0, 0, 1, Span(0, 1), "", "", indicator, **({"value": 9.0, "unit": "件", "year": of.year} | more))


def test_every_example_is_answered_from_the_sample_reports(tmp_path: Path) -> None:
    with Store.create(tmp_path / "store", default_encoder()) as made:
        build([SAMPLE], made)
    answerer = Answerer.open(tmp_path / "store")
    asking = answerer.examples()
    assert 3 <= len(asking) <= 4
    for question in asking:
        answer = answerer.answer(question)
        assert not answer.refused, question
        assert answer.citations, question
    assert all(question in answerer.answer("你会什么").text for question in asking)
    assert asking[0] in answerer.answer("你好").text


def test_a_figure_is_asked_for_only_where_a_report_states_it() -> None:
    north, south = report("沣溪镇"), report("棠浦乡", year=2022)
    stated = [figure(north, "法律援助"), figure(south, "法律援助", kind=Kind.PLANNED), figure(south, "法律咨询", value=0.0)]
    assert examples((north, south), stated) == ("沣溪镇2023年办理了多少件法律援助", "其他镇怎么开展普法宣传")


def test_two_towns_are_compared_where_both_state_the_thing_and_problems_are_asked_where_there_are_some() -> None:
    north, south = report("沣溪镇"), report("棠浦乡")
    asking = examples((north, south), [figure(north, "法律明白人"), figure(south, "法律明白人")], [south.id])
    assert "棠浦乡和沣溪镇各有多少名法律明白人" in asking
    assert asking[-1] == "棠浦乡存在哪些问题"


def test_a_town_is_named_only_where_its_name_says_which() -> None:
    one, other = report("沣溪镇"), report("沣溪镇", "灈阳县")
    asking = examples((one, other), [figure(one, "法律明白人")])
    assert asking
    assert not any("沣溪" in question for question in asking)


@pytest.mark.parametrize("catalogue", [(), (report("", year=2023),)])
def test_a_collection_without_town_reports_has_no_examples(catalogue) -> None:
    assert examples(catalogue) == ()
