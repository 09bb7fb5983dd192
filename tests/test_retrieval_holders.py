"""Who holds a post is told by the sentence that names him, whatever else it says."""

import pytest
from answer_builders import WordsReader, answerer_of

from retrieval.question.holders import SURE_NAME, named, post_of

REPORT = """青石县云埠镇2023年法治政府建设工作报告
一、主要做法
镇党委书记罗启文切实履行第一责任人职责，全年召开专题会议4次。书记、镇长双述法，由镇长任组长，办公室设在司法所。
镇长覃秀兰带队督查3轮。白水村支部书记李强带头调解纠纷9件。
"""


@pytest.fixture
def ask(tmp_path):
    answerer = answerer_of(tmp_path, {"云埠镇2023.txt": REPORT}, WordsReader())
    return lambda question: answerer.answer(question).text


@pytest.mark.parametrize(
    ("question", "said"),
    [("云埠镇2023年的书记是哪位", "罗启文"), ("云埠镇镇长叫啥名", "覃秀兰"), ("云埠镇党委书记叫什么名字", "罗启文")],
)
def test_the_sentence_that_names_the_holder_is_said(ask, question, said):
    assert said in ask(question).splitlines()[0]


def test_a_post_that_nobody_is_named_for_names_nobody(ask):
    assert "罗启文" not in ask("云埠镇派出所所长是谁")


@pytest.mark.parametrize("question", ["书记带头做了什么", "谁当组长", "请了几个主任律师"])
def test_other_questions_ask_for_no_holder(question):
    assert post_of(question) == ""


def test_a_village_secretary_is_not_the_towns():
    assert named("白水村支部书记李强", "书记") < SURE_NAME


@pytest.mark.parametrize("text", ["镇长刀建明出庭", "书记巴特尔主持", "党委书记欧阳振国带头讲法", "镇长乔秀兰任组长"])
def test_a_rare_surname_names_a_holder_too(text):
    assert named(text, "书记" if "书记" in text else "镇长") >= SURE_NAME


@pytest.mark.parametrize("text", ["书记任组长", "镇长出庭", "书记亲自包案", "书记和镇长带头学法", "书记约谈了村支书"])
def test_what_a_holder_does_is_no_name(text):
    assert named(text, "书记" if "书记" in text else "镇长") < SURE_NAME
