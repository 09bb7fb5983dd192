"""What a question asks to be calculated, and with which of its words: read by the marker that ships, in words that it was not taught."""

import pytest

from index.errors import ModelUnavailable
from retrieval.question.derivation import Relation
from retrieval.question.relation import relations_of
from retrieval.reader.marker import KINDS, LocalMarker, default_marker
from retrieval.reader.model import LocalReader


@pytest.fixture(scope="module")
def marker():
    return default_marker()


@pytest.mark.parametrize(
    ("question", "relation", "one", "other"),
    [
        ("苗木换下来的占全部苗木的几成", Relation.SHARE, "苗木换下来", "全部苗木"),
        ("护林补贴在林业支出里占多少", Relation.SHARE, "护林补贴", "林业支出"),
        ("课程里夜校之外的有多少节", Relation.REST, "夜校", "课程"),
        ("水费里刨掉抽水电费和工钱还剩几块", Relation.REST, "抽水电费、工钱", "水费"),
        ("砖窑噪声投诉降了几成", Relation.GROWTH, "砖窑噪声投诉", ""),
        ("摊位费砍下来多少", Relation.GAP, "摊位费", ""),
        ("捡到的牛比捡到的羊多几头", Relation.GAP, "牛", "羊"),
        ("平均每个渡口查了几条船", Relation.EACH, "船", "渡口"),
        ("黄牌警告和红牌停业凑一块几家", Relation.SUM, "黄牌警告、红牌停业", ""),
    ],
)
def test_the_relation_and_the_words_of_both_sides_are_read(marker, question, relation, one, other):
    asked = next(asked for asked in relations_of(question, question, question, marker.kinds(question), marker) if asked.relation is relation)
    assert one in asked.one or asked.one in one
    assert set(other) <= set(asked.other)


@pytest.mark.parametrize(
    "question",
    ["占地多少亩", "侵占河道几起", "今年多少人参加", "增加了哪些措施", "有没有发生诉讼", "平均年龄多大", "除了调解还做了什么", "差评主要说什么", "为什么比别人少", "谁来分摊"],
)
def test_what_only_looks_like_a_calculation_is_none(marker, question):
    assert not relations_of(question, question, question, marker.kinds(question), marker)


def test_several_are_told_where_several_are_asked(marker):
    question = "热线投诉比上年多了多少件，涨幅多大"
    assert {asked.relation for asked in relations_of(question, question, question, marker.kinds(question), marker)} == {Relation.GAP, Relation.GROWTH}


def test_what_was_added_up_is_the_part_of_a_share_asked_with_it(marker):
    question = "山歌和快板加起来演了多少场，占全部演出的多少"
    share = next(asked for asked in relations_of(question, question, question, marker.kinds(question), marker) if asked.relation is Relation.SHARE)
    assert not share.one


def test_a_rate_is_the_share_of_what_was_brought_to_that_end(marker):
    question = "纠纷调成率是多少"
    asked = relations_of(question, question, question, marker.kinds(question), marker)[0]
    assert (asked.relation, asked.one, asked.name) == (Relation.SHARE, "调成", "调成率")


def test_what_several_towns_are_asked_for_is_told_from_what_one_is(marker):
    assert max(marker.kinds("哪几个镇处罚超过五十件").items(), key=lambda kind: kind[1])[0] == "t_filter"
    assert max(marker.kinds("全县各镇一共调解多少件").items(), key=lambda kind: kind[1])[0] == "t_total"


def test_every_kind_has_a_chance_and_every_character_a_role(marker):
    question = "占道的占几成"
    chances = marker.kinds(question)
    assert set(chances) == set(KINDS)
    assert all(0 <= chance <= 1 for chance in chances.values())
    assert marker.roles(question, "share").shape == (len(question), 3)


def test_a_marker_whose_file_is_missing_says_how_to_mend_it(tmp_path):
    with pytest.raises(ModelUnavailable, match="请重新安装镇问"):
        LocalMarker(LocalReader(tmp_path)).kinds("占几成")
