"""What every loader reads from: one file, shown to people under a name, never taken in whole before its size is known."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO

from index.errors import UnreadableDocument

MEGABYTE = 1 << 20
MAX_BYTES = 100 * MEGABYTE  # a scanned report of 500 pages is about 60 MB
MAX_TEXT_BYTES = 16 * MEGABYTE  # five million characters; the longest report seen has twenty thousand

ZIP_ERRORS = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What zipfile raises for a damaged, encrypted or exotic archive."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file or a member of an archive: ``file`` is the name shown to people, ``size`` the length of ``stream`` in bytes."""

    file: str
    stream: IO[bytes]
    size: int

    @property
    def suffix(self) -> str:
        """The ending of the name in lower case, with its dot; "" where there is none."""
        name = self.file.rsplit("/", 1)[-1]
        return "." + name.rsplit(".", 1)[1].lower() if "." in name else ""

    @property
    def stem(self) -> str:
        """The last part of the name, without its ending."""
        return self.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]

    def head(self, length: int = 4096) -> bytes:
        """The first bytes, to tell the kind of file."""
        self.stream.seek(0)
        return self.stream.read(length)

    def read(self, limit: int = MAX_BYTES) -> bytes:
        """All bytes; UnreadableDocument when there are none or more than ``limit``."""
        if self.size > limit:
            raise UnreadableDocument(
                f"文件有 {self.size / MEGABYTE:.0f} MB，超过这类文件的上限 {limit // MEGABYTE} MB；请拆分或删去图片后再试"
            )
        self.stream.seek(0)
        data = self.stream.read(limit + 1)
        if not data:
            raise UnreadableDocument("文件是空的（0 字节）；请重新保存或重新下载后再试")
        return data


def digest(data: bytes) -> str:
    """The SHA-256 of the source bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
