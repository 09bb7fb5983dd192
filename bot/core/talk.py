"""Conversations: what somebody said before in this chat and topic, and what their next message is for."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.database import Database
from bot.core.types import Who

TURNS = 10  # earlier questions that are carried along: each is understood again, which takes some 3 ms
PAUSE = 12 * 3600.0  # seconds: after a longer one, nobody means what they asked before
PATIENCE = 600.0  # seconds that an asked-for message is waited for


class Talks:
    """A conversation belongs to one person in one topic of one chat: in a group nobody's questions mix with another's."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def turns(self, who: Who) -> tuple[str, ...]:
        """The earlier questions of this conversation, oldest first."""
        sql = (
            "SELECT understood FROM answers WHERE channel = ? AND user = ? AND chat = ? AND thread = ? AND at > ?"
            " AND id > coalesce((SELECT since FROM talks t WHERE t.channel = answers.channel AND t.chat = answers.chat"
            " AND t.thread = answers.thread AND t.user = answers.user), 0) ORDER BY id DESC LIMIT ?"
        )
        rows = self._database.rows(sql, who.channel, who.user, who.chat, who.thread, self._now() - PAUSE, TURNS)
        return tuple(row["understood"] for row in reversed(rows))

    def begin_anew(self, who: Who) -> None:
        """What was said so far is not carried over any more."""
        self._set(who, "since = coalesce((SELECT max(id) FROM answers), 0), awaits = ''")

    def expect(self, who: Who, action: str) -> None:
        """The next message of this conversation belongs to ``action``."""
        self._set(who, "awaits = ?, awaits_since = ?", action, self._now())

    def expected(self, who: Who) -> str:
        """The action that the message which has just come is for, "" when none waits; it is asked for once."""
        with self._database.transaction():
            sql = "SELECT awaits FROM talks WHERE channel = ? AND chat = ? AND thread = ? AND user = ? AND awaits_since > ?"
            row = self._database.row(sql, *_key(who), self._now() - PATIENCE)
            if row is None or not row["awaits"]:
                return ""
            self._set(who, "awaits = ''")
            return str(row["awaits"])

    def _set(self, who: Who, change: str, *values: object) -> None:
        with self._database.transaction():
            self._database.write("INSERT OR IGNORE INTO talks (channel, chat, thread, user) VALUES (?, ?, ?, ?)", *_key(who))
            self._database.write(f"UPDATE talks SET {change} WHERE channel = ? AND chat = ? AND thread = ? AND user = ?", *values, *_key(who))


def _key(who: Who) -> tuple[str, str, str, str]:
    return who.channel, who.chat, who.thread, who.user
