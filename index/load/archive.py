"""Zip files: their members as sources of their own, named ``全部.zip/报告.docx``; nothing is unpacked beside them.

Members go one at a time through memory (a temporary file when large). Names that lead out of the archive, links,
encrypted members and zip bombs are refused with their reason, and the other members go on.
"""

from __future__ import annotations

import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from index.errors import UnreadableDocument
from index.load.source import MAX_BYTES, MEGABYTE, ZIP_ERRORS, Source
from index.load.text import PLAUSIBLE, plausible
from index.types import Rejected

MAX_DEPTH = 2  # an archive in an archive
MAX_FOLDERS = 32  # one in another; a file system refuses a few hundred
MAX_MEMBERS = 5_000  # in one archive with all in it; a province has about 1,500 towns
MAX_UNPACKED = 2048 * MEGABYTE  # likewise
MAX_RATIO = 200  # unpacked to packed; text reaches 20, a bomb more than 1,000
SMALL = 4 * MEGABYTE  # below this a high ratio harms nobody
IN_MEMORY = 8 * MEGABYTE
JUNK = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
DAMAGED = "压缩包已损坏；请重新压缩为 zip 再试"


@dataclass(slots=True)
class Budget:
    """What one archive, with the archives in it, may still unpack."""

    members: int = MAX_MEMBERS
    unpacked: int = MAX_UNPACKED
    limits: str = field(init=False)

    def __post_init__(self) -> None:
        self.limits = f"上限 {self.members} 个文件、{self.unpacked // MEGABYTE} MB"


def is_junk(name: str) -> bool:
    """Whether a file is none of the sender's: what macOS, Windows and an open Word leave behind."""
    parts = PurePosixPath(name).parts
    return not parts or "__MACOSX" in parts or parts[-1].lower() in JUNK or parts[-1].startswith(("~$", "._"))


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name: as flagged UTF-8, else in what it reads as Chinese (Windows packs in GBK without saying so)."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or plausible(name) > PLAUSIBLE:
            return name
    return info.filename


def _refusal(info: zipfile.ZipInfo, name: str, budget: Budget) -> str | None:
    """Why a member is not opened, None when it may be."""
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name.split("/")[0] or "\x00" in name:
        return "压缩包里的文件名指向压缩包之外，不读取；请重新压缩再试"
    if name.count("/") > MAX_FOLDERS:
        return f"压缩包里的文件夹套了超过 {MAX_FOLDERS} 层，不读取；请重新压缩再试"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "压缩包里的这一项是链接，不读取；请把原文件放进压缩包"
    if info.flag_bits & 0x1:
        return "压缩包有密码；请去掉密码重新压缩再试"
    if info.file_size > budget.unpacked:
        return f"压缩包内容太多（{budget.limits}），这一项没有读取；请分成几个压缩包"
    if info.file_size > SMALL and info.file_size > MAX_RATIO * max(1, info.compress_size):
        return "压缩比异常，可能是压缩炸弹，不读取；请直接放入原文件"
    if info.file_size > MAX_BYTES:
        return f"解压后有 {info.file_size / MEGABYTE:.0f} MB，超过上限 {MAX_BYTES // MEGABYTE} MB；请拆分后再试"
    return None


@contextmanager
def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: str) -> Iterator[Source]:
    with SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
        with archive.open(info) as packed:
            shutil.copyfileobj(packed, copy)
        yield Source(file, cast(IO[bytes], copy), copy.tell())


def members(source: Source, budget: Budget) -> Iterator[Source | Rejected]:
    """The members in order; each Source is open only until the next is asked for."""
    try:
        archive = zipfile.ZipFile(source.stream)
    except ZIP_ERRORS as error:
        raise UnreadableDocument(DAMAGED) from error
    with archive:
        seen: set[str] = set()
        for info in archive.infolist():
            name = _name(info)
            file = f"{source.file}/{name}"
            if not info.filename or info.is_dir() or is_junk(name):
                continue
            if budget.members <= 0:
                yield Rejected(source.file, f"压缩包内容太多（{budget.limits}），其余的没有读取；请分成几个压缩包")
                return
            budget.members -= 1
            reason = "压缩包里有两个同名文件，只读取第一个" if name in seen else _refusal(info, name, budget)
            seen.add(name)
            if reason:
                yield Rejected(file, reason)
                continue
            budget.unpacked -= info.file_size
            yield from _member(archive, info, file)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: str) -> Iterator[Source | Rejected]:
    try:
        with _unpacked(archive, info, file) as member:
            yield member
    except ZIP_ERRORS:
        yield Rejected(file, "压缩包里的这个文件已损坏；请重新压缩再试")
