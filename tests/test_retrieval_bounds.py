"""Nothing is said of a town and a year that a report states of somebody else, or of another time."""

import pytest
from answer_builders import answerer_of

REPORT = "{town}{title}\n{opening}，{town}扎实推进依法行政。现将{told}有关情况报告如下：\n{body}\n"


def report(town, body, *, title="2024年法治政府建设情况报告", opening="2024年", told=""):
    return REPORT.format(town=town, title=title, opening=opening, told=told, body=body)


REPORTS = {
    # a title and a body of different years
    "溪柳.txt": report("溪柳镇", "一、2022年主要工作\n开展法治宣传11场。\n二、2023年工作打算\n计划开展法治宣传20场。", title="2023年法治政府建设情况报告", opening="2022年", told="2022年度"),
    "荻港.txt": report("荻港乡", "一、主要工作\n2021年调解矛盾纠纷32件。", title="2022年度法治建设工作总结", opening="2021年", told="2021年"),
    "梅垄.txt": report("梅垄镇", "一、2020年工作\n全年普法8场。2020年培训3次。\n二、2021年计划\n加强普法。", title="2021年法治政府建设报告", opening="2020年"),
    "栎湾.txt": report("栎湾街道", "一、主要做法\n接待法律咨询56人次。", title="2019年法治政府建设情况报告", opening="二〇二〇年", told="2020年度"),
    # several years in one report
    "枫泾.txt": report("枫浦镇", "一、主要工作\n五年累计调解矛盾纠纷412件，其中2021年95件、2022年88件、2023年83件、2024年76件、2025年70件。\n五年来开展法治宣传121场。", title="2021—2025年法治政府建设工作总结", opening="五年来"),
    "棠下.txt": report("棠岭乡", "一、主要工作\n2023年调解矛盾纠纷40件，2024年调解矛盾纠纷52件。", title="2023、2024年度法治政府建设报告", opening="两年来"),
    # quarters and halves beside the year
    "蓝桥季.txt": report("蓝墩镇", "一、主要工作\n开展法治宣传4场。", title="2024年第三季度法治政府建设工作情况报告", opening="2024年第三季度"),
    "蓝桥年.txt": report("蓝墩镇", "一、主要工作\n开展法治宣传17场。"),
    "石潭半.txt": report("石潭镇", "一、主要工作\n调解矛盾纠纷30件。", title="2024年上半年法治政府建设工作总结", opening="上半年"),
    "苇塘年.txt": report("苇塘乡", "一、主要工作\n上半年调解矛盾纠纷21件，全年调解矛盾纠纷50件。\n开展法治宣传9场。"),
    "莲埠一.txt": report("莲埠镇", "一、主要工作\n开展法治宣传2场。", title="2023年一季度法治建设工作报告", opening="一季度"),
    "莲埠二.txt": report("莲埠镇", "一、主要工作\n开展法治宣传3场。", title="2023年二季度法治建设工作报告", opening="二季度"),
    # figures of others
    "禾川.txt": report("禾川镇", "一、主要工作\n（一）化解矛盾纠纷。我镇调解矛盾纠纷150件，占全县的8.1%。", opening="2024年，全县调解矛盾纠纷1850件"),
    "杏坞.txt": report("杏坞镇", "一、主要工作\n县司法局开展法律援助320件。我镇办理法律援助12件。\n桃源镇调解矛盾纠纷77件，我镇调解矛盾纠纷45件。"),
    "竹山.txt": report("竹垄乡", "一、主要工作\n石桥村调解矛盾纠纷27件，成功25件。\n全乡调解矛盾纠纷61件。\n石桥村开展法治宣传4场。"),
    "松岗.txt": report("松垭镇", "一、主要工作\n（一）全县情况\n行政处罚案件900件。\n（二）我镇情况\n行政处罚案件7件。"),
}


@pytest.fixture(scope="module")
def answerer(tmp_path_factory):
    return answerer_of(tmp_path_factory.mktemp("bounds"), REPORTS)


@pytest.mark.parametrize(
    ("question", "said", "never"),
    [
        ("溪柳镇2022年开展法治宣传几场", "11场", "20场"),
        ("荻港乡2021年调解矛盾纠纷多少件", "32件", "2022年"),
        ("梅垄镇2020年普法几场", "8场", "2021年普法"),
        ("栎湾街道2020年接待法律咨询多少人次", "56人次", "2019年"),
        ("枫浦镇2023年调解矛盾纠纷多少件", "2023年83件", "枫浦镇2023年五年"),
        ("枫浦镇2025年调解矛盾纠纷多少件", "2025年70件", "枫浦镇2025年五年"),
        ("枫浦镇开展法治宣传几场", "枫浦镇2021—2025年", "枫浦镇2025年五年"),
        ("棠岭乡2023年调解矛盾纠纷多少件", "40件", "2024年40件"),
        ("棠岭乡2024年调解矛盾纠纷多少件", "52件", "2023年52件"),
        ("蓝墩镇2024年开展法治宣传几场", "17场", "4场"),
        ("蓝墩镇2024年第三季度开展法治宣传几场", "第三季度开展法治宣传4场", "17场"),
        ("石潭镇2024年调解矛盾纠纷多少件", "石潭镇2024年上半年调解矛盾纠纷30件", "石潭镇2024年调解"),
        ("苇塘乡上半年调解矛盾纠纷多少件", "21件", "石潭"),
        ("莲埠镇2023年二季度开展法治宣传几场", "3场", "2场"),
        ("禾川镇调解矛盾纠纷多少件", "150件", "1850"),
        ("杏坞镇办理法律援助多少件", "12件", "杏坞镇2024年县司法局"),
        ("杏坞镇调解矛盾纠纷多少件", "45件", "杏坞镇2024年桃源镇"),
        ("竹垄乡调解矛盾纠纷多少件", "61件", "27件"),
        ("竹垄乡石桥村调解矛盾纠纷多少件", "27件", "61件"),
        ("松垭镇行政处罚案件多少件", "7件", "900"),
    ],
)
def test_a_figure_is_of_the_town_and_the_time_asked_about(answerer, question, said, never):
    answer = answerer.answer(question)
    assert not answer.refused, answer.text
    assert said in answer.text
    assert never not in answer.text


@pytest.mark.parametrize(
    ("question", "never"),
    [
        ("溪柳镇2023年开展法治宣传几场", "11场"),
        ("枫浦镇2025年开展法治宣传几场", "枫浦镇2025年五年"),
        ("苇塘乡2024年第三季度开展法治宣传几场", "9场"),
        ("石潭镇2024年第三季度调解矛盾纠纷多少件", "30件"),
        ("莲埠镇2023年四季度开展法治宣传几场", "3场"),
        ("竹垄乡开展法治宣传几场", "乡2024年开展法治宣传4场"),
        ("竹垄乡柳河村调解矛盾纠纷多少件", "61件"),
    ],
)
def test_what_is_of_another_time_or_of_somebody_else_is_no_answer(answerer, question, never):
    answer = answerer.answer(question)
    assert answer.refused, answer.text
    assert never not in answer.text


def test_a_report_whose_title_and_body_differ_in_the_year_is_told_to_the_keeper(answerer):
    from index.check import Matter, check

    told = [concern.message for concern in check(answerer._store) if concern.matter is Matter.DOUBTFUL]
    assert sum("题目与正文年份不一致" in message for message in told) == 4
