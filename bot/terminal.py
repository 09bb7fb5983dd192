"""``zhenwen chat``: the same conversation as in any other chat, on the terminal. The buttons under a reply are typed: /1, /2 …"""

from __future__ import annotations

import sys
from asyncio import Runner
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Protocol, TextIO
from uuid import uuid4

from bot import texts
from bot.core.types import Ask, Attachment, Button, Document, Event, Final, Press, Reply, Stage, Toast, Who
from bot.render import reply_view
from bot.requests import sound
from bot.screen import Screen
from index.errors import BadRequest, ZhenwenError

PROMPT = "问> "
ME = Who("terminal", "local", "local")
SEND = "/send"
QUIT = "/quit"


class Conversation(Protocol):
    """What a terminal needs of the core."""

    def ask(self, ask: Ask) -> AsyncIterator[Event]: ...
    def act(self, press: Press) -> AsyncIterator[Toast | Event]: ...
    def sent(self, key: str, part: int) -> None: ...
    async def close(self) -> None: ...


class Terminal:
    """One person, one screen. Keeps the buttons of the last reply that had any, and nothing else."""

    def __init__(self, core: Conversation, screen: Screen, folder: Path) -> None:
        self._core = core
        self._screen = screen
        self._folder = folder  # where files go that come with a reply
        self._buttons: tuple[Button, ...] = ()
        run = uuid4().hex[:12]
        self._keys = (f"terminal:{run}:{n}" for n in count(1))

    async def say(self, line: str) -> None:
        """Do what one line asks for, and show what comes back."""
        try:
            await self._do(sound(line))
        except ZhenwenError as error:
            self._screen.complain(str(error))

    async def _do(self, line: str) -> None:
        if line[1:].isdecimal() and line.startswith("/"):
            await self._press(self._button(int(line[1:])))
        elif line.split()[0] == SEND:
            path = _path(line.removeprefix(SEND).strip())
            await self._follow(self._core.ask(Ask(ME, "", next(self._keys), document(path))))
        else:
            await self._follow(self._core.ask(Ask(ME, line, next(self._keys))))

    def _button(self, number: int) -> Button:
        if not 0 < number <= len(self._buttons):
            raise BadRequest(texts.CHAT_NO_BUTTON.format(number=number))
        return self._buttons[number - 1]

    async def _press(self, button: Button) -> None:
        if button.copy:
            self._screen.show(button.copy)
        else:
            await self._follow(self._core.act(Press(ME, button.action, next(self._keys))))

    async def _follow(self, events: AsyncIterator[Toast | Event]) -> None:
        async for event in events:
            match event:
                case Final(reply, key):
                    self._screen.passing("")
                    self._show(reply)
                    self._core.sent(key, 0)
                case Toast(text) if text:
                    self._screen.show(text)
                case Stage(text):
                    self._screen.passing(text)

    def _show(self, reply: Reply) -> None:
        if buttons := tuple(button for row in reply.buttons for button in row):
            self._buttons = buttons
        self._screen.show("", *reply_view(reply), *(texts.CHAT_FILE.format(path=self._saved(each)) for each in reply.files), "")

    def _saved(self, file: Attachment) -> Path:
        """Where the person finds the file: where it lies, or a new file in the folder, never in the place of another."""
        if isinstance(file.content, Path):
            return file.content
        stem, suffix = Path(file.name).stem, Path(file.name).suffix
        names = (file.name if n == 1 else f"{stem}-{n}{suffix}" for n in count(1))
        path = next(path for name in names if not (path := self._folder / name).exists())
        try:
            path.write_bytes(file.content)
        except OSError as error:
            raise BadRequest(texts.NOT_WRITTEN.format(path=path, problem=error.strerror)) from error
        return path


def document(path: Path) -> Document:
    """A file of this machine, to be sent to the core; raises BadRequest when there is none."""

    async def fetch() -> bytes:
        return path.read_bytes()

    try:
        return Document(path.name, path.stat().st_size, fetch)
    except OSError as error:
        raise BadRequest(texts.CLOSED_FILE.format(path=path, problem=error.strerror)) from error


def converse(core: Conversation, screen: Screen, source: TextIO, folder: Path) -> None:
    """Talk line by line until the input ends, the user says /quit or presses Ctrl-C at the prompt; Ctrl-C during an answer stops that."""
    terminal = Terminal(core, screen, folder)
    with Runner() as runner:
        for line in _heard(source):
            if line == QUIT:
                break
            try:
                runner.run(terminal.say(line))
            except KeyboardInterrupt:
                screen.complain(texts.CHAT_STOPPED)
        runner.run(core.close())
    screen.show("", texts.CHAT_FAREWELL)


def _heard(source: TextIO) -> Iterator[str]:
    """What is said: first a greeting that brings the welcome, then the lines typed, without empty ones."""
    yield "/start"
    try:
        yield from filter(None, map(str.strip, _typed() if source is sys.stdin and source.isatty() else source))
    except (EOFError, KeyboardInterrupt):
        return


def _typed() -> Iterable[str]:
    import readline  # noqa: F401  (gives input() line editing and the arrow keys)

    while True:
        yield input(PROMPT)


def _path(words: str) -> Path:
    """A path as a person writes it. Raises BadRequest when it names the folder of nobody."""
    try:
        return Path(words).expanduser()
    except RuntimeError as error:
        raise BadRequest(texts.CHAT_NOBODY.format(path=words)) from error
