"""What commands and buttons work with, and what they are: plain functions of a desk and a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bot.core.database import Database
from bot.core.deliveries import Deliveries
from bot.core.people import People
from bot.core.records import Records
from bot.core.running import Running
from bot.core.talk import Talks
from bot.core.types import Reply, Role, Who
from index.store import Store
from retrieval.answer import Answerer
from retrieval.assist.model import Listener
from retrieval.types import Answer

LINK = "link"  # the value that an adapter keeps: https://t.me/name?start=


class Respond(Protocol):
    """What answers a question: the reports' own words, or a language model behind the lock. Slow ones tell their steps."""

    def __call__(self, question: str, history: Sequence[str], user: str, listener: Listener) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """The doors of one running core. ``now`` is seconds since 1970;"""

    database: Database
    people: People
    talks: Talks
    records: Records
    deliveries: Deliveries
    store: Store
    answerer: Answerer
    running: Running
    now: Callable[[], float]
    encoder: str = "default"
    chroma: str = field(default="", repr=False)  # may hold a key

    def link(self, channel: str, payload: str) -> str:
        """What opens the chat with ``payload``: a link where the channel has told how its links begin, else what to type."""
        beginning = self.deliveries.value(channel, LINK)
        return f"{beginning}{payload}" if beginning else f"/start {payload}"

    @property
    def store_path(self) -> Path:
        return self.store.path


@dataclass(frozen=True, slots=True)
class Call:
    """A command or a button, used by somebody. ``words`` follow its name; ``said`` is the message that it had waited for."""

    who: Who
    role: Role | None
    words: str
    key: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a button: a word at once; and a reply, or a question to be asked in its place."""

    toast: str = ""
    reply: Reply | str | None = None


@dataclass(frozen=True, slots=True)
class Verb:
    """A command: its name, what the menu says of it, who may use it (None: everybody). ``hidden`` ones are in no menu.

    ``words`` are how people say it without the slash; after one that ends in … more may follow. It comes to a reply, or to a question to be asked in its place.
    """

    name: str
    summary: str
    least: Role | None
    run: Callable[[Desk, Call], Reply | str]
    hidden: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """What a button does: actions ``name`` and ``name:words`` are its."""

    name: str
    least: Role | None
    run: Callable[[Desk, Call], Done]
