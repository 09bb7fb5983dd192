"""Word files come out as Word shows them: its own numbers, tables in place, nothing hidden, nothing deleted."""

import zipfile
from datetime import timedelta
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.load import load
from index.load.numbering import Counter, Level, Numberings, chinese, roman
from index.types import Document, Rejected

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'


def docx(path: Path, body: str, *, namespace: str = W, head: str = "", **parts: str) -> Path:
    """A Word file of bare XML; ``parts`` are its other parts by name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"{head}<w:document {namespace}><w:body>{body}</w:body></w:document>")
        for name, xml in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {namespace}>{xml}</w:{name}>")
    return path


def p(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def numbered(text: str, level: int, number: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(index: int, style: str, text: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/>{more}'
        '<w:suff w:val="nothing"/></w:lvl>'
    )


LEVELS = level(0, "chineseCountingThousand", "%1、") + level(1, "chineseCounting", "（%2）") + level(2, "decimal", "%3.") + level(3, "decimal", "%1.%4")
NUMBERING = (
    f'<w:abstractNum w:abstractNumId="5">{LEVELS}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="2"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
)


def read(path: Path) -> Document:
    (document,) = load(path)
    assert isinstance(document, Document), document
    return document


def test_automatic_numbers_stand_as_word_shows_them(tmp_path):
    body = (
        numbered("工作", 0) + numbered("学习", 1) + numbered("甲", 2) + numbered("乙", 2) + numbered("执法", 1) + numbered("丙", 2)
        + numbered("问题", 0) + numbered("力量不足", 1) + numbered("分项", 3)
    )  # fmt: skip
    text = read(docx(tmp_path / "a.docx", body, numbering=NUMBERING)).text
    assert text.split("\n") == ["一、工作", "（一）学习", "1.甲", "2.乙", "（二）执法", "1.丙", "二、问题", "（一）力量不足", "二.1分项"]


def test_a_list_that_restarts_counts_from_one_and_one_that_shares_goes_on(tmp_path):
    body = numbered("甲", 2) + numbered("乙", 2) + numbered("丙", 2, number=2) + numbered("丁", 2, number=2)
    text = read(docx(tmp_path / "a.docx", body, numbering=NUMBERING)).text
    assert text.split("\n") == ["1.甲", "2.乙", "1.丙", "2.丁"]


def test_numbers_and_levels_come_from_the_style_too(tmp_path):
    styles = (
        '<w:style w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="a"><w:name w:val="大标题"/><w:basedOn w:val="1"/></w:style>'
        '<w:style w:styleId="t"><w:name w:val="Title"/></w:style>'
    )
    body = p("某镇报告", '<w:pStyle w:val="t"/>') + p("成效", '<w:pStyle w:val="1"/>') + p("问题", '<w:pStyle w:val="a"/>')
    document = read(docx(tmp_path / "a.docx", body, styles=styles, numbering=NUMBERING))
    assert document.text == "某镇报告\n一、成效\n二、问题"
    assert document.title == "某镇报告"
    assert [(document.text[h.start : h.end], h.level) for h in document.headings] == [("一、成效", 1), ("二、问题", 1)]


def test_bold_lines_are_headings_once_running_text_has_begun(tmp_path):
    bold = "<w:b/>"
    body = p("某镇2023年报告", "", bold) + p("现将情况报告如下：") + p("主要工作", "", bold) + p("一是建章立制。") + p("全部加粗的一句话。", "", bold)
    document = read(docx(tmp_path / "a.docx", body))
    assert [document.text[h.start : h.end] for h in document.headings] == ["主要工作"]


def test_rows_of_tables_are_lines_with_tabs_in_their_place(tmp_path):
    cell = "<w:tc>{}</w:tc>".format
    row = "<w:tr>{}</w:tr>".format
    nested = f"<w:tbl>{row(cell(p('内')) + cell(p('表')))}</w:tbl>"
    merged = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p><w:r><w:t>看不见</w:t></w:r></w:p></w:tc>"
    table = f"<w:tbl>{row(cell(p('指标')) + cell(p('2023') + p('年')))}{row(merged + cell(p('89起') + nested))}</w:tbl>"
    framed = f"<w:tbl>{row(cell(p('框里第一段') + p('框里第二段')))}</w:tbl>"
    text = read(docx(tmp_path / "a.docx", p("表前") + table + p("表后") + framed)).text
    assert text == "表前\n指标\t2023 年\n\t89起\n内\t表\n表后\n框里第一段\n框里第二段"


def test_a_cell_over_several_columns_keeps_the_others_in_their_place(tmp_path):
    wide = "<w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>" + p("矛盾纠纷（件）") + "</w:tc>"
    cell = "<w:tc>{}</w:tc>".format
    rows = [cell(p("村")) + wide + cell(p("宣传（场）")), cell(p("")) + cell(p("受理")) + cell(p("办结")) + cell(p("")), "".join(cell(p(words)) for words in ("南渡村", "34", "31", "6"))]
    text = read(docx(tmp_path / "a.docx", "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>")).text
    assert text == "村\t矛盾纠纷（件）\t\t宣传（场）\n\t受理\t办结\n南渡村\t34\t31\t6"


def test_deleted_and_hidden_text_is_left_out_and_inserted_text_kept(tmp_path):
    body = (
        "<w:p><w:r><w:t>调解</w:t></w:r><w:del><w:r><w:delText>99</w:delText></w:r></w:del><w:ins><w:r><w:t>708</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom><w:r><w:t>起</w:t></w:r>"
        "<w:r><w:fldChar/></w:r><w:r><w:instrText>PAGE 7</w:instrText></w:r></w:p>"
    )
    assert read(docx(tmp_path / "a.docx", body)).text == "调解708起"


@pytest.mark.parametrize("mark", ["<w:strike/>", "<w:dstrike/>", '<w:rStyle w:val="back"/>'])
def test_struck_words_are_left_out_and_the_keeper_is_told(tmp_path, mark):
    body = f"<w:p><w:r><w:t>普法</w:t></w:r><w:r><w:rPr>{mark}</w:rPr><w:t>310</w:t></w:r><w:r><w:rPr><w:strike w:val='0'/></w:rPr><w:t>32场</w:t></w:r></w:p>"
    styles = '<w:style w:styleId="back"><w:name w:val="撤回"/><w:rPr><w:strike/></w:rPr></w:style>'
    found = read(docx(tmp_path / "a.docx", body, styles=styles))
    assert found.text == "普法32场"
    assert found.notes == ("划掉的文字没有收入：310",)


def test_notes_and_text_boxes_come_after_their_paragraph(tmp_path):
    box = "<w:pict><w:txbxContent>" + p("框中文字") + "</w:txbxContent></w:pict>"
    body = f'<w:p><w:r><w:t>正文</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r>{box}</w:r><w:r><w:t>完。</w:t></w:r></w:p>' + p("下一段")
    notes = '<w:footnote w:type="separator" w:id="0">' + p("—") + '</w:footnote><w:footnote w:id="2">' + p("数据来自司法所") + "</w:footnote>"
    document = read(docx(tmp_path / "a.docx", body, footnotes=notes))
    assert document.text == "正文完。\n框中文字\n注1：数据来自司法所\n下一段"
    assert document.notes == ("脚注和尾注 1 条，列在所注的段落之后",)


def test_the_strict_form_of_docx_is_read(tmp_path):
    assert read(docx(tmp_path / "a.docx", p("严格格式"), namespace=STRICT)).text == "严格格式"


def test_macros_are_not_run_and_said(tmp_path):
    path = docx(tmp_path / "a.docm", p("带宏的文件"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"\x00")
    assert read(path).notes == ("文件带有宏，没有运行",)


def rejected(path: Path) -> str:
    (result,) = load(path)
    assert isinstance(result, Rejected), result
    return result.reason


def test_entities_are_never_resolved(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", encoding="utf-8")
    head = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY b "bbbbbbbbbb">]>'
    assert "外部实体" in rejected(docx(tmp_path / "a.docx", p("&x;&b;"), head=head))


def test_a_bomb_and_damage_are_rejected(tmp_path):
    bomb = docx(tmp_path / "b.docx", "x" * (65 << 20))
    assert "炸弹" in rejected(bomb)
    good = docx(tmp_path / "a.docx", p("好的" * 500)).read_bytes()
    for number, data in enumerate([good[:-30], good[:60], b"PK\x03\x04" + bytes(40), good.replace(b"word/document", b"word/dokument")]):
        path = tmp_path / f"{number}.docx"
        path.write_bytes(data)
        assert "损坏" in rejected(path)


def test_a_document_without_text_is_rejected(tmp_path):
    assert "没有文字" in rejected(docx(tmp_path / "a.docx", "<w:p/>"))


@pytest.mark.parametrize(("number", "written"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (100, "一百"), (103, "一百〇三"), (110, "一百一十")])
def test_chinese_counting(number, written):
    assert chinese(number) == written


def test_roman_numerals():
    assert [roman(number) for number in (1, 4, 9, 14, 40, 1999)] == ["i", "iv", "ix", "xiv", "xl", "mcmxcix"]


@given(st.lists(st.integers(0, 2), min_size=1, max_size=60))
def test_a_level_counts_by_one_and_begins_anew_under_the_next_number_above_it(indexes):
    levels = {index: Level(style="decimal", text=f"%{index + 1}", suffix="nothing") for index in range(3)}
    counter = Counter(Numberings({"1": "a"}, {"1": levels}, {"1": {}}))
    counts = [0, 0, 0]
    for index in indexes:
        counts[index:] = [counts[index] + 1, 0, 0][: 3 - index]
        assert counter.label("1", index) == str(counts[index])


@settings(max_examples=60, deadline=timedelta(seconds=20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 1500), st.binary(min_size=1, max_size=40))
def test_a_damaged_file_gives_a_document_or_a_reason(tmp_path, at, noise):
    good = docx(tmp_path / "a.docx", numbered("甲", 0) + p("正文"), numbering=NUMBERING).read_bytes()
    at = min(at, len(good))
    path = tmp_path / "b.docx"
    path.write_bytes(good[:at] + noise + good[at + len(noise) :])
    results = list(load(path))  # several where all that is left of it is an archive
    assert results
    assert all(isinstance(result, Document | Rejected) for result in results)


@pytest.mark.parametrize("count", [400, 6000])
def test_a_long_chain_of_styles_is_followed_once(tmp_path, count):
    """What one style inherits is known when the next one asks: the time grows with the styles, not with their cube."""
    styles = "".join(f'<w:style w:styleId="s{n}"><w:basedOn w:val="s{n - 1}"/>{"<w:rPr><w:b/></w:rPr>" if n == 1 else ""}</w:style>' for n in range(count))
    path = docx(tmp_path / "甲.docx", p("全年受理信访416件。") + p("加粗的一行", f'<w:pStyle w:val="s{count - 1}"/>'), styles=styles + '<w:style w:styleId="s-1"><w:basedOn w:val="s5"/></w:style>')
    started = process_time()
    (document,) = load(path)
    assert process_time() - started < 5
    assert [document.text[h.start : h.end] for h in document.headings] == ["加粗的一行"]
