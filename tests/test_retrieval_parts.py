"""What is calculated from a whole and its parts, and how statements of reports are shown."""

import pytest
from answer_builders import answerer_of

from retrieval.reader.model import default_reader
from retrieval.types import Reason

REPORT = """云埠镇2023年法治政府建设情况报告

一、主要工作
（一）化解矛盾。全年受理各类矛盾纠纷240件，调解成功228件，成功率95%。其中邻里纠纷96件、物业纠纷60件、其他84件。排查消防隐患50处，完成整改47处。
（二）依法行政。现有执法人员20人，其中持证16人。年内没有发生行政诉讼案件。整治违规行为120起，其中占道经营30起、乱堆乱放90起。办理法律援助案件5件，均为农民工讨薪，追回工资8万元。
（三）普法宣传。全镇14个行政村都有法律顾问。（1）举办法治讲座12场。培育法律明白人80名，每个村不少于3名，较2022年增加9名。群众满意率96%，较上年提高2.5个百分点。

指标	单位	2022年	2023年
信访事项	件	50	40
代写法律文书	份	18	27

二、存在的问题
对照要求还有差距：物业纠纷多发，业主委员会成立率低；普法形式单一；执法人员不足。

三、2024年工作打算
（一）计划培育法律明白人100名。（二）开展普法活动30场。（三）力争信访事项同比下降12%。

云埠镇人民政府
2024年1月9日
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    answerer = answerer_of(tmp_path_factory.mktemp("parts"), {"云埠镇2023年.txt": REPORT}, default_reader())
    return lambda question, *history: answerer.answer(question, history)


@pytest.mark.parametrize(
    ("question", "formula"),
    [
        ("云埠镇邻里纠纷占百分之几", "96 ÷ 240 = 40%"),
        ("云埠镇物业纠纷占比多少", "60 ÷ 240 = 25%"),
        ("云埠镇没调成的纠纷有几件", "240 − 228 = 12"),
        ("云埠镇还有几处消防隐患没整改", "50 − 47 = 3"),
        ("云埠镇信访下降了百分之几", "(50 − 40) ÷ 50 = 20%"),
        ("云埠镇2022年有多少法律明白人", "80 − 9 = 71"),
        ("云埠镇物业纠纷比邻里纠纷少几件", "96 − 60 = 36"),
        ("云埠镇邻里纠纷和物业纠纷差多少", "96 − 60 = 36"),
        ("云埠镇占道经营占整治行为的百分之多少", "30 ÷ 120 = 25%"),
    ],
)
def test_what_two_stated_figures_imply_is_shown_as_a_formula_with_both_cited(ask, question, formula) -> None:
    answer = ask(question)
    assert formula in answer.text
    assert answer.numbers.total == answer.numbers.traced
    quoted = "".join(citation.quote for citation in answer.citations)
    assert all(part in quoted for part in formula.replace("(", " ").replace(")", " ").split(" =")[0].split() if part.isdigit())


def test_what_the_report_states_itself_is_not_calculated(ask) -> None:
    assert "=" not in ask("云埠镇调解成功率是多少").text
    assert "12场" in ask("云埠镇举办了多少场法治讲座").text


def test_a_change_in_points_is_told_as_the_report_states_it(ask) -> None:
    answer = ask("云埠镇群众满意率较上年提高多少")
    assert "2.5个百分点" in answer.text


@pytest.mark.parametrize("question", ["云埠镇打了几场官司", "云埠镇发生了多少起行政诉讼", "云埠镇行政诉讼有几宗"])
def test_a_nought_said_in_words_answers_whatever_count_is_asked(ask, question) -> None:
    answer = ask(question)
    assert not answer.refused
    assert "没有发生行政诉讼案件" in answer.text


def test_a_nought_of_cases_says_nothing_of_money_or_shares(ask) -> None:
    assert ask("云埠镇行政诉讼赔了多少元").reason in (Reason.NOT_STATED, Reason.DIFFERENT_MEASURE)


def test_the_kinds_of_a_figure_are_its_parts_or_the_clause_that_says_them(ask) -> None:
    assert "邻里纠纷96件、物业纠纷60件、其他84件" in ask("云埠镇受理的纠纷都有哪些类型").text
    assert "均为农民工讨薪" in ask("都是什么案子", "云埠镇办了几件法律援助").text


@pytest.mark.parametrize(("question", "first"), [("云埠镇哪类纠纷最多", "最多的是邻里纠纷96件"), ("云埠镇哪类纠纷最少", "最少的是物业纠纷60件")])
def test_the_greatest_part_is_named(ask, question, first) -> None:
    assert ask(question).text.startswith(first)


def test_a_cause_is_looked_for_among_the_problems(ask) -> None:
    assert "业主委员会成立率低" in ask("云埠镇为什么物业纠纷多").text


def test_how_many_after_what_a_thing_is_asks_for_the_number(ask) -> None:
    assert "12场" in ask("有多少场", "云埠镇的法治讲座是什么").text


def test_what_a_writer_could_do_is_declined(ask) -> None:
    assert ask("帮我写一份法治工作总结").reason is Reason.OUT_OF_SCOPE


def test_a_sole_paragraph_of_problems_is_told_item_by_item(ask) -> None:
    lines = ask("云埠镇有几方面的不足").text.splitlines()
    assert [line.split("[")[0] for line in lines[1:]] == ["1. 物业纠纷多发，业主委员会成立率低", "2. 普法形式单一", "3. 执法人员不足"]


def test_a_plan_is_said_to_be_one_and_of_which_year(ask) -> None:
    assert ask("云埠镇2024年打算培育多少名法律明白人").text.startswith("云埠镇2024年计划：培育法律明白人100名。")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("云埠镇2024年计划开展多少场普法活动", "开展普法活动30场"),
        ("云埠镇2024年信访事项想降多少", "力争信访事项同比下降12%"),
        ("云埠镇明年准备搞多少场普法", "开展普法活动30场"),
    ],
)
def test_plans_of_a_year_stand_in_the_report_of_the_year_before(ask, question, said) -> None:
    assert ask(question).text.startswith(f"云埠镇2024年计划：{said}")


def test_a_bare_share_is_of_what_was_asked_before(ask) -> None:
    assert "96 ÷ 240 = 40%" in ask("占比呢", "云埠镇受理了多少件纠纷", "其中邻里纠纷几件").text


def test_villages_asked_about_are_villages(ask) -> None:
    assert "全镇14个行政村" in ask("云埠镇有几个村").text


def test_where_a_town_lies_and_when_its_report_was_written_come_from_the_report(ask) -> None:
    assert "2024年1月9日" in ask("云埠镇的报告什么时候写的").text


def test_heading_numbers_and_table_rules_are_not_shown(ask) -> None:
    for question in ("云埠镇2024年计划开展多少场普法活动", "云埠镇2022年代写法律文书多少份", "云埠镇有多少份法律意见书", "云埠镇法治讲座几场"):
        text = ask(question).text
        assert "（一）" not in text
        assert "（1）" not in text
        assert "\t" not in text


def test_a_cell_of_a_table_is_said_with_the_year_of_its_column(ask) -> None:
    assert ask("云埠镇2022年代写法律文书多少份").text.startswith("云埠镇2022年代写法律文书18份。")


def test_a_long_question_is_not_echoed_whole(ask) -> None:
    answer = ask("想了解一下云埠镇有没有因为村里道路硬化工程拖欠材料款而引发的群体性上访一共多少批次")
    assert answer.refused
    assert len(answer.text.splitlines()[0]) < 60
