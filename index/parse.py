"""A file → reports with all that is made of their text; in several processes when there are many files."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from index.chunk import chunk
from index.figures import figures
from index.files import File
from index.identify import identify
from index.indicators import Indicators
from index.load import load
from index.outline import outline
from index.places import Gazetteer
from index.types import Document, Figure, Passage, Rejected, Report, Section

MANY = 64  # files from which processes are worth their start, which takes about as long as reading twenty
HALF_CHARACTER = re.compile("[\ud800-\udfff]")  # cannot be written as UTF-8: neither stored nor shown
AHEAD = 8  # files that each process may be ahead of what is taken: it bounds the memory


@dataclass(frozen=True, slots=True)
class Parsed:
    """A report with what is made of its text."""

    report: Report
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """What reading goes by: the shipped tables, with a keeper's own from the store's folder."""

    gazetteer: Gazetteer
    indicators: Indicators


@lru_cache(maxsize=1)
def tables(store: Path, rules: str) -> Tables:  # noqa: ARG001 - other rules, other tables
    """The tables of a store, read once a process as long as the ``rules`` stay."""
    return Tables(Gazetteer.load(store / "places.csv"), Indicators.load(store / "indicators.toml"))


def derive(report: Report, sections: tuple[Section, ...], indicators: Indicators) -> Parsed:
    """All that depends on whose report it is and of which year."""
    return Parsed(report, sections, chunk(report, sections), figures(report, sections, indicators))


def parse(item: Document | Rejected, by: Tables) -> Parsed | Rejected:
    """One document, identified, outlined, cut and counted."""
    if isinstance(item, Rejected):
        return item
    if HALF_CHARACTER.search(item.text):
        return Rejected(item.file, "文字里有不完整的字符，编码有误；请用原来的软件打开后另存一份再试")
    report = identify(item, by.gazetteer)
    return derive(report, outline(report, item.headings), by.indicators)


def parse_file(file: File, store: Path, rules: str) -> list[Parsed | Rejected]:
    """All that one file holds."""
    by = tables(store, rules)
    return [parse(item, by) for item in load(file.path, root=file.root)]


Batch = tuple[File, list[Parsed | Rejected]]


def parse_all(files: Sequence[File], store: Path, rules: str) -> Iterator[Batch]:
    """Parse ``files`` in order, lazily."""
    workers = os.cpu_count() or 1
    if len(files) < MANY or workers == 1:
        return ((file, parse_file(file, store, rules)) for file in files)
    return _in_processes(deque(files), workers, (store, rules))


def _in_processes(files: deque[File], workers: int, by: tuple[Path, str]) -> Iterator[Batch]:
    """A file that kills its process is rejected, the others go on."""
    while files:
        try:
            with _pool(workers) as pool:
                yield from _stream(pool, files, workers * AHEAD, by)
        except BrokenProcessPool:
            file = files.popleft()
            yield file, _alone(file, by)


def _stream(pool: ProcessPoolExecutor, files: deque[File], ahead: int, by: tuple[Path, str]) -> Iterator[Batch]:
    """Take ``files`` off as they come in, in order, with ``ahead`` of them on their way."""
    waiting: deque[Future[list[Parsed | Rejected]]] = deque()
    while files:
        while len(waiting) < min(ahead, len(files)):
            waiting.append(pool.submit(parse_file, files[len(waiting)], *by))
        items = waiting.popleft().result()
        yield files.popleft(), items


def _alone(file: File, by: tuple[Path, str]) -> list[Parsed | Rejected]:
    try:
        with _pool(1) as pool:
            return pool.submit(parse_file, file, *by).result()
    except BrokenProcessPool:
        return [Rejected(file.name, "读取这个文件时程序崩溃；文件可能已损坏，请用原来的软件打开后另存一份再试")]


def _pool(workers: int) -> ProcessPoolExecutor:
    """Fresh processes; Ctrl-C is for the one that they work for."""
    fresh = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, fresh, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
