"""Files → what they hold, read in processes of their own: one while there are few files, one a core when there are many."""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from subprocess import DEVNULL, PIPE
from tempfile import TemporaryDirectory
from threading import Lock

from index.apart import BOOT, PIPE_BYTES, TOO_LATE, Done, Item, Message, Order, Wanted
from index.embed import StaticEncoder
from index.errors import StoreError
from index.files import File
from index.parse import Parsed
from index.text import shown
from index.types import Document, Encoder, Rejected

MANY = 64  # files from which a process more is worth its start, which takes about as long as reading twenty
WORTH = 4  # tasks for which one more process is worth its start: 80 reports of text, or four scans
AHEAD = 4  # tasks that each process may be ahead of what is taken: it bounds the memory
TASK_BYTES = 200_000  # of files in one task: the processes have enough to do while Chroma holds this one's interpreter for a second
FIRST_BYTES = 50_000  # of files in the first task, and more in each after it: this process soon has something to do
DEATHS = 3  # documents of one file that may end the process that reads them; the rest of a zip of bombs is not read
LATE = "读取这个文件用时太长；请拆分成几个文件，或换成文字版再试"
CRASHED = "读取这个文件时程序崩溃；文件可能已损坏，请用原来的软件打开后另存一份再试"
UNREAD = "压缩包里有几个文件读取时程序崩溃或用时太长，其余的没有读取；请解压后再放进来"
NOT_STARTED = "读取文件的进程启动不了（{error}）；请检查内存和磁盘空间是否够用，再试一次"
EXHAUSTED = "读取这个文件需要的内存太多，或文件已损坏；请缩小图片、拆分，或用原来的软件打开后另存一份再试"
WITHOUT_MEMORY = tuple(
    getattr(signal, name) for name in ("SIGKILL", "SIGABRT", "SIGTRAP", "SIGILL") if hasattr(signal, name)
)  # by which libraries in C, or the system, end what gets no more

Batch = tuple[File, list[Parsed | Rejected]]
Task = list[File]


@contextmanager
def parsing(files: Sequence[File], store: Path, rules: str, encoder: Encoder | None) -> Iterator[Iterator[Batch]]:
    """``files`` parsed, in order, by processes that start at once, while the caller opens Chroma.

    When there are many they also encode, where that needs no model of a gigabyte in each: the caller then has little to do beside
    Chroma's part.
    """
    many = len(files) >= MANY
    model = encoder.folder if many and isinstance(encoder, StaticEncoder) else None
    tasks = deque(_tasks(files))
    most = (os.cpu_count() or 1) if many else 1
    with TemporaryDirectory(prefix="zhenwen-", ignore_cleanup_errors=True) as folder:
        readers = Readers(tasks, min(most, max(1, len(tasks) // WORTH)), Order(store, rules, model), folder)
        try:
            yield readers.batches()
        finally:
            readers.stop()


def documents(file: File) -> list[Document | Rejected]:
    """What a file holds, as it is, read by a process of its own. Raises StoreError when there is none to be had."""
    with TemporaryDirectory(prefix="zhenwen-", ignore_cleanup_errors=True) as folder:
        reading = Reading(Order(None), folder)
        try:
            return [item for item in reading.read(file) if not isinstance(item, Parsed)]
        finally:
            reading.close()


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
    """Processes that read ``tasks``, some ahead of what is taken; for each there is a thread here that waits for it."""

    tasks: deque[Task]
    workers: int
    order: Order
    folder: str
    every: list[Reading] = field(init=False)
    idle: SimpleQueue[Reading] = field(default_factory=SimpleQueue)
    pool: ThreadPoolExecutor = field(init=False)
    ahead: deque[Future[list[Batch]]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.every = [Reading(self.order, self.folder) for _ in range(self.workers if self.tasks else 0)]
        for reading in self.every:
            self.idle.put(reading)
        self.pool = ThreadPoolExecutor(self.workers)
        self._submit()

    def batches(self) -> Iterator[Batch]:
        """What was read, in order."""
        while self.ahead:
            batches = self.ahead.popleft().result()
            self._submit()
            yield from batches

    def stop(self) -> None:
        """Nothing is waited for."""
        for reading in self.every:
            reading.stop()
        self.pool.shutdown(cancel_futures=True)
        for reading in self.every:
            reading.close()

    def _submit(self) -> None:
        while self.tasks and len(self.ahead) < self.workers * AHEAD:
            self.ahead.append(self.pool.submit(self._read, self.tasks.popleft()))

    def _read(self, task: Task) -> list[Batch]:
        reading = self.idle.get()
        try:
            return [(file, [item for item in reading.read(file) if not isinstance(item, Document)]) for file in task]
        finally:
            self.idle.put(reading)


@dataclass(slots=True)
class Reading:
    """A process that reads one file after another, and is replaced when a document has ended it."""

    order: Order
    folder: str
    process: subprocess.Popen[bytes] = field(init=False)
    greeted: bool = field(init=False)
    stopped: bool = False
    starting: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._start()

    def read(self, file: File) -> list[Item]:
        """All that a file holds. A document that ends the process is rejected by its name, and the others are read."""
        whole, leave = shown(file.name), dict[str, str]()
        while True:
            name, items = "", list[Item]()
            try:
                for message in self._messages(Wanted(file, leave)):
                    if isinstance(message, str):
                        name = message
                    else:
                        name = ""
                        items.append(message)
                return items
            except (EOFError, OSError, pickle.UnpicklingError):
                reason = self._replaced()
            if name in ("", whole):
                return [*items, Rejected(whole, reason, lasting=False)]
            if len(leave) == DEATHS:
                return [*items, Rejected(name, reason, lasting=False), Rejected(whole, UNREAD, lasting=False)]
            leave[name] = reason

    def stop(self) -> None:
        """Give up what is being read."""
        with self.starting:
            self.stopped = True
            self.process.kill()

    def close(self) -> None:
        """Let nothing of the process be left; nobody may be reading."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):  # there was still something to be sent
                pipe.close()  # type: ignore[union-attr]

    def _start(self) -> None:
        """Raises StoreError when the system gives no process."""
        command = [sys.executable, "-P", "-c", BOOT, json.dumps(sys.path)]
        with self.starting:
            if self.stopped:
                raise CancelledError
            try:
                self.process = subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, bufsize=PIPE_BYTES)
            except OSError as error:
                raise StoreError(NOT_STARTED.format(error=error.strerror)) from error
        self.greeted = False
        with suppress(OSError):  # it has ended already, which is seen where it is listened to
            self._ask((self.order, self.folder, os.getpid()))

    def _messages(self, wanted: Wanted) -> Iterator[str | Item]:
        """What the process says of a file."""
        if not self.greeted:
            self._heard()
            self.greeted = True
        self._ask(wanted)
        while not isinstance(message := self._heard(), Done):
            if isinstance(message, logging.LogRecord):
                logging.getLogger(message.name).handle(message)
            else:
                yield message
        if message.worn:
            self._replaced()

    def _ask(self, wanted: Wanted | tuple[Order, str, int]) -> None:
        pickle.dump(wanted, self.process.stdin)  # type: ignore[arg-type]
        self.process.stdin.flush()  # type: ignore[union-attr]

    def _heard(self) -> Message:
        return pickle.load(self.process.stdout)  # type: ignore[arg-type, no-any-return]

    def _replaced(self) -> str:
        """Another process in the place of one that has ended, and why it has. Raises StoreError when it could not even begin."""
        self.close()
        status = self.process.returncode
        if not self.greeted and not self.stopped:
            raise StoreError(NOT_STARTED.format(error=f"退出码 {status}"))
        self._start()
        return LATE if status == TOO_LATE else EXHAUSTED if -status in WITHOUT_MEMORY else CRASHED
