"""What has come in and what has gone out, so that nothing is lost or said twice when the program is killed in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.core.codec import dumped, loaded
from bot.core.database import Database
from bot.core.types import Final, Reply

REMEMBERED = 30 * 86_400.0  # seconds that keys of done updates are known; a channel repeats itself for a day at most

MOST_TRIES = 3  # what ended the process at first, and twice after a new start, is no accident


class Deliveries:
    """Inbox and outbox, by the key of an update: one ask comes to one final at most."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def accept(self, key: str, channel: str, payload: str) -> bool:
        """Record an update; False when its key is known already."""
        return self._database.write("INSERT OR IGNORE INTO inbox (key, channel, payload, at) VALUES (?, ?, ?, ?)", key, channel, payload, self._now()) == 1

    def unfinished(self, channel: str) -> list[tuple[str, str]]:
        """Updates (key, payload) that were accepted and are not done, oldest first."""
        rows = self._database.rows("SELECT key, payload FROM inbox WHERE channel = ? AND done IS NULL ORDER BY at, rowid", channel)
        return [(row["key"], row["payload"]) for row in rows]

    def every_unfinished(self) -> list[str]:
        """The keys of all channels' updates that are not done."""
        return [row["key"] for row in self._database.rows("SELECT key FROM inbox WHERE done IS NULL")]

    def is_done(self, key: str) -> bool:
        """Whether all that belongs to this ask has been delivered."""
        return self._database.row("SELECT 1 FROM inbox WHERE key = ? AND done IS NOT NULL", key) is not None

    @contextmanager
    def trying(self, key: str) -> Iterator[bool]:
        """Work on an update; whether it may be tried at all. What was tried MOST_TRIES times and ended the process each time is not.

        Whatever ends the work but the end of the process, a stop among it, takes the try back.
        """
        row = self._database.row("SELECT tries FROM inbox WHERE key = ?", key)
        if row is not None and row["tries"] >= MOST_TRIES:
            yield False
            return
        self._count(key, 1)
        try:
            yield True
        finally:
            self._count(key, -1)

    def _count(self, key: str, change: int) -> None:
        self._database.write("UPDATE inbox SET tries = max(0, tries + ?) WHERE key = ?", change, key)

    def done(self, key: str) -> None:
        """All that belongs to this update has been delivered; what it said is forgotten, its key is not."""
        with self._database.transaction():
            now = self._now()
            self._database.write("INSERT OR IGNORE INTO inbox (key, channel, payload, at, done) VALUES (?, '', '', ?, ?)", key, now, now)
            self._database.write("UPDATE inbox SET done = ?, payload = '' WHERE key = ?", now, key)
            self._database.write("DELETE FROM finals WHERE key = ?", key)
            self._database.write("DELETE FROM delivered WHERE key = ?", key)

    def keep(self, final: Final) -> None:
        """Keep what was computed, before it is sent."""
        self._database.write("INSERT OR REPLACE INTO finals VALUES (?, ?, ?)", final.key, dumped(final.reply), self._now())

    def kept(self, key: str) -> Final | None:
        """What was computed for an ask."""
        row = self._database.row("SELECT reply FROM finals WHERE key = ?", key)
        return Final(loaded(Reply, row["reply"]), key) if row else None

    def sent(self, key: str, part: int) -> None:
        """Part ``part`` (from 0) of a final or a notice has gone out."""
        sql = "INSERT INTO delivered VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET parts = max(parts, excluded.parts)"
        self._database.write(sql, key, part + 1, self._now())

    def parts_sent(self, key: str) -> int:
        """How many parts of it have gone out."""
        row = self._database.row("SELECT parts FROM delivered WHERE key = ?", key)
        return int(row["parts"]) if row else 0

    def value(self, channel: str, name: str) -> str | None:
        """A small value that an adapter keeps."""
        row = self._database.row("SELECT value FROM kept WHERE channel = ? AND name = ?", channel, name)
        return str(row["value"]) if row else None

    def keep_value(self, channel: str, name: str, value: str) -> None:
        """Keep a small value of an adapter."""
        self._database.write("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", channel, name, value)

    def forget_old(self) -> None:
        """Drop what no channel can ask for again."""
        long_ago = self._now() - REMEMBERED
        with self._database.transaction():
            self._database.write("DELETE FROM inbox WHERE done < ?", long_ago)
            self._database.write("DELETE FROM finals WHERE at < ?", long_ago)
            self._database.write("DELETE FROM delivered WHERE at < ?", long_ago)

