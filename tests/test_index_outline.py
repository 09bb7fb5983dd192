"""Promises of index/outline.py: sections tile any text, and headings are found and nested as the report means them.

The golden outlines are rewritten by ``GOLDEN=write pytest tests/test_index_outline.py``; read the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.headings import Table
from index.identify import identify
from index.outline import outline
from index.places import Gazetteer
from index.types import Document, Heading, Part, Place, Report, Section, Span

ROOT = Path(__file__).parent
SAMPLES = sorted((ROOT.parent / "data" / "sample").glob("*.txt"))
GOLDEN = ROOT / "golden"


def report(text: str, year: int | None = 2022, noise: tuple[Span, ...] = ()) -> Report:
    return Report(id="0" * 16, file="a.txt", digest="", title="", place=Place(town="清河镇"), year=year, text=text, noise=noise)


def sections(text: str, year: int | None = 2022, **options) -> list[Section]:
    return list(outline(report(text, year, **options)))


def labels(text: str, year: int | None = 2022) -> list[str]:
    """The labels of the headings, without the blocks that have none."""
    return [section.label for section in sections(text, year) if section.path]


def drawn(text: str, found: list[Section]) -> str:
    """An outline as a picture: indentation, label, part, own heading, characters."""
    rows = []
    for section in found:
        assert section.heading is None or text[section.heading.start : section.heading.end].replace("\n", "") == section.path[-1]
        rows.append(
            "  " * section.level
            + f"[{section.label}] {section.part.value} {section.path[-1] if section.heading else '…'} ({section.end - section.start})"
        )
    return "\n".join(rows) + "\n"


fragments = st.sampled_from(
    ["一、", "二、", "（一）", "(二)", "1.", "2．", "1.1", "（1）", "①", "②", "一是", "二是", "三是", "首先，", "其次，", "【", "】", "第一章 ", "第一条 ",
     "存在的问题", "下一步，我镇将", "2023年", "2022年工作情况", "。", "；", "：", "，", "\n", "\n\n", "　", " ", "\t", "清河镇人民政府", "2023年1月9日",
     "全年开展普法宣传三十场次并且取得了比较明显的成效", "[bookmark: _GoBack]", "😀", "\r", "\x00"]
)  # fmt: skip


@given(st.lists(st.one_of(fragments, st.text(max_size=8)), max_size=40).map("".join), st.sampled_from([None, 2022]))
@settings(max_examples=400, deadline=None)
def test_sections_tile_any_text(text, year):
    found = sections(text, year)
    assert "".join(text[section.start : section.end] for section in found) == text
    assert [section.ordinal for section in found] == list(range(len(found)))
    assert all(section.start < section.end for section in found) or text == ""
    for section in found:
        if section.heading:
            assert not text[section.start : section.heading.start].strip()
            assert section.start <= section.heading.start < section.heading.end <= section.end
        assert all(words.strip() for words in section.path)


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(1, 20), st.integers(1, 4)), max_size=4))
@settings(max_examples=100, deadline=None)
def test_headings_of_a_container_never_break_the_tiling(text, spans):
    headings = [Heading(start, start + length, level) for start, length, level in spans]
    found = outline(report(text), headings)
    assert "".join(text[section.start : section.end] for section in found) == text


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem[:3])
def test_the_outline_of_a_sample_report_is_the_golden_one(path):
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    found = list(outline(identify(Document(file=path.name, digest="", text=text), Gazetteer.load())))
    golden = GOLDEN / f"outline_{path.stem[:3]}.txt"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(drawn(text, found), encoding="utf-8")
    assert drawn(text, found) == golden.read_text(encoding="utf-8")


def test_half_and_full_width_marks_are_one_style():
    text = "清河镇报告\n我镇工作情况如下。\n一、工作\n（一）甲方面。做了。\n(二)乙方面。做了。\n1.甲。做了。\n2、乙。做了。\n３．丙。做了。\n二、问题\n"
    assert labels(text) == ["一", "一(一)", "一(二)", "一(二)1", "一(二)2", "一(二)3", "二"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "第一章 甲\n1.1 甲一\n做了。\n1.2 甲二\n做了。\n第二章 乙\n2.1 乙一\n2.2 乙二\n",
            ["第一章", "1.1", "1.2", "第二章", "2.1", "2.2"],
        ),
        ("一、甲\n1、甲一。做了。\n2、甲二。做了。\n二、乙\n1、乙一。\n2、乙二。\n", ["一", "一1", "一2", "二", "二1", "二2"]),
        (
            "一、甲\n一是做了。\n二是也做了。\n二、乙\n一是还做了。二是又做了。\n",
            ["一", "一·一是", "一·二是", "二", "二·一是", "二·二是"],
        ),
        ("（一）甲\n做了。\n（二）乙\n做了。\n", ["(一)", "(二)"]),
        ("1.甲\n（一）甲一\n（二）甲二\n2.乙\n（一）乙一\n（二）乙二\n", ["1", "1(一)", "1(二)", "2", "2(一)", "2(二)"]),
        ("一、甲\n①做了这。②做了那。\n二、乙\n", ["一", "一①", "一②", "二"]),
        ("一、甲\n（1）做了。\n（2）做了。\n（3）做了。\n", ["一", "一(1)", "一(2)", "一(3)"]),
        (
            "第一部分 甲\n一、甲一\n二、甲二\n第二部分 乙\n一、乙一\n",
            ["第一部分", "第一部分·一", "第一部分·二", "第二部分", "第二部分·一"],
        ),
        ("一、甲\n首先，做了这件事。其次，做了那件事。最后，做完了。\n", ["一", "一·首先", "一·其次", "一·最后"]),
        (
            "一、甲 (一)加强领导。成立小组。(二)加强宣传。宣传30场。 二、乙 (一)人少。(二)钱少。\n",
            ["一", "一(一)", "一(二)", "二", "二(一)", "二(二)"],
        ),
        ("一、甲\n⑴做了这些。⑵做了那些。\n二、乙\n㈠人员少。\n㈡经费少。\n", ["一", "一⑴", "一⑵", "二", "二㈠", "二㈡"]),
        (
            "一、甲\n1.做了\n小事一\n2.做了\n小事二\n二、乙\n（一）乙一\n1.做了甲。\n2.做了乙。\n（二）乙二\n1.做了丙。\n2.做了丁。\n",
            ["一", "一1", "一2", "二", "二(一)", "二(一)1", "二(一)2", "二(二)", "二(二)1", "二(二)2"],
        ),
        ("一、甲\n共有两条：其一，要学法；其二，要用法。\n", ["一", "一·其一", "一·其二"]),
    ],
)
def test_nesting_follows_the_document(text, expected):
    assert labels("清河镇报告\n现将情况报告如下。\n" + text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "全年排查3、4号楼隐患，涉及1.5万元。共有2件案件、3件线索。",
        "坚持一是一、二是二，不搞变通。",
        "有的是老问题，有的是新问题，统一是要求。",
        "比上年增加。2.3万人次参与，1.2万人次受益。",
        "按照（一）项规定执行，参照第一条办理。",
        "我镇召开会议。1.研究普法工作。",
        "一方面加强宣传，另一方面加强执法。",
        "推动一、二、三产业融合。一、二、三产业均有增长。",
        "依照第八条（一）、（二）项。（三）项另有规定。",
    ],
)
def test_numbers_in_a_sentence_are_no_headings(text):
    assert labels(f"清河镇报告\n现将情况报告如下。\n{text}\n") == []


def test_a_line_cut_by_a_page_is_no_heading():
    text = (
        "清河镇报告\n现将情况报告如下。\n一、工作\n"
        "将习近平法治思想学习作为重要内容，组织党委中心组学法，给全体干部配发读本，以考促学的作用得到有\n\n效发挥\n\n"
        "党建引领 责任上肩\n我镇始终坚持党对法治建设工作的全面领导，定期研究部署，压实各级责任，推动工作落实见效。\n"
    )
    assert labels(text) == ["一"]


def test_a_heading_may_run_into_its_paragraph():
    found = sections("清河镇报告\n现将情况报告如下。\n（一）健全党委议事制度。健全完善规则。\n（二）强化学习：组织学法5次。\n")
    assert [section.path for section in found if section.path] == [("（一）健全党委议事制度",), ("（二）强化学习",)]


def test_short_lines_without_numbers_are_headings_when_they_are_many():
    prose = "街道全年组织学法、普法和执法检查若干次，做到有计划、有落实、有检查、有总结，取得了实效。\n"
    text = "清河街道报告\n现将情况报告如下。\n" + "".join(
        f"{head}\n{prose}" for head in ("党建引领 责任上肩", "依法决策", "普法惠民")
    )
    assert [section.path[-1] for section in sections(text) if section.path] == ["党建引领 责任上肩", "依法决策", "普法惠民"]
    assert labels(text) == ["第1节", "第2节", "第3节"]
    alone = f"清河街道报告\n现将情况报告如下。\n{prose}春风化雨\n{prose}"
    assert labels(alone) == []


def test_the_first_sentences_of_parallel_paragraphs_are_headings():
    rest = "全镇组织开展各类活动若干场次，群众参与踊跃，成效明显，得到上级充分肯定。\n"
    text = "清河镇报告\n现将情况报告如下。\n一、工作\n" + "".join(
        f"{head}。{rest}" for head in ("抓统筹，压责任", "抓执法，促规范", "抓普法，入人心")
    )
    assert [section.path[-1] for section in sections(text) if section.level == 2] == [
        "抓统筹，压责任",
        "抓执法，促规范",
        "抓普法，入人心",
    ]


def test_headings_of_the_container_nest_by_their_level_and_numbers_by_theirs():
    text = "清河镇报告\n现将情况报告如下。\n工作成效\n压实责任\n开展学法。\n一、普法\n开展普法。\n存在的问题\n人少。\n"
    places = [(text.index(words), level) for words, level in (("工作成效", 1), ("压实责任", 2), ("存在的问题", 1))]
    headings = [Heading(start, text.index("\n", start), level) for start, level in places]
    found = [section for section in outline(report(text), headings) if section.path]
    assert [section.label for section in found] == ["第1节", "第1节·第1节", "第1节·第1节·一", "第2节"]
    assert found[-1].part is Part.PROBLEMS


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("二、存在的问题和困难", Part.PROBLEMS),
        ("二、存在问题及原因分析", Part.PROBLEMS),
        ("二、主要不足", Part.PROBLEMS),
        ("二、工作中的薄弱环节", Part.PROBLEMS),
        ("二、当前面临的困难与挑战", Part.PROBLEMS),
        ("二、存在的短板弱项", Part.PROBLEMS),
        ("三、下步打算", Part.PLANS),
        ("三、下一步工作思路", Part.PLANS),
        ("三、明年工作安排", Part.PLANS),
        ("三、2023年工作计划", Part.PLANS),
        ("三、2023年重点任务", Part.PLANS),
        ("三、今后努力方向", Part.PLANS),
        ("三、工作展望", Part.PLANS),
        ("一、2022年工作计划完成情况", Part.DONE),
        ("一、上年度存在问题整改落实情况", Part.DONE),
        ("一、2022年主要工作", Part.DONE),
        ("（一）坚持问题导向，解决群众困难", Part.DONE),
        ("（一）制定工作计划，压实责任", Part.DONE),
        ("（一）呵护未来，抓好青少年普法", Part.DONE),
    ],
)
def test_a_heading_says_what_its_part_is(heading, part):
    assert sections(f"清河镇报告\n现将情况报告如下。\n{heading}\n开展了各项活动。\n")[-1].part is part


def test_children_inherit_the_part_and_the_title_has_none():
    found = sections(
        "清河镇2022年工作总结及2023年工作计划\n现将情况报告如下。\n一、工作\n做了。\n二、存在问题\n（一）人少。\n（二）钱少。\n"
    )
    assert [section.part for section in found] == [Part.DONE] * 3 + [Part.PROBLEMS] * 3


@pytest.mark.parametrize(
    ("paragraph", "part"),
    [
        ("二〇二三年，我们打算从以下几方面努力：一是抓学习。二是抓调解。", Part.PLANS),
        ("2023年，我镇将继续做好以下工作：一是抓学习。二是抓调解。", Part.PLANS),
        ("下一步，我镇将做好以下工作：一是抓学习。二是抓调解。", Part.PLANS),
        ("任务艰巨，使命光荣。在今后的工作中，我们将一是抓学习。二是抓调解。", Part.PLANS),
        ("回顾一年工作，还有一些不容回避的问题。一是学习不够。二是人手不够。", Part.PROBLEMS),
        ("虽然取得一定成绩，但仍存在不少差距和不足：一是学习不够。二是人手不够。", Part.PROBLEMS),
        ("针对存在的一些问题，我镇逐条整改，整改完成率达到100%，群众比较满意。", Part.DONE),
        ("2022年，我镇将法治建设纳入考核，继续开展普法宣传，群众比较满意。", Part.DONE),
    ],
)
def test_problems_and_plans_without_a_heading_are_recognised(paragraph, part):
    assert sections(f"清河镇报告\n现将情况报告如下。\n我镇开展了普法工作，成效明显。\n{paragraph}\n")[-1].part is part


def test_a_plan_inside_a_paragraph_ends_with_it():
    found = sections("清河镇报告\n现将情况报告如下。\n（一）普法。宣传30场。下一步，我镇将宣传40场。\n（二）调解。调解80件。\n")
    assert [(section.path[-1], section.part) for section in found if section.path] == [
        ("（一）普法", Part.DONE), ("（一）普法", Part.PLANS), ("（二）调解", Part.DONE),
    ]  # fmt: skip


def test_text_after_a_list_goes_on_under_the_heading_above_it():
    found = sections("清河镇报告\n现将情况报告如下。\n一、工作\n抓两件事：一是抓学习。二是抓调解。\n以上工作成效明显。\n二、问题\n")
    assert [(section.label, section.heading is None) for section in found if section.path] == [
        ("一", False), ("一·一是", False), ("一·二是", False), ("一", True), ("二", False),
    ]  # fmt: skip


def test_a_closing_sentence_is_no_part_of_the_last_item_of_a_list_of_sentences():
    found = sections(
        "清河镇报告\n现将情况报告如下。\n二、存在问题\n（一）人少。\n（二）钱少。\n（三）车少。上述问题有客观原因。\n三、打算\n"
    )
    assert [(section.label, section.heading is None) for section in found if section.path][3:] == [
        ("二(三)", False),
        ("二", True),
        ("三", False),
    ]


def test_short_lines_stand_under_the_heading_above_them_also_the_last():
    prose = "我镇全年组织学法、普法和执法检查若干次，做到有计划、有落实、有检查、有总结，取得了实效。\n"
    text = "清河镇报告\n现将情况报告如下。\n一、工作\n" + "".join(
        f"{head}\n抓学法\n{prose}抓普法\n{prose}" for head in ("（一）甲", "（二）乙")
    )
    assert labels(text) == ["一", "一(一)", "一(一)·第1节", "一(一)·第2节", "一(二)", "一(二)·第1节", "一(二)·第2节"]


@pytest.mark.parametrize("signed", ["特此报告。\n\n甲省乙县清河镇人民政府\n2023年1月6日", "清河镇人民政府 2025年1月23日", "*清河镇人民政府 2025年1月23日*"])
def test_the_signature_is_no_part_of_the_last_item(signed):
    found = sections(f"清河镇报告\n现将情况报告如下。\n（一）甲。\n（二）力争55名以上。\n{signed}\n")
    assert (found[-1].label, found[-1].path) == ("落款", ())
    assert found[-2].path == ("（二）力争55名以上",)


def test_noise_is_not_read():
    text = "清河镇报告\n现将情况报告如下。\n一、工作\n做了。\n二、扫一扫\n"
    start = text.index("二、扫")
    assert [section.label for section in sections(text, noise=(Span(start, start + 5),)) if section.path] == ["一"]


def test_an_empty_text_has_one_empty_section():
    assert [(section.start, section.end) for section in sections("")] == [(0, 0)]


def test_a_keeper_may_add_styles_and_wordings(tmp_path):
    own = tmp_path / "headings.toml"
    own.write_text(
        "[[style]]\nname = '★'\npattern = '★()'\nlabel = ''\n[[part]]\npart = 'problems'\npattern = '痛点'\n", encoding="utf-8"
    )
    text = "清河镇报告\n现将情况报告如下。\n★主要工作\n做了。\n★工作痛点\n人少。\n"
    found = [section for section in outline(report(text), table=Table.load(own)) if section.path]
    assert [(section.label, section.path, section.part) for section in found] == [
        ("第1节", ("★主要工作",), Part.DONE),
        ("第2节", ("★工作痛点",), Part.PROBLEMS),
    ]
    assert labels(text) == []
