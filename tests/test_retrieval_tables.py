"""Tables over towns: which rows stand in them, how they compare, and what the coverage says of the others."""

import pytest
from answer_builders import answerer_of

REPORTS = {
    "云埠镇2023年.txt": "云埠镇2023年法治政府建设情况报告\n\n一、主要工作\n开展“法律进村、进校”活动75场次。立案查处9件，罚款5.2万元。发生行政诉讼案件2件。调解矛盾纠纷80件。培育法律明白人60名。",
    "柏溪镇2023年.txt": "柏溪镇2023年法治政府建设情况报告\n\n一、主要工作\n举办普法宣传活动31场。作出行政处罚4件，罚款8600元。没有发生行政诉讼案件。成功化解矛盾纠纷95件。法律明白人120名。",
    "苇川乡2023年.txt": "苇川乡2023年法治政府建设情况报告\n\n一、主要工作\n召开普法工作会议10次。受理群众来访20批次。",
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    answerer = answerer_of(tmp_path_factory.mktemp("tables"), REPORTS)
    return lambda question: answerer.answer(question)


def test_the_very_indicator_stands_in_the_table_whatever_its_words(ask) -> None:
    answer = ask("各镇法治宣传活动各有多少场")
    assert "75场次" in answer.text
    assert "31场" in answer.text
    assert answer.coverage.stated == 2


def test_money_is_compared_in_yuan(ask) -> None:
    assert ask("哪个镇罚款最多").text.startswith("最多的是云埠镇2023年：5.2万元")
    answer = ask("哪些镇罚款超过1万元")
    assert [c.town for c in answer.citations] == ["云埠镇"]
    assert "1份写的不在所问之列" in answer.text


def test_a_bound_is_no_number_to_look_up(ask) -> None:
    answer = ask("哪些镇罚款超过10万元")
    assert answer.text.startswith("没有符合所问的。")
    assert not answer.citations


def test_who_had_a_thing_is_told_without_those_that_had_none(ask) -> None:
    assert [c.town for c in ask("哪些镇有行政诉讼案件").citations] == ["云埠镇"]
    assert [c.town for c in ask("哪些镇没有发生行政诉讼").citations] == ["柏溪镇"]


def test_a_table_of_unlike_things_says_so(ask) -> None:
    assert "不是同一项" in ask("2023年各镇一共调解多少纠纷").text


def test_towns_above_a_bound_are_listed_with_their_figures(ask) -> None:
    answer = ask("哪些镇法律明白人超过100名")
    assert [c.town for c in answer.citations] == ["柏溪镇"]
