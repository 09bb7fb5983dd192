"""Deletion of all that is kept of a person, when they or a keeper ask for it: rows, files that wait, and the traces on the disk.

A report that was taken into the store is public and stays; who sent it is forgotten.
"""

from __future__ import annotations

from bot.core import texts, uploads
from bot.core.desk import Call, Deed, Desk, Done, Verb
from bot.core.people import Person
from bot.core.types import Button, Reply, Role
from index.errors import BadRequest
from retrieval.assist.meter import FILE, Meter

OF_A_PERSON = ("feedback", "memo", "offers", "answers", "talks", "follows", "counted", "people")
"""The tables whose rows say in ``channel`` and ``user`` whose they are; feedback and memo of others go with the answers they are about."""
KNOWN = "SELECT DISTINCT channel FROM (SELECT channel, user FROM people UNION SELECT channel, user FROM answers UNION SELECT channel, user FROM uploads) WHERE user = ?"


def erase(desk: Desk, channel: str, user: str) -> Reply:
    """Delete what is kept of somebody; nothing when no keeper would be left."""
    person = desk.people.find(channel, user)
    if person and not desk.people.remove(person):
        return Reply(texts.LAST_KEEPER)
    uploads.disown(desk, channel, user)
    with desk.database.transaction():
        counts = {table: desk.database.write(f"DELETE FROM {table} WHERE channel = ? AND user = ?", channel, user) for table in OF_A_PERSON}
        desk.database.write("DELETE FROM notices WHERE channel = ? AND chat IN (?, ?)", channel, user, person.chat if person else user)
    desk.database.settle()
    _forget_usage(desk, f"{channel}:{user}")
    return Reply(texts.ERASED.format(name=_called(person, user), answers=counts["answers"]))


def _forget_usage(desk: Desk, user: str) -> None:
    """What a language model was asked for on their behalf."""
    if (desk.store_path / FILE).exists():
        meter = Meter(desk.store_path)
        try:
            meter.forget(user)
        finally:
            meter.close()


def _called(person: Person | None, user: str) -> str:
    return person.name if person and person.name else user


def asked(desk: Desk, call: Call) -> Reply:
    """/erase 12345: a keeper has somebody's data deleted, a member's or a former member's."""
    user = call.words.strip()
    if not user:
        return Reply(texts.ERASE_HOW)
    channels = [row["channel"] for row in desk.database.rows(KNOWN, user)]
    own = [channel for channel in channels if channel == call.who.channel] or channels
    if len(own) != 1:
        raise BadRequest(texts.NO_MEMBER.format(user=user))
    name = _called(desk.people.find(own[0], user), user)
    return Reply(texts.ERASE_SURE.format(name=name), buttons=((Button(texts.ERASE_YES, f"erase:{own[0]}:{user}"),),))


def erased(desk: Desk, call: Call) -> Done:
    """``erase:channel:user`` does it."""
    channel, _, user = call.words.partition(":")
    return Done(reply=erase(desk, channel, user))


def own(desk: Desk, call: Call) -> Done:
    """``erase_me`` asks whether somebody means it, ``erase_me:yes`` does it."""
    if call.words != "yes":
        return Done(reply=Reply(texts.ERASE_SURE.format(name="您"), buttons=((Button(texts.ERASE_YES, "erase_me:yes"),),)))
    return Done(reply=erase(desk, call.who.channel, call.who.user))


VERBS = (Verb("erase", "删除一个人的全部资料", Role.KEEPER, asked),)
DEEDS = (Deed("erase", Role.KEEPER, erased), Deed("erase_me", Role.READER, own))
