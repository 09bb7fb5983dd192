"""How much may be said, sent and asked: per person and minute, per person and day, by all together and day. 0 means without limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core import texts
from bot.core.database import Database
from bot.core.types import Who
from index.errors import BadRequest

MINUTE = 60.0
REMEMBERED = 2 * 86_400.0  # seconds
SAID, COMMAND, FILE, QUESTION, STRANGER = "said", "command", "file", "question", "stranger"
COMMANDS_MINUTE, FILES_DAY = 60, 500  # a thumb is slower, and an office has fewer
STRANGER_DAY, STRANGERS_DAY = 10, 1_000  # replies to one stranger, and to all: enough to mistype a code, too little to be a nuisance


@dataclass(frozen=True, slots=True)
class Limits:
    """``per_minute`` counts what a person says that is no command and no file, the others questions only; a day begins at midnight of
    this machine."""

    per_minute: int = 20
    per_day: int = 500
    all_day: int = 20_000


class Counter:
    """Counts in the database, so that neither a restart nor a second process forgets."""

    def __init__(self, database: Database, now: Callable[[], float], limits: Limits) -> None:
        self._database = database
        self._now = now
        self._limits = limits

    def admit(self, who: Who, kind: str) -> None:
        """Count one message (SAID, COMMAND, FILE), QUESTION or message of a STRANGER. Raises BadRequest, and counts nothing, at a limit."""
        now = self._now()
        with self._database.transaction():
            self._database.write("DELETE FROM counted WHERE at NOT BETWEEN ? AND ?", now - REMEMBERED, now + MINUTE)  # a clock that was ahead must lock nobody out
            if reached := self._reached(who, kind, now):
                raise BadRequest(texts.LIMITS[reached])
            self._database.write("INSERT INTO counted VALUES (?, ?, ?, ?)", now, who.channel, who.user, kind)

    def _reached(self, who: Who, kind: str, now: float) -> str:
        midnight = datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
        if kind == SAID:
            return "minute" if self._full(self._limits.per_minute, kind, now - MINUTE, who) else ""
        if kind == COMMAND:
            return "minute" if self._full(COMMANDS_MINUTE, kind, now - MINUTE, who) else ""
        if kind == FILE:
            return "files" if self._full(FILES_DAY, kind, midnight, who) else ""
        own, everybody = (self._limits.per_day, self._limits.all_day) if kind == QUESTION else (STRANGER_DAY, STRANGERS_DAY)
        if self._full(own, kind, midnight, who):
            return "day"
        return "all" if self._full(everybody, kind, midnight) else ""

    def _full(self, limit: int, kind: str, since: float, who: Who | None = None) -> bool:
        sql = "SELECT count(*) FROM counted WHERE kind = ? AND at >= ?"
        values: tuple[object, ...] = (kind, since)
        if who is not None:
            sql, values = f"{sql} AND channel = ? AND user = ?", (*values, who.channel, who.user)
        return limit > 0 and self._database.rows(sql, *values)[0][0] >= limit
