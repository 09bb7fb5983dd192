"""A word to the keepers, from people who know of them only that there are some."""

from __future__ import annotations

from bot.core.buttons import WAY_OUT
from bot.core.desk import Call, Deed, Desk, Done, Verb
from bot.core.notices import tell_keepers
from bot.core.types import Reply, Role

HOW = "请写一句话，我转给管理员。"
HEAD = "{name}要转告管理员："
PASSED_ON = "已转给管理员。"
YOURSELF = "您就是管理员。/members 看还有谁。"
NOBODY = "现在没有能收到消息的管理员，请当面找。"


def contact(desk: Desk, call: Call) -> Reply:
    """``/contact 话`` passes it on; without words they are asked for."""
    if call.role is Role.KEEPER:
        return Reply(YOURSELF)
    if not desk.people.keepers(call.who.channel):
        return Reply(NOBODY)
    if not call.words:
        desk.talks.expect(call.who, "contact")
        return Reply(HOW, buttons=WAY_OUT)
    tell_keepers(desk, call, Reply(call.words), HEAD)
    return Reply(PASSED_ON)


def said(desk: Desk, call: Call) -> Done:
    """What was written when it was asked for."""
    return Done(reply=contact(desk, Call(call.who, call.role, call.said, call.key)))


VERBS = (
    Verb("contact", "给管理员带一句话", Role.READER, contact, words=("联系管理员…", "找管理员…", "管理员…", "管理员是谁", "人工", "转人工", "找人工", "客服", "客服电话是多少", "投诉…", "反馈…")),
)
DEEDS = (Deed("contact", Role.READER, said),)
