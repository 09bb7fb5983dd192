"""What passes between a channel and the core: values only, no markup of any channel.

Offsets in a text count code points; a channel that counts otherwise converts them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ACTION_BYTES = 64
"""A button's action is at most this long in UTF-8: Telegram's limit for callback data."""


class Role(StrEnum):
    """What a person may do: each role may do what the ones below it may."""

    KEEPER = "keeper"
    CONTRIBUTOR = "contributor"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Who:
    """The person, and where they speak. ``user`` and ``chat`` are the channel's own stable ids, ``thread`` a topic in the chat."""

    channel: str
    user: str
    chat: str
    name: str = ""
    thread: str = ""
    group: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file that somebody sent, not fetched yet. ``size`` is in bytes, as the channel claims it; ``fetch`` may raise ChannelError."""

    name: str
    size: int
    fetch: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody said: a question, a command with its words, or a file with its caption.

    ``key`` names the message once and for all (channel and update id): what comes again under a known key is not done again.
    """

    who: Who
    text: str
    key: str
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed, with its action and the key of the event."""

    who: Who
    action: str
    key: str


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a reply: does ``action``, or puts ``copy`` (≤ 256 characters) on the clipboard."""

    label: str
    action: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A source under a reply: ``head`` says which report and where, ``text`` are its exact words, ``marks`` the spans that answer."""

    head: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a reply: what it is called, and where it lies or what is in it."""

    name: str
    content: Path | bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said: the text, the sources under it, a small note, rows of buttons, files. ``[n]`` in the text leads to quote n."""

    text: str
    quotes: tuple[Quote, ...] = ()
    note: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of long work, in words: 正在检索……"""

    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole of an answer so far, unverified; never stored. A slow channel may skip any number of them."""

    text: str


@dataclass(frozen=True, slots=True)
class Final:
    """What is delivered, once. ``key`` is the ask's; a channel reports each part that it has sent under it."""

    reply: Reply
    key: str


@dataclass(frozen=True, slots=True)
class Toast:
    """A short acknowledgement of a button (≤ 200 characters)."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something for a chat that nobody asked there just now: a new report of a followed town, a question for the keeper."""

    channel: str
    chat: str
    reply: Reply
    key: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command as the menu of a channel shows it."""

    name: str
    summary: str


Event = Stage | Preview | Final
