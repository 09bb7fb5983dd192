"""The answers that were given, and what people thought of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.codec import dumped, loaded
from bot.core.database import Database, Row
from bot.core.types import Who
from retrieval.types import Answer

DAY = 86_400.0  # seconds


@dataclass(frozen=True, slots=True)
class Record:
    """One answer: ``question`` as it was typed, ``answer.question`` with 我镇 filled in, ``history`` the turns before it."""

    id: int
    who: Who
    at: float
    question: str
    history: tuple[str, ...]
    answer: Answer

    @property
    def in_group(self) -> bool:
        """Whether it was said in a group; a private chat is called as the person in it."""
        return self.who.chat != self.who.user

    def belongs_to(self, who: Who) -> bool:
        """Whether it was ``who`` that asked, or where ``who`` speaks now that it was said: in a group for all to see."""
        own = (self.who.channel, self.who.user) == (who.channel, who.user)
        return own or (who.group and (self.who.channel, self.who.chat) == (who.channel, who.chat))


class Records:
    """Answers and feedback in the database, for ``keep_days`` days; 0: for ever."""

    def __init__(self, database: Database, now: Callable[[], float], keep_days: int = 0) -> None:
        self._database = database
        self._now = now
        self._keep_days = keep_days

    def add(self, key: str, who: Who, question: str, history: Sequence[str], answer: Answer) -> Record:
        """Keep an answer under its ask's key."""
        at = self._now()
        self.forget_old()
        number = self._database.insert(
            "INSERT INTO answers (key, channel, chat, thread, user, at, question, understood, answer, history, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(key, who.channel, who.chat, who.thread, who.user, at, question, answer.question),
            *(dumped(answer), json.dumps(list(history), ensure_ascii=False), answer.reason),
        )
        return Record(number, who, at, question, tuple(history), answer)

    def of_ask(self, key: str) -> Record | None:
        """The answer to the ask of this key."""
        row = self._database.row("SELECT * FROM answers WHERE key = ?", key)
        return _record(row) if row else None

    def get(self, number: int) -> Record | None:
        """The answer of this number."""
        row = self._database.row("SELECT * FROM answers WHERE id = ?", number)
        return _record(row) if row else None

    def last(self, who: Who, count: int = 1) -> list[Record]:
        """The newest answers of this conversation, newest first, those before /new as well."""
        sql = "SELECT * FROM answers WHERE channel = ? AND user = ? AND chat = ? AND thread = ? ORDER BY id DESC LIMIT ?"
        return [_record(row) for row in self._database.rows(sql, who.channel, who.user, who.chat, who.thread, count)]

    def judge(self, number: int, who: Who, *, good: bool, reason: str = "") -> None:
        """Keep what ``who`` thinks of an answer, in the place of what they thought before."""
        sql = "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?)"
        self._database.write(sql, number, who.channel, who.user, good, reason, self._now())

    def forget_old(self) -> None:
        """Delete the answers that were kept long enough, with what people thought of them and where they collected them."""
        if self._keep_days:
            self._database.write("DELETE FROM answers WHERE at < ?", self._now() - self._keep_days * DAY)

    def forget(self, who: Who) -> int:
        """Delete all that this person asked and thought; return how many answers went."""
        with self._database.transaction():
            self._database.write("DELETE FROM feedback WHERE channel = ? AND user = ?", who.channel, who.user)
            self._database.write("DELETE FROM offers WHERE channel = ? AND user = ?", who.channel, who.user)
            return self._database.write("DELETE FROM answers WHERE channel = ? AND user = ?", who.channel, who.user)

    # texts behind buttons

    def offer(self, who: Who, text: str) -> int:
        """The number under which a button that ``who`` is shown can ask ``text``."""
        own = (who.channel, who.chat, who.user, text)
        with self._database.transaction():
            self._database.write("INSERT OR IGNORE INTO offers (channel, chat, user, text) VALUES (?, ?, ?, ?)", *own)
            row = self._database.row("SELECT id FROM offers WHERE channel = ? AND chat = ? AND user = ? AND text = ?", *own)
            assert row is not None
            return int(row["id"])

    def offered(self, who: Who, number: int) -> str:
        """The text of an offer, "" when there is none of this number that was made where ``who`` speaks, or to them."""
        sql = "SELECT text FROM offers WHERE id = ? AND channel = ? AND (user = ? OR (? AND chat = ?))"
        row = self._database.row(sql, number, who.channel, who.user, who.group, who.chat)
        return str(row["text"]) if row else ""


def _record(row: Row) -> Record:
    who = Who(row["channel"], row["user"], row["chat"], thread=row["thread"])
    return Record(row["id"], who, row["at"], row["question"], tuple(json.loads(row["history"])), loaded(Answer, row["answer"]))
