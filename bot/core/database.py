"""The one file that remembers: people, questions, answers, what was delivered. The door to sqlite3 for the chat.

It survives being killed at any instant (write-ahead log); migrations bring an older file to the present form.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from importlib import resources
from pathlib import Path
from threading import RLock
from typing import Self

from index.errors import BadSettings

BUSY_SECONDS = 10.0  # how long a statement waits for another process (zhenwen chat beside zhenwen serve)

Row = sqlite3.Row
"""A row, its values by column name."""


class Database:
    """Rows in, rows out, safe to use from several threads: one connection behind a lock. SQLite's errors come out as BadSettings."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = RLock()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file at ``path``, made when there is none, in the present form.

        Raises BadSettings when it cannot be opened, is no database, or was written by a newer program.
        """
        steps = migrations()
        with _translated(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            private(path)
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        database = cls(path, connection)
        try:
            with _translated(path):
                connection.row_factory = Row
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")  # what was committed survives any crash of the program
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
            database._migrate(steps)
        except BadSettings:
            connection.close()
            raise
        return database

    def _migrate(self, steps: Sequence[str]) -> None:
        with self.transaction():
            version = self.rows("PRAGMA user_version")[0][0]
            if version > len(steps):
                raise BadSettings(
                    f"{self.path} 是更新的镇问写的（格式 {version}，这个程序认识到 {len(steps)}）。"
                    "请升级镇问，或用 ZHENWEN_DATABASE 另指定一个文件。"
                )
            for number, script in enumerate(steps[version:], version + 1):
                for statement in _statements(script):
                    self.write(statement)
                self.write(f"PRAGMA user_version = {number}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All reads and writes of this thread inside happen together or not at all; other threads wait."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self.write("BEGIN IMMEDIATE")
            try:
                yield
                self.write("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self.write("ROLLBACK")

    def rows(self, sql: str, *values: object) -> list[Row]:
        """What a query finds."""
        with self._lock, _translated(self.path):
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> Row | None:
        """The first row that a query finds."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def write(self, sql: str, *values: object) -> int:
        """Change rows; return how many were changed."""
        with self._lock, _translated(self.path):
            return self._connection.execute(sql, values).rowcount

    def insert(self, sql: str, *values: object) -> int:
        """Add a row; return its number."""
        with self._lock, _translated(self.path):
            number = self._connection.execute(sql, values).lastrowid
        assert number is not None, "only for INSERT"
        return number

    def backup(self, path: Path) -> None:
        """Write a whole copy to ``path`` while others go on. Raises BadSettings when it cannot be written."""
        with _translated(path):
            private(path)
            copy = sqlite3.connect(path)
            try:
                with self._lock:
                    self._connection.backup(copy)
            finally:
                copy.close()

    def settle(self) -> None:
        """Let nothing that was deleted be left in the write-ahead log, unless another process is reading there just now."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; nothing may use it afterwards."""
        with self._lock:
            self._connection.close()


def private(path: Path) -> None:
    """Let the file at ``path``, made when there is none, be for its owner alone; what SQLite puts beside it then is, too."""
    path.touch(mode=0o600)
    path.chmod(0o600)


def check(path: Path) -> None:
    """Read all of a database without changing it. Raises BadSettings when it is damaged."""
    with _translated(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as connection:
        ((found,), *_) = connection.execute("PRAGMA integrity_check").fetchall()
        if found != "ok":
            raise BadSettings(f"数据库 {path} 坏了（{found}）。请把它改个名留底，用 zhenwen restore 换上最近的备份。")


def alone(path: Path) -> None:
    """Raises BadSettings when another process has the database open. A damaged one, or none, is nobody's."""
    if not path.is_file():
        return
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(path, timeout=0)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")  # which SQLite does for the only one that has it open
        except sqlite3.OperationalError as error:
            raise BadSettings(f"数据库 {path} 正在使用。请先停下 zhenwen serve 和 zhenwen chat。") from error


def uploaded(path: Path) -> Path:
    """The folder where the files lie that people have sent to the chat of this database."""
    resolved = path.resolve()
    return resolved.with_name(f"{resolved.stem}-uploads")


def migrations() -> list[str]:
    """The scripts that make a database, in order; number n brings it from form n − 1 to form n."""
    folder = resources.files("bot.core") / "migrations"
    scripts = sorted((file.name, file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".sql"))
    return [script for _, script in scripts]


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: executescript() would end the transaction that they belong in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a defect of ours, or a race that the caller settles
    except (sqlite3.Error, OSError) as error:
        raise BadSettings(f"数据库 {path} 用不了（{error}）。请检查磁盘空间和权限，或用 ZHENWEN_DATABASE 另指定一个文件。") from error
