"""Across towns: the steps of one matter, parts that are named, what was not done, and the share of one town in all."""

import pytest
from answer_builders import answerer_of

from retrieval.answer import Answerer
from retrieval.reader.model import default_reader

BODIES = {
    "梅溪镇": "全年受理矛盾纠纷120件，调解成功115件，其中经驿站调解40件。\n执法队有执法人员22人，其中持证18人，尚有4名执法人员未取得执法证。安排法治经费30万元，其中执法装备20万元、法律顾问费用4万元。\n举办普法活动24场。法律明白人40名。",
    "枫岭镇": "全年就地调处网界等纠纷20起，化解各类纠纷90起，调处成功85起。\n持证执法人员16人。全年支付法律顾问费5万元。法治经费22万元。\n开展法治宣传31场次。法律明白人60名。",
    "竹湾镇": "附表\n项目\t数量\n调解矛盾纠纷\t80件\n罚款\t6.2万元\n法律明白人\t50名\n\n镇村秩序平稳。",
}


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    reports = {
        f"云河县{town}2024年.txt": f"云河县{town}2024年法治政府建设年度报告\n\n一、主要工作\n{body}\n\n二、下一步打算\n继续努力。"
        for town, body in BODIES.items()
    }
    return answerer_of(tmp_path_factory.mktemp("steps"), reports, reader=default_reader())


def said(answerer: Answerer, question: str, *history: str) -> str:
    return answerer.answer(question, history).text


@pytest.mark.parametrize("question", ["2024年各镇一共调解矛盾纠纷多少件？没报数的镇不算", "2024年各镇共受理、化解矛盾纠纷多少件"])
def test_each_town_gives_the_whole_matter_whatever_step_it_counts(answerer: Answerer, question: str) -> None:
    text = said(answerer, question)
    assert text.startswith("合计290")
    assert "不是同一项" in text


def test_what_came_of_it_is_not_the_whole(answerer: Answerer) -> None:
    assert "最多的是梅溪镇2024年：115件" in said(answerer, "2024年哪个镇调解成功的纠纷最多")


def test_the_share_of_one_town_is_of_all_and_so_is_that_of_the_next(answerer: Answerer) -> None:
    first = "梅溪镇的纠纷占2024年全县各镇总量的百分之多少？"
    assert "120 ÷ 290 = 41.38%" in said(answerer, first)
    assert "90 ÷ 290 = 31.03%" in said(answerer, "换成枫岭镇", first)


def test_a_part_that_is_named_counts_and_what_was_not_done_does_not(answerer: Answerer) -> None:
    assert said(answerer, "2024年各镇法律顾问费合计多少万元").startswith("合计9万元")
    assert said(answerer, "2024年持有执法证的人，各镇合起来多少名？").startswith("合计34人")


def test_a_sum_needs_no_word_for_how_many(answerer: Answerer) -> None:
    assert said(answerer, "各镇2024年法治经费总额，只算写了的").startswith("合计52万元")


def test_towns_that_state_a_thing_are_asked_about_it(answerer: Answerer) -> None:
    assert said(answerer, "写明法律明白人人数的镇，2024年平均一个镇多少名？").startswith("平均50名")


def test_a_sum_in_one_unit_may_take_another_that_is_said_for_it(answerer: Answerer) -> None:
    assert said(answerer, "2024年各镇普法活动一共多少场次").splitlines()[0].startswith("合计55场")


def test_an_amount_that_begins_its_cell_is_read(answerer: Answerer) -> None:
    assert "罚款6.2万元" in said(answerer, "2024年竹湾镇罚了多少钱")
