"""Every command and every button of the chat, and the help that is made of them."""

from __future__ import annotations

from bot.core import audit, commands, contact, deeds, erasing, looking, membership, memo, notices, review, texts, uploads
from bot.core.desk import Call, Desk, Verb
from bot.core.people import may
from bot.core.spoken import worded
from bot.core.types import Reply, Role


def help_(desk: Desk, call: Call) -> Reply:
    """What this person can do here, with examples that work on the present collection."""
    lines = [texts.HELP_GROUP if call.who.group else texts.HELP_HEAD, commands.examples(desk)]
    if may(call.role, Role.CONTRIBUTOR):
        lines.append(texts.HELP_SEND if call.who.channel == TERMINAL else texts.HELP_FILES)
    lines += [texts.HELP_COMMANDS, *(f"/{verb.name} {verb.summary}" for verb in shown(call.role))]
    return Reply("\n".join(lines), note=texts.SECRECY)


TERMINAL = "terminal"
"""The channel of the person at the machine, who sends files by their path."""

VERBS = (
    Verb("help", "能做什么，怎样问", Role.READER, help_, words=("帮助", "菜单", "主菜单", "功能", "功能列表", "使用说明", "说明", "怎么用", "怎么问", "怎么提问", "命令", "首页", "主页", "返回", "返回首页")),
    *(*looking.VERBS, *commands.VERBS, *contact.VERBS, *memo.VERBS, *notices.VERBS, *uploads.VERBS, *review.VERBS, *membership.VERBS, *erasing.VERBS, *audit.VERBS),
)
COMMANDS = {verb.name: verb for verb in VERBS}
WORDS = worded(VERBS)
ACTIONS = {deed.name: deed for deed in (*deeds.DEEDS, *memo.DEEDS, *notices.DEEDS, *uploads.DEEDS, *review.DEEDS, *contact.DEEDS, *erasing.DEEDS)}


def shown(role: Role | None) -> list[Verb]:
    """The commands that a menu shows to this role, in order."""
    return [verb for verb in VERBS if may(role, verb.least) and not verb.hidden]
