"""A zip that somebody sent → its documents as files of their own, so that each can be looked at, confirmed and taken back by itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from index.errors import UnreadableDocument
from index.load import archive
from index.load.archive import Budget
from index.load.kind import kind_of
from index.load.source import Source
from index.types import Rejected


def is_zip(path: Path) -> bool:
    """Whether a file is a zip of documents, whatever its name ends in; a Word file is none."""
    with path.open("rb") as stream:
        return kind_of(Source(path.name, stream, path.stat().st_size)) == "zip"


def unpack(path: Path, folder: Path, budget: Budget) -> Iterator[Path | Rejected]:
    """Write the documents of the zip at ``path``, and of the zips in it, below ``folder``; what cannot be is Rejected.

    Nothing is written outside ``folder``; names, links, passwords, ratios and ``budget`` are checked before anything is.
    """
    with path.open("rb") as stream:
        try:
            yield from _members(Source(path.name, stream, path.stat().st_size), folder, budget, depth=1)
        except UnreadableDocument as error:
            yield Rejected(path.name, str(error))


def _members(source: Source, folder: Path, budget: Budget, depth: int) -> Iterator[Path | Rejected]:
    for member in archive.members(source, budget):
        if isinstance(member, Rejected):
            yield member
            continue
        name = member.file.removeprefix(f"{source.file}/")
        kind = kind_of(member)
        try:
            if kind == "zip" and depth < archive.MAX_DEPTH:
                yield from _members(member, folder / name, budget, depth + 1)
            elif kind in (None, "zip"):
                yield Rejected(member.file, "不认识这种文件，或压缩包套得太多；请另存为 Word、PDF、网页或纯文本再试")
            else:
                yield _written(member, folder / name)
        except (UnreadableDocument, OSError) as error:
            reason = str(error) if isinstance(error, UnreadableDocument) else f"存不下来（{error.strerror}）；请改个短些的文件名再试"
            yield Rejected(member.file, reason)


def _written(member: Source, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    member.stream.seek(0)
    with path.open("wb") as copy:
        shutil.copyfileobj(member.stream, copy)
    return path
