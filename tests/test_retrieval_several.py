"""Several questions in one message, several versions of one report: each is answered, and told apart."""

import pytest
from conftest import SAMPLE

from index.build import build
from index.embed import default_encoder
from index.store import Store
from retrieval import Answerer
from retrieval.question.several import pieces, stand_apart

LONG = "？".join(["问"] * 9)


@pytest.fixture(scope="module")
def answerer(sample_store):
    return Answerer.open(sample_store)


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("甲镇调解了多少？乙镇呢？", ["甲镇调解了多少", "乙镇呢"]),
        ("甲镇调解了多少\n\n乙镇有哪些问题?", ["甲镇调解了多少", "乙镇有哪些问题"]),
        ("甲镇调解了多少？？？", ["甲镇调解了多少？？？"]),
        ("甲镇调解了多少，化解了多少", ["甲镇调解了多少，化解了多少"]),
        (LONG, [LONG]),
        ("？", ["？"]),
    ],
)
def test_a_message_is_parted_at_question_marks_and_lines(message, parts):
    assert pieces(message) == parts


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("金井镇2023年调解了多少纠纷\n高观镇2022年有多少法律明白人\n磁灶镇存在哪些问题", ("708起", "11名", "法制机构力量薄弱")),
        ("金井镇2023年调解了多少纠纷？高观镇有几个法律明白人？", ("708起", "11名")),
        ("金井镇2023年调解了多少纠纷？存在哪些问题？", ("708起", "治理工作力量薄弱")),
    ],
)
def test_each_question_of_a_message_gets_its_answer(answerer, message, said):
    answer = answerer.answer(message)
    assert all(words in answer.text for words in said) and not answer.refused
    assert "没有金井" not in answer.text and "资料库没有" not in answer.text
    assert [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert all(f"[{c.n}]" in answer.text for c in answer.citations)
    assert answer.numbers.total == answer.numbers.traced


def test_questions_that_are_one_stay_one(answerer):
    assert "◆" not in answerer.answer("金井镇2023年调解了多少纠纷？成功率是多少？").text


def test_of_several_questions_the_reply_is_refused_only_when_each_is(answerer):
    assert not answerer.answer("金井镇2023年调解了多少纠纷？青阳街道2023年调解了多少纠纷？").refused
    assert answerer.answer("青阳街道2023年调解了多少纠纷？罗山街道存在哪些问题？").refused


@pytest.mark.parametrize("changed", ["718", "1,708"])
def test_two_versions_of_a_report_are_said_to_be_two_and_cited_apart(tmp_path, changed):
    text = (SAMPLE / "001_3f3f6b05990f65f3.txt").read_text(encoding="utf-8")
    (tmp_path / "旧.txt").write_text(text, encoding="utf-8")
    (tmp_path / "新.txt").write_text(text.replace("708", changed), encoding="utf-8")
    with Store.create(tmp_path / "store", default_encoder()) as store:
        build([tmp_path / "旧.txt", tmp_path / "新.txt"], store)
    answer = Answerer.open(tmp_path / "store").answer("金井镇2023年排查了多少矛盾纠纷")
    assert "708" in answer.text and changed in answer.text
    assert "金井镇2023年有2份报告" in answer.text and "旧.txt" in answer.text and "新.txt" in answer.text
    assert len({citation.id for citation in answer.citations}) == len(answer.citations) == 2


def test_which_towns_and_then_one_town_are_two_questions(answerer):
    queries = [answerer.understand("2022年哪个镇设了法律明白人"), answerer.understand("高观镇那边有几个", ["2022年哪个镇设了法律明白人"])]
    assert stand_apart(queries)
