"""What people write in words where there is a command or a button: 菜单, 搜索 群众说事, 1, 原文, 不对吧."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.core.desk import Call, Desk, Verb

AROUND = re.compile(r"^(?:请|麻烦|打开|我要|我想|帮我|给我|看看?|查看|/|／)*|(?:一下|吧|呢|啊|呀|吗|了|[。.!！~～?？\s])*$")
GOES_ON = "…"
"""After a word of a verb that what it is about may follow."""
PARTED = re.compile(r"[\s:：,，]+")
NUMBER = re.compile(r"\[?(?P<n>[1-9]\d?)\]?[.、]?")
ON_ANSWER = {
    "bad": ("不对", "错", "答错", "不准", "不是这个", "答非所问"),
    "src": ("原文", "出处", "详细", "详细点", "具体点", "展开", "展开说说", "详细说说", "说详细点"),
    "more": ("相关问题", "还可以问什么", "还能问什么"),
    "file": ("原文件", "下载原文", "发原文件"),
    "cite": ("引用", "引用格式", "复制引用"),
    "ans": ("再说一遍", "重复一遍", "再发一遍", "再说一次"),
    "memo": ("加入纪要", "记下来", "存到纪要"),
}
"""Words for the buttons under the last answer."""


def worded(verbs: Sequence[Verb]) -> dict[str, Verb]:
    """The verb of each word."""
    return {word: verb for verb in verbs for word in verb.words}


def spoken(text: str, verbs: Mapping[str, Verb]) -> tuple[str, str] | None:
    """The name of the command that ``text`` is in words, and what follows it; None for anything else."""
    said = AROUND.sub("", text.strip())
    if verb := verbs.get(said) or verbs.get(said + GOES_ON):
        return verb.name, ""
    word, *rest = PARTED.split(said, maxsplit=1)
    verb = verbs.get(word + GOES_ON)
    return (verb.name, rest[0]) if verb and rest else None


def on_answer(desk: Desk, call: Call, text: str) -> str:
    """The action of the button under the caller's last answer that ``text`` is in words, "" for anything else."""
    said = AROUND.sub("", text.strip())
    number = NUMBER.fullmatch(said)
    name = "src" if number else next((name for name, words in ON_ANSWER.items() if said in words), "")
    last = desk.records.last(call.who) if name else []
    if not last:
        return ""
    cited = [citation.n for citation in last[0].answer.citations]
    if name != "src":
        return f"{name}:{last[0].id}" if cited or name in ("bad", "ans") else ""
    n = int(number["n"]) if number else cited[0] if len(cited) == 1 else 0
    return f"src:{last[0].id}:{n}" if n in cited else f"srcs:{last[0].id}" if cited and not number else ""
