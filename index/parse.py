"""A file → reports with all that is made of their text; in several processes when there are many files."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path

from index.chunk import chunk
from index.embed import StaticEncoder, static_encoder
from index.figures import figures
from index.files import File
from index.headings import Table
from index.identify import identify
from index.indicators import Indicators
from index.load import load
from index.outline import outline
from index.places import Gazetteer
from index.shares import shares
from index.types import Document, Encoder, Figure, Passage, Rejected, Report, Section, Vectors

MANY = 64  # files from which processes are worth their start, which takes about as long as reading twenty
HALF_CHARACTER = re.compile("[\ud800-\udfff]")  # cannot be written as UTF-8: neither stored nor shown
WORTH = 4  # tasks for which one more process is worth its start: 80 reports of text, or four scans
AHEAD = 4  # tasks that each process may be ahead of what is taken: it bounds the memory
TASK_BYTES = 200_000  # of files in one task: the processes have enough to do while Chroma holds this one's interpreter for a second
FIRST_BYTES = 50_000  # of files in the first task, and more in each after it: this process soon has something to do


@dataclass(frozen=True, slots=True)
class Parsed:
    """A report with what is made of its text. ``vectors`` are None when its passages have yet to be encoded."""

    report: Report
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    figures: tuple[Figure, ...]
    vectors: Vectors | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Tables:
    """What reading goes by: the shipped tables, with a keeper's own from the store's folder."""

    gazetteer: Gazetteer
    indicators: Indicators
    headings: Table


@lru_cache(maxsize=1)
def tables(store: Path, rules: str) -> Tables:  # noqa: ARG001 - other rules, other tables
    """The tables of a store, read once a process as long as the ``rules`` stay."""
    return Tables(
        Gazetteer.load(store / "places.csv"), Indicators.load(store / "indicators.toml"), Table.load(store / "headings.toml")
    )


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
    return derive(report, outline(report, item.headings, by.headings), by.indicators)


def parse_all(item: Document | Rejected, by: Tables) -> list[Parsed | Rejected]:
    """One document, as the report or reports that it is made of."""
    whole = parse(item, by)
    if isinstance(item, Rejected) or isinstance(whole, Rejected):
        return [whole]
    own = shares(whole.report, whole.sections, by.gazetteer)
    if len(own) == 1:
        return [whole]
    return [derive(report, outline(report, item.headings, by.headings), by.indicators) for report in own]


Batch = tuple[File, list[Parsed | Rejected]]
Task = list[File]


def parse_files(files: Task, store: Path, rules: str, model: Path | None = None) -> list[Batch]:
    """All that some files hold, file by file; encoded by the static encoder in the folder ``model`` (None: not encoded)."""
    by = tables(store, rules)
    batches = [(file, [parsed for item in load(file.path, root=file.root) for parsed in parse_all(item, by)]) for file in files]
    if model is None:
        return batches
    return [(file, [_encoded(item, _encoder(model)) for item in items]) for file, items in batches]


@lru_cache(maxsize=1)
def _encoder(model: Path) -> StaticEncoder:
    """The encoder of a process, read once."""
    return static_encoder(model)


def _encoded(item: Parsed | Rejected, encoder: StaticEncoder) -> Parsed | Rejected:
    if isinstance(item, Rejected):
        return item
    return replace(item, vectors=encoder.encode([passage.embeddable for passage in item.passages]))


@contextmanager
def parsing(files: Sequence[File], store: Path, rules: str, encoder: Encoder | None) -> Iterator[Iterator[Batch]]:
    """``files`` parsed, in order. Many are read by processes, which start at once, while the caller opens Chroma.

    They also encode, where that needs no model of a gigabyte in each: the caller then has little to do beside Chroma's part.
    """
    workers = os.cpu_count() or 1
    if len(files) < MANY or workers == 1:
        yield (batch for file in files for batch in parse_files([file], store, rules))
        return
    model = encoder.folder if isinstance(encoder, StaticEncoder) else None
    tasks = deque(_tasks(files))
    readers = Readers(tasks, min(workers, max(1, len(tasks) // WORTH)), (store, rules), model)
    try:
        yield readers.batches()
    finally:
        readers.stop()


def _tasks(files: Sequence[File]) -> Iterator[Task]:
    """Neighbouring small files together, a large one alone."""
    task: Task = []
    size, most = 0, FIRST_BYTES
    for file in files:
        more = file.path.stat().st_size if file.path.exists() else 0
        if task and size + more > most:
            yield task
            task, size, most = [], 0, min(most + FIRST_BYTES, TASK_BYTES)
        task.append(file)
        size += more
    if task:
        yield task


@dataclass(slots=True)
class Readers:
    """Processes that read ``tasks``, some ahead of what is taken."""

    tasks: deque[Task]
    workers: int
    by: tuple[Path, str]
    model: Path | None
    pool: ProcessPoolExecutor = field(init=False)
    ahead: deque[Future[list[Batch]]] = field(init=False)

    def __post_init__(self) -> None:
        self._start()

    def batches(self) -> Iterator[Batch]:
        """What was read, in order. A file that kills its process is rejected, the others go on."""
        while self.tasks:
            try:
                self._submit()
                batches = self.ahead.popleft().result()
                self.tasks.popleft()
            except BrokenProcessPool:
                self.stop()
                batches = [batch for file in self.tasks.popleft() for batch in parse_apart([file], *self.by)]
                self._start()
            yield from batches

    def stop(self) -> None:
        """Only what is being read is waited for."""
        self.pool.shutdown(cancel_futures=True)

    def _start(self) -> None:
        self.pool, self.ahead = _pool(self.workers), deque()
        self._submit()

    def _submit(self) -> None:
        for task in islice(self.tasks, len(self.ahead), self.workers * AHEAD):
            self.ahead.append(self.pool.submit(parse_files, task, *self.by, self.model))


def parse_apart(files: Task, store: Path, rules: str, seconds: float | None = None) -> list[Batch]:
    """All that some files hold, read in a process of its own.

    A file that kills its process, or takes longer than ``seconds``, is rejected; the others are then read one by one.
    """
    batches, reason = _apart(files, store, rules, seconds)
    if not reason:
        return batches
    if len(files) > 1:
        return [batch for file in files for batch in parse_apart([file], store, rules, seconds)]
    return [(files[0], [Rejected(files[0].name, reason, lasting=False)])]


def _apart(files: Task, store: Path, rules: str, seconds: float | None) -> tuple[list[Batch], str]:
    """What was read, or why nothing was."""
    fresh = multiprocessing.get_context("spawn")
    receiving, sending = fresh.Pipe(duplex=False)
    process = fresh.Process(target=_send, args=(sending, parse_files, files, store, rules), daemon=True)
    process.start()
    sending.close()
    try:
        if receiving.poll(None if seconds is None else seconds * len(files)):
            return receiving.recv(), ""
        return [], "读取这个文件用时太长；请拆分成几个文件，或换成文字版再试"
    except EOFError:
        return [], "读取这个文件时程序崩溃；文件可能已损坏，请用原来的软件打开后另存一份再试"
    finally:
        process.kill()
        process.join()
        receiving.close()


def _send(sending: Connection, read: Callable[[Task, Path, str], list[Batch]], files: Task, store: Path, rules: str) -> None:
    """Work for another process, whose Ctrl-C is not for this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sending.send(read(files, store, rules))


def _pool(workers: int) -> ProcessPoolExecutor:
    """Fresh processes; Ctrl-C is for the one that they work for."""
    fresh = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, fresh, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
