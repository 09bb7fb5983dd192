"""The pairs that the embedding learns from: every source gives its own, and none is empty or longer than what is read of it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from random import Random

import pytest

from index.pairs import PASSAGE, pairs

REPLY = "您好，来信收悉。经核实，该路段路灯因线路老化损坏，现已安排人员维修，预计三日内恢复照明。感谢您的监督。"
LAW = "# 中华人民共和国测试法\n<!-- INFO END -->\n## 第一章 总则\n第一条 为了测试，制定本法，适用于全国各地，自公布之日起施行。\n第二条 各级人民政府应当做好测试工作；具体办法由国务院规定。"
TEXT = "全镇共排查矛盾纠纷七百零八起，化解七百零八起。开展普法宣传活动，发放资料两万份。下一步继续做好基层治理工作，不断提升群众满意度。" * 4
DATA = {
    "gov_messages": [{"theme": "路灯坏了没人修", "detail": "我们小区门口的路灯坏了一个月，晚上很黑，老人出门不方便。请问什么时候能修好？", "reply": REPLY}],
    "ncp_qa_other_docs": [{"question": "复工要什么手续", "answer": "企业复工实行备案制。"}, {"question": "空的", "answer": ""}],
    "lawbench_consult": [{"question": "场景:老板不给工资怎么办", "answer": "回答:可以投诉。法律依据:《劳动法》第五十条 工资应当按月支付。"}],
    "cmrc2018_train": [{"q": "活动有几场", "passage": TEXT, "answer": "七百零八起", "answer_start": 7}],
    "laws_cn": [{"title": "中华人民共和国测试法", "text": LAW}],
    "gov_work_reports": [{"title": "工作报告", "text": TEXT}],
    "news_half": [{"text": TEXT}],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, rows in DATA.items():
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return tmp_path


def test_every_source_gives_pairs_that_say_something(data: Path) -> None:
    found = pairs(data, Random(1))
    assert set(found) == {"messages", "policy", "consultations", "encyclopaedia", "laws", "reports", "news"}
    for pair in (pair for source in found.values() for pair in source):
        assert pair[0] and 0 < len(pair[1]) <= PASSAGE


def test_questions_stand_beside_their_answers(data: Path) -> None:
    found = pairs(data, Random(1))
    assert ("路灯坏了没人修", REPLY) in found["messages"]
    assert found["policy"] == [("复工要什么手续", "企业复工实行备案制。")]
    assert ("老板不给工资怎么办", "《劳动法》第五十条 工资应当按月支付。") in found["consultations"]
    assert any(query == "活动有几场" and "七百零八起" in passage for query, passage in found["encyclopaedia"])


def test_an_article_stands_beside_its_law_and_chapter_without_its_number(data: Path) -> None:
    found = pairs(data, Random(1))["laws"]
    assert ("测试法 总则", "为了测试，制定本法，适用于全国各地，自公布之日起施行。") in found


def test_a_piece_of_running_text_is_not_in_the_rest_of_it(data: Path) -> None:
    once = "一是排查矛盾纠纷七百零八起。二是开展普法宣传一百一十五场。三是发放宣传资料两万余份。"
    with gzip.open(data / "news_half.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"text": once}, ensure_ascii=False) + "\n")
    ((query, rest),) = pairs(data, Random(1))["news"]
    assert query in once and query not in rest


def test_the_same_seed_gives_the_same_pairs(data: Path) -> None:
    assert pairs(data, Random(1)) == pairs(data, Random(1))
