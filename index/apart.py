"""The process that documents are read in, so that no document can harm the one that wants them read.

It holds itself to the ``Limits``: memory and processor time by the system, the time of a document by a watchdog that needs no
interpreter, output by counting. Where one is overstepped the process ends, and its exit says why.
"""

from __future__ import annotations

import ctypes
import faulthandler
import logging
import os
import pickle
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO

from index.embed import StaticEncoder, static_encoder
from index.files import File
from index.load import pieces
from index.load.source import MEGABYTE
from index.parse import Parsed, encoded, parse_all, tables
from index.types import Document, Rejected

BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from index.apart import main; main()"
TOO_LATE, FAILED = 1, 3  # exit statuses; the first is the watchdog's own
TOO_MUCH = "这个文件里的文字太多（读出 {size} MB，上限 {limit} MB），其余的没有读取；请拆分后再试"
PIPE_BYTES = MEGABYTE  # what is read while the other process is busy; more is for the system's administrator
PR_SET_PDEATHSIG = 1  # of Linux


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading may take. The longest thing that is read, a hundred scanned pages, takes about eight minutes and 1.5 GB."""

    seconds: float = 900.0  # a document
    memory: int = 3072 * MEGABYTE  # the process, on Linux
    output: int = 512 * MEGABYTE  # a file, with all that is made of it; the reports of a province take 300


@dataclass(frozen=True, slots=True)
class Order:
    """How files are to be read: by a store's tables, encoded by the static encoder in the folder ``model`` (None: not).

    Without a ``store`` documents are handed over as they are.
    """

    store: Path | None
    rules: str = ""
    model: Path | None = None
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to read; the documents in ``leave`` are rejected unread, for the reason there."""

    file: File
    leave: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """A file has been read; ``worn`` when the process has grown so much that the next file deserves another."""

    worn: bool


Item = Parsed | Document | Rejected
"""What a file holds: a document read, or as it is, or why not."""
Message = str | Item | logging.LogRecord | Done
"""The name of a document that is begun, what it holds, what is to be logged, or the end of a file."""


def read(wanted: Wanted, order: Order) -> Iterator[str | Item]:
    """All that a file holds, with the name of each document before it."""
    by = tables(order.store, order.rules) if order.store else None
    for piece in pieces(wanted.file.path, wanted.file.root, wanted.leave):
        if isinstance(piece, str) or by is None:
            yield piece
        else:
            for item in parse_all(piece, by):
                yield encoded(item, _encoder(order.model)) if order.model else item


@lru_cache(maxsize=1)
def _encoder(model: Path) -> StaticEncoder:
    """The encoder of a process, read once."""
    return static_encoder(model)


def main() -> None:
    """Read what is asked for on the standard input, until that ends or the process that asks does."""
    asked, answers = _channels()
    order, folder, parent = pickle.load(asked)
    tempfile.tempdir = folder
    _end_with(parent)
    _limit_memory(order.limits.memory)
    if order.store:
        tables(order.store, order.rules)
    _send(answers, Done(worn=False))
    logging.getLogger("index").addHandler(_Forward(answers))
    try:
        while True:
            _serve(pickle.load(asked), order, answers)
    except EOFError:
        pass
    except Exception:  # the edge of the process: it is replaced, and the document rejected by its name
        logging.getLogger(__name__).exception("while reading")
        answers.flush()
        os._exit(FAILED)


def _serve(wanted: Wanted, order: Order, answers: BinaryIO) -> None:
    watch = partial(faulthandler.dump_traceback_later, order.limits.seconds, exit=True, file=sys.stderr)
    watch()
    size = 0
    for message in read(wanted, order):
        size += _send(answers, message)
        watch()
        if size > order.limits.output:
            reason = TOO_MUCH.format(size=size // MEGABYTE, limit=order.limits.output // MEGABYTE)
            _send(answers, Rejected(wanted.file.name, reason))
            break
    faulthandler.cancel_dump_traceback_later()
    _send(answers, Done(worn=_peak() > order.limits.memory // 2))


def _send(answers: BinaryIO, message: Message) -> int:
    """Hand a message over at once; its size in bytes."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    answers.write(data)
    answers.flush()
    return len(data)


class _Forward(logging.Handler):
    """What is logged here is for the log of the process that asked."""

    def __init__(self, answers: BinaryIO) -> None:
        super().__init__()
        self._answers = answers

    def emit(self, record: logging.LogRecord) -> None:
        trace = "\n" + logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        record.msg, record.args, record.exc_info = record.getMessage() + trace, None, None
        _send(self._answers, record)


# what the system does for it


def _channels() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the process that asks; what a library prints or reads goes nowhere."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=PIPE_BYTES)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nowhere, descriptor)
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):  # this user's pipes hold as much as they may: it goes on a little slower
            fcntl.fcntl(answers.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return asked, answers


def _end_with(parent: int) -> None:
    """Ctrl-C is for the process that asks; when that one ends, however it ends, this one ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(FAILED)


def _limit_memory(most: int) -> None:
    """What is allocated beyond ``most`` bytes fails. Reserved addresses, which libraries take by the gigabyte, count for nothing."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with suppress(OSError):  # where the whole machine runs short, this process goes first
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _peak() -> int:
    """The most memory that this process has held, in bytes; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
