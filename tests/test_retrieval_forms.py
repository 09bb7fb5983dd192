"""Forms of question that people use: about a report itself, about one of the towns named before, about what stands below a heading."""

import pytest
from answer_builders import answerer_of

HEAD = "- [ 发文字号 ] {number}\n{town}2024年法治政府建设情况报告\n{to}：\n2024年，{town}扎实推进依法行政。现将有关情况报告如下：\n一、主要工作\n"
REPORTS = {
    "云栈.txt": HEAD.format(number="云政发〔2025〕3号", town="云栈镇", to="县人民政府")
    + "（一）增强干部本领。\n组织班子成员集体学法6次，在4个行政村开展流动课堂18次。\n（二）镇党委书记王甲、镇长李乙带队督查。\n（三）法律顾问坐班值班147次。",
    "青埠.txt": HEAD.format(number="青政〔2025〕11号", town="青埠镇", to="县委全面依法治县委员会办公室")
    + "（一）集体学法9次。\n（二）镇党委书记赵丙带队督查。\n（三）聘请法律顾问2名。\n全年受理矛盾纠纷50件，其中邻里纠纷20件、婚姻家庭纠纷10件。",
    "白岭.txt": HEAD.format(number="白政〔2025〕7号", town="白岭镇", to="县人民政府") + "（一）法律顾问进村宣讲2次。\n（二）上年配备网格员45名。\n各季度情况\n季度\t12345热线工单（件）\t普法（场）\n一季度\t52\t4\n二季度\t66\t6",
    "葵塘.txt": HEAD.format(number="葵政〔2025〕9号", town="葵塘镇", to="县人民政府") + "（一）聘请法律顾问3名。\n主要指标\n指标\t2023年\t2024年\n行政处罚\t6\t9\n调解矛盾纠纷\t70\t81",
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    answerer = answerer_of(tmp_path_factory.mktemp("forms"), REPORTS)
    return lambda question, *history: answerer.answer(question, history).text.splitlines()[0]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("云栈镇报告的文号是什么", "云政发〔2025〕3号"),
        ("青埠镇2024年报告的发文字号是多少", "青政〔2025〕11号"),
        ("云栈镇的报告报给谁", "报给县人民政府"),
        ("青埠镇的报告主送哪个单位", "县委全面依法治县委员会办公室"),
        ("云栈镇怎么增强干部本领", "组织班子成员集体学法6次"),
        ("葵塘镇行政处罚几件", "行政处罚9"),
        ("白岭镇12345工单二季度多少件", "12345热线工单66件"),
    ],
)
def test_a_question_is_answered_in_its_first_line(ask, question, said):
    assert said in ask(question)


@pytest.mark.parametrize(
    ("history", "question", "town"),
    [
        (("云栈镇2024年集体学法几次",), "书记是谁", "云栈镇"),
        (("青埠镇2024年集体学法几次",), "它的书记是哪位", "青埠镇"),
        (("云栈镇和青埠镇2024年集体学法各几次",), "第二个镇的书记是谁", "青埠镇"),
        (("云栈镇和青埠镇2024年集体学法各几次",), "第一个镇的书记是谁", "云栈镇"),
        (("云栈镇2024年集体学法几次", "青埠镇呢"), "前面那个镇书记是谁", "云栈镇"),
        (("云栈镇2024年集体学法几次", "青埠镇呢"), "后一个镇的书记是谁", "青埠镇"),
    ],
)
def test_a_follow_up_is_about_the_town_that_it_points_to(ask, history, question, town):
    assert ask(question, *history).startswith(town)


def test_the_measure_in_which_a_thing_is_commonly_stated_is_the_one_that_is_ranked(ask):
    assert "葵塘镇" in ask("哪个镇法律顾问最多")


def test_parts_that_leave_some_of_the_whole_out_are_not_the_total(ask):
    assert "30" not in ask("青埠镇一共受理了几件矛盾纠纷")


def test_last_years_figure_is_not_this_years(ask):
    assert "45名" not in ask("白岭镇2024年配备了多少名网格员")
