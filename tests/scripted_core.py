"""A core that plays parts: what comes in and what has gone out is kept in memory, what is said is up to the test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from bot.core.types import Ask, Command, Final, Notice, Press, Reply, Toast, Who
from index.errors import StoreError


class ScriptedCore:
    """``script`` takes an Ask or a Press and yields events; a Reply is short for its Final, a number for seconds that pass."""

    def __init__(self, script: Callable, keepers=()):
        self.script = script
        self.keeper_chats = keepers
        self.asked, self.pressed, self.cancelled = [], [], []
        self.inbox, self.parts, self.finals, self.values = {}, {}, {}, {}
        self.finished = set()
        self.outbox: asyncio.Queue[Notice] = asyncio.Queue()

    async def ask(self, ask: Ask) -> AsyncIterator:
        self.asked.append(ask)
        async for event in self._events(ask):
            yield event

    async def act(self, press: Press) -> AsyncIterator:
        self.pressed.append(press)
        async for event in self._events(press):
            yield event

    async def _events(self, what):
        if what.key in self.finals:
            yield self.finals[what.key]
            return
        async for event in self.script(what):
            if isinstance(event, int | float):
                await asyncio.sleep(event)
            elif isinstance(event, Reply):
                self.finals[what.key] = Final(event, what.key)
                yield self.finals[what.key]
            else:
                yield event

    def cancel(self, who: Who) -> bool:
        self.cancelled.append(who)
        return True

    def menu(self, who: Who | None):
        everybody = (Command("help", "怎样提问"), Command("towns", "有哪些镇"))
        return everybody if who is None else (*everybody, Command("usage", "用了多少"))

    def keepers(self, channel):
        return tuple(self.keeper_chats)

    async def notices(self):
        while True:
            yield await self.outbox.get()

    def accept(self, key, payload):
        return self.inbox.setdefault(key, payload) is payload

    def unfinished(self, channel):
        return [(key, payload) for key, payload in self.inbox.items() if key not in self.finished and key.startswith(channel)]

    def sent(self, key, part):
        self.parts[key] = part + 1

    def parts_sent(self, key):
        return self.parts.get(key, 0)

    def done(self, key):
        self.finished.add(key)

    def kept(self, channel, name):
        return self.values.get((channel, name))

    def keep(self, channel, name, value):
        self.values[channel, name] = value


async def echo(what):
    """Say back what was said; acknowledge a button and say what it does."""
    if isinstance(what, Press):
        yield Toast("好的")
        yield Reply(f"按了 {what.action}")
    else:
        yield Reply(f"您说：{what.text}")


def slow(seconds):
    """Like ``echo``, after some time."""

    async def script(what):
        yield seconds
        async for event in echo(what):
            yield event

    return script


def saying(*replies):
    """The same replies to everything."""

    async def script(what):
        for number, reply in enumerate(replies):
            yield Final(reply, f"{what.key}#{number}") if number else reply

    return script


def with_buttons(text, *rows):
    return replace(Reply(text), buttons=rows)


class FullDisk(ScriptedCore):
    """Cannot write down what comes in, the first ``times`` times."""

    def __init__(self, script, times):
        super().__init__(script)
        self.times = times

    def accept(self, key, payload):
        self.times -= 1
        if self.times >= 0:
            raise StoreError("磁盘满了")
        return super().accept(key, payload)
