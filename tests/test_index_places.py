"""Promises of index/places.py: real names are known, and a collection fills in what one report leaves open."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.address import addresses, area
from index.places import Gazetteer, complete_places
from index.types import Place, ReportInfo, Span

REAL = Gazetteer.load()
FEW_SECONDS = 1.0  # generous: 15 ms on an idle machine


def info(name: str, place: Place, title: str = "") -> ReportInfo:
    return ReportInfo(id=name, file=name, digest="", title=title, place=place, year=2022)


def test_a_name_that_one_town_bears_gives_its_place():
    assert REAL.towns_named("泉掌镇") == (Place("山西省", "运城市", "新绛县", "泉掌镇"),)


def test_a_name_that_several_towns_bear_gives_them_all():
    assert {place.county for place in REAL.towns_named("中兴镇")} == {"崇明区", "澄迈县", "安居区"}


def test_bare_names_are_found_when_no_full_name_is():
    assert REAL.towns_named("泉掌") == REAL.towns_named("泉掌镇")
    assert REAL.counties_named("晋江") == (Place("福建省", "泉州市", "晋江市"),)
    assert REAL.cities_named("泉州") == (Place("福建省", "泉州市"),)


@pytest.mark.parametrize(
    ("name", "full"),
    [("福建", "福建省"), ("内蒙古", "内蒙古自治区"), ("广西", "广西壮族自治区"), ("上海市", "上海市"), ("火星", "")],
)
def test_provinces_are_known_in_full_and_in_short(name, full):
    assert REAL.province_named(name) == full


@pytest.mark.parametrize("name", ["", " ", "晋江市", "镇", "泉掌", "不存在镇", "北京市,,东城区,", "泉掌镇 横桥镇"])
def test_what_is_no_towns_full_name_is_no_town(name):
    assert not REAL.contains_town(name)


@given(st.text(max_size=20))
def test_any_text_can_be_looked_up(name):
    assert all(place.town for place in REAL.towns_named(name))
    assert all(place.county for place in REAL.counties_named(name))
    assert all(name[mention.span.start : mention.span.end] == mention.places[0].town for mention in REAL.find(name))


def test_towns_are_found_in_a_text_longest_name_first():
    text = "泉掌镇和北京的三里屯街道学习盐田畲族乡的做法，各乡镇都来了"
    assert [text[mention.span.start : mention.span.end] for mention in REAL.find(text)] == ["泉掌镇", "三里屯街道", "盐田畲族乡"]
    assert REAL.find(text)[0].span == Span(0, 3)


def test_a_keepers_file_adds_places(tmp_path):
    own = tmp_path / "places.csv"
    own.write_text("province,city,county,towns\n# 2024年新设\n安徽省,,淠东县,新集镇 三塘镇\n", encoding="utf-8")
    places = Gazetteer.load(own)
    assert Place("安徽省", "", "淠东县", "新集镇") in places.towns_named("新集镇")
    assert places.counties_named("淠东县") == (Place("安徽省", "", "淠东县"),)
    assert places.contains_town("泉掌镇")


def test_the_gazetteer_is_ready_at_once():
    start = time.process_time()
    Gazetteer.load()
    assert time.process_time() - start < FEW_SECONDS


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县爱新色里镇人民政府", Place("新疆维吾尔自治区", "伊犁哈萨克自治州", "察布查尔锡伯自治县", "爱新色里镇")),
        ("广西南宁市武鸣区罗波镇", Place("广西壮族自治区", "南宁市", "武鸣区", "罗波镇")),
        ("东莞市长安镇", Place("", "东莞市", "", "长安镇")),
        ("恩施市白杨坪镇", Place("", "", "恩施市", "白杨坪镇")),
        ("新市镇人民政府", Place(town="新市镇")),
        ("市中区市中街道办事处", Place("", "", "市中区", "市中街道")),
        ("涢南区人民政府解放桥街道办事处", Place("", "", "涢南区", "解放桥街道")),
        ("中共荆阳县长岗镇委员会", Place("", "", "荆阳县", "长岗镇")),
        ("2022年度石沟河乡", Place(town="石沟河乡")),
        ("湓宁市鹭桥镇", Place("", "", "湓宁市", "鹭桥镇")),
        ("湖南省湓宁市人民政府鹭桥街道", Place("湖南省", "", "湓宁市", "鹭桥街道")),
        ("泉州市湓宁市鹭桥镇", Place("", "泉州市", "湓宁市", "鹭桥镇")),
        ("湓宁市云阴县鹭桥镇", Place("", "湓宁市", "云阴县", "鹭桥镇")),
        ("湓城市鹭桥镇", Place("", "", "湓城市", "鹭桥镇")),
        ("位于湓宁市鹭桥镇", Place("", "", "湓宁市", "鹭桥镇")),
        ("泉州市晋江市金井镇", Place("", "泉州市", "晋江市", "金井镇")),
        ("泉州市鹭桥镇", Place("", "泉州市", "", "鹭桥镇")),
        ("吉林市鹭桥镇", Place("", "吉林市", "", "鹭桥镇")),
        ("重庆市梁平区金龙镇", Place("重庆市", "", "梁平区", "金龙镇")),
    ],
)  # fmt: skip
def test_addresses_are_cut_where_the_places_end(words, place):
    assert [address.place for address in addresses(words, REAL)] == [place]


@pytest.mark.parametrize("words", ["全市", "宜居城市", "小城市", "县级市", "各县市", "赴泉州市", "泉州市", "上海市"])
def test_what_is_no_county_level_city_is_no_towns_county(words):
    assert [address.place.county for address in addresses(f"{words}鹭桥镇", REAL)] == [""]


def test_the_name_of_a_web_site_gives_its_area():
    assert area("湓宁市人民政府门户网站", REAL) == Place("", "", "湓宁市")
    assert area("湓宁市云泽区人民政府", REAL) == Place("", "湓宁市", "云泽区")
    assert area("湖北省涢南区人民政府门户网站", REAL) == Place("湖北省", "", "涢南区")
    assert area("中国政府网", REAL) == Place()


def test_the_county_is_learnt_from_another_report_of_the_town():
    found = complete_places([info("a", Place(town="桥街道")), info("b", Place("湖北省", "", "涢南区", "桥街道"))])
    assert found["a"] == Place("湖北省", "", "涢南区", "桥街道")


def test_the_province_is_learnt_from_another_town_of_the_county():
    found = complete_places(
        [info("a", Place("", "", "淠东县", "三塘镇")), info("b", Place("安徽省", "六安市", "淠东县", "新集镇"))]
    )
    assert found["a"] == Place("安徽省", "六安市", "淠东县", "三塘镇")


def test_what_the_collection_leaves_open_stays_open():
    found = complete_places(
        [
            info("a", Place(town="双河镇")),
            info("b", Place("湖北省", "", "荆阳县", "双河镇")),
            info("c", Place("甘肃省", "", "洮源县", "双河镇")),
        ]
    )
    assert found["a"] == Place(town="双河镇")


def test_what_a_report_states_is_never_changed():
    mine, other = Place("甘肃省", "", "洮源县", "双河镇"), Place("湖北省", "", "荆阳县", "双河镇")
    assert complete_places([info("a", mine), info("b", other), info("c", Place())]) == {"a": mine, "b": other}


def test_a_guess_from_the_gazetteer_gives_way_to_what_the_collection_states():
    guessed, stated = REAL.towns_named("泉掌镇")[0], Place("安徽省", "", "云阴县", "泉掌镇")
    assert complete_places([info("a", guessed, "泉掌镇2022年报告"), info("b", stated)])["a"] == stated
    assert complete_places([info("a", guessed, "新绛县泉掌镇2022年报告"), info("b", stated)])["a"] == guessed
    others = [Place("甲省", "", "甲县", "泉掌镇"), Place("乙省", "", "乙县", "泉掌镇")]
    assert complete_places([info("a", guessed), info("b", others[0]), info("c", others[1])])["a"] == guessed
