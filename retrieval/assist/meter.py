"""What the language model has taken, may take and has already said: one SQLite file in the store's folder, for every process.

No question and no prompt is kept: the cache holds answers under a hash of what was asked.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

from index.errors import ModelUnavailable

FILE = "model.sqlite"
VERSION = 1
KEPT = 20_000  # cached answers, about 1 KB each; the oldest go first
PATIENCE = 3  # calls that fail in a row before the endpoint is left alone
REST, LONGEST_REST = 30.0, 600.0  # seconds; doubled by each failure that follows
BUSY = 5.0  # seconds to wait for another process
LONGEST_CALL = 86_400.0  # seconds; what is held for longer was written by a clock that was ahead
MARGIN = 5.0  # seconds by which what a call holds outlives its deadline; a killed process holds no longer

SCHEMA = """
CREATE TABLE usage (
    day TEXT, user TEXT, model TEXT, calls INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0, cached INTEGER NOT NULL DEFAULT 0,
    input_tokens INTEGER NOT NULL DEFAULT 0, output_tokens INTEGER NOT NULL DEFAULT 0, cost REAL NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (day, user, model)) WITHOUT ROWID;
CREATE TABLE held (id INTEGER PRIMARY KEY, user TEXT NOT NULL, tokens INTEGER NOT NULL, until REAL NOT NULL);
CREATE TABLE cache (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
CREATE TABLE breaker (endpoint TEXT PRIMARY KEY, failures INTEGER NOT NULL, open_until REAL NOT NULL) WITHOUT ROWID;
"""

CLOSED = "语言模型接连没有应答，先不再问它（还有 {seconds} 秒再试）。"
USER_LIMIT = "今天给您的语言模型用量（{limit} token）用完了，明天再用。"
DAY_LIMIT = "今天所有人的语言模型用量（{limit} token）用完了，明天再用，或请管理员调高 ZHENWEN_MODEL_DAY_TOKENS。"
UNUSABLE = "语言模型的用量记录 {path} 用不了（{problem}）。请检查磁盘和权限；文件坏了可以把它改个名，会重新记起。"
NEWER = "语言模型的用量记录 {path} 是较新版本的镇问写的。请更新镇问，或把这个文件改个名。"


@dataclass(frozen=True, slots=True)
class Limits:
    """Tokens that one person, and all together, may use on one day; 0 is no limit."""

    user_tokens: int = 0
    day_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """What one person took of one model on one day (``2026-11-22``); calls that failed are among the calls, cached ones are not."""

    day: str
    user: str
    model: str
    calls: int = 0
    failures: int = 0
    cached: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Hold:
    """Tokens set aside for one call until it is settled."""

    id: int
    endpoint: str
    user: str


COUNTS = [each.name for each in fields(Spent)][3:]
ADD = (
    f"INSERT INTO usage VALUES ({', '.join('?' * len(fields(Spent)))}) ON CONFLICT (day, user, model) DO UPDATE SET "
    + ", ".join(f"{name} = {name} + excluded.{name}" for name in COUNTS)
)


class Meter:
    """The file, opened at its first use. Threads may share it, and so may processes.

    Every method raises ModelUnavailable when the file is of no use: then no model is asked, for nobody could count it.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.path = folder / FILE
        self._clock = clock
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._opened:
                self._opened.close()
            self._opened = None

    def hold(self, endpoint: str, user: str, tokens: int, limits: Limits, *, seconds: float) -> Hold:
        """Set ``tokens`` aside for a call of at most ``seconds``.

        Raises ModelUnavailable when the endpoint is left alone for now, or when ``user`` or all would go over ``limits``.
        When its rest is over one call goes through to try; the others wait for its outcome.
        """
        now = self._clock()
        with self._writing() as database:
            failures, open_until = database.execute("SELECT failures, open_until FROM breaker WHERE endpoint = ?", (endpoint,)).fetchone() or (0, 0.0)
            if now < open_until <= now + max(LONGEST_REST, seconds):  # what is further off was written by a clock that was ahead
                raise ModelUnavailable(CLOSED.format(seconds=round(open_until - now) or 1))
            self._check(database, user, tokens, limits, now)
            if failures >= PATIENCE:
                database.execute("UPDATE breaker SET open_until = ? WHERE endpoint = ?", (now + seconds, endpoint))
            until = now + seconds + MARGIN
            held = database.execute("INSERT INTO held (user, tokens, until) VALUES (?, ?, ?) RETURNING id", (user, tokens, until)).fetchone()
        return Hold(held[0], endpoint, user)

    def _check(self, database: sqlite3.Connection, user: str, tokens: int, limits: Limits, now: float) -> None:
        database.execute("DELETE FROM held WHERE until NOT BETWEEN ? AND ?", (now, now + LONGEST_CALL))
        taken = dict(
            database.execute(
                "SELECT user, sum(tokens) FROM (SELECT user, input_tokens + output_tokens AS tokens FROM usage WHERE day = ?"
                " UNION ALL SELECT user, tokens FROM held) GROUP BY user",
                (self._today(),),
            )
        )
        if user and limits.user_tokens and taken.get(user, 0) + tokens > limits.user_tokens:
            raise ModelUnavailable(USER_LIMIT.format(limit=limits.user_tokens))
        if limits.day_tokens and sum(taken.values()) + tokens > limits.day_tokens:
            raise ModelUnavailable(DAY_LIMIT.format(limit=limits.day_tokens))

    def settle(self, hold: Hold, model: str, *, input_tokens: int, output_tokens: int, cost: float, seconds: float, answered: bool | None) -> None:
        """Write down what the call took instead of what was held for it. ``answered`` is None when it was stopped: that says nothing."""
        spent = Spent(self._today(), hold.user, model, 1, int(answered is False), 0, input_tokens, output_tokens, cost, seconds)
        with self._writing() as database:
            database.execute("DELETE FROM held WHERE id = ?", (hold.id,))
            database.execute(ADD, astuple(spent))
            if answered:
                database.execute("DELETE FROM breaker WHERE endpoint = ?", (hold.endpoint,))
            elif answered is False:
                self._failed(database, hold.endpoint)

    def _failed(self, database: sqlite3.Connection, endpoint: str) -> None:
        failures = database.execute(
            "INSERT INTO breaker VALUES (?, 1, 0) ON CONFLICT (endpoint) DO UPDATE SET failures = failures + 1 RETURNING failures", (endpoint,)
        ).fetchone()[0]
        if failures >= PATIENCE:
            rest = min(REST * 2.0 ** min(failures - PATIENCE, 10), LONGEST_REST)
            database.execute("UPDATE breaker SET open_until = ? WHERE endpoint = ?", (self._clock() + rest, endpoint))

    def recall(self, key: str, user: str, model: str) -> str | None:
        """What was answered under ``key``, if it was; counted as ``user``'s."""
        with self._writing() as database:
            found = database.execute("SELECT value FROM cache WHERE key = ?", (key,)).fetchone()
            if found is not None:
                database.execute(ADD, astuple(Spent(self._today(), user, model, cached=1)))
        return found and str(found[0])

    def remember(self, key: str, value: str) -> None:
        """Keep an answer under ``key``."""
        with self._writing() as database:
            database.execute("INSERT OR REPLACE INTO cache (key, value) VALUES (?, ?)", (key, value))
            database.execute("DELETE FROM cache WHERE id <= (SELECT max(id) FROM cache) - ?", (KEPT,))

    def forget(self, user: str) -> None:
        """Delete what was counted for somebody."""
        with self._writing() as database:
            database.execute("DELETE FROM usage WHERE user = ?", (user,))

    def spent(self, since: date) -> tuple[Spent, ...]:
        """What was taken from the day ``since`` on: the latest day first, within it who took most first."""
        with self._writing() as database:
            rows = database.execute("SELECT * FROM usage WHERE day >= ? ORDER BY day DESC, input_tokens + output_tokens DESC, user, model", (since.isoformat(),))
            return tuple(Spent(*row) for row in rows)

    def _today(self) -> str:
        return date.fromtimestamp(self._clock()).isoformat()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone in this file."""
        with self._lock:
            try:
                if self._opened is None:
                    self._opened = _open(self.path)
                with _transaction(self._opened) as database:
                    yield database
            except sqlite3.Error as error:
                raise ModelUnavailable(UNUSABLE.format(path=self.path, problem=error)) from error


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None, check_same_thread=False)
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    with _transaction(connection) as database:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise ModelUnavailable(NEWER.format(path=path))
        if version < VERSION:
            for statement in SCHEMA.split(";"):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {VERSION}")
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. For this SQLite does not wait when another process opens the file at the same instant: we do."""
    until = time.monotonic() + BUSY
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
