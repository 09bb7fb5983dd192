"""One document of several towns or years is a report of each, in which nothing is said of the others."""

import pytest

from index.parse import parse_all, tables
from index.types import Document

JOINT = "{one}、{two}2024年法治政府建设联合工作报告\n2024年，{one}、{two}联合推进依法行政。现将有关情况报告如下：\n"


def parsed(text, tmp_path):
    return parse_all(Document("联合.txt", "", text), tables(tmp_path, ""))


@pytest.mark.parametrize(
    "body",
    [
        "一、苇塘镇工作情况\n全年调解矛盾纠纷41件。\n二、鹿坪镇工作情况\n全年调解矛盾纠纷63件。",
        "一、主要工作\n（一）苇塘镇\n全年调解矛盾纠纷41件。\n（二）鹿坪镇\n全年调解矛盾纠纷63件。",
        "一、主要工作\n苇塘镇全年调解矛盾纠纷41件。\n鹿坪镇全年调解矛盾纠纷63件。",
        "一、主要工作\n苇塘镇全年调解矛盾纠纷41件，鹿坪镇全年调解矛盾纠纷63件。两镇共同开展法治宣传9场。",
    ],
)
def test_each_town_of_a_joint_report_has_its_own_figures_alone(body, tmp_path):
    made = parsed(JOINT.format(one="苇塘镇", two="鹿坪镇") + body, tmp_path)
    own = {item.report.town: [figure.value for figure in item.figures if not figure.owner] for item in made}
    assert own == {"苇塘镇": [41], "鹿坪镇": [63]}
    assert len({item.report.id for item in made}) == 2
    assert len({item.report.text for item in made}) == 1


def test_each_year_with_sections_of_its_own_is_a_report(tmp_path):
    text = (
        "苇塘镇2022—2024年法治政府建设工作总结\n三年来，苇塘镇扎实推进依法行政。现将有关情况总结如下：\n"
        "一、2022年工作\n开展法治宣传11场。\n二、2023年工作\n开展法治宣传12场。\n三、2024年工作\n开展法治宣传13场。\n四、下一步打算\n加强普法。"
    )
    made = parsed(text, tmp_path)
    assert {item.report.year: [figure.value for figure in item.figures] for item in made} == {2022: [11], 2023: [12], 2024: [13]}


def test_a_report_that_only_names_another_town_stays_whole(tmp_path):
    text = "苇塘镇2024年法治政府建设情况报告\n2024年，苇塘镇扎实推进依法行政。现将有关情况报告如下：\n一、主要工作\n与鹿坪镇共同开展法治宣传9场。"
    assert [item.report.town for item in parsed(text, tmp_path)] == ["苇塘镇"]


@pytest.mark.parametrize("join", ["和", "与", "及", "、"])
def test_two_towns_in_a_title_are_told_apart_however_they_are_joined(join, tmp_path):
    body = "一、主要工作\n（一）化解矛盾纠纷\n苇塘镇：坚持抓早抓小。全年调解矛盾纠纷41件。\n鹿坪街道：坚持抓早抓小。全年调解矛盾纠纷63件。"
    text = f"苇塘镇{join}鹿坪街道2024年法治政府建设情况的报告\n2024年，苇塘镇{join}鹿坪街道扎实推进依法行政。现将有关情况报告如下：\n{body}"
    assert {item.report.town: [figure.value for figure in item.figures] for item in parsed(text, tmp_path)} == {"苇塘镇": [41], "鹿坪街道": [63]}


def test_what_each_year_of_several_came_to_is_no_section_of_it(tmp_path):
    text = (
        "苇塘镇2022—2023年法治政府建设工作总结\n两年来，苇塘镇扎实推进依法行政。现将有关情况总结如下：\n一、主要工作\n"
        "（一）调解矛盾纠纷23件，其中2022年11件、2023年12件\n（二）开展法治宣传9场，其中2022年4场、2023年5场\n二、下一步打算\n加强普法。"
    )
    (item,) = parsed(text, tmp_path)
    assert item.report.when == "2022—2023年"
