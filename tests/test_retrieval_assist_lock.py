"""The lock: of what a language model writes nothing is delivered that the cited words of the towns it names do not carry."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.types import Part, Place, Report, Section
from retrieval.assist.lock import Fault, locked
from retrieval.draft import Line, Source

TEXTS = {
    "甲": "截至目前,共排查矛盾纠纷708起,化解700起,调处成功率达98.9%。组织律师开展“法治大讲堂”活动，发放资料1,200份，编排普法小品十二个。",
    "乙": "全年调解矛盾纠纷147起，其中教育79起、处罚68起。以传统节日为契机，把普法融入戏曲表演，覆盖群众两千余人次。没有发生行政诉讼案件。",
    "丙": "力争明年化解率达到100%，普法覆盖率达到95%。建立说事制度，但尚未覆盖全部村居。2021年，开展培训30场。",
}


def source(town: str, text: str = "", *, year: int = 2023, county: str = "某县", part: Part = Part.DONE) -> Source:
    text = text or TEXTS[town]
    report = Report(
        id=f"{county}{town}{year}", file="f", digest="d", title=f"{town}镇{year}年报告", place=Place("", "", county, f"{town}镇"), year=year, text=text
    )
    return Source(report, Section(report.id, 0, 0, len(text), ("一、",), "一", part=part), 0, len(text))


FIRST, SECOND, THIRD = source("甲"), source("乙", year=2022), source("丙")
PLANS, PROBLEMS = source("甲", "一是加强培训，提高意识。", part=Part.PLANS), source("乙", "普法形式单一，培训不够。", part=Part.PROBLEMS)


def kept(text: str, *sources: Source) -> str:
    line = locked(text, sources)
    return line.text if isinstance(line, Line) else f"struck: {line}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("甲镇2023年共排查矛盾纠纷708起，化解700起。", "甲镇2023年共排查矛盾纠纷708起，化解700起。"),
        ("甲镇共排查矛盾纠纷７０８起", "甲镇2023年共排查矛盾纠纷708起。"),
        ("排查矛盾纠纷708起，成功率98.9%", "甲镇2023年排查矛盾纠纷708起，成功率98.9%。"),
        ("2023年，甲镇化解700起，共排查矛盾纠纷708起！", "2023年，甲镇化解700起，共排查矛盾纠纷708起。"),
        ("甲镇组织律师举办了法治大讲堂活动", "甲镇2023年组织律师举办了法治大讲堂活动。"),
        ("1. 甲镇的做法是：组织律师开展“法治大讲堂”活动；同时，发放资料1200份", "甲镇2023年的做法是：组织律师开展“法治大讲堂”活动；同时，发放资料1200份。"),
    ],
)
def test_the_words_of_a_report_may_be_shortened_reordered_and_joined(text: str, said: str) -> None:
    assert kept(text, FIRST) == said


def test_clauses_that_follow_each_other_may_be_said_as_one_with_nothing_lost_between_them() -> None:
    assert kept("甲镇排查矛盾纠纷708起化解700起", FIRST) == "甲镇2023年排查矛盾纠纷708起化解700起。"
    assert kept("甲镇排查矛盾纠纷708起调处成功率达98.9%", FIRST).startswith("struck")  # 化解700起 is lost
    assert kept("丙镇建立说事制度覆盖全部村居", THIRD).startswith("struck")  # 尚未


def test_plans_may_be_told_with_the_year_that_they_are_for() -> None:
    assert kept("甲镇2023年报告的2024年计划写明，加强培训，提高意识", PLANS) == "甲镇2023年报告的2024年计划写明，加强培训，提高意识。"
    assert kept("甲镇2023年报告的2025年计划写明，加强培训，提高意识", PLANS).startswith("struck")
    assert kept("甲镇2023年报告的2024年计划写明，排查矛盾纠纷708起", FIRST).startswith("struck")


def test_the_order_of_clauses_is_free_and_who_does_what_to_whom_is_not() -> None:
    assert kept("乙镇教育79起、处罚68起，调解矛盾纠纷147起", SECOND) == "乙镇2022年教育79起、处罚68起，调解矛盾纠纷147起。"
    bodies = source("甲", "司法所指导村委会开展调解。")
    assert kept("司法所指导村委会调解", bodies).startswith("甲镇2023年")
    assert kept("村委会指导司法所开展调解", bodies) == f"struck: {Fault.WORDS}"


def test_towns_are_joined_each_with_its_own_words_and_only_what_is_used_is_cited() -> None:
    line = locked("甲镇组织律师开展“法治大讲堂”活动；乙镇2022年以传统节日为契机，把普法融入戏曲表演", [FIRST, SECOND, THIRD])
    assert isinstance(line, Line)
    assert line.text == "甲镇2023年组织律师开展“法治大讲堂”活动；乙镇2022年以传统节日为契机，把普法融入戏曲表演。"
    assert line.sources == (FIRST, SECOND)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("甲镇共排查矛盾纠纷709起", Fault.NUMBER),
        ("甲镇共排查矛盾纠纷七百零九起", Fault.NUMBER),
        ("甲镇共排查矛盾纠纷708件", Fault.NUMBER),
        ("甲镇共排查矛盾纠纷708%", Fault.NUMBER),
        ("甲镇编排普法小品二十个", Fault.NUMBER),
        ("甲镇共排查矛盾纠纷708起，比上年增长37.6%", Fault.NUMBER),
        ("甲镇教育708起", Fault.WORDS),
        ("乙镇2022年教育68起", Fault.WORDS),
        ("甲镇全年调解矛盾纠纷147起", Fault.TOWN),
        ("甲镇全年调解矛盾纠纷147起；乙镇共排查矛盾纠纷708起", Fault.TOWN),
        ("丁镇共排查矛盾纠纷708起", Fault.TOWN),
        ("甲镇、乙镇都共排查矛盾纠纷708起", Fault.TOWN),
        ("把普法融入戏曲表演", Fault.TOWN),
        ("甲镇2022年共排查矛盾纠纷708起", Fault.YEAR),
        ("乙镇2021年把普法融入戏曲表演", Fault.YEAR),
        ("The town resolved all 708 disputes in 2023.", Fault.FOREIGN),
        ("甲镇共排查矛盾纠纷708起，全部化解", Fault.WORDS),
        ("甲镇一半以上的纠纷得到化解", Fault.WORDS),
        ("甲镇纠纷数翻番", Fault.WORDS),
        ("甲镇在全县首次组织律师开展“法治大讲堂”活动", Fault.WORDS),
        ("甲镇没有组织律师开展“法治大讲堂”活动", Fault.WORDS),
        ("甲镇共排查矛盾纠纷708起，数量上升", Fault.WORDS),
        ("甲镇组织律师开展“普法讲堂”活动", Fault.QUOTE),
        ("乙镇发生行政诉讼案件", Fault.WORDS),
        ("甲镇2023年", Fault.WORDS),
        ("甲镇截至目前", Fault.WORDS),
        ("", Fault.WORDS),
        ("甲镇共排查矛盾纠纷708起，共排查矛盾纠纷708起", Fault.REPEATED),
        ("甲镇共排查矛盾纠纷708起。" * 60, Fault.LONG),
    ],
)
def test_what_does_not_stand_in_the_cited_words_of_its_town_is_struck(text: str, fault: Fault) -> None:
    assert locked(text, [FIRST, SECOND]) is fault


@pytest.mark.parametrize(
    "text",
    [
        "丙镇普法覆盖率达到95%",  # 力争 is gone
        "丙镇建立说事制度",  # 但尚未… is gone
        "丙镇开展培训30场",  # 2021年 is gone
    ],
)
def test_a_clause_that_has_lost_what_limits_it_is_struck(text: str) -> None:
    assert locked(text, [FIRST, SECOND, THIRD]) is Fault.TORN


@pytest.mark.parametrize(
    "text", ["丙镇力争明年化解率达到100%，普法覆盖率达到95%", "丙镇建立说事制度，但尚未覆盖全部村居"]
)
def test_with_what_limits_it_it_stands(text: str) -> None:
    assert kept(text, THIRD) == f"丙镇2023年{text[2:]}。"


def test_the_guard_has_the_last_word_on_what_is_carried() -> None:
    assert locked("甲镇化解700起", [FIRST], guard=lambda _text, _sources: False) is Fault.UNCARRIED


def test_plans_and_problems_are_said_to_be_such_and_never_to_be_done() -> None:
    assert kept("甲镇加强培训，提高意识", PLANS) == "甲镇2023年下一步打算：一是加强培训，提高意识。".replace("一是", "")
    assert kept("甲镇2023年下一步打算：加强培训", PLANS) == "甲镇2023年下一步打算：加强培训。"
    assert kept("乙镇存在的问题是普法形式单一", PROBLEMS) == "乙镇2023年存在的问题是普法形式单一。"
    assert kept("甲镇下一步打算共排查矛盾纠纷708起", FIRST) == f"struck: {Fault.PART}"
    assert kept("甲镇加强培训；乙镇把普法融入戏曲表演", PLANS, SECOND) == f"struck: {Fault.PART}"
    assert kept("甲镇加强培训；乙镇普法形式单一", PLANS, PROBLEMS) == f"struck: {Fault.PART}"


def test_a_name_within_the_words_of_a_report_is_one_of_its_words() -> None:
    own = source("甲", "成立甲镇房东协会，提升安全管理水平。")
    assert kept("甲镇2023年成立甲镇房东协会", own) == "甲镇2023年成立甲镇房东协会。"


def test_two_reports_of_one_town_need_the_year_and_two_towns_of_one_name_the_county() -> None:
    earlier, later = source("甲", "成立宣讲团。", year=2021), source("甲", "成立宣讲团。", year=2022)
    assert kept("甲镇成立宣讲团", earlier, later) == kept("成立宣讲团", earlier, later) == f"struck: {Fault.YEAR}"
    assert kept("甲镇2022年成立宣讲团", earlier, later) == "甲镇2022年成立宣讲团。"
    here, there = source("甲", "成立宣讲团。"), source("甲", "编排小品。", county="他县")
    assert kept("甲镇成立宣讲团", here, there) == f"struck: {Fault.TOWN}"
    line = locked("他县甲镇编排小品", [here, there], county=True)
    assert isinstance(line, Line)
    assert line.text == "他县甲镇2023年编排小品。"


def test_characters_that_turn_digits_round_or_look_like_them_are_never_delivered() -> None:
    assert kept("甲镇共排查矛盾纠纷\u202e807起", FIRST).startswith("struck")
    assert kept("甲镇共排查矛盾纠纷70⁸起\u200b", FIRST) == "甲镇2023年共排查矛盾纠纷708起。"


def clauses_of(town: str) -> list[str]:
    return [re.sub(r"[“”\s]", "", clause) for clause in re.split(r"[，。,]", TEXTS[town].replace("1,200", "1200")) if clause]


ALL = {town: clauses_of(town) for town in TEXTS}
OTHER = "一半 翻番 全部 唯一 首次 没有 上升 下降 最多 未 不 都 和 、 ， ； ： 。 的 比 增长 2022年 2021年 [A9] 丁镇 甲乡 708 147 0 % 起 件 七百零八 两千 “ ” \n".split(" ")
WORDS = st.sampled_from([*(clause for own in ALL.values() for clause in own), "甲镇", "乙镇", "丙镇", "甲镇2023年", "乙镇2022年", "丙镇2023年", *OTHER])


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(WORDS, st.text("0123456789%起件人次年甲乙丙镇未没有零一二三百千万", max_size=4)), max_size=10).map("".join))
@example("甲镇全年调解矛盾纠纷147起")
def test_whatever_is_delivered_is_carried_by_the_town_that_is_named_before_it(text: str) -> None:
    line = locked(text, [FIRST, SECOND, THIRD])
    if isinstance(line, Line):
        assert_true(line)


def assert_true(line: Line) -> None:
    """Read the delivered line by itself, with nothing of the lock's own: town after town, each clause in order out of one of that town's."""
    towns: list[str] = []
    fresh = False
    for piece in re.split(r"[，。；：、]|(?<=\d年)", re.sub(r"[“”]", "", line.text).replace("1,200", "1200")):
        name = re.search(r"([甲乙丙])镇(?:2023|2022)年$", piece)
        if name:
            towns = [*(towns if fresh else []), name[1]]
            fresh = True
        elif piece.strip("和都的还也 "):
            said = re.sub(r"^(?:都|和|的|还|也|、)+|(?:和|的)+$", "", piece)
            assert towns
            assert all(any(_in_order(said, own) for own in ALL[town]) for town in towns), (line.text, said)
            fresh = False
    assert {source.report.town[0] for source in line.sources} >= set(towns)


def _in_order(said: str, own: str) -> bool:
    """Whether the characters of ``said`` stand in ``own`` in their order, its numbers whole, and no denial lost."""
    rest = iter(own)
    numbers = set(re.findall(r"\d[\d.]*", own))
    kept_denials = len(re.findall("未|没|不", said)) == len(re.findall("未|没|不", own))
    return kept_denials and all(character in rest for character in said) and set(re.findall(r"\d[\d.]*", said)) <= numbers


@settings(max_examples=200, deadline=None)
@given(st.sampled_from("甲乙丙"), st.sampled_from("甲乙丙"), st.integers(2019, 2025), st.data())
def test_no_clause_is_delivered_under_another_town_or_year(town: str, named: str, year: int, data: st.DataObject) -> None:
    clause = data.draw(st.sampled_from(ALL[town]))
    line = locked(f"{named}镇{year}年{clause}", [FIRST, SECOND, THIRD])
    if isinstance(line, Line):
        assert (named, year) == (town, {"甲": 2023, "乙": 2022, "丙": 2023}[town])


def test_the_year_of_a_plan_may_stay_where_the_report_writes_it() -> None:
    said = "执法队现有持证人员10人，2024年计划通过考试新增4人，达到14人"
    assert kept(said, source("甲", f"{said}。")) == f"甲镇2023年{said}。"


WHOLE = source("丁", "全年调解纠纷187件，其中征迁补偿类54件、邻里类59件、其他类31件。发生行政复议案件5件，其中维持3件；行政诉讼案件4件，尚未审结1件。全年检查214次，没有一件被撤销。")


@pytest.mark.parametrize("text", ["全年调解纠纷187件，其中征迁补偿类54件", "发生行政复议案件5件，其中维持3件", "全年检查214次"])
def test_what_is_left_out_and_limits_nothing_may_be_left_out(text: str) -> None:
    """其他类31件 of a list is no other town's, what stands behind a semicolon is another matter, and nothing was taken back."""
    assert kept(text, WHOLE) == f"丁镇2023年{text}。"


def test_what_takes_the_clause_before_a_semicolon_back_is_not_left_out() -> None:
    turned = source("丁", "建立巡查制度；但尚未在三个村实行。")
    assert kept("建立巡查制度", turned).startswith("struck")


def test_a_denial_is_not_lost_in_another_order_of_the_words() -> None:
    assert kept("依法行政工作断取得新成效", source("丁", "依法行政工作不断取得新成效。")).startswith("struck")


def test_a_towns_name_within_the_words_of_its_report_is_no_label() -> None:
    own = source("丁", "按照2023年丁镇普法方案，印发资料200份。")
    assert kept("按照2023年丁镇普法方案，印发资料200份", own) == "丁镇2023年按照2023年丁镇普法方案，印发资料200份。"
