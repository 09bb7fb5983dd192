"""What a question writes by its sound is read as the report in scope has it."""

import pytest
from answer_builders import answerer_of

from retrieval.question.heard import Sounds, heard, in_words

REPORT = """沙墩镇2023年法治政府建设情况报告

一、主要工作
（一）司法建议。收到县人民法院司法建议2份，均在二十日内复函。
（二）行政诉讼。全年行政诉讼3件，租期过长的合同17份。

沙墩镇人民政府
2024年1月9日
"""
SOUNDS = Sounds.of(REPORT)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("司法见议收到几份", "司法建议收到几份"),
        ("行政诉颂有几件", "行政诉讼有几件"),
        ("租期太长的合同几份", "租期太长的合同几份"),
        ("调解了多少纠纷", "调解了多少纠纷"),
        ("有几件案子", "有几件案子"),
    ],
)
def test_only_what_sounds_like_the_report_and_reads_badly_is_read_otherwise(written: str, meant: str) -> None:
    assert heard(written, SOUNDS) == meant


def test_how_it_was_read_is_said_with_a_character_on_either_side() -> None:
    assert list(in_words("收到司法见议", "收到司法建议")) == ["“法见议”按“法建议”理解"]


def test_the_answer_and_the_reply_follow_what_was_heard(tmp_path) -> None:
    answer = answerer_of(tmp_path, {"沙墩镇2023年.txt": REPORT}).answer("沙墩镇2023年司法见议收到几份")
    assert "司法建议2份" in answer.text
    assert "“法见议”按“法建议”理解" in answer.text
