"""``zhenwen export``: a memo in Word, answers with references, the ledger and comparisons in Excel."""

import zipfile

from conftest import zhenwen
from docx import Document
from openpyxl import load_workbook

QUESTION = "金井镇2023年调解了多少纠纷"


def test_answers_become_a_memo_with_real_footnotes_and_the_quotes(sample_store, tmp_path):
    done = zhenwen("--store", sample_store, "export", tmp_path / "纪要.docx", QUESTION, "--title", "调解情况")
    assert (done.returncode, done.stderr) == (0, "")
    texts = [paragraph.text for paragraph in Document(tmp_path / "纪要.docx").paragraphs]
    assert texts[0] == "调解情况" and f"一、{QUESTION}" in texts and "引用原文" in texts
    with zipfile.ZipFile(tmp_path / "纪要.docx") as package:
        assert "金井" in package.read("word/footnotes.xml").decode() and b"footnoteReference" in package.read("word/document.xml")


def test_answers_become_text_with_references(sample_store, tmp_path):
    done = zhenwen("--store", sample_store, "export", tmp_path / "引用.txt", QUESTION)
    text = (tmp_path / "引用.txt").read_text(encoding="utf-8")
    assert done.returncode == 0 and text.startswith(QUESTION) and "\n[1] " in text and "[R" in text


def test_the_ledger_becomes_a_workbook(sample_store, tmp_path):
    done = zhenwen("--store", sample_store, "export", tmp_path / "台账.xlsx", "--town", "高观镇")
    sheet = load_workbook(tmp_path / "台账.xlsx").active
    assert done.returncode == 0 and f"共 {sheet.max_row - 1} 条" in done.stdout


def test_a_comparison_has_a_row_a_town_and_the_sentence_in_each_comment(sample_store, tmp_path):
    done = zhenwen("--store", sample_store, "export", tmp_path / "对比.xlsx", "--indicator", "矛盾纠纷排查", "--compare")
    assert done.returncode == 0, done.stderr
    rows = {row[1].value: row[2:] for row in load_workbook(tmp_path / "对比.xlsx").active.iter_rows(min_row=2)}
    (cell,) = [cell for cell in rows["金井镇"] if cell.value is not None]
    assert cell.value in (708, "708起") and "共排查矛盾纠纷708起" in cell.comment.text and "金井2023·一(三)1" in cell.comment.text


def test_what_cannot_be_exported_is_explained(sample_store, tmp_path):
    assert zhenwen("--store", sample_store, "export", tmp_path / "纪要.pdf", QUESTION).returncode == 2
    assert "要收进文件的问题" in zhenwen("--store", sample_store, "export", tmp_path / "纪要.docx").stderr
    assert "--indicator" in zhenwen("--store", sample_store, "export", tmp_path / "对比.xlsx", "--compare").stderr
