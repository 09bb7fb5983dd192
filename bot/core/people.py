"""Who may do what: deny by default. People come in by a one-time code; groups are allowed by a keeper."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256

from bot.core.database import Database, Row
from bot.core.types import Role, Who

RANK = {Role.READER: 1, Role.CONTRIBUTOR: 2, Role.KEEPER: 3}
CODE_BYTES = 12  # of chance in a code: 16 characters, too many to guess
CLAIM_SECONDS = 24 * 3600.0
INVITATION_SECONDS = 7 * 24 * 3600.0
MOST_INVITED = 200  # people on one invitation


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was let in. ``chat`` is their private chat, "" until they have spoken in it; ``town`` is what 我镇 means."""

    channel: str
    user: str
    role: Role
    name: str = ""
    chat: str = ""
    county: str = ""
    town: str = ""


def may(role: Role | None, least: Role | None) -> bool:
    """Whether ``role`` (None: a stranger) is enough where ``least`` (None: nothing) is needed."""
    return least is None or (role is not None and RANK[role] >= RANK[least])


class People:
    """The people, groups and codes in the database. On a ``trusted`` channel (the terminal) whoever speaks is a keeper."""

    def __init__(self, database: Database, now: Callable[[], float], trusted: Collection[str] = ()) -> None:
        self._database = database
        self._now = now
        self._trusted = trusted

    def role(self, who: Who) -> Role | None:
        """What they are, None for a stranger."""
        if who.channel in self._trusted:
            return Role.KEEPER
        person = self.find(who.channel, who.user)
        return person.role if person else None

    def find(self, channel: str, user: str) -> Person | None:
        """The person of this id."""
        row = self._database.row("SELECT * FROM people WHERE channel = ? AND user = ?", channel, user)
        return _person(row) if row else None

    def everyone(self) -> list[Person]:
        """All people: keepers first, then in the order in which they came."""
        people = map(_person, self._database.rows("SELECT * FROM people ORDER BY since, channel, user"))
        return sorted(people, key=lambda person: -RANK[person.role])

    def seen(self, who: Who) -> None:
        """Keep their present name, and the private chat to reach them in."""
        name, chat = who.name, "" if who.group else who.chat
        sql = "UPDATE people SET name = ?, chat = CASE ? WHEN '' THEN chat ELSE ? END WHERE channel = ? AND user = ? AND (name <> ? OR chat <> ?)"
        self._database.write(sql, name, chat, chat, who.channel, who.user, name, chat)

    def live_in(self, who: Who, county: str, town: str) -> None:
        """Remember what 我镇 means; "" forgets it."""
        if who.channel in self._trusted:
            self._let_in(who, Role.KEEPER)
        self._database.write("UPDATE people SET county = ?, town = ? WHERE channel = ? AND user = ?", county, town, who.channel, who.user)

    # codes

    def claim_code(self) -> str | None:
        """A new code that makes its first user the keeper, in place of earlier ones; None when there is a keeper."""
        with self._database.transaction():
            self._database.write("DELETE FROM codes WHERE claim OR expires < ?", self._now())
            return None if self._keepers() else self._code(Role.KEEPER, 1, CLAIM_SECONDS, claim=True)

    def invite(self, role: Role, uses: int = 1) -> str:
        """A new code that lets in ``uses`` people (at most MOST_INVITED) as ``role``."""
        return self._code(role, max(1, min(uses, MOST_INVITED)), INVITATION_SECONDS, claim=False)

    def _code(self, role: Role, uses: int, seconds: float, *, claim: bool) -> str:
        code = secrets.token_urlsafe(CODE_BYTES)
        self._database.write("INSERT INTO codes VALUES (?, ?, ?, ?, ?)", _digest(code), role, claim, uses, self._now() + seconds)
        return code

    def opens(self, words: str) -> bool:
        """Whether ``words`` are a code that lets somebody in now."""
        sql = "SELECT 1 FROM codes WHERE digest = ? AND uses > 0 AND expires >= ?"
        return self._database.row(sql, _digest(words), self._now()) is not None

    def redeem(self, who: Who, code: str, *, claim: bool) -> Role | None:
        """Let ``who`` in by ``code``; return their role, None when the code is not, or no longer, good.

        An invitation never lowers a role, and one that would change nothing is not used up.
        """
        with self._database.transaction():
            sql = "SELECT role FROM codes WHERE digest = ? AND claim = ? AND uses > 0 AND expires >= ?"
            row = self._database.row(sql, _digest(code), claim, self._now())
            if row is None or (claim and self._keepers()):
                return None
            role, held = Role(row["role"]), self.role(who)
            if held is not None and RANK[held] >= RANK[role]:
                return held
            self._database.write("UPDATE codes SET uses = uses - 1 WHERE digest = ?", _digest(code))
            self._let_in(who, role)
            return role

    def _let_in(self, who: Who, role: Role) -> None:
        self._database.write(
            "INSERT INTO people (channel, user, role, name, chat, since) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (channel, user) DO UPDATE SET role = excluded.role",
            *(who.channel, who.user, role, who.name, "" if who.group else who.chat, self._now()),
        )

    # keeping

    def appoint(self, person: Person, role: Role) -> bool:
        """Give another role; False, and nothing changes, when no keeper would be left."""
        with self._database.transaction():
            if role is not Role.KEEPER and self._is_last_keeper(person):
                return False
            self._database.write("UPDATE people SET role = ? WHERE channel = ? AND user = ?", role, person.channel, person.user)
            return True

    def remove(self, person: Person) -> bool:
        """Take all rights away; False, and nothing changes, when no keeper would be left."""
        with self._database.transaction():
            if self._is_last_keeper(person):
                return False
            self._database.write("DELETE FROM people WHERE channel = ? AND user = ?", person.channel, person.user)
            return True

    def keepers(self, channel: str) -> tuple[str, ...]:
        """The private chats of a channel's keepers."""
        sql = "SELECT chat FROM people WHERE channel = ? AND role = ? AND chat <> '' ORDER BY since, user"
        return tuple(row["chat"] for row in self._database.rows(sql, channel, Role.KEEPER))

    def _keepers(self) -> int:
        """How many keepers came in by a code; those of a trusted channel can only be used at the machine."""
        rows = self._database.rows("SELECT channel FROM people WHERE role = ?", Role.KEEPER)
        return sum(row["channel"] not in self._trusted for row in rows)

    def _is_last_keeper(self, person: Person) -> bool:
        return person.role is Role.KEEPER and person.channel not in self._trusted and self._keepers() == 1

    # groups

    def allow(self, channel: str, chat: str) -> None:
        """Let the people who are let in ask in this group."""
        self._database.write("INSERT OR IGNORE INTO groups VALUES (?, ?, ?)", channel, chat, self._now())

    def forbid(self, channel: str, chat: str) -> None:
        """Say nothing in this group any more."""
        self._database.write("DELETE FROM groups WHERE channel = ? AND chat = ?", channel, chat)

    def allowed(self, who: Who) -> bool:
        """Whether where ``who`` speaks is a private chat or an allowed group."""
        return not who.group or self._database.row("SELECT 1 FROM groups WHERE channel = ? AND chat = ?", who.channel, who.chat) is not None


def _person(row: Row) -> Person:
    return Person(row["channel"], row["user"], Role(row["role"]), row["name"], row["chat"], row["county"], row["town"])


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
