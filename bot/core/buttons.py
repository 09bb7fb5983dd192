"""The buttons under an answer. An action is ``name:number…``: what it is about lies in the database, so that it outlives a restart."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import texts
from bot.core.types import Button
from index.errors import BadRequest
from retrieval.types import Answer

LONGEST_NUMBER = 18  # digits that SQLite takes for a whole number
Rows = tuple[tuple[Button, ...], ...]

AT_ONCE = 4
"""Sources with a button of their own; more are chosen from a list."""
IN_A_ROW = 6
"""Numbers in one row, on a narrow phone."""


WAY_OUT: Rows = ((Button(texts.NO_MORE, "leave"),),)
"""What a person who was asked to write something may press."""


def answer_buttons(number: int, answer: Answer, reference: str) -> Rows:
    """What can be done with answer ``number``; ``reference`` is what 复制引用 copies, "" when it takes a message to say it."""
    judge = (Button("👍", f"good:{number}"), Button("👎", f"bad:{number}"))
    if not answer.citations:
        return (judge,)
    cite = Button("复制引用", copy=reference) if reference else Button("复制引用", f"cite:{number}")
    uses = (Button("原文件", f"file:{number}"), cite, Button("加入纪要", f"memo:{number}"))
    return (_sources(number, answer), uses, (Button("相关问题", f"more:{number}"), *judge))


def _sources(number: int, answer: Answer) -> tuple[Button, ...]:
    count = len(answer.citations)
    if count == 1:
        return (Button("原文", f"src:{number}:1"),)
    if count > AT_ONCE:
        return (Button(f"原文（{count}处）", f"srcs:{number}"),)
    return tuple(Button(f"原文{c.n}", f"src:{number}:{c.n}") for c in answer.citations)


def source_choice(number: int, answer: Answer) -> Rows:
    """A button for every source."""
    return rows([Button(str(c.n), f"src:{number}:{c.n}") for c in answer.citations], IN_A_ROW)


def reason_choice(number: int) -> Rows:
    """Why an answer is bad."""
    return rows([Button(label, f"bad:{number}:{code}") for code, label in texts.REASONS.items()], 3)


def rows(buttons: Sequence[Button], width: int) -> Rows:
    """Buttons in rows of ``width``."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def numbers(words: str, count: int) -> list[int]:
    """The ``count`` numbers of an action. Raises BadRequest for what no button of ours says."""
    parts = words.split(":")
    if len(parts) != count or not all(part.isascii() and part.isdecimal() and len(part) < LONGEST_NUMBER for part in parts):
        raise BadRequest(texts.GONE)
    return [int(part) for part in parts]
