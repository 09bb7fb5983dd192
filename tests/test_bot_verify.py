"""``zhenwen verify``: text, standard input and Word files; the copy of a Word file has the comments at the right words."""

import io
import json
import os

import pytest
from conftest import ROOT, zhenwen
from docx import Document
from docx.oxml.ns import qn

from bot.core.drafts import read_draft
from bot.core.margin import Note, WordDraft
from index import apart, readers
from index.errors import BadRequest

SHIPPED = readers.Reading  # conftest has the others read in the tests' own process
RIGHT = "金井镇2023年共排查矛盾纠纷708起。"
WRONG = "金井镇2023年共排查矛盾纠纷780起。"


def saved(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def marked(data):
    """The comments of a Word file, each with the words that it is on."""
    document = Document(io.BytesIO(data))
    found = {comment.comment_id: [comment.text, ""] for comment in document.comments}
    for paragraph in document.element.body.iter(qn("w:p")):
        inside = set()
        for element in paragraph.iter():
            number = element.get(qn("w:id"))
            if element.tag == qn("w:commentRangeStart"):
                inside.add(int(number))
            elif element.tag == qn("w:commentRangeEnd"):
                inside.discard(int(number))
            elif element.tag == qn("w:t"):
                for each in inside:
                    found[each][1] += element.text
    return [tuple(each) for each in found.values()]


def test_what_agrees_ends_with_0_and_what_does_not_with_1(sample_store, tmp_path):
    for text, code in ((RIGHT, 0), (WRONG, 1)):
        (tmp_path / "稿.txt").write_text(text, encoding="utf-8")
        done = zhenwen("--store", sample_store, "verify", tmp_path / "稿.txt")
        assert (done.returncode, done.stderr) == (code, "")
    assert "不一致，原文为“708起”：金井2023·一(三)1" in done.stdout


def test_standard_input_is_a_draft_too(sample_store):
    done = zhenwen("--store", sample_store, "verify", "-", "--json", stdin=RIGHT + WRONG)
    checked = json.loads(done.stdout)["checked"]
    assert [(each["verdict"], each["words"]) for each in checked] == [("一致", "708起"), ("不一致", "780起")]
    assert (RIGHT + WRONG)[checked[1]["start"] : checked[1]["end"]] == "780起"


def test_a_word_file_comes_back_with_comments_at_the_figures(sample_store, tmp_path):
    document = Document()
    line = document.add_paragraph("金井镇2023年共排查矛盾")
    line.add_run("纠纷708起，化").bold = True
    line.add_run("解780起。")
    document.add_table(1, 1).cell(0, 0).text = RIGHT
    (tmp_path / "稿.docx").write_bytes(saved(document))
    done = zhenwen("--store", sample_store, "verify", tmp_path / "稿.docx")
    assert done.returncode == 1, done.stderr
    notes = marked((tmp_path / "稿.核稿.docx").read_bytes())
    assert [words for _, words in notes] == ["708起", "780起", "708起"]
    assert notes[1][0].startswith("不一致，原文为“708起”")
    copied = Document(tmp_path / "稿.核稿.docx").paragraphs[0]
    assert copied.text == "金井镇2023年共排查矛盾纠纷708起，化解780起。"
    assert [run.text for run in copied.runs if run.bold] == ["纠纷", "708起", "，化"]


def test_a_comment_over_several_runs_and_paragraphs_does_not_change_the_text():
    document = Document()
    document.add_paragraph("甲").add_run("乙丙")
    draft = WordDraft.open(saved(document))
    copied = draft.commented([Note(0, 2, "说明")])
    assert draft.text == WordDraft.open(copied).text == "甲乙丙\n"
    assert marked(copied) == [("说明", "甲乙")]


@pytest.mark.parametrize("name", ["稿.docx", "稿.xyz"])
def test_a_file_that_is_no_draft_is_explained(sample_store, tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04 nothing")
    done = zhenwen("--store", sample_store, "verify", tmp_path / name)
    assert done.returncode == 1 and done.stderr.strip() and "Traceback" not in done.stderr


def test_no_file_and_no_text_are_explained(sample_store, tmp_path):
    assert "找不到" in zhenwen("--store", sample_store, "verify", tmp_path / "没有.txt").stderr
    assert "没有文字" in zhenwen("--store", sample_store, "verify", "-", stdin=" ").stderr
    with pytest.raises(BadRequest):
        WordDraft.open(b"nothing")


@pytest.mark.parametrize("deed", ["ABORTS", "SEGFAULTS", "EXITS", "RAISES", "RECURSES"])
def test_a_draft_cannot_harm_the_process_that_has_it_checked(monkeypatch, _reads_here, tmp_path, deed):
    monkeypatch.setattr(readers, "Reading", SHIPPED)
    begin = f"sys.path.append({str(ROOT / 'tests')!r}); import mischief; from index"
    monkeypatch.setattr(readers, "BOOT", apart.BOOT.replace("from index", begin))
    (tmp_path / "稿.txt").write_text(f"{RIGHT}{deed}", encoding="utf-8")
    with pytest.raises(BadRequest, match="稿"):
        read_draft(tmp_path / "稿.txt")


def test_a_pipe_is_no_draft(tmp_path):
    os.mkfifo(tmp_path / "稿.txt")
    with pytest.raises(BadRequest, match="不是普通文件"):
        read_draft(tmp_path / "稿.txt")
