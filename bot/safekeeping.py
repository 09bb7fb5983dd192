"""The verbs against loss: keep a copy of everything, put one in the place of what is damaged, make again what can be made again.

A backup is a folder: the store's catalogue and rules, the chat's database, and the files that people have sent. No setting is in it, and
so no key.
"""

from __future__ import annotations

import shutil
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot import texts
from bot.core.database import alone, uploaded
from bot.screen import Screen
from bot.settings import Settings
from index.errors import BadRequest, StoreMissing

DATABASE = "zhenwen.sqlite"
UPLOADS = "uploads"


def backup(args: Namespace, settings: Settings, screen: Screen) -> int:
    """Copy everything that cannot be made again into a new folder, while the program runs."""
    from index.copies import copy_store
    from index.sqlite import copy_sqlite

    with new_folder(args.folder) as folder:
        copy_store(settings.store, folder)
        if settings.database.is_file():
            copy_sqlite(settings.database, folder / DATABASE)
        if (files := uploaded(settings.database)).is_dir():
            shutil.copytree(files, folder / UPLOADS)
    size = sum(path.stat().st_size for path in args.folder.rglob("*") if path.is_file())
    screen.show(texts.BACKED_UP.format(folder=args.folder, size=size / 2**20))
    return 0


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder that bears its name only when it is complete; only its owner may look into it."""
    if path.exists():
        raise BadRequest(texts.THERE_ALREADY.format(path=path))
    partial = path.with_name(f"{path.name}.partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700, parents=True)
        yield partial
        partial.rename(path)
    except OSError as error:
        raise BadRequest(texts.NOT_WRITTEN_FOLDER.format(path=path, problem=error.strerror)) from error


def restore(args: Namespace, settings: Settings, screen: Screen) -> int:
    """Put a backup in the place of what is there, which is kept under another name."""
    from index.copies import replace_store
    from index.embed import load_encoder

    kept = f".{datetime.now().astimezone():%Y%m%d-%H%M%S}.old"
    alone(settings.database)
    count = replace_store(args.folder, settings.store, load_encoder(settings.encoder), settings.chroma, _beside(settings.store, kept))
    _replace_database(args.folder, settings.database, kept)
    screen.show(texts.RESTORED.format(count=count, folder=args.folder, kept=kept))
    return 0


def _replace_database(backup: Path, database: Path, kept: str) -> None:
    """The chat's database and the files sent: each old one is kept beside the new one."""
    from index.sqlite import copy_sqlite, writable

    for source, place in ((backup / DATABASE, database), (backup / UPLOADS, uploaded(database))):
        if not source.exists():
            continue
        fresh = _beside(place, ".new")
        with writable(fresh):
            fresh.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh.unlink(missing_ok=True) if fresh.is_file() else shutil.rmtree(fresh, ignore_errors=True)
            if source.is_dir():
                shutil.copytree(source, fresh)
            else:
                copy_sqlite(source, fresh)
            for old in (place, _beside(place, "-wal"), _beside(place, "-shm")):
                if old.exists():
                    old.rename(_beside(old, kept))
            fresh.rename(place)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def repair(args: Namespace, settings: Settings, screen: Screen) -> int:  # noqa: ARG001  (every verb is called alike)
    """Make Chroma's vectors and the lexical index anew from the catalogue."""
    from index.copies import CATALOGUE
    from index.embed import load_encoder
    from index.store import Store
    from index.verify import verify

    if not (settings.store / CATALOGUE).is_file():
        raise StoreMissing(texts.NOTHING_TO_REPAIR.format(path=settings.store))
    with Store.create(settings.store, load_encoder(settings.encoder), settings.chroma, anew=True) as store:
        verify(store)
        screen.show(texts.REPAIRED.format(count=len(store.reports()), path=settings.store))
    return 0
