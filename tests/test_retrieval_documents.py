"""What odd documents state is found: traditional characters, no line breaks, one text of two towns, tables, joint reports, bread crumbs."""

import pytest
from answer_builders import answerer_of

from index.check import Matter, check

REPORT = "{town}2024年法治政府建设情况报告\n2024年，{town}扎实推进依法行政。现将有关情况报告如下：\n一、主要工作\n{body}\n二、存在问题\n执法力量不足。\n"
SAME = "关于2024年法治政府建设情况的报告\n2024年，我镇扎实推进依法行政。现将有关情况报告如下：\n一、主要工作\n我镇全年调解矛盾纠纷45件。\n二、存在问题\n执法力量不足。\n"
REPORTS = {
    "繁.txt": "鳳嶺鎮2023年法治政府建設情況報告\n2023年，鳳嶺鎮扎實推進依法行政。現將有關情況報告如下：\n一、主要工作\n全年調解矛盾糾紛64件。\n二、存在問題\n執法力量不足。\n",
    "繁二.txt": "關於鹽灘鄉2022年法治政府建設工作的報告\n2022年，鹽灘鄉紮實開展法治宣傳。現將情況報告如下：\n一、主要工作\n開展法治宣傳活動18場，發放資料2000份。\n",
    "一行.txt": "石坎镇2024年法治政府建设情况报告2024年，石坎镇扎实推进依法行政。现将有关情况报告如下：一、主要工作（一）化解矛盾纠纷。全年调解矛盾纠纷77件。二、存在问题（一）执法力量不足。",
    "一行二.txt": "关于柘林乡2023年度法治政府建设情况的报告县人民政府：2023年，柘林乡开展法治宣传9场。现将情况报告如下：一、主要工作。",
    "葵塘镇2024年报告.txt": SAME,
    "青筠镇2024年报告.txt": SAME,
    "联合.txt": "苇塘镇、鹿坪镇2024年法治政府建设联合工作报告\n2024年，苇塘镇、鹿坪镇联合推进依法行政。现将有关情况报告如下：\n一、苇塘镇工作情况\n全年调解矛盾纠纷41件。\n二、鹿坪镇工作情况\n全年调解矛盾纠纷63件。\n",
    "村表.txt": REPORT.format(town="琴溪镇", body="村（社区）\t调解矛盾纠纷（件）\t法治宣传（场）\n河湾村\t34\t6\n石桥村\t27\t4\n合计\t61\t10"),
    "横表.txt": REPORT.format(town="月岭镇", body="指标\t河湾村\t石桥村\n调解矛盾纠纷（件）\t34\t27\n法治宣传（场）\t6\t4"),
    "单位.txt": REPORT.format(town="竹坪镇", body="指标\t数量\n调解矛盾纠纷（件）\t131\n行政处罚（件）\t7"),
    "面包屑.txt": "- [ 索引号 ] 000000/2025-00001\n- [ 发布机构 ] 云栈镇人民政府\n首页>政务公开>法治政府建设报告\n" + REPORT.format(town="云栈镇", body="全年立案20件（其中简易程序12件，普通程序8件、立案撤销2件）。"),
    "通知.txt": "食堂用餐安排\n今天供应午餐。\n",
}


@pytest.fixture(scope="module")
def answerer(tmp_path_factory):
    return answerer_of(tmp_path_factory.mktemp("documents"), REPORTS)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("凤岭镇2023年调解矛盾纠纷多少件", "64件"),
        ("鳳嶺鎮2023年調解矛盾糾紛多少件", "64件"),
        ("盐滩乡2022年开展法治宣传活动几场", "18場"),
        ("石坎镇调解矛盾纠纷多少件", "77件"),
        ("柘林乡2023年开展法治宣传几场", "9场"),
        ("葵塘镇调解矛盾纠纷多少件", "45件"),
        ("青筠镇调解矛盾纠纷多少件", "45件"),
        ("苇塘镇调解矛盾纠纷多少件", "41件"),
        ("鹿坪镇调解矛盾纠纷多少件", "63件"),
        ("琴溪镇调解矛盾纠纷多少件", "61件"),
        ("琴溪镇石桥村法治宣传几场", "石桥村法治宣传4场"),
        ("月岭镇石桥村法治宣传几场", "石桥村法治宣传4场"),
        ("竹坪镇行政处罚几件", "7件"),
    ],
)
def test_what_a_document_states_is_found(answerer, question, said):
    answer = answerer.answer(question)
    assert not answer.refused, answer.text
    assert said in answer.text


def test_a_figure_of_villages_is_not_the_towns(answerer):
    answer = answerer.answer("月岭镇2024年法治宣传几场")
    assert answer.refused, answer.text


def test_quotes_stay_as_they_are_written(answerer):
    assert "調解矛盾糾紛64件" in answerer.answer("凤岭镇2023年调解矛盾纠纷多少件").citations[0].quote


def test_two_towns_with_one_text_are_shown_to_the_keeper(answerer):
    told = [concern.message for concern in check(answerer._store) if concern.matter is Matter.VERSIONS]
    assert any("葵塘镇" in message and "青筠镇" in message and "完全相同" in message for message in told)


def test_bread_crumbs_and_lists_of_facts_are_no_title(answerer):
    (report,) = (each for each in answerer.reports() if each.town == "云栈镇")
    assert (report.title, report.issuer) == ("云栈镇2024年法治政府建设情况报告", "云栈镇人民政府")


def test_what_is_listed_after_the_parts_that_make_up_the_whole_is_no_part(answerer):
    (report,) = (each for each in answerer.reports() if each.town == "云栈镇")
    assert not [concern for concern in check(answerer._store) if concern.matter is Matter.SUMS and report.id in concern.report_ids]


def test_documents_of_no_town_are_said_in_the_count_of_reports(answerer):
    assert "另有1份没有认出是哪个镇的" in answerer.answer("你有哪些资料").text
    assert "资料库另有1份没有认出是哪个镇的" in answerer.answer("2024年各镇调解矛盾纠纷各多少件").text
    assert "没有认出是哪个镇的" not in answerer.answer("琴溪镇2024年调解矛盾纠纷多少件").text
