"""Tables as grids: every number with the path of its heads, its unit, and whose it is."""

import pytest

from index.cells import cells, is_row
from index.text import sentences


def read(text, caption=""):
    rows = [span for span in sentences(text) if is_row(text[span.start : span.end])]
    return [(cell.owner, cell.label, cell.number.value, cell.number.unit) for cell in cells(text, rows, town="琴台镇", caption=caption)]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # the unit in the label, the head, a column of its own, the caption
        ("指标\t数量\n法律援助（件）\t31\n行政处罚（件）\t7", [("", "法律援助", 31, "件"), ("", "行政处罚", 7, "件")]),
        ("序号\t项目\t单位\t上年\t本年\n1\t法律援助\t件\t7\t12", [("", "法律援助", 7, "件"), ("", "法律援助", 12, "件")]),
        ("项目\t2024年\n法律援助\t12\n行政处罚\t9", [("", "法律援助", 12, "件"), ("", "行政处罚", 9, "件")]),
        ("序号｜项目（件）｜2024年\n1｜法律援助｜12\n2｜行政处罚｜9", [("", "法律援助", 12, "件"), ("", "行政处罚", 9, "件")]),
        ("| 项目 | 2024年 |\n|---|---:|\n| 法律援助（件） | 12 |\n| 普法讲座（场） | 9 |", [("", "法律援助", 12, "件"), ("", "普法讲座", 9, "场")]),
        ("事项\t数量\n12345工单\t12件\n普法讲座\t9场", [("", "12345工单", 12, "件"), ("", "普法讲座", 9, "场")]),
        ("法律援助\t12件\n普法讲座\t9场", [("", "法律援助", 12, "件"), ("", "普法讲座", 9, "场")]),
        # one row of data
        ("法律援助（件）\t普法讲座（场）\n131\t7", [("", "法律援助", 131, "件"), ("", "普法讲座", 7, "场")]),
        # villages as rows and as columns, with their sums
        (
            "村（社区）\t法律援助（件）\t普法讲座（场）\n南渡村\t34\t6\n合计\t61\t10",
            [("南渡村", "法律援助", 34, "件"), ("南渡村", "普法讲座", 6, "场"), ("", "法律援助", 61, "件"), ("", "普法讲座", 10, "场")],
        ),
        ("\t南渡村\t北渡社区\t合计\n法律援助（件）\t34\t27\t61", [("南渡村", "法律援助", 34, "件"), ("北渡社区", "法律援助", 27, "件"), ("", "法律援助", 61, "件")]),
        ("名称\t人民调解件数\n南渡\t34\n总计\t34", [("南渡", "人民调解", 34, "件"), ("", "人民调解", 34, "件")]),
        # heads over several columns and labels over several rows
        (
            "片区\t村\t矛盾纠纷（件）\t\n\t\t受理\t调解成功\n东片\t南渡村\t34\t31\n\t北渡村\t27\t25\n小计\t\t61\t56\n合计\t\t90\t80",
            [
                *(("南渡村", "矛盾纠纷受理", 34, "件"), ("南渡村", "矛盾纠纷调解成功", 31, "件")),
                *(("北渡村", "矛盾纠纷受理", 27, "件"), ("北渡村", "矛盾纠纷调解成功", 25, "件")),
                *(("小计", "矛盾纠纷受理", 61, "件"), ("小计", "矛盾纠纷调解成功", 56, "件")),
                *(("", "矛盾纠纷受理", 90, "件"), ("", "矛盾纠纷调解成功", 80, "件")),
            ],
        ),
        # pairs side by side, a column of words, a head that comes again on the next page, the town's own row
        ("项目\t数量\t项目\t数量\n调解（件）\t5\t讲座（场）\t6", [("", "调解", 5, "件"), ("", "讲座", 6, "场")]),
        ("村\t调解（件）\t调解员\t讲座（场）\n南渡村\t34\t张三\t6", [("南渡村", "调解", 34, "件"), ("南渡村", "讲座", 6, "场")]),
        ("项目\t单位\t数量\n调解\t件\t5\n项目\t单位\t数量\n讲座\t场\t6", [("", "调解", 5, "件"), ("", "讲座", 6, "场")]),
        ("乡镇\t调解（件）\n琴台镇\t34\n芦荻镇\t51", [("", "调解", 34, "件"), ("芦荻镇", "调解", 51, "件")]),
    ],
)
def test_a_number_has_the_path_of_its_heads(table, expected):
    assert read(table, caption="单位：件") == expected


@pytest.mark.parametrize("line", ["全年调解矛盾纠纷61件。", "一、主要工作", "县司法局\t组织开展普法讲座21场。全镇共有调解员12名。"])
def test_running_text_is_no_row(line):
    assert not is_row(line)


def test_a_table_of_page_numbers_states_nothing():
    assert read("序号\t备注\n1\t无\n2\t无") == []
