"""Folders that are looked at again and again: when has a file changed that is no longer being written?

By polling: it takes no more than the walk of every run, and it sees the files of a network share, of which no system tells.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from index.files import Found, documents

Stamp = tuple[int, int]  # bytes, and nanoseconds of the last change


def changes(paths: Sequence[Path], pause: Callable[[], None]) -> Iterator[Collection[Path]]:
    """Look, ``pause``, look again, for ever; yield when a file is new, has changed or has gone.

    A file counts once it is the same in two looks; what is yielded are those that are still being written, to be left alone.
    While one of ``paths`` is not there (a share that is not connected), nothing has changed.
    """
    taken: Mapping[Path, Stamp] = {}
    before = look(paths)
    while True:
        pause()
        if not all(path.exists() for path in paths):
            continue
        now = look(paths)
        settled = {path: stamp for path, stamp in now.items() if before.get(path) == stamp}
        gone = taken.keys() - now.keys() - before.keys()
        if gone or not settled.items() <= taken.items():
            writing = now.keys() - settled.keys()
            yield writing
            taken = settled | {path: taken[path] for path in writing & taken.keys()}
        before = now


def look(paths: Sequence[Path]) -> dict[Path, Stamp]:
    """Every document below ``paths`` that can be looked at."""
    stamps = {}
    for path in paths:
        here = path.resolve()
        for file in documents(here, path, Found()) if here.is_dir() else [here]:
            try:
                state = file.stat()
            except OSError:  # gone since the walk, or closed, which the run that follows says
                continue
            stamps[file] = (state.st_size, state.st_mtime_ns)
    return stamps
