"""A memo as a Word file: its text, its footnotes, its layout."""

import io
import re
import zipfile
from datetime import date
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.shared import Mm, Pt

from bot.core.word import Entry, Memo, Source, chinese, word_file
from index.load import load

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIRST = Source("《甲镇报告》 › 一、做法", "共化解708起。", "甲镇人民政府. 甲镇报告[R]. 2024: 一(2024-01-05).")
SECOND = Source("《乙镇报告》 › 二", "共化解12起，\n均已办结。", "乙镇人民政府. 乙镇报告[R].")
ENTRIES = (
    Entry("甲镇调解了多少纠纷", "甲镇2023年化解708起。[1]", (FIRST,)),
    Entry("两镇比较", "甲镇708起；[1]乙镇12起。[2]\n覆盖：2份报告。", (FIRST, SECOND)),
    Entry("丙镇呢", "资料库没有丙镇的报告。"),
)


def made(*entries, title="各镇情况摘编"):
    return word_file(Memo(title, date(2026, 11, 22), entries or ENTRIES))


def part(file, name):
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return ElementTree.fromstring(archive.read(name))


def words(element):
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def test_questions_answers_date_and_appendix_stand_in_order():
    texts = [paragraph.text for paragraph in Document(io.BytesIO(made())).paragraphs]
    assert texts[0] == "各镇情况摘编" and texts[1] == "（2026年11月22日）"
    assert texts[3:] == [
        *("一、甲镇调解了多少纠纷", "甲镇2023年化解708起。"),
        *("二、两镇比较", "甲镇708起；乙镇12起。", "覆盖：2份报告。"),
        *("三、丙镇呢", "资料库没有丙镇的报告。", "2026年11月22日", "附件", "引用原文"),
        *("1. 《甲镇报告》 › 一、做法", "共化解708起。", "2. 《甲镇报告》 › 一、做法", "共化解708起。"),
        *("3. 《乙镇报告》 › 二", "共化解12起，", "均已办结。"),
    ]


def test_every_mark_is_a_real_footnote_with_its_reference():
    file = made()
    marks = [mark.get(f"{W}id") for mark in part(file, "word/document.xml").iter(f"{W}footnoteReference")]
    notes = {note.get(f"{W}id"): words(note).strip() for note in part(file, "word/footnotes.xml")}
    assert marks == ["1", "2", "3"]
    assert [notes[mark] for mark in marks] == [FIRST.reference, FIRST.reference, SECOND.reference]
    assert {"-1", "0"} == notes.keys() - set(marks), "the separators that Word wants"


def test_the_package_declares_its_footnotes():
    file = made()
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        kinds, relations = (archive.read(name).decode() for name in ("[Content_Types].xml", "word/_rels/document.xml.rels"))
    assert re.search('PartName="/word/footnotes.xml" ContentType="[^"]*footnotes[+]xml"', kinds)
    assert re.search('relationships/footnotes" Target="footnotes.xml"', relations)
    order = [each.tag.removeprefix(W) for each in part(file, "word/settings.xml")]
    assert order.index("evenAndOddHeaders") < order.index("footnotePr") < order.index("compat"), "the order of the schema"


def test_the_layout_is_that_of_an_official_document():
    document = Document(io.BytesIO(made()))
    page, styles = document.sections[0], document.styles
    assert [round(side.mm) for side in (page.page_width, page.page_height)] == [210, 297]
    assert [round(side.mm) for side in (page.top_margin, page.left_margin, page.bottom_margin, page.right_margin)] == [37, 28, 35, 26]
    body, title = styles["Normal"], styles["Title"]
    assert (body.font.size, body.paragraph_format.line_spacing, body.paragraph_format.first_line_indent) == (Pt(16), Pt(28), Pt(32))
    fonts = {name: styles[name].element.rPr.rFonts.get(f"{W}eastAsia") for name in ("Normal", "Title", "Heading 1", "Heading 2")}
    assert fonts == {"Normal": "仿宋_GB2312", "Title": "方正小标宋简体", "Heading 1": "黑体", "Heading 2": "楷体_GB2312"}
    assert title.font.size == Pt(22)
    width = page.page_width - page.left_margin - page.right_margin
    spacing = int(body.element.rPr.find(f"{W}spacing").get(f"{W}val")) / 20
    assert 28 * (16 + spacing) <= width / Pt(1) < 29 * (16 + spacing), "28 characters a line"
    assert 22 <= (page.page_height - page.top_margin - page.bottom_margin) / Pt(28) < 23, "22 lines a page"
    assert Mm(20) < page.footer_distance < page.bottom_margin


def test_page_numbers_stand_outside_between_dashes():
    page = Document(io.BytesIO(made())).sections[0]
    for footer, side in ((page.footer, "right"), (page.even_page_footer, "left")):
        (line,) = footer.paragraphs
        assert line._p.xml.count('w:instr="PAGE"') == 1 and words(ElementTree.fromstring(line._p.xml)) == "— 1 —"
        assert line.alignment.name.lower() == side


@pytest.mark.parametrize("bad", ["甲\x00\x08乙", "甲\ud800乙", "甲\ufffe乙"])
def test_characters_that_xml_cannot_hold_are_left_out(bad):
    file = made(Entry(bad, f"{bad}[1]", (Source(bad, bad, bad),)), title=bad)
    assert "甲乙" in words(part(file, "word/document.xml")) and "甲乙" in words(part(file, "word/footnotes.xml"))


def test_a_number_in_brackets_that_is_no_source_stays_text():
    assert "见[2007]号文[9]" in words(part(made(Entry("问", "见[2007]号文[9][1]", (FIRST,))), "word/document.xml"))


def test_a_memo_without_sources_has_no_appendix():
    texts = [paragraph.text for paragraph in Document(io.BytesIO(made(ENTRIES[2]))).paragraphs]
    assert "附件" not in texts and texts[-1] == "2026年11月22日"


def test_our_own_reader_reads_the_file(tmp_path):
    (tmp_path / "摘编.docx").write_bytes(made())
    (read,) = load(tmp_path / "摘编.docx")
    assert "甲镇2023年化解708起。" in read.text


@pytest.mark.parametrize(("number", "word"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")])
def test_headings_count_in_chinese(number, word):
    assert chinese(number) == word
