"""A file → Documents: a module a format, one door. Whatever the file, what comes out is a Document or a Rejected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.errors import UnreadableDocument
from index.load import text
from index.load.source import Source
from index.types import Document, Rejected

__all__ = ["SUFFIXES", "load"]

READERS = {".txt": text.read, ".text": text.read, ".md": text.read}
SUFFIXES = frozenset(READERS)
"""The file name endings that ``load`` has a reader for."""


def load(path: Path, *, root: Path | None = None) -> Iterator[Document | Rejected]:
    """Read one file: one Document, several from an archive, or Rejected with a reason that says how to mend it.

    Names shown are relative to ``root`` (the folder being indexed); a link that leads out of ``root`` is refused.
    Raises nothing for a bad file and writes nothing beside it.
    """
    file = path.relative_to(root).as_posix() if root and path.is_relative_to(root) else path.name
    try:
        if reason := _refusal(path, root):
            yield Rejected(file, reason)
            return
        with path.open("rb") as stream:
            yield from read(Source(file, stream, path.stat().st_size))
    except OSError as error:
        yield Rejected(file, f"文件打不开（{error.strerror or error}）；请检查文件是否还在、是否有读取权限")


def _refusal(path: Path, root: Path | None) -> str | None:
    if root and not path.resolve().is_relative_to(root.resolve()):
        return "这是指向资料文件夹之外的链接，不读取；请把原文件复制进来"
    if path.exists() and not path.is_file():
        return "这不是普通文件，不读取"
    return None


def read(source: Source) -> Iterator[Document | Rejected]:
    """Read an opened file by what it is."""
    reader = READERS.get(source.suffix)
    if reader is None:
        yield Rejected(source.file, f"不认识这种文件（{source.suffix or '没有扩展名'}）；请另存为 Word、PDF、网页或纯文本再试")
        return
    try:
        yield reader(source)
    except UnreadableDocument as error:
        yield Rejected(source.file, str(error))
