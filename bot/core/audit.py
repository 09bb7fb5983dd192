"""The record of what keepers and contributors did with their rights. Questions are not in it; they are nobody's right over others."""

from __future__ import annotations

from datetime import datetime

from bot.core.desk import Call, Desk, Verb
from bot.core.people import may
from bot.core.types import Reply, Role

KEPT = 180 * 86_400.0  # seconds: the Cybersecurity Law asks for six months at least
LISTED = 30
LONGEST = 200  # characters of what was said with a command
HEAD = "最近的管理操作（留 180 天）："
NONE = "还没有管理操作。"


def note(desk: Desk, call: Call, act: str, least: Role | None) -> None:
    """Write down that a command or a button which needs a contributor or a keeper was used."""
    if least is None or not may(least, Role.CONTRIBUTOR):
        return
    now = desk.now()
    with desk.database.transaction():
        desk.database.write("DELETE FROM audit WHERE at < ?", now - KEPT)
        sql = "INSERT INTO audit (at, channel, user, act, words) VALUES (?, ?, ?, ?, ?)"
        desk.database.write(sql, now, call.who.channel, call.who.user, act, call.words[:LONGEST])


def audit(desk: Desk, call: Call) -> Reply:  # noqa: ARG001  (every command is called alike)
    """``/audit``: the last acts, the newest first."""
    rows = desk.database.rows("SELECT at, user, act, words FROM audit ORDER BY id DESC LIMIT ?", LISTED)
    lines = (f"{datetime.fromtimestamp(row['at']):%Y-%m-%d %H:%M} {row['user']} {row['act']} {row['words']}".rstrip() for row in rows)
    return Reply("\n".join((HEAD, *lines)) if rows else NONE)


VERBS = (Verb("audit", "谁做过哪些管理操作", Role.KEEPER, audit),)
