"""The door of the loaders: one file in, Documents or named rejections out, nothing raised."""

import os
from pathlib import Path

from index.load import load
from index.load.source import MAX_TEXT_BYTES
from index.types import Document, Rejected


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
