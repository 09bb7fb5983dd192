"""A question that names no town, but a thing that only some reports name, is about these."""

import pytest
from answer_builders import answerer_of

REPORTS = {
    f"{town}2024年.txt": f"{town}2024年法治政府建设情况报告\n\n一、主要工作\n{words}\n"
    for town, words in (
        ("柏溪镇", "成立护渔队，叫“白鹭哨”，共有哨员40名。全年法治经费12万元。全镇有“法律明白人”60名。"),
        ("檀浦镇", "开办“背篓法庭”，上山开庭9次。全年法治经费30万元。全镇有“法律明白人”80名。"),
        ("苇湾镇", "全年法治经费50万元，推行“评理桌”。全镇有“法律明白人”90名。"),
    )
}


@pytest.fixture(scope="module")
def answerer(tmp_path_factory):
    return answerer_of(tmp_path_factory.mktemp("coined"), REPORTS)


@pytest.mark.parametrize(
    ("question", "town"),
    [("白鹭哨有多少哨员", "柏溪镇"), ("背篓法庭上山开庭几次", "檀浦镇"), ("评理桌花了多少法治经费", "苇湾镇")],
)
def test_only_the_report_that_has_the_name_answers(answerer, question, town):
    answer = answerer.answer(question)
    assert {citation.town for citation in answer.citations} <= {town}
    assert answer.scope.towns == (town,)


@pytest.mark.parametrize("question", ["法律明白人各镇有多少名", "哪些镇有白鹭哨", "檀浦镇有白鹭哨吗"])
def test_a_name_that_all_have_or_a_question_that_says_which_towns_it_is_about_is_not_narrowed(answerer, question):
    inquiry = answerer.inquire(answerer.understand(question))
    wanted = 1 if question.startswith("檀浦") else 3
    assert len(inquiry.readings) == wanted
