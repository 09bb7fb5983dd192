"""Grading a reply: the rules of data/eval/README.md."""

from pathlib import Path

import pytest

from index.errors import BadRequest
from retrieval.measure.scoring import Evidence, Item, contains, grade, quote_hit, read_items

ASKED = Item("q", "某镇发了多少份", "fact_number", answerable=True, must_contain=(("2500", "二千五百"),), must_not_contain=("4268",))


@pytest.mark.parametrize(("text", "wanted"), [("共2,500份", "2500"), ("共２５００份", "2500"), ("《谣言》小视频", "谣言小视频"), ("2024-03-30 15:38", "2024-03-30")])
def test_matching_ignores_width_marks_and_thousands_commas(text: str, wanted: str) -> None:
    assert contains(text, wanted)


@pytest.mark.parametrize(("text", "wanted"), [("15次", "5次"), ("98.4%", "8.4%"), ("共25000份", "2500"), ("", "1"), ("任何", "")])
def test_a_digit_never_matches_inside_a_longer_number(text: str, wanted: str) -> None:
    assert not contains(text, wanted)


def test_an_answer_is_right_when_every_group_is_there_and_nothing_forbidden() -> None:
    assert grade(ASKED, "发放宣传手册2500份", [], refused=False).correct
    assert not grade(ASKED, "发放2500份、4268份", [], refused=False).correct
    assert not grade(ASKED, "发放一批", [], refused=False).correct
    assert not grade(ASKED, "2500份", [], refused=True).correct


def test_a_refusal_counts_by_flag_or_by_words_but_never_with_a_forbidden_figure() -> None:
    item = Item("q", "某镇调解多少起", "near_miss", answerable=False, must_not_contain=("708",))
    assert grade(item, "报告没有写明", [], refused=False).correct
    assert grade(item, "", [], refused=True).correct
    assert not grade(item, "没有写明，别处是708起", [], refused=True).correct
    assert not grade(item, "36起", [], refused=False).correct


def test_with_neg_ok_a_town_may_be_named_as_not_reporting() -> None:
    item = Item("q", "哪些镇", "across_towns", answerable=True, must_contain=(("甲镇",),), must_not_contain=("乙镇",), tags=frozenset({"neg_ok"}))
    assert grade(item, "甲镇写了。乙镇没有写明。", [], refused=False).correct
    assert not grade(item, "甲镇和乙镇写了。", [], refused=False).correct


def test_evidence_is_hit_by_half_of_its_characters_in_the_same_file() -> None:
    item = Item("q", "", "x", answerable=True, evidence=(Evidence("a.txt", "共排查矛盾纠纷708起,化解708起"),))
    assert grade(item, "", [Evidence("a.txt", "矛盾纠纷708起，化解")], refused=False).cited
    assert not grade(item, "", [Evidence("b.txt", "共排查矛盾纠纷708起,化解708起")], refused=False).cited
    assert not quote_hit("共排查矛盾纠纷708起", "矛盾")


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id":"1","question":"?","type":"x","answerable":true}\n{"id":2}\n', encoding="utf-8")
    with pytest.raises(BadRequest, match="第 2 行"):
        read_items(path)
    with pytest.raises(BadRequest, match="读不到"):
        read_items(tmp_path / "none.jsonl")
