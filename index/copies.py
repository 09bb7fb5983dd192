"""Backing a store up while it is in use, and putting a backup in its place. A backup is the catalogue and the keeper's own rules.

What can be made from the catalogue is not kept; it is made again. A copy is whole and sound before anything is called by its name.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from index.errors import StoreMissing
from index.sqlite import copy_sqlite, hold_lock, translated, writable
from index.store import Store
from index.types import Encoder
from index.verify import verify

CATALOGUE = "catalogue.sqlite"
RULES = ("*.toml", "*.csv")
NO_STORE = "{path} 里没有资料库；请检查路径。"
NO_BACKUP = "{path} 里没有备份；请写出 zhenwen backup 存下的文件夹。"


def copy_store(store: Path, folder: Path) -> None:
    """Write a backup of ``store`` into ``folder``, while others read and write. Raises StoreMissing, StoreError."""
    if not (store / CATALOGUE).is_file():
        raise StoreMissing(NO_STORE.format(path=store))
    copy_sqlite(store / CATALOGUE, folder / CATALOGUE)
    _copy_rules(store, folder)


def replace_store(backup: Path, store: Path, encoder: Encoder, chroma: str, aside: Path) -> int:
    """Put ``backup`` in the place of ``store``, which is kept as ``aside``; return how many reports it has.

    The new store is complete before the old one is touched. It has an id of its own, so that a server keeps both apart.
    Raises StoreMissing, StoreBusy, StoreMismatch, StoreError.
    """
    if not (backup / CATALOGUE).is_file():
        raise StoreMissing(NO_BACKUP.format(path=backup))
    fresh = store.with_name(f"{store.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    with writable(fresh):
        fresh.mkdir(mode=0o700, parents=True)
    copy_sqlite(backup / CATALOGUE, fresh / CATALOGUE)
    with translated(fresh / CATALOGUE), closing(sqlite3.connect(fresh / CATALOGUE, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("DELETE FROM meta WHERE key IN ('id', 'chroma')")
    _copy_rules(backup, fresh)
    with Store.create(fresh, encoder, chroma, anew=True) as made:
        verify(made)
        count = len(made.reports())
    if store.exists():
        hold_lock(store).close()  # nobody is writing to it
        with writable(store):
            store.rename(aside)
    with writable(store):
        fresh.rename(store)
    return count


def _copy_rules(source: Path, to: Path) -> None:
    for path in (path for pattern in RULES for path in sorted(source.glob(pattern))):
        with writable(to):
            shutil.copyfile(path, to / path.name)
