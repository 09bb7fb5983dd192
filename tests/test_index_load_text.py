"""Plain text comes out exactly as it was written, whatever its encoding, or not at all."""

import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.errors import UnreadableDocument
from index.load import load, text
from index.types import Document, Rejected

REPORT = "金井镇2023年法治政府建设工作报告\n\n一、主要举措\n（一）共排查矛盾纠纷708起，化解708起，调处成功率达100%。\n  新罗区曹溪街道　〇\t畲族\n"
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_gives_the_same_text(tmp_path, encoding):
    path = tmp_path / "报告.txt"
    path.write_bytes(REPORT.encode(encoding))
    (document,) = load(path)
    assert document.text == REPORT
    assert document.format == "txt"
    assert document.digest == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_breaks_are_normalised_and_nothing_else(tmp_path, end):
    path = tmp_path / "报告.txt"
    path.write_bytes(REPORT.replace("\n", end).encode())
    (document,) = load(path)
    assert document.text == REPORT


@example("000矛", "gb18030")
@given(st.text(st.sampled_from("金井镇法治政府建设二〇二三年共排查矛盾纠纷起化解，。（）、“”0123456789%ABC \n"), min_size=4).filter(str.strip), st.sampled_from(ENCODINGS[:4]))
def test_any_everyday_text_survives(words, encoding):
    assert text.decode(words.encode(encoding)) == words


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_cut_in_the_middle_of_a_character_is_never_mojibake(encoding):
    data = REPORT.rstrip().encode(encoding)[:-1]
    with pytest.raises(UnreadableDocument, match="另存为"):
        text.decode(data)


@given(st.binary(min_size=1, max_size=300))
def test_bytes_are_read_without_loss_or_refused(data):
    try:
        result = text.decode(data)
    except UnreadableDocument:
        return
    assert data in [result.encode(encoding) for encoding in ENCODINGS] + [b"\xfe\xff" + result.encode("utf-16-be")]


@pytest.mark.parametrize("data", [bytes(range(256)) * 20, b"\x00\x01" * 400, b"\x7fELF" + bytes(64)])
def test_a_binary_named_txt_is_rejected(tmp_path, data):
    path = tmp_path / "假.txt"
    path.write_bytes(data)
    (result,) = load(path)
    assert isinstance(result, Rejected)
    assert "编码无法识别" in result.reason


def test_white_space_alone_is_no_document(tmp_path):
    path = tmp_path / "白.txt"
    path.write_text(" \n　\n", encoding="utf-8")
    (result,) = load(path)
    assert isinstance(result, Rejected)


def test_rare_characters_of_utf8_are_kept(tmp_path):
    path = tmp_path / "㵲.txt"
    path.write_text("㵲㙟𠅤镇𬶐人民政府", encoding="utf-8")
    (document,) = load(path)
    assert isinstance(document, Document)
    assert document.text == "㵲㙟𠅤镇𬶐人民政府"


def test_columns_that_white_space_keeps_apart_are_cells():
    drawn = "　　主要指标如下：\n指标　　　2022年　2023年\n调解纠纷    198件    211件\n　　镇长　王五\n"
    assert text.aligned(drawn) == "　　主要指标如下：\n指标\t2022年\t2023年\n调解纠纷\t198件\t211件\n　　镇长　王五\n"


@given(st.text("一二 　\n，。", max_size=60))
def test_only_white_space_changes_where_columns_are_aligned(words):
    assert text.aligned(words).split() == words.split()


def test_markdown_is_read_without_its_marks(tmp_path):
    path = tmp_path / "报告.md"
    path.write_text("# 清河镇2023年报告\n\n## 一、工作\n\n**做法。** 全年调解*5*件，__成功__4件。\n- 第一条\n> 引用\n---\n", encoding="utf-8")
    (document,) = load(path)
    assert document.text == "清河镇2023年报告\n\n一、工作\n\n做法。 全年调解*5*件，成功4件。\n第一条\n引用\n---\n"
    plain = tmp_path / "报告.txt"
    plain.write_text("# 不是标题\n- 第一条\n", encoding="utf-8")
    (document,) = load(plain)
    assert document.text == "# 不是标题\n- 第一条\n"


def test_a_drawn_table_keeps_its_cells_apart_by_its_own_marks():
    drawn = "│ 项目      │ 单位 │ 2022年 │\n│ 调处纠纷   │  宗  │   131  │\n│ 法律援助   │  宗  │     9  │"
    assert text.aligned(drawn) == drawn
