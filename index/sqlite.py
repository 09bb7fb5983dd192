"""SQLite files apart from their tables: the lock of the one who writes, copies of what is in use, errors in words for a person."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.errors import StoreBusy, StoreError

BUSY_SECONDS = 10.0  # how long a statement waits for another process's short lock
DAMAGED = "{path} 坏了（{found}）；请用 zhenwen restore 备份 换上最近的备份，坏的会改名留着。"


def hold_lock(folder: Path) -> sqlite3.Connection:
    """Hold the writing lock of a store until the connection is closed or the process ends, however it ends. Raises StoreBusy."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"库 {folder} 建不了（{error.strerror}）；请检查权限和磁盘空间，或用 --store 另选文件夹。") from error
    with translated(folder / "writer.lock"):
        lock = sqlite3.connect(folder / "writer.lock", timeout=0, isolation_level=None, check_same_thread=False)
        lock.execute("BEGIN EXCLUSIVE")
    return lock


def copy_sqlite(source: Path, to: Path) -> None:
    """Write a copy of a database that may be in use: one committed state, checked. Raises StoreError."""
    with writable(to):
        to.touch(mode=0o600)
    with translated(source), closing(_reading(source)) as one, closing(sqlite3.connect(to)) as other:
        one.backup(other)
        other.execute("PRAGMA journal_mode = DELETE")  # one file, which can be read where nothing can be written
    sound(to)


def sound(path: Path) -> None:
    """Read all of a database. Raises StoreError when it is damaged."""
    with translated(path), closing(_reading(path)) as connection:
        ((found,), *_) = connection.execute("PRAGMA integrity_check").fetchall()
    if found != "ok":
        raise StoreError(DAMAGED.format(path=path, found=found.splitlines()[0]))


def _reading(path: Path) -> sqlite3.Connection:
    """On a read-only folder nobody writes, and SQLite must be told so."""
    mode = "ro" if os.access(path.parent, os.W_OK) else "ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS)


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """What the disk refuses, in words for a person."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path} 写不了（{error.strerror}）；请检查权限和磁盘空间。") from error


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors in words for a person."""
    try:
        yield
    except sqlite3.Error as error:
        folder, words = path.parent, str(error)
        if "locked" in words or "busy" in words:
            raise StoreBusy(f"另一个进程正在写入库 {folder}；请等它结束后再试。") from error
        if "full" in words:
            raise StoreError(f"磁盘已满，库 {folder} 没有改动；请腾出空间后重新运行 zhenwen index。") from error
        if "readonly" in words or "unable to open" in words:
            raise StoreError(f"库 {folder} 打不开或不能写入；请检查文件夹的权限，或用 --store 另选文件夹。") from error
        raise StoreError(f"库 {folder} 的目录文件坏了（{words}）；请用 zhenwen restore 备份 换上最近的备份，坏的会改名留着；没有备份，就用 --store 另指定一个文件夹重新运行 zhenwen index。") from error
