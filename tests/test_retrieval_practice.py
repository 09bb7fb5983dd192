"""Practice cards: what towns did about the very thing, and nothing that only sounds like it."""

import pytest
from answer_builders import answerer_of

from retrieval.reader.model import default_reader

TAIL = """

二、存在的问题
普法方式单一。

三、下一步打算
继续开展普法宣传。
"""
REPORTS = {
    "云埠镇2023年.txt": "云埠镇2023年法治政府建设情况报告\n\n一、主要工作\n（一）普法宣传。组织双语宣讲队，用壮语和汉语在歌圩上讲民法典，全年开展普法宣传31场。\n（二）矛盾化解。聘请12名老茶农在茶山现场评议鲜叶纠纷。" + TAIL,
    "柏溪镇2023年.txt": "柏溪镇2023年法治政府建设情况报告\n\n一、主要工作\n（一）普法宣传。利用宪法宣传周开展普法宣传44场，发放资料5000份。\n（二）矛盾化解。全年调解矛盾纠纷120件。" + TAIL,
    "苇川乡2023年.txt": "苇川乡2023年法治政府建设情况报告\n\n一、主要工作\n（一）普法宣传。通过广播开展普法宣传18场。\n（二）执法队伍。每季度组织执法人员业务考试，提高执法人员业务能力。" + TAIL,
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    answerer = answerer_of(tmp_path_factory.mktemp("practice"), REPORTS, default_reader())
    return lambda question: answerer.answer(question)


def towns(answer):
    return {citation.town for citation in answer.citations}


@pytest.mark.parametrize(("question", "town"), [("其他镇怎么开展双语普法", "云埠镇"), ("想在茶山上化解鲜叶纠纷，有什么经验", "云埠镇")])
def test_a_town_that_did_something_else_has_no_card(ask, question, town) -> None:
    assert towns(ask(question)) == {town}


def test_what_all_towns_did_has_a_card_of_each(ask) -> None:
    answer = ask("其他镇怎么开展普法宣传")
    assert towns(answer) == {"云埠镇", "柏溪镇", "苇川乡"}
    assert "普法宣传。[" not in answer.text  # a heading says nothing


def test_how_something_is_done_asks_for_practices_and_not_for_a_change(ask) -> None:
    answer = ask("怎么提高执法人员的业务能力")
    assert not answer.refused
    assert "苇川乡2023年：每季度组织执法人员业务考试" in answer.text
