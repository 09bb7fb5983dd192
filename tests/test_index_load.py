"""The door of the loaders: one file in, Documents or named rejections out, nothing raised."""

import os
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.load import SUFFIXES, load, picture
from index.load.flow import Page
from index.load.kind import BY_MAGIC, BY_SUFFIX
from index.load.source import MAX_TEXT_BYTES, MEGABYTE
from index.types import Document, Rejected

WEB_ARCHIVE = (
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b; type=text/html\r\nSnapshot-Content-Location: https://a.cn/1\r\n\r\n"
    b"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://a.cn/1\r\n\r\n"
    b"<html><body><h1>=E6=8A=A5=E5=91=8A</h1><p>708</p></body></html>\r\n--b--\r\n"
)
MOST_MEMORY = 400  # MB
READ = """
import re, sys
from pathlib import Path
from index.load import load

for path in sorted(Path(sys.argv[1]).iterdir()):
    for found in load(path):
        print(found.file, getattr(found, "reason", "read"))
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def only(path: Path, root: Path | None = None) -> Document | Rejected:
    (result,) = load(path, root=root)
    return result


def reason(path: Path, root: Path | None = None) -> str:
    result = only(path, root)
    assert isinstance(result, Rejected)
    return result.reason


def test_names_are_relative_to_the_folder_being_indexed(tmp_path):
    (tmp_path / "晋江市").mkdir()
    path = tmp_path / "晋江市" / "金井镇.txt"
    path.write_text("金井镇2023年法治政府建设报告", encoding="utf-8")
    assert only(path, tmp_path).file == "晋江市/金井镇.txt"
    assert only(path).file == "金井镇.txt"


def test_an_unknown_kind_is_rejected_by_name(tmp_path):
    path = tmp_path / "程序.exe"
    path.write_bytes(b"MZ\x90\x00")
    assert "不认识这种文件（.exe）" in reason(path)


def test_an_empty_file_a_missing_file_and_a_folder_are_rejected(tmp_path):
    empty = tmp_path / "空.txt"
    empty.touch()
    assert "空的" in reason(empty)
    assert "打不开" in reason(tmp_path / "没有.txt")
    assert "不是普通文件" in reason(tmp_path)


def test_a_pipe_is_rejected_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "管道.txt")
    assert "不是普通文件" in reason(tmp_path / "管道.txt")


def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_read(tmp_path):
    inside = tmp_path / "资料"
    inside.mkdir()
    (tmp_path / "外面.txt").write_text("外面的文字", encoding="utf-8")
    (inside / "里面.txt").write_text("里面的文字", encoding="utf-8")
    (inside / "出.txt").symlink_to(tmp_path / "外面.txt")
    (inside / "入.txt").symlink_to(inside / "里面.txt")
    assert "之外" in reason(inside / "出.txt", inside)
    assert only(inside / "入.txt", inside).text == "里面的文字"


def test_a_huge_text_is_rejected_without_being_read(tmp_path):
    path = tmp_path / "大.txt"
    with path.open("wb") as stream:
        stream.truncate(1 << 30)
    assert f"上限 {MAX_TEXT_BYTES >> 20} MB" in reason(path)


BEGINNINGS = [b"", b"PK\x03\x04", b"<html>", b"\xef\xbb\xbf", b"\xff\xfe", *(magic for magic, kind in BY_MAGIC if kind != "doc")]
READ_HERE = sorted(suffix for suffix in SUFFIXES if BY_SUFFIX[suffix] != "doc")  # old Word is read by another program, in seconds


@settings(max_examples=200, deadline=timedelta(seconds=20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(READ_HERE), st.sampled_from(BEGINNINGS), st.binary(max_size=600))
def test_any_bytes_under_any_name_give_documents_or_reasons(tmp_path, monkeypatch, suffix, beginning, data):
    monkeypatch.setattr(picture, "recognise", lambda pixels: Page((), *pixels.shape[1::-1]))
    path = tmp_path / f"a{suffix}"
    path.write_bytes(beginning + data)
    assert all(isinstance(item, Document | Rejected) for item in load(path))


@settings(max_examples=100, deadline=timedelta(seconds=20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=40), st.sampled_from([".png", ".tiff", ".mht"]))
def test_a_damaged_picture_or_web_archive_gives_a_document_or_a_reason(tmp_path, monkeypatch, at, noise, suffix):
    image = pytest.importorskip("PIL.Image", reason="needs the extra: pip install 'zhenwen[ocr]'")
    monkeypatch.setattr(picture, "recognise", lambda pixels: Page((), *pixels.shape[1::-1]))
    path = tmp_path / f"a{suffix}"
    if suffix == ".mht":
        path.write_bytes(WEB_ARCHIVE)
    else:
        image.effect_noise((40, 30), 90).save(path)
    good = path.read_bytes()
    at %= len(good)
    path.write_bytes(good[:at] + noise + good[at + len(noise) :])
    assert all(isinstance(item, Document | Rejected) for item in load(path))


def test_more_text_than_any_report_has_is_rejected(tmp_path):
    path = tmp_path / "长.txt"
    path.write_text("全年调解708起。" * 120_000, encoding="utf-8")
    assert "上限 100 万字" in reason(path)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, where /proc tells the most memory a process had")
def test_memory_stays_bounded_whatever_comes(tmp_path):
    with (tmp_path / "a.txt").open("wb") as stream:
        stream.truncate(1 << 30)
    (tmp_path / "b.txt").write_text("全年调解708起。\n" * (MAX_TEXT_BYTES // 24), encoding="utf-8")
    (tmp_path / "c.html").write_text("<html>" + "<b>1</b>" * (MAX_TEXT_BYTES // 8 - 1), encoding="utf-8")
    for name, member, data in (
        ("d.zip", "弹.txt", b"0" * (150 * MEGABYTE)),
        ("e.docx", "word/document.xml", b"<d>" + b"<p/>" * (15 * MEGABYTE) + b"</d>"),
        ("f.docx", "word/document.xml", b"<d>" + b" " * (100 * MEGABYTE) + b"</d>"),
    ):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>") if name.endswith("docx") else None
            archive.writestr(member, data)
    done = subprocess.run([sys.executable, "-c", READ, tmp_path], capture_output=True, encoding="utf-8", timeout=300, check=True)
    *lines, peak = done.stdout.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["a.txt", "b.txt", "c.html", "d.zip/弹.txt", "e.docx", "f.docx"]
    assert not any(line.endswith(" read") for line in lines)
    assert int(peak) < MOST_MEMORY
