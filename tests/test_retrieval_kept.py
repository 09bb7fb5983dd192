"""Whether a plan was kept: it stands in the one report, what came of it in the next, whose own plans are none of the answer."""

import numpy as np
import pytest
from answer_builders import answerer_of

from retrieval.answer import Answerer
from retrieval.reader.model import NEVER

EARLY = """沙墩镇2022年法治政府建设情况报告

一、主要工作
（一）村级合同。司法所审查合同31份。

二、2023年工作打算
一是试行合同“先审后签”制度，年底前覆盖全部9个村。

沙墩镇人民政府
2023年1月9日
"""
LATE = """沙墩镇2023年法治政府建设情况报告

一、主要工作
（一）村级合同。该制度已覆盖7个村，尚有2个村没有专人报送。
（二）普法。开展普法活动30场。

二、2024年工作打算
一是把余下2个村纳入“先审后签”，实现9个村全覆盖。

沙墩镇人民政府
2024年1月9日
"""


class Shortened:
    """Knows by the question itself only what is planned; what was done by the words of the plan (试行) alone."""

    def read(self, question, candidates):
        plans = [4.0 if "9个村" in c.sentence else NEVER for c in candidates]
        done = [3.0 if "已覆盖" in c.sentence else NEVER for c in candidates]
        return np.array(done if "试行" in question else plans, np.float32)


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    answerer_of(folder, {"沙墩镇2022年.txt": EARLY, "沙墩镇2023年.txt": LATE})
    return Answerer.open(folder / "store", reader=Shortened()).answer


@pytest.mark.parametrize("question", ["沙墩镇2022年说年底前先审后签覆盖全部9个村，到2023年末做到了吗", "沙墩镇上一年计划的“先审后签覆盖9个村”，2023年达到了没？"])
def test_the_plan_and_what_was_done_are_told_and_the_next_plan_is_not(ask, question):
    answer = ask(question)
    assert [c.quote[:9] for c in answer.citations] == ["一是试行合同“先审", "该制度已覆盖7个村"]
    assert answer.text.startswith("沙墩镇2023年计划：")


def test_how_much_is_planned_for_a_year_without_a_report_is_told_from_the_report_before(ask) -> None:
    answer = ask("沙墩镇2024年“先审后签”要增加到几个村？")
    assert answer.text.startswith("沙墩镇2024年计划：")
    assert "9个村" in answer.text


def test_how_much_there_was_in_a_year_without_a_report_is_no_plan(tmp_path_factory) -> None:
    answerer = answerer_of(tmp_path_factory.mktemp("missing"), {"沙墩镇2023年.txt": LATE})
    assert answerer.answer("沙墩镇2024年审查合同多少份").refused
