"""What belongs to an answer beside its best sentence: the other questions of one message, the cause beside its effect, the row of a table."""

import numpy as np
import pytest
from answer_builders import answerer_of

from bot.reasons import NAMES
from retrieval.answer import Answerer
from retrieval.question.topic import questions
from retrieval.reader.model import NEVER
from retrieval.types import Query

REPORT = """沙墩镇2023年法治政府建设情况报告

一、主要工作
（一）议事。白天青壮年多在外务工。为此，镇里推行“灯下议”，每月逢十晚上开会。全年开会162场。
（二）调解队伍。专职调解员待遇低，年内有2人辞职。
（三）法治文艺。因疫情防控需要，原定于五月举办的文艺汇演取消，改为线上竞答。

三、下一步打算
将专职调解员补贴提高到3万元。

沙墩镇人民政府
2024年1月9日
"""
MEANT = {
    "走了几个": "2人辞职",
    "补贴": "提高到3万元",
    "夜里": "灯下议",
    "汇演": "线上竞答",
}
"""Words of a question with those of the sentence that the reader takes for its answer."""


class Taught:
    """Takes for an answer what ``MEANT`` says of the last question that it is asked; what stands beside, for hardly likely."""

    def read(self, question, candidates):
        last = question.split("；")[-1]
        wanted = [words for asked, words in MEANT.items() if asked in last]
        scores = [4.0 if any(words in c.sentence for words in wanted) else -2.0 if "务工" in c.sentence else NEVER for c in candidates]
        return np.array(scores, np.float32)


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("together")
    answerer_of(folder, {"沙墩镇2023年.txt": REPORT})
    return Answerer.open(folder / "store", reader=Taught()).answer


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("调解员走了几个,打算把补贴涨到多少", ("调解员走了几个", "打算把补贴涨到多少")),
        ("镇里立了规矩,兑现了吗?谁来管", ("镇里立了规矩,兑现了吗", "谁来管")),
        ("检查少了多少?整改反倒没放松吧", ("检查少了多少", "整改反倒没放松吧")),
        ("受理了多少纠纷", ()),
        ("石栗镇,说说调解员", ()),
    ],
)
def test_a_message_is_parted_into_its_questions_with_what_leads_to_each(text, asked) -> None:
    assert questions(text) == asked


def test_each_of_two_questions_is_answered_wherever_its_sentence_stands(ask) -> None:
    answer = ask("沙墩镇2023年调解员走了几个，打算把补贴涨到多少留人？")
    assert "2人辞职" in answer.text
    assert "3万元" in answer.text


def test_a_cause_is_told_before_the_effect_that_stands_beside_it(ask) -> None:
    lines = ask("沙墩镇2023年为什么夜里开会").text.splitlines()
    assert "务工" in lines[0]
    assert "灯下议" in lines[1]
    assert "162场" not in "".join(lines)


def test_without_a_why_the_effect_stands_alone(ask) -> None:
    assert "务工" not in ask("沙墩镇2023年夜里开的会叫什么").text


def test_a_month_in_a_question_about_words_is_a_word_like_others(ask) -> None:
    assert "线上竞答" in ask("沙墩镇五月份说好的文艺汇演后来换成啥了").text


def test_what_was_understood_has_a_name_for_people() -> None:
    assert set(Query.__slots__) - {"question"} <= set(NAMES)
