"""What one report leaves to be calculated: which relation a question asks for, and which of the report's figures it means."""

import pytest
from answer_builders import answerer_of

from retrieval.reply.compose import shown

REPORT = """檀溪镇2024年法治政府建设情况报告

一、主要工作
（一）说和纠纷。全年登记各类纠纷164起，说和151起。没有说和的13起中，有8起是水塘承包纠纷。茶园偷采案件由上年的20起降至15起。
（二）桥头议事。“桥头会”收到意见240条，当场答复186条，其余转站所办理。办成实事117件，占收集事项的78%。
（三）行政执法。执法中队编制16名，实有13名。上半年巡查88次，下半年巡查104次。立案查处违法案件25件，办结20件，罚款6.5万元。查处沙场案件18件，其中超量开采9件、夜间作业6件、无证运输3件。
（四）工作保障。全年安排法治经费30万元，其中县里补助12万元。修成法治步道1条，长度250米，造价5万元。
（五）法治宣传。举办各类普法活动共54场，其中广场戏曲18场、赶集摆摊20场。受理投诉50件，办结48件，办结率96%。
（六）帮扶务工。替40名民工讨回工资86万元。夜间噪声投诉比上年的178件减少26件。机修合同价由年90万元压减到年72万元。
（七）法律顾问。法律顾问一年只来了5次，合同写的是每月1次。

序号｜事项｜单位｜2024年｜2023年
1｜行政检查｜次｜340｜400
2｜热线工单｜件｜630｜600

檀溪镇人民政府
2025年1月9日
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    answerer = answerer_of(tmp_path_factory.mktemp("within"), {"檀溪镇2024年.txt": REPORT})
    return lambda question, *history: answerer.answer(question, history)


@pytest.mark.parametrize(
    ("question", "formula"),
    [
        ("檀溪镇登记的纠纷里，说和的占几成", "151 ÷ 164 = 92.07%"),
        ("檀溪镇“桥头会”收到的意见，当场答复的比例是多少", "186 ÷ 240 = 77.5%"),
        ("檀溪镇安排的法治经费里有多少不是县里补助的", "30 − 12 = 18"),
        ("檀溪镇普法活动里广场戏曲之外的有多少场", "54 − 18 = 36"),
        ("檀溪镇执法中队还空着几个编制", "16 − 13 = 3"),
        ("檀溪镇茶园偷采案件降了百分之多少", "(20 − 15) ÷ 20 = 25%"),
        ("檀溪镇行政检查次数同比降幅是多少", "(400 − 340) ÷ 400 = 15%"),
        ("檀溪镇机修合同价压减以后每年省了多少钱", "90 − 72 = 18"),
        ("檀溪镇上半年比下半年少巡查几次", "104 − 88 = 16"),
        ("檀溪镇广场戏曲和赶集摆摊加起来多少场", "18 + 20 = 38"),
        ("檀溪镇法治步道每米造价多少元", "50000（5万元） ÷ 250 = 200"),
        ("檀溪镇夜间噪声投诉降了百分之几", "26 ÷ 178 = 14.61%"),
        ("檀溪镇替民工讨回工资，平均每人多少万元", "86 ÷ 40 = 2.15"),
    ],
)
def test_the_figures_are_those_whose_words_stand_on_the_two_sides(ask, question, formula) -> None:
    answer = ask(question)
    assert formula in answer.text
    assert answer.numbers.total == answer.numbers.traced
    assert answer.citations


def test_a_share_and_what_is_left_are_both_told(ask) -> None:
    text = ask("县里补助占檀溪镇法治经费的几成？除掉它还剩多少万？").text
    assert "12 ÷ 30 = 40%" in text
    assert "30 − 12 = 18" in text


def test_a_step_and_how_many_percent_it_is_are_both_told(ask) -> None:
    text = ask("檀溪镇热线工单比上年多了多少件，涨幅多少").text
    assert "630 − 600 = 30" in text
    assert "(630 − 600) ÷ 600 = 5%" in text


def test_a_change_that_is_told_is_taken_from_nothing(ask) -> None:
    text = ask("檀溪镇夜间噪声投诉降了百分之几").text
    assert "26 ÷ 178" in text
    assert "152" not in text


def test_what_was_added_up_is_the_part_of_the_share_asked_after_it(ask) -> None:
    text = ask("檀溪镇广场戏曲和赶集摆摊加起来多少场，占全部普法活动的多少").text
    assert "38 ÷ 54 = 70.37%（18 + 20 = 38）" in text


def test_it_in_a_later_turn_is_what_was_asked_before(ask) -> None:
    assert "18 ÷ 54 = 33.33%" in ask("它占普法活动的比例是多少", "檀溪镇广场戏曲多少场").text


@pytest.mark.parametrize(
    "question",
    [
        "檀溪镇登记了多少起纠纷",
        "檀溪镇普法活动一共多少场",
        "檀溪镇投诉办结率是多少",
        "檀溪镇物业纠纷占多大比例",
        "檀溪镇法律援助还有几件没办结",
        "檀溪镇平均每场普法活动花多少元",
        "檀溪镇罚款同比增长多少",
        "檀溪镇有没有未办结的投诉",
        "檀溪镇法律顾问按合同少来了几次",
    ],
)
def test_what_is_stated_or_not_told_beyond_doubt_is_not_calculated(ask, question) -> None:
    assert not any(sign in ask(question).text for sign in (" ÷ ", " − ", " + "))


def test_what_was_settled_is_not_who_was_content(ask) -> None:
    assert "151" not in ask("檀溪镇说和纠纷的满意率是多少").text


def test_the_numbers_of_two_cells_stay_two_numbers() -> None:
    """Shown side by side they were read as one, which no source has: the lock withheld the row."""
    assert shown("护林员 | 名 | 52 | 52") == "护林员 名 52、52"
