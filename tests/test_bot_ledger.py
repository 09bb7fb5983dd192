"""``zhenwen ledger``: on the terminal, as JSON, as an Excel file."""

import json

import pytest
from conftest import zhenwen
from openpyxl import load_workbook

from bot.workbook import Noted, write_workbook


def test_the_terminal_shows_a_row_a_number_with_its_source(sample_store):
    done = zhenwen("--store", sample_store, "ledger", "--town", "金井", "--indicator", "矛盾纠纷排查")
    assert done.returncode == 0
    assert all(words in done.stdout for words in ("金井镇", "708起", "金井2023·一(三)1", "共排查矛盾纠纷708起"))


def test_json_is_one_object_whose_sentences_are_in_the_report(sample_store):
    done = zhenwen("--store", sample_store, "ledger", "--year", "2022", "--json")
    rows = json.loads(done.stdout)["figures"]
    assert {row["year"] for row in rows} == {2022}
    assert all(row["sentence"] and row["report"] and row["kind"] in {"done", "planned", "as_of", "change"} for row in rows)


def test_the_excel_file_has_a_frozen_header_numbers_as_numbers_and_the_sentence_as_comment(sample_store, tmp_path):
    done = zhenwen("--store", sample_store, "ledger", "--town", "高观镇", "--xlsx", tmp_path / "台账.xlsx")
    assert done.returncode == 0, done.stderr
    sheet = load_workbook(tmp_path / "台账.xlsx").active
    header, *rows = sheet.iter_rows()
    names = [cell.value for cell in header]
    assert sheet.freeze_panes == "A2"
    assert len(rows) > 3
    for row in rows:
        cells = dict(zip(names, row, strict=True))
        assert isinstance(cells["数值"].value, int | float)
        assert cells["数值"].comment.text == cells["原句"].value
        assert cells["镇"].value == "高观镇"


@pytest.mark.parametrize("arguments", [("--town", "没有镇"), ("--indicator", "法律明百人"), ("--county", "哪里县")])
def test_an_unknown_name_ends_with_code_1_and_an_offer(sample_store, arguments):
    done = zhenwen("--store", sample_store, "ledger", *arguments)
    assert done.returncode == 1
    assert "相近的有" in done.stderr or "现有的如" in done.stderr


def test_a_year_without_numbers_is_said_to_be_empty(sample_store):
    done = zhenwen("--store", sample_store, "ledger", "--year", "1999")
    assert (done.returncode, done.stderr) == (0, "") and "没有写明" in done.stdout


def test_a_place_that_cannot_be_written_is_explained(sample_store, tmp_path):
    done = zhenwen("--store", sample_store, "ledger", "--xlsx", tmp_path / "没有" / "台账.xlsx")
    assert done.returncode == 1 and "写不了" in done.stderr and "Traceback" not in done.stderr


def test_only_an_xlsx_file_can_be_written(sample_store, tmp_path):
    assert zhenwen("--store", sample_store, "ledger", "--xlsx", tmp_path / "台账.xls").returncode == 2


def test_a_file_is_replaced_only_when_the_new_one_is_whole(tmp_path):
    def rows():
        yield ["一"]
        raise OSError("disk full")

    path = tmp_path / "a.xlsx"
    path.write_text("old")
    with pytest.raises(OSError, match="disk full"):
        write_workbook(path, "表", ["甲"], rows())
    assert path.read_text() == "old"
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError):
        write_workbook(path, "表", ["甲"], [["一"]])
    assert [each.name for each in tmp_path.iterdir()] == ["a.xlsx"]


def test_words_are_never_formulas_and_control_characters_are_left_out(tmp_path):
    write_workbook(tmp_path / "a.xlsx", "表", ["甲"], [["=1+1"], ["坏\x07字"], [Noted(3.5, "句\x00子")], [None]])
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert [(cell.value, cell.data_type) for cell in sheet["A"][1:4]] == [("=1+1", "s"), ("坏字", "s"), (3.5, "n")]
    assert sheet["A4"].comment.text == "句子"
