"""The figures ledger: what each stated number counts, of which year, as what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.figures import figures
from index.indicators import Indicators
from index.outline import outline
from index.sums import inconsistencies
from index.types import Figure, Kind, Part, Place, Report, Section, Span

ROOT = Path(__file__).parent.parent
GOLDEN = json.loads((ROOT / "tests" / "golden" / "figures_sample.json").read_text(encoding="utf-8"))


def report(text: str, year: int = 2022, **more) -> Report:
    return Report(id="r", file="r.txt", digest="", title="", place=Place(town="柳湾镇"), year=year, text=text, **more)


def read(text: str, part: Part = Part.DONE, year: int = 2022) -> tuple[Figure, ...]:
    return figures(report(text, year), (Section("r", 0, 0, len(text), part=part),))


def named(text: str, part: Part = Part.DONE) -> list[tuple[str, float, str]]:
    return [(figure.indicator, figure.value, figure.unit) for figure in read(text, part)]


@pytest.mark.parametrize("file", GOLDEN)
def test_every_figure_of_the_sample_reports_is_read_as_a_person_labelled_it(file):
    text = (ROOT / "data" / "sample" / file).read_text(encoding="utf-8")
    year = {"000": 2022, "001": 2023, "002": 2022, "003": 2022, "004": 2021}[file[:3]]
    made = report(text, year)
    found = [[text[f.start : f.end], f.value, f.unit, f.indicator, str(f.kind)] for f in figures(made, outline(made))]
    assert found == GOLDEN[file]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("共排查矛盾纠纷708起,化解708起,调处成功率达100%", [("矛盾纠纷排查", 708, "起"), ("矛盾纠纷化解", 708, "起"), ("调解成功率", 100, "%")]),
        ("共调解矛盾纠纷204件，调解成功199件。", [("矛盾纠纷调解", 204, "件"), ("矛盾纠纷化解", 199, "件")]),
        ("受理12345热线工单412件，按期办结率98.1%。", [("12345热线工单", 412, "件"), ("热线办结率", 98.1, "%")]),
        ("现有9人取得行政执法证，聘请两名律师担任法律顾问。", [("持证执法人员", 9, "人"), ("法律顾问", 2, "名")]),
        ("推广法律明白人培养，现已达到57名。", [("法律明白人", 57, "名")]),
        ("法律顾问参与法制宣传活动10次、诉讼2次", [("", 10, "次"), ("", 2, "次")]),
        ("每个行政村法律明白人不少于3名，律师每月到村开展法治讲座1次", [("", 3, "名"), ("", 1, "次")]),
        ("参与化解搬迁安置类纠纷26件", [("", 26, "件")]),
        ("组织2000余人次“法律明白人”志愿者参加普法业务培训", [("法律明白人培训人次", 2000, "人次")]),
        ("26名人民调解员和62名网格员", [("人民调解员", 26, "名"), ("网格员", 62, "名")]),
        ("人大代表建议、政协提案分别为4件、2件", [("人大代表建议", 4, "件"), ("政协提案", 2, "件")]),
        ("重大行政决策合法性审查22件", [("合法性审查", 22, "件")]),
        ("行政复议案件为零，没有一起行政诉讼案件败诉。", [("行政复议", 0, "件")]),
        ("群众满意率94.2%，信访化解率92%", [("群众满意率", 94.2, "%"), ("信访化解率", 92, "%")]),
    ],
)
def test_a_figure_is_named_by_its_words_and_its_unit(text, expected):
    assert named(text) == expected


def test_an_indicator_not_in_the_table_is_kept_with_its_own_words():
    figure = read("全年举办“圩堤夜话”12期")[0]
    assert (figure.indicator, figure.action, figure.subject, figure.value) == ("", "举办", "圩堤夜话", 12)


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("接待群众来访29批次，较上年的37批次下降21.6%", [(29, Kind.DONE, 2022), (37, Kind.DONE, 2021), (21.6, Kind.CHANGE, 2022)]),
        ("法律明白人从2021年的45名增加到2022年的60名", [(45, Kind.DONE, 2021), (60, Kind.DONE, 2022)]),
        ("矛盾纠纷化解率由2021年的96%提升到98%", [(96, Kind.DONE, 2021), (98, Kind.DONE, 2022)]),
        ("法律明白人由9人增至11人", [(9, Kind.DONE, 2021), (11, Kind.DONE, 2022)]),
        ("开展普法宣传48场次，2023年计划开展60场次", [(48, Kind.DONE, 2022), (60, Kind.PLANNED, 2023)]),
        ("办理法律援助18件，比上年增加3件", [(18, Kind.DONE, 2022), (3, Kind.CHANGE, 2022)]),
        ("持有执法证件的人员8名，较2021年增加2名", [(8, Kind.DONE, 2022), (2, Kind.CHANGE, 2022)]),
        ("截至2022年11月底，办理法律援助案件10件", [(10, Kind.AS_OF, 2022)]),
        ("新增法律明白人12名", [(12, Kind.CHANGE, 2022)]),
        ("力争法律明白人达到55名以上", [(55, Kind.PLANNED, 2023)]),
    ],
)
def test_a_plan_a_change_and_last_years_level_are_told_from_what_was_done(text, levels):
    found = read(text)
    assert [(f.value, f.kind, f.year) for f in found] == levels
    assert len({f.indicator for f in found}) == 1
    assert found[0].indicator


def test_changes_said_respectively_belong_to_the_figures_before_in_turn():
    found = read("排查矛盾纠纷320件，成功调解316件，调解成功率98.8%，较上年分别上升5.2%、6.1%和0.8个百分点。")
    assert [(f.indicator, f.kind) for f in found[3:]] == [
        ("矛盾纠纷排查", Kind.CHANGE),
        ("矛盾纠纷化解", Kind.CHANGE),
        ("调解成功率", Kind.CHANGE),
    ]


def test_what_a_plans_section_says_is_planned_for_the_next_year():
    assert [(f.kind, f.year) for f in read("全年开展法治宣传40场以上。", Part.PLANS)] == [(Kind.PLANNED, 2023)]


def test_parts_know_their_whole():
    found = read("整治违法行为147起，其中教育79起、处罚68起，排查安全隐患31处。")
    assert [figure.parent for figure in found] == [None, 0, 0, None]


def test_the_whole_may_stand_in_the_sentence_before_and_is_the_one_that_the_parts_add_up_to():
    found = read("全年调解矛盾纠纷20件，成功化解19件。按类型分，邻里纠纷12件、婚姻家庭纠纷8件。")
    assert [figure.parent for figure in found] == [None, None, 0, 0]


def test_parts_that_do_not_add_up_belong_to_the_figure_that_names_the_thing_and_not_to_its_outcome():
    found = read("全年调解各类纠纷152件，成功151件。从类型看，邻里纠纷55件、婚姻家庭纠纷44件。")
    assert [figure.parent for figure in found] == [None, None, 0, 0]


def test_a_nought_in_words_has_the_words_as_its_span():
    text = "今年无行政复议和行政诉讼案件。"
    assert [(f.indicator, f.value, text[f.start : f.end]) for f in read(text)] == [
        ("行政复议", 0, "无行政复议和行政诉讼案件"),
        ("行政诉讼", 0, "无行政复议和行政诉讼案件"),
    ]
    assert named("没有发生行政诉讼败诉情况") == []


@pytest.mark.parametrize(
    "text",
    [
        "指标\t单位\t2021年\t2022年\n调处纠纷\t宗\t131\t112\n调处成功\t宗\t124\t108",
        "┌────┬──┬────┬────┐\n│ 项目 │ 单位 │ 2021年 │ 2022年 │\n├────┼──┼────┼────┤\n"
        "│ 调处纠纷 │ 宗 │ 131 │ 112 │\n│ 调处成功 │ 宗 │ 124 │ 108 │\n└────┴──┴────┴────┘",
        "项目\t2021年\t2022年\n调处纠纷（宗）\t131\t112\n调处成功（宗）\t124\t108",
    ],
)
def test_a_table_gives_a_figure_for_each_year(text):
    assert [(f.indicator, f.value, f.unit, f.year) for f in read(text)] == [
        ("矛盾纠纷调解", 131, "宗", 2021),
        ("矛盾纠纷调解", 112, "宗", 2022),
        ("矛盾纠纷化解", 124, "宗", 2021),
        ("矛盾纠纷化解", 108, "宗", 2022),
    ]


def test_numbers_of_the_page_around_a_report_are_none_of_its_figures():
    text = "浏览次数：586次\n全年开展法治宣传28场。"
    made = report(text, noise=(Span(0, 9),))
    assert [f.value for f in figures(made, (Section("r", 0, 0, len(text)),))] == [28]


def test_sums_that_do_not_add_up_are_found():
    text = "全年调处各类纠纷112宗，其中婚姻家庭纠纷34宗、邻里纠纷41宗、土地纠纷22宗、其他纠纷12宗；成功108宗，调处成功率96.4%。"
    found = inconsistencies(report(text), read(text))
    assert [finding.message for finding in found] == ["分项之和与总数不符：34+41+22+12=109，总数写的是112宗"]
    assert text[found[0].start : found[0].end].startswith("112宗")


def test_a_percentage_that_does_not_follow_is_found_and_a_rounded_one_is_not():
    wrong = "全年调解矛盾纠纷200件，调解成功150件，成功率97.5%。"
    right = "全年调解矛盾纠纷204件，调解成功199件，成功率97.5%。受理矛盾纠纷126起，成功化解121起，化解率96%。"
    assert [finding.message for finding in inconsistencies(report(wrong), read(wrong))] == ["比率与数量不符：150÷200=75.0%，写的是97.5%"]
    assert inconsistencies(report(right), read(right)) == ()


def test_two_ways_of_dividing_one_whole_are_not_added_together():
    text = "全年调处矛盾纠纷177件，其中调解成功172件，成功率97.2%。按类型分，邻里纠纷64件、婚姻家庭纠纷51件。"
    assert [figure.parent for figure in read(text)] == [None, 0, None, 0, 0]
    assert inconsistencies(report(text), read(text)) == ()


def test_a_listing_of_some_parts_need_not_add_up():
    text = "整治违法行为147起，其中教育79起、处罚60起。"
    assert inconsistencies(report(text), read(text)) == ()


WORDS = st.sampled_from(
    [*"，。、；：（）“”,;()\n\t│ 　", "为零", "为0", "分别", "由", "增至", "1,234份", "12万余元", "行政复议", "较上年的", "每", "共", "至", "其中", "无", "案件", "比上年", "增加", "调解", "纠纷", "法律明白人", "计划", "2023年", "同比", "12件", "三起", "近百条", "96%", "率"]
)


@given(st.lists(WORDS, max_size=40).map("".join))
def test_figures_of_any_text_stand_in_order_within_it(text):
    found = read(text)
    assert [f.ordinal for f in found] == list(range(len(found)))
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(f.clause.start <= f.start and f.start < f.clause.end for f in found)
    assert [f.start for f in found] == sorted(f.start for f in found)
    assert all(f.parent is None or found[f.parent].value >= 0 for f in found)


@pytest.mark.parametrize("row", Indicators.load().rows, ids=lambda row: row.name)
def test_every_wording_of_the_table_is_found_in_a_sentence(row):
    unit = sorted(row.units)[0]
    for wording in row.subject:
        words = (row.action[0] if row.action else "") + "".join(wording)
        assert any(word in words for word in row.unless) or Indicators.load().match(words, "", unit), words


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("全年集体学法6次，在4个行政村开展流动课堂18次。", ["集体学法", "行政村", "流动课堂"]),
        ("对6家企业开展检查20次。", ["企业", "检查"]),
        ("立案撤销2件，罚款36500元。", ["立案撤销", ""]),
    ],
)
def test_each_number_counts_what_its_own_clause_says(text, counted):
    assert [figure.subject for figure in read(text)] == counted


@pytest.mark.parametrize(("text", "year"), [("上年配备网格员45名。", 2021), ("去年共受理信访12件。", 2021), ("上年结转案件5件。", 2022), ("今年受理信访12件。", 2022)])
def test_a_clause_that_begins_with_last_year_is_of_that_year(text, year):
    assert [figure.year for figure in read(text)] == [year]


def test_what_a_table_tells_in_words_beside_a_number_is_part_of_it():
    found = read("项目\t数量\t说明\n合同审查\t83件\t其中渔港合同29件\n普法讲座\t60场\t比上年增加2场")
    whole, part = found[0], found[1]
    assert (part.value, part.subject, part.parent) == (29, "渔港合同", whole.ordinal)
    assert [(f.value, f.kind) for f in found[2:]] == [(60, Kind.DONE), (2, Kind.CHANGE)]


def test_what_is_listed_beside_a_number_of_a_table_and_comes_to_it_are_its_parts():
    found = read("事项\t数量\t说明\n渔港处罚\t64件\t普通程序40件、简易程序24件，罚款18.6万元\n12345工单\t50件\t按期办结48件")
    assert [(f.value, f.parent) for f in found[:4]] == [(64, None), (40, 0), (24, 0), (18.6, None)]
    assert [(f.subject, f.action, f.value) for f in found[4:]] == [("12345工单", "", 50), ("12345工单", "办结", 48)]


def row_figures(row: str) -> list[tuple[str, float, str]]:
    found = read(f"项目｜单位｜全年数｜其中\n{row}\n行政检查｜次｜30｜")
    return [(f"{figure.action}{figure.subject}", figure.value, figure.unit) for figure in found][:-1]


def test_numbers_listed_without_a_measure_word_beside_the_number_of_a_row_are_its_parts():
    parts = [("邻里", 128, "件"), ("婚姻家庭", 97, "件"), ("其他", 187, "件")]
    assert row_figures("受理矛盾纠纷｜件｜412｜邻里128、婚姻家庭97、其他187") == [("受理矛盾纠纷", 412, "件"), *parts]
    assert row_figures("调解成功｜件｜403｜议事屋156")[1:] == [("议事屋", 156, "件")]


@pytest.mark.parametrize("beside", ["见附件2", "邻里1280、家庭97", "第3季度最多", "附表1"])
def test_what_is_no_part_of_the_number_of_a_row_is_no_figure_beside_it(beside):
    assert [value for _, value, _ in row_figures(f"受理矛盾纠纷｜件｜412｜{beside}") if value not in (412, 97)] == []


def test_numbers_among_words_in_a_row_of_two_cells_are_counted_of_its_label():
    found = read("项目｜2022年\n普法宣传｜28场次，3080人次\n送审合同｜45份，标的额1260万元")
    assert [(figure.subject, figure.value, figure.unit) for figure in found][:3] == [("普法宣传", 28, "场次"), ("普法宣传", 3080, "人次"), ("送审合同", 45, "份")]
