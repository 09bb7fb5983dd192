"""A village that a question names without its town: only a report that speaks of it answers."""

import pytest
from answer_builders import answerer_of

from retrieval.types import Reason

REPORTS = {
    "沙墩镇2023年.txt": "沙墩镇2023年法治政府建设情况报告\n\n一、主要工作\n（一）鱼塘发包。上湾村鱼塘重新承包，承包费由每年6.5万元提高到11.2万元。\n\n沙墩镇人民政府\n2024年1月9日\n",
    "柏埠镇2023年.txt": "柏埠镇2023年法治政府建设情况报告\n\n一、主要工作\n（一）鱼塘发包。镇集体鱼塘重新承包，承包费由每年3万元提高到5万元。\n\n柏埠镇人民政府\n2024年1月9日\n",
    "槐店镇2023年.txt": "槐店镇2023年法治政府建设情况报告\n\n一、主要工作\n（一）分红。大沟边村七名外嫁女多年分不到红。司法所把法条一条条讲给村组干部听，村民代表会议开了三次才通过新的分配方案。\n"
    "（二）调解。石岗村设了议事亭。全镇受理纠纷61件。\n\n槐店镇人民政府\n2024年1月9日\n",
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    return answerer_of(tmp_path_factory.mktemp("villages"), REPORTS).answer


def test_the_report_that_speaks_of_the_village_answers(ask) -> None:
    answer = ask("鱼塘重新承包，上湾村每年多收入几万？")
    assert "11.2 − 6.5 = 4.7" in answer.text
    assert answer.scope.towns == ("沙墩镇",)


def test_a_village_that_no_report_speaks_of_is_said_to_be_missing(ask) -> None:
    answer = ask("鱼塘重新承包，下坝村承包费多少？")
    assert answer.reason is Reason.NO_TOWN
    assert "下坝村" in answer.text


def test_what_a_section_goes_on_to_tell_of_the_village_it_named_answers(ask) -> None:
    assert "三次" in ask("大沟边村改分红的方案，村民代表会议开了几次").text


def test_what_is_told_of_all_the_town_after_a_village_is_not_the_villages(ask) -> None:
    answer = ask("石岗村受理了多少件纠纷")
    assert answer.refused
    assert "61件" not in answer.text


def test_a_street_without_a_report_lies_in_the_town_whose_report_speaks_of_it_and_has_none_of_its_figures(tmp_path):
    told = "苇塘镇2023年法治政府建设情况报告\n\n一、决策\n举行糕点街停车收费听证会1次，9人赞成、6人反对。\n\n二、执法\n全年办理行政处罚案件43件。\n"
    ask = answerer_of(tmp_path, {"苇塘镇2023年.txt": told}).answer
    assert "9人赞成" in ask("糕点街停车收费听证会几人赞成").text
    assert "43" not in ask("糕点街2023年行政处罚多少件").text
    assert "没有青石街的报告" in ask("青石街2023年行政处罚多少件").text
