"""``zhenwen chat``: a conversation on the terminal. Each question is answered with the earlier ones in mind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, TextIO

from bot import texts
from bot.render import answer_view
from bot.requests import HISTORY_LIMIT, sound
from bot.screen import Screen
from index.errors import ZhenwenError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Answer

PROMPT = "问> "


class Answers(Protocol):
    """What a conversation needs of an Answerer."""

    def answer(self, question: str, history: Sequence[str] = ()) -> Answer:
        """Answer ``question``, asked after the user's earlier turns."""
        ...


Explain = Callable[[str, "Sequence[str]"], Iterable[str]]
"""A question and the turns before it → the lines that tell why it was answered as it was."""


def converse(answerer: Answers, screen: Screen, source: TextIO, explain: Explain) -> None:
    """Answer line by line until the input ends, the user says /quit or presses Ctrl-C; ``explain`` gives the lines of /why."""
    turns: list[str] = []
    screen.show(texts.CHAT_WELCOME, texts.CHAT_HELP)
    for line in _lines(source):
        if line == "/quit":
            break
        if line == "/new":
            turns.clear()
            screen.show(texts.CHAT_FORGOTTEN)
        elif line == "/why":
            screen.show(*(explain(turns[-1], turns[-HISTORY_LIMIT - 1 : -1]) if turns else [texts.CHAT_NOTHING_ASKED]))
        elif line == "/help":
            screen.show(texts.CHAT_HELP)
        elif line.startswith("/"):
            screen.show(texts.CHAT_UNKNOWN.format(command=line.split()[0]))
        else:
            _reply(answerer, screen, line, turns)
    screen.show("", texts.CHAT_FAREWELL)


def _reply(answerer: Answers, screen: Screen, line: str, turns: list[str]) -> None:
    try:
        question = sound(line)
        screen.show("", *answer_view(answerer.answer(question, turns[-HISTORY_LIMIT:])), "")
        turns.append(question)
    except ZhenwenError as error:
        screen.complain(str(error))


def _lines(source: TextIO) -> Iterator[str]:
    """The lines typed, without empty ones; the end of input and Ctrl-C both end them."""
    try:
        if source is sys.stdin and source.isatty():
            yield from _typed()
        else:
            yield from filter(None, map(str.strip, source))
    except (EOFError, KeyboardInterrupt):
        return


def _typed() -> Iterator[str]:
    import readline  # noqa: F401  (gives input() line editing and the arrow keys)

    while True:
        line = input(PROMPT).strip()
        if line:
            yield line
