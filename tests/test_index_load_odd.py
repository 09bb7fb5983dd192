"""Workbooks and mails are read; what is not is refused by name with what to do about it, alone or in a folder."""

from email.message import EmailMessage

import pytest
from openpyxl import Workbook

from index.build import build
from index.embed import default_encoder
from index.load import load
from index.store import Store
from index.types import Document, Rejected

REPORT = "琴溪镇2024年法治政府建设情况报告\n2024年，琴溪镇扎实推进依法行政。现将有关情况报告如下：\n一、主要工作\n全年调解矛盾纠纷61件。\n"


def read(path):
    return list(load(path))


def workbook(path):
    book = Workbook()
    sheet = book.active
    for cells in (["琴溪镇2024年法治政府建设指标完成情况"], ["指标", "数量", "占比", "内部"], ["调解矛盾纠纷（件）", 61, 0.975, "甲"], ["藏起的行", 99, 1, ""], ["法治宣传（场）", 10.5, None, "乙"]):
        sheet.append(cells)
    sheet.merge_cells("A1:D1")
    sheet["C3"].number_format = "0.0%"
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["D"].hidden = True
    book.create_sheet("不给看").append(["秘密", 1])
    book["不给看"].sheet_state = "hidden"
    book.save(path)


def test_a_workbook_is_its_tables_as_they_are_shown(tmp_path):
    workbook(tmp_path / "a.xlsx")
    (document,) = read(tmp_path / "a.xlsx")
    assert document.text == "琴溪镇2024年法治政府建设指标完成情况\n指标\t数量\t占比\n调解矛盾纠纷（件）\t61\t97.5%\n法治宣传（场）\t10.5"


def test_a_workbook_under_another_name_is_one(tmp_path):
    workbook(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(tmp_path / "a.zip")
    assert read(tmp_path / "a.zip")[0].format == "xlsx"


def test_a_damaged_workbook_is_refused(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04" + b"\x00" * 60)
    (refused,) = read(tmp_path / "a.xlsx")
    assert isinstance(refused, Rejected) and "损坏" in refused.reason


def mail(*attached, letter="请查收附件。", html=""):
    message = EmailMessage()
    message["Subject"] = "琴溪镇2024年法治政府建设情况报告"
    message.set_content(letter)
    if html:
        message.add_alternative(html, subtype="html")
    for name, data in attached:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_what_is_attached_to_a_mail_is_read_under_its_own_name(tmp_path):
    (tmp_path / "a.eml").write_bytes(mail(("琴溪镇报告.txt", REPORT.encode("gb18030")), ("说明.exe", b"MZ")))
    document, refused = read(tmp_path / "a.eml")
    assert (document.file, document.text) == ("a.eml/琴溪镇报告.txt", REPORT)
    assert isinstance(refused, Rejected) and refused.file == "a.eml/说明.exe"


@pytest.mark.parametrize("html", ["", f"<html><body><p>{REPORT.replace(chr(10), '</p><p>')}</p></body></html>"])
def test_a_letter_without_attachments_is_what_was_sent(tmp_path, html):
    (tmp_path / "a.eml").write_bytes(mail(letter=REPORT, html=html))
    (document,) = read(tmp_path / "a.eml")
    assert isinstance(document, Document) and "全年调解矛盾纠纷61件。" in document.text
    assert document.file.startswith("a.eml/琴溪镇2024年法治政府建设情况报告.")


def test_a_name_that_leads_elsewhere_leads_nowhere(tmp_path):
    (tmp_path / "a.eml").write_bytes(mail(("../../etc/琴溪.txt", REPORT.encode())))
    assert read(tmp_path / "a.eml")[0].file == "a.eml/琴溪.txt"


@pytest.mark.parametrize(("name", "advice"), [("a.ofd", "PDF"), ("a.et", ".xlsx"), ("a.xls", ".xlsx"), ("a.rar", "zip"), ("a.msg", ".eml")])
def test_in_a_folder_each_document_that_is_not_read_gets_the_advice_that_a_single_one_gets(tmp_path, name, advice):
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "琴溪镇.txt").write_text(REPORT, encoding="utf-8")
    (alone,) = read(tmp_path / name)
    with Store.create(tmp_path / "store", default_encoder()) as store:
        found = build([tmp_path], store)
    (among,) = (each for each in found.rejected if each.file == name)
    assert alone.reason == among.reason and advice in among.reason


def test_other_files_of_a_folder_are_remarked_on_with_advice(tmp_path):
    (tmp_path / "a.exe").write_bytes(b"x")
    with Store.create(tmp_path / "store", default_encoder()) as store:
        (note,) = (note for note in build([tmp_path], store).notes if "a.exe" in note)
    assert "另存为" in note
