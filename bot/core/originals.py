"""The document that a report was read from, as it was brought in: a file, or the member of a zip."""

from __future__ import annotations

from pathlib import Path

from bot.core.types import Attachment
from index.load.archive import Budget, members
from index.load.source import ZIP_ERRORS, Source
from index.store import Store
from index.types import Rejected


def original(store: Store, report_id: str) -> Attachment | None:
    """The document; None when it is not on this machine any more."""
    for path, file in store.catalogue.origins(report_id):
        if found := _found(Path(path), file):
            return found
    return None


def _found(path: Path, file: str) -> Attachment | None:
    name = file.rpartition("/")[2]
    if name == path.name:
        return Attachment(name, path) if path.is_file() else None
    archive = file[: file.find(path.name) + len(path.name)]  # what the zip itself is called
    try:
        with path.open("rb") as stream:
            data = _member(Source(archive, stream, path.stat().st_size), file)
    except ZIP_ERRORS:
        return None
    return Attachment(name, data) if data else None


def _member(archive: Source, file: str) -> bytes | None:
    for member in members(archive, Budget()):
        if not isinstance(member, Rejected):
            if member.file == file:
                return member.read()
            if file.startswith(f"{member.file}/"):
                return _member(member, file)
    return None
