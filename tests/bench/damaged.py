"""Twenty files as they come when something has gone wrong, each of which must be rejected by name with a reason, once.

    write(folder)       writes them and returns their names
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from formats import WRITERS, Made

REPORT = Made("r", ("青石镇2023年法治政府建设工作报告", "一、主要工作", *("全年调解矛盾纠纷708起，开展法治宣传16场。" * 8 for _ in range(30))))
CHANCE = random.Random(3)
BOMB = 150_000_000  # bytes of one letter, a thousandth of that packed
PAGES = 501
COMPOUND = bytes.fromhex("D0CF11E0A1B11AE1")  # how old Word files begin, and encrypted new ones


def _written(format_: str, folder: Path) -> bytes:
    path = folder / f".whole.{format_}"
    WRITERS[format_](REPORT, path)
    data = path.read_bytes()
    path.unlink()
    return data


def _half(format_: str) -> Callable[[Path], bytes]:
    def make(folder: Path) -> bytes:
        data = _written(format_, folder)
        return data[: len(data) // 2]

    return make


def _bytes(data: bytes) -> Callable[[Path], bytes]:
    return lambda _: data


def _archive(*members: tuple[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _nested(depth: int) -> bytes:
    data = b"\n".join(line.encode() for line in REPORT.lines)
    for level in range(depth):
        data = _archive((f"{level}.zip" if level else "r.txt", data))
    return data


def _locked_archive(_: Path) -> bytes:
    """The flag of encryption set on the only member, in both of its headers."""
    data = bytearray(_archive(("r.txt", "青石镇".encode() * 99)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


def _pdf(pages: int, password: str | None = None) -> Callable[[Path], bytes]:
    def make(_: Path) -> bytes:
        from reportlab.pdfgen.canvas import Canvas

        buffer = BytesIO()
        canvas = Canvas(buffer, encrypt=password)
        for number in range(pages):
            canvas.drawString(99, 99, f"page {number}")
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()

    return make


MADE: dict[str, Callable[[Path], bytes]] = {
    "坏01 截断.docx": _half("word.docx"),
    "坏02 截断.pdf": _half("layout.pdf"),
    "坏03 截断.zip": _half("nested.zip"),
    "坏04 二进制.txt": _bytes(CHANCE.randbytes(9000)),
    "坏05 空.txt": _bytes(b""),
    "坏06 加密.pdf": _pdf(2, "secret"),
    "坏07 加密.docx": _bytes(COMPOUND + CHANCE.randbytes(9000)),
    "坏08 炸弹.zip": lambda _: _archive(("r.txt", b"a" * BOMB)),
    "坏09 出界.zip": lambda _: _archive(("../../外.txt", "青石镇".encode() * 99)),
    "坏10 绝对.zip": lambda _: _archive(("/tmp/外.txt", "青石镇".encode() * 99)),
    "坏11 套娃.zip": lambda _: _nested(4),
    "坏12 加密.zip": _locked_archive,
    "坏13 没有正文.docx": lambda _: _archive(("[Content_Types].xml", b"<Types/>")),
    "坏14 太长.pdf": _pdf(PAGES),
    "坏15 没有字.html": _bytes(b"<html><head><script>var a=1</script></head><body></body></html>"),
    "坏16 截断.png": _bytes(b"\x89PNG\r\n\x1a\n" + CHANCE.randbytes(300)),
    "坏17 乱码.doc": _bytes(COMPOUND + CHANCE.randbytes(5000)),
    "坏18 程序.pdf": _bytes(b"MZ" + CHANCE.randbytes(5000)),
    "坏19 图片.docx": _bytes(b"\xff\xd8\xff\xe0" + CHANCE.randbytes(5000)),
    "坏20 空白.txt": _bytes("　\n \n\t\n".encode()),
}


def write(folder: Path) -> list[str]:
    """Write the twenty into ``folder``; their names."""
    for name, make in MADE.items():
        (folder / name).write_bytes(make(folder))
    return list(MADE)
