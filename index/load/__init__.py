"""A file → Documents: a module a format, one door. Whatever the file, what comes out is a Document or a Rejected."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

from index.errors import UnreadableDocument, UnreadableHere
from index.load import archive, html, legacy, mail, mhtml, pdf, picture, sheet, text, word
from index.load.archive import Budget, is_junk
from index.load.kind import ADVISED, BY_SUFFIX, kind_of
from index.load.seen import as_seen
from index.load.source import Source
from index.text import shown
from index.types import Document, Rejected

__all__ = ["ADVISED", "SUFFIXES", "is_junk", "load", "pieces"]

SUFFIXES = frozenset(BY_SUFFIX)
"""The file name endings that ``load`` takes; a folder's other files can be passed over."""

MAX_CHARACTERS = 1_000_000  # the longest report seen has twenty thousand; five hundred full pages hold four hundred thousand
CLOSED = "文件打不开（{error}）；请检查文件是否还在、是否有读取权限"
DAMAGED = "文件已损坏，读取时出错（{error}）；请用原来的软件打开后另存一份再试"
READERS = {
    "text": text.read,
    "html": html.read,
    "mhtml": mhtml.read,
    "docx": word.read,
    "doc": legacy.read,
    "sheet": sheet.read,
    "pdf": pdf.read,
    "picture": picture.read,
}
HOLDERS = {"zip": archive.members, "mail": mail.members}
"""Kinds of files that hold others."""


logger = logging.getLogger(__name__)


def load(path: Path, *, root: Path | None = None) -> Iterator[Document | Rejected]:
    """Read one file: one Document, several from an archive, or Rejected with a reason that says how to mend it.

    Names shown are relative to ``root`` (the folder being indexed); a link that leads out of ``root`` is refused.
    Raises nothing for a bad file and writes nothing beside it.
    """
    return (item for item in pieces(path, root, {}) if not isinstance(item, str))


def pieces(path: Path, root: Path | None, leave: Mapping[str, str]) -> Iterator[str | Document | Rejected]:
    """``load``, with the name of each document before it; those in ``leave`` are rejected unread, for the reason there."""
    file = shown(path.relative_to(root).as_posix() if root and path.is_relative_to(root) else path.name)
    try:
        if reason := _refusal(path, root):
            yield Rejected(file, reason)
            return
        with path.open("rb") as stream:
            yield from _read(Source(file, stream, path.stat().st_size), Budget(), 0, leave)
    except OSError as error:
        yield Rejected(file, CLOSED.format(error=error.strerror or error), lasting=False)


def _refusal(path: Path, root: Path | None) -> str | None:
    if root and not path.resolve().is_relative_to(root.resolve()):
        return "这是指向资料文件夹之外的链接，不读取；请把原文件复制进来"
    if path.exists() and not path.is_file():
        return "这不是普通文件，不读取"
    return None


def _read(source: Source, budget: Budget, depth: int, leave: Mapping[str, str]) -> Iterator[str | Document | Rejected]:
    """Read an opened file by what it is, after its name; the members of an archive likewise."""
    kind = kind_of(source)
    try:
        if kind in HOLDERS and depth < archive.MAX_DEPTH:
            nothing = True
            for member in HOLDERS[kind](source, budget):
                nothing = False
                yield from [member] if isinstance(member, Rejected) else _read(member, budget, depth + 1, leave)
            if nothing:
                yield Rejected(source.file, "压缩包里没有文件；请放进报告再压缩")
        elif kind in HOLDERS:
            yield Rejected(source.file, f"压缩包套了超过 {archive.MAX_DEPTH} 层，不再往里读取；请解压后再放进来")
        elif kind is None:
            named = source.suffix or "没有扩展名"
            unknown = f"不认识这种文件（{named}）；请另存为 Word、PDF、网页或纯文本，或压缩为 zip 再试"
            yield Rejected(source.file, ADVISED.get(source.suffix, unknown))
        elif source.file in leave:
            yield Rejected(source.file, leave[source.file], lasting=False)
        else:
            yield source.file
            yield _document(kind, source)
    except UnreadableDocument as error:
        yield Rejected(source.file, str(error), lasting=not isinstance(error, UnreadableHere))


def _document(kind: str, source: Source) -> Document:
    """What a reader makes of a source. Raises UnreadableDocument, whatever the reader raises."""
    try:
        return as_seen(_bounded(READERS[kind](source)))
    except UnreadableDocument:
        raise
    except OSError as error:
        raise UnreadableHere(CLOSED.format(error=error.strerror or error)) from error
    except MemoryError as error:
        raise UnreadableDocument("读取这个文件需要的内存太多；请缩小图片或拆分后再试") from error
    except Exception as error:  # libraries raise what they like at a damaged file; the others go on
        logger.warning("%s: %r", source.file, error)
        raise UnreadableDocument(DAMAGED.format(error=type(error).__name__)) from error


def _bounded(document: Document) -> Document:
    if (length := len(document.text)) > MAX_CHARACTERS:
        raise UnreadableDocument(f"文字有 {length // 10_000} 万字，超过上限 {MAX_CHARACTERS // 10_000} 万字；请拆分后再试")
    return document
