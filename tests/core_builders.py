"""A core to talk to in tests: persons who say and press, and what they are told."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from bot.core.core import Core
from bot.core.types import Ask, Final, Press, Reply, Toast, Who
from bot.settings import Settings

NUMBERS = count(1)


@dataclass
class Clock:
    """Seconds since 1970 that pass only when told; 2024-06-01 10:00 UTC to begin with."""

    seconds: float = 1_717_236_000.0

    def __call__(self):
        return self.seconds


@dataclass
class Person:
    """Somebody on a channel. What they do returns what they are told."""

    core: Core
    who: Who
    events: list = field(default_factory=list)

    async def say(self, text, key=None, document=None):
        """The final's reply, or None when nothing is said."""
        return self._heard([event async for event in self.core.ask(Ask(self.who, text, key or new_key(), document))])

    async def press(self, action, key=None):
        """The toast and the final's reply (None when there is none)."""
        toast, *rest = [event async for event in self.core.act(Press(self.who, action, key or new_key()))]
        assert isinstance(toast, Toast)
        return toast.text, self._heard(rest)

    def _heard(self, events):
        self.events = events
        finals = [event for event in events if isinstance(event, Final)]
        assert len(finals) <= 1 and (not finals or events[-1] is finals[0])
        return finals[0].reply if finals else None


def new_key():
    return f"telegram:1:{next(NUMBERS)}"


def person(core, user, *, group=None, thread="", channel="telegram"):
    return Person(core, Who(channel, user, group or user, f"人{user}", thread, group is not None))


async def keeper(core, user="1"):
    """Somebody who has claimed the bot."""
    one = person(core, user)
    await one.say(f"/start claim_{core.claim_code()}")
    return one


def labels(reply):
    return [button.label for row in reply.buttons for button in row]


def action(reply, label):
    """The action of the button that is called so."""
    return next(button.action for row in reply.buttons for button in row if button.label == label)


@asynccontextmanager
async def opened(store, database, respond=None, clock=None, **settings):
    core = Core.open(Settings(store=store, database=database, **settings), respond, now=clock or Clock())
    try:
        yield core
    finally:
        await core.close()


def run(story):
    """Run an asynchronous story to its end."""
    return asyncio.run(story)


__all__ = ["Clock", "Person", "Reply", "action", "keeper", "labels", "new_key", "opened", "person", "run"]
