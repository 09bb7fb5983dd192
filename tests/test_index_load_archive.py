"""Zip files give their members one by one; what is dangerous in them is refused by name and the rest goes on."""

import stat
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.load import archive, is_junk, load
from index.load.archive import Budget
from index.load.unpack import is_zip, unpack
from index.types import Document, Rejected

TEXT = "桃畈镇2023年法治政府建设报告\n全年调解708起。"


def packed(members: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(name, data)
    return buffer.getvalue()


def results(tmp_path, data: bytes) -> dict[str, str]:
    """File name → text or reason."""
    path = tmp_path / "全部.zip"
    path.write_bytes(data)
    return {item.file: item.text if isinstance(item, Document) else item.reason for item in load(path)}


def test_members_are_named_after_their_archive(tmp_path):
    found = results(tmp_path, packed({"晋江市/报告.txt": TEXT.encode(), "空.txt": b"", "程序.exe": b"MZ"}))
    assert found["全部.zip/晋江市/报告.txt"] == TEXT
    assert "空的" in found["全部.zip/空.txt"]
    assert "不认识" in found["全部.zip/程序.exe"]


def test_names_in_gbk_are_read_as_windows_wrote_them(tmp_path):
    data = packed({"XXXXXXXX.txt": TEXT.encode("gb18030")}).replace(b"XXXXXXXX", "金井报告".encode("gb18030"))
    assert results(tmp_path, data) == {"全部.zip/金井报告.txt": TEXT}


def test_names_in_utf8_without_the_flag_are_read(tmp_path):
    data = packed({"XXXXXX.txt": TEXT.encode()}).replace(b"XXXXXX", "报告".encode())
    assert results(tmp_path, data) == {"全部.zip/报告.txt": TEXT}


def test_what_systems_leave_behind_is_passed_over(tmp_path):
    assert results(tmp_path, packed({"__MACOSX/._a.txt": b"x", ".DS_Store": b"x", "~$报告.docx": b"x", "Thumbs.db": b"x", "报告.txt": TEXT.encode()})) == {
        "全部.zip/报告.txt": TEXT
    }
    assert is_junk("a/~$b.docx")
    assert not is_junk("a/b.docx")


def test_names_that_lead_out_and_links_are_refused(tmp_path):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in ("../外.txt", "/etc/外.txt", "a/../../外.txt", "C:/外.txt", "..\\外.txt"):
            target.writestr(zipfile.ZipInfo(name), TEXT)
        link = zipfile.ZipInfo("链接.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        target.writestr(link, "/etc/passwd")
        target.writestr("好.txt", TEXT)
    found = results(tmp_path, buffer.getvalue())
    assert found.pop("全部.zip/好.txt") == TEXT
    assert "链接" in found.pop("全部.zip/链接.txt")
    assert len(found) == 5
    assert all("之外" in reason for reason in found.values())
    assert [path.name for path in tmp_path.parent.rglob("外.txt")] == []


def test_archives_in_archives_are_read_to_a_depth(tmp_path):
    data = packed({"报告.txt": TEXT.encode()})
    for _ in range(3):
        data = packed({"里.zip": data, "旁.txt": TEXT.encode()})
    found = results(tmp_path, data)
    assert found["全部.zip/里.zip/旁.txt"] == TEXT
    assert "层" in found["全部.zip/里.zip/里.zip"]
    assert len(found) == 3


def test_bombs_are_refused_flat_and_nested(tmp_path):
    bomb = b"0" * (archive.SMALL * 2)
    found = results(tmp_path, packed({"弹.txt": bomb, "里.zip": packed({"弹.txt": bomb}), "好.txt": TEXT.encode()}))
    assert "炸弹" in found["全部.zip/弹.txt"]
    assert "炸弹" in found["全部.zip/里.zip/弹.txt"]
    assert found["全部.zip/好.txt"] == TEXT


def test_the_budget_is_shared_by_all_levels(tmp_path, monkeypatch):
    monkeypatch.setattr("index.load.Budget", lambda: archive.Budget(members=4))
    inner = packed({f"{n}.txt": TEXT.encode() for n in range(2)})
    found = results(tmp_path, packed({"a.zip": inner, "b.zip": inner, "c.txt": TEXT.encode()}))
    assert ["太多" in reason for reason in found.values()] == [False, False, True, True]


def test_names_without_end_are_one_refusal(tmp_path, monkeypatch):
    monkeypatch.setattr("index.load.Budget", lambda: archive.Budget(members=3))
    found = results(tmp_path, packed({f"../{n}.txt": b"x" for n in range(99)}))
    assert list(found) == [*(f"全部.zip/../{n}.txt" for n in range(3)), "全部.zip"]


def test_encrypted_and_damaged_members_are_rejected_alone(tmp_path):
    data = bytearray(packed({"密.txt": TEXT.encode(), "好.txt": TEXT.encode()}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    found = results(tmp_path, bytes(data))
    assert "密码" in found["全部.zip/密.txt"]
    assert found["全部.zip/好.txt"] == TEXT
    data = bytearray(packed({"坏.txt": TEXT.encode(), "好.txt": TEXT.encode()}))
    data[60] ^= 0xFF
    found = results(tmp_path, bytes(data))
    assert "损坏" in found["全部.zip/坏.txt"]
    assert found["全部.zip/好.txt"] == TEXT


def test_two_members_of_one_name_are_not_confused(tmp_path):
    data = packed({"甲.txt": TEXT.encode(), "乙.txt": b"x"}).replace("乙".encode(), "甲".encode())
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    first, second = load(path)
    assert isinstance(first, Document)
    assert isinstance(second, Rejected)
    assert "同名" in second.reason


@settings(max_examples=80, deadline=timedelta(seconds=20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 400), st.binary(min_size=1, max_size=30))
def test_a_damaged_archive_gives_documents_or_reasons(tmp_path, at, noise):
    data = packed({"甲.txt": TEXT.encode(), "乙.zip": packed({"丙.html": b"<html><p>" + TEXT.encode()})})
    path = tmp_path / "a.zip"
    path.write_bytes(data[:at] + noise + data[at + len(noise) :])
    assert all(isinstance(item, Document | Rejected) for item in load(path))


# a zip into files


def unpacked(path, budget=None):
    found = list(unpack(path, path.parent / "出", budget or Budget()))
    written = {str(each.relative_to(path.parent / "出")): each.read_bytes() for each in found if isinstance(each, Path)}
    return written, {each.file: each.reason for each in found if isinstance(each, Rejected)}


def test_the_documents_of_a_zip_become_files(tmp_path):
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("丙镇.txt", "丙")
    with zipfile.ZipFile(tmp_path / "全.zip", "w") as archive:
        archive.writestr("甲镇.txt", "甲")
        archive.writestr("二/乙镇.html", "<html>乙")
        archive.writestr("里.zip", inner.getvalue())
        archive.writestr("程序.exe", "MZ")
        archive.writestr("__MACOSX/._甲镇.txt", "x")
    written, refused = unpacked(tmp_path / "全.zip")
    assert set(written) == {"甲镇.txt", "二/乙镇.html", "里.zip/丙镇.txt"} and written["里.zip/丙镇.txt"] == "丙".encode()
    assert list(refused) == ["全.zip/程序.exe"]


def test_nothing_is_written_outside_the_folder_nor_beyond_the_budget(tmp_path):
    with zipfile.ZipFile(tmp_path / "坏.zip", "w") as archive:
        archive.writestr("../外.txt", "x")
        archive.writestr("/根.txt", "x")
        archive.writestr("a.txt", "1")
        archive.writestr("b.txt", "2")
        archive.writestr("长" * 200 + ".txt", "3")
    written, refused = unpacked(tmp_path / "坏.zip", Budget(members=3, unpacked=100))
    assert set(written) == {"a.txt"} and len(refused) == 3
    assert "上限 3 个文件" in refused["坏.zip"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["出", "坏.zip"]


def test_a_name_too_long_and_a_damaged_zip_are_refused_with_a_reason(tmp_path):
    with zipfile.ZipFile(tmp_path / "长.zip", "w") as archive:
        archive.writestr("长" * 200 + ".txt", "3")
        archive.writestr("短.txt", "3")
    written, refused = unpacked(tmp_path / "长.zip")
    assert set(written) == {"短.txt"} and "文件名" in next(iter(refused.values()))
    (tmp_path / "断.zip").write_bytes((tmp_path / "长.zip").read_bytes()[:40])
    assert unpacked(tmp_path / "断.zip")[1].keys() == {"断.zip"}


def test_a_word_file_is_no_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "文.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        archive.writestr("a.txt", "x")
    assert [is_zip(tmp_path / name) for name in ("文.docx", "包.zip")] == [False, True]


@pytest.mark.parametrize("folder", ["a/" * 1000, "a/" * 33, "镇/" * 200])
def test_folders_within_folders_have_an_end(tmp_path, folder):
    found = results(tmp_path, packed({f"{folder}报告.txt": TEXT.encode(), "好.txt": TEXT.encode()}))
    assert found.pop("全部.zip/好.txt") == TEXT
    (reason,) = found.values()
    assert "层" in reason


@pytest.mark.parametrize("members", [{}, {"空/": b""}, {"__MACOSX/._a.txt": b"x"}])
def test_an_archive_without_a_document_says_so(tmp_path, members):
    assert "没有文件" in results(tmp_path, packed(members))["全部.zip"]
