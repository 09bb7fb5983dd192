"""The commands of keepers about people and groups."""

from __future__ import annotations

from bot.core import texts
from bot.core.desk import Call, Desk, Verb
from bot.core.people import MOST_INVITED, Person
from bot.core.types import Reply, Role
from index.errors import BadRequest

ROLES = {name: Role(role) for role, names in texts.ROLE_NAMES.items() for name in (role, *names)}
"""What a role may be called."""


def invite(desk: Desk, call: Call) -> Reply:
    """/invite 读者 5: a code for so many people."""
    name, _, count = call.words.partition(" ")
    count = count.strip().removesuffix("人") or "1"
    if name not in ROLES or not (count.isascii() and count.isdecimal() and 0 < int(count[:6]) <= MOST_INVITED):
        return Reply(texts.INVITE_HOW.format(most=MOST_INVITED))
    link = desk.link(call.who.channel, f"inv_{desk.people.invite(ROLES[name], int(count))}")
    return Reply(texts.INVITED.format(role=texts.ROLES[ROLES[name]], uses=int(count), link=link))


def members(desk: Desk, call: Call) -> Reply:  # noqa: ARG001  (every command is called alike)
    """Everybody who was let in."""
    people = desk.people.everyone()
    return Reply("\n".join((texts.MEMBERS.format(count=len(people)), *map(_line, people))))


def _line(person: Person) -> str:
    return " ".join(filter(None, (texts.ROLES[person.role], person.name, person.user, person.county + person.town)))


def role(desk: Desk, call: Call) -> Reply:
    """/role 12345 供稿人."""
    user, _, name = call.words.partition(" ")
    if name.strip() not in ROLES:
        return Reply(texts.ROLE_HOW)
    person, given = _person(desk, call, user), ROLES[name.strip()]
    if not desk.people.appoint(person, given):
        return Reply(texts.LAST_KEEPER)
    return Reply(texts.ROLE_SET.format(name=person.name or person.user, role=texts.ROLES[given]))


def remove(desk: Desk, call: Call) -> Reply:
    """/remove 12345."""
    if not call.words:
        return Reply(texts.REMOVE_HOW)
    person = _person(desk, call, call.words)
    return Reply(texts.REMOVED.format(name=person.name or person.user) if desk.people.remove(person) else texts.LAST_KEEPER)


def _person(desk: Desk, call: Call, user: str) -> Person:
    """The member of this id: of the caller's own channel, or of the only one that has it."""
    people = [person for person in desk.people.everyone() if person.user == user]
    own = [person for person in people if person.channel == call.who.channel]
    found = own or people
    if len(found) != 1:
        raise BadRequest(texts.NO_MEMBER.format(user=user))
    return found[0]


def allow(desk: Desk, call: Call) -> Reply:
    """/allow in a group: its members who were let in may ask there."""
    if not call.who.group:
        return Reply(texts.GROUP_ONLY)
    desk.people.allow(call.who.channel, call.who.chat)
    return Reply(texts.GROUP_OPEN, note=texts.SECRECY)


def forbid(desk: Desk, call: Call) -> Reply:
    """/forbid in a group: nothing is answered there any more."""
    if not call.who.group:
        return Reply(texts.GROUP_ONLY)
    desk.people.forbid(call.who.channel, call.who.chat)
    return Reply(texts.GROUP_SHUT)


VERBS = (
    Verb("invite", "邀请：角色和人数", Role.KEEPER, invite, words=("邀请…", "邀请同事", "怎么邀请同事", "邀请码")),
    Verb("members", "有谁能用", Role.KEEPER, members, words=("成员", "有谁能用")),
    Verb("role", "改一个人的角色", Role.KEEPER, role),
    Verb("remove", "不让一个人再用", Role.KEEPER, remove),
    Verb("allow", "启用一个群（在群里发）", Role.KEEPER, allow),
    Verb("forbid", "停用一个群（在群里发）", Role.KEEPER, forbid),
)
