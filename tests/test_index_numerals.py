"""Numbers of Chinese official text: value, unit, qualifier, and what is not a figure."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.numerals import numerals, quantities, unreadable, value_of, with_units, years

DIGITS = "零一二三四五六七八九"


def in_chinese(value: int) -> str:
    """An independent writer of Chinese numerals, 0 to 9,999,999,999."""
    if value >= 10**8:
        return in_chinese(value // 10**8) + "亿" + _rest(value % 10**8, 10**7)
    if value >= 10**4:
        return in_chinese(value // 10**4) + "万" + _rest(value % 10**4, 10**3)
    for unit, name in ((1000, "千"), (100, "百"), (10, "十")):
        if value >= unit:
            return DIGITS[value // unit] + name + _rest(value % unit, unit // 10)
    return DIGITS[value]


def _rest(value: int, expected: int) -> str:
    return "" if not value else ("" if value >= expected else "零") + in_chinese(value)


def read(text: str) -> list[tuple[float, str, str]]:
    return [(number.value, number.unit, number.qualifier) for number in numerals(text)]


@given(st.integers(0, 10**10 - 1))
def test_a_chinese_numeral_reads_back_as_the_number_it_was_written_from(value):
    written = in_chinese(value)
    assert value_of(written) == value
    assert value_of(written.replace("二百", "两百").replace("二千", "两千").replace("零", "〇")) == value
    assert [quantity.value for quantity in quantities(f"共{written}起")] == [value]


@given(st.integers(0, 10**9), st.sampled_from(["起", "人次", "份", "万元"]), st.booleans())
def test_digits_read_back_in_half_and_full_width(value, unit, wide):
    digits = str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９")) if wide else str(value)
    assert read(f"全年共{digits}{unit}，") == [(value, unit, "")]


@given(st.text(alphabet="一二三百千万亿零〇两点成余多约近0123456789.,，%％百分之起件个年月日第“”+至-几半元 ", max_size=40))
def test_spans_are_ordered_inside_the_text_and_never_overlap(text):
    found = numerals(text)
    assert all(0 <= number.start < number.number_end <= number.end <= len(text) for number in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert all(0 <= quantity.start < quantity.end <= len(text) for quantity in quantities(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("共排查矛盾纠纷708起,化解708起,调处成功率达100%", [(708, "起", ""), (708, "起", ""), (100, "%", "")]),
        ("发放宣传资料二千四百余份，受教育群众三千二百余人次", [(2400, "份", "余"), (3200, "人次", "余")]),
        ("成功率百分之九十六点八", [(96.8, "%", "")]),
        ("占比约四成，其他约一成半", [(40, "%", "约"), (15, "%", "约")]),
        ("受教育群众近六千人次", [(6000, "人次", "近")]),
        ("发放宣传资料1.3万份", [(13000, "份", "")]),
        ("罚没款48.7万元，补偿3870万元，约六万元", [(48.7, "万元", ""), (3870, "万元", ""), (6, "万元", "约")]),
        ("安全生产宣传资料4268余份", [(4268, "份", "余")]),
        ("悬挂横幅近百条，走访上千户", [(100, "条", "近"), (1000, "户", "上")]),
        ("检查七十余次", [(70, "次", "余")]),
        ("群众赞成率在95%以上", [(95, "%", "以上")]),
        ("学法时间不少于40小时", [(40, "小时", "不少于")]),
        ("新增三处镇、村级法治文化阵地", [(3, "处", "")]),
        ("由9人增至11人", [(9, "人", ""), (11, "人", "")]),
        ("分别比上年提高3.2个和2.5个百分点", [(3.2, "个百分点", ""), (2.5, "个百分点", "")]),
        ("每村培育3至5名，每次20-30人", [(3, "名", "至"), (20, "人", "至")]),
        ("累计开展4次、合计15个课时的培训", [(4, "次", ""), (15, "个课时", "")]),
        ("只开展过一两次法治宣传", [(1, "次", "至")]),
        ("累计观看人次超过36万。", [(360000, "人次", "超过")]),
        ("共1,234份，发放12，35份", [(1234, "份", ""), (35, "份", "")]),
        ("挽回损失35万余元、三十五万多元，村规民约121件", [(35, "万元", "余"), (35, "万元", "多"), (121, "件", "")]),
        ("目前12名持证上岗，对三十一人社区矫正对象走访", [(12, "名", ""), (31, "人", "")]),
        ("聘请法律顾问一名，只有一名工作人员", [(1, "名", ""), (1, "名", "")]),
        ("全程留痕率百分之百，满意率百分百", [(100, "%", ""), (100, "%", "")]),
    ],
)
def test_a_figure_has_its_value_unit_and_qualifier(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2023年12月4日，6·26“六守六无”宣传日、“3.15”消费者权益日",
        "第一次会议，第20条，前三名，一是、二是，（一）抓落实，1.抓决策 2、抓执法",
        "“三重一大”、“八五”普法、“三项制度”、三项制度、四议两公开、一村一法律顾问、“一村一辅警”、两委、十九届四中全会",
        "12345热线、“1+11+35”治理体系、电话0595-85381234",
        "一起努力，一次性化解，一些，进一步，一方面，三级调解网络，十分重要，万一，百姓，千家万户，二次供水",
        "第一列12\n件数\t112\t宗",
        "3.3 组织调解员轮训，《夜市十分钟》，观看人次2025年超过去年",
        "党的二十大，习近平法治思想十一个坚持，几十场次，〔2022〕12号",
    ],
)
def test_dates_ordinals_and_names_are_no_figures(text):
    assert read(text) == []


def test_the_span_of_a_figure_covers_number_and_unit():
    text = "全年发放资料2400余份。"
    number = numerals(text)[0]
    assert text[number.start : number.end] == "2400余份"
    assert text[number.start : number.number_end] == "2400"


@pytest.mark.parametrize("text", ["一" * 9000, "9" * 9000, "亿一" * 9000, "万" * 9000, "9" * 20 + "件"])
def test_a_number_that_nobody_counts_is_no_figure_and_no_error(text):
    assert read(text) == []
    assert len(quantities(text)) <= 1


def test_years_are_found_in_every_script_and_durations_are_none():
    text = "2023年、２０２２年、二〇二一年、二○一九年、22年，2018至2020年，三年，近10年，第20年"
    assert [year.value for year in years(text)] == [2023, 2022, 2021, 2019, 2022, 2018, 2020]


def test_every_digit_group_is_a_quantity():
    text = "2023年12月4日，金井镇708起（七百零八起），1.3万份，占51/147"
    assert [quantity.value for quantity in quantities(text)] == [2023, 12, 4, 708, 708, 13000, 51, 147]


@given(st.text(alphabet="一二三百千万两成余约近012.,%百分之起件个年月第“”至、和元 ", max_size=40))
def test_a_text_read_once_for_both_has_every_quantity_with_the_unit_of_its_figure(text):
    units = {number.start: number.unit for number in numerals(text)}
    unread = {(span.start, span.end) for span in unreadable(text)}
    readable = [(quantity, unit) for quantity, unit in with_units(text) if (quantity.start, quantity.end) not in unread]
    assert readable == [(quantity, units.get(quantity.start, "")) for quantity in quantities(text)]
