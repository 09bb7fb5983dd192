"""What Telegram tells us, as the core understands it. Whatever is not meant for the bot is None."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from telegram import Bot, CallbackQuery, Chat, Message, ReplyParameters, Update, User

from bot.core.types import Ask, Document, Press, Who

CHANNEL = "telegram"
WANTED = ("message", "callback_query", "stopped_message_generation")
"""The kinds of updates asked for. Edits are not: an edited question has been answered already."""

Fetch = Callable[[str, int], Awaitable[bytes]]
"""A file's id and the size that Telegram claims, in bytes → what is in it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to answer: a chat, a topic in it, the message replied to (in groups only)."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None
    group: bool = False


@dataclass(frozen=True, slots=True)
class Halt:
    """The stop button of a preview was pressed."""

    who: Who


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something a person did. ``callback`` is what a pressed button is acknowledged with."""

    key: str
    event: Ask | Press | Halt
    place: Place
    sent_at: datetime | None = None
    callback: str = ""


def read(payload: str, key: str, bot: Bot, fetch: Fetch) -> Incoming | None:
    """The update in ``payload``, as Telegram sent it."""
    update = Update.de_json(json.loads(payload), bot)
    if update.message:
        return _said(update.message, key, bot, fetch)
    if update.callback_query:
        return _pressed(update.callback_query, key)
    if stopped := update.api_kwargs.get("stopped_message_generation"):  # younger than python-telegram-bot 22.8
        chat = str(stopped["chat"]["id"])
        return Incoming(key, Halt(Who(CHANNEL, chat, chat)), Place(int(chat)))
    return None


def _said(message: Message, key: str, bot: Bot, fetch: Fetch) -> Incoming | None:
    person = message.from_user
    if person is None or person.is_bot:
        return None
    place = _place(message)
    text = _addressed(message, _text(message, bot), bot.bot)
    if text is None:
        return None
    ask = Ask(_who(person, message.chat, place), text, key, _document(message, fetch))
    return Incoming(key, ask, place, sent_at=message.date)


def _text(message: Message, bot: Bot) -> str:
    """What was said; a bot that was put into a group is greeted by Telegram without words."""
    if any(member.id == bot.id for member in message.new_chat_members):
        return "/start"
    return (message.text or message.caption or "").strip()


def _addressed(message: Message, text: str, me: User) -> str | None:
    """``text`` without the bot's name; None when it is not meant for the bot.

    In a group only a command, a mention of the bot and a reply to it are; bots that are administrators there hear all that is said.
    """
    first, _, rest = text.partition(" ")
    if first.startswith("/"):
        command, _, addressee = first.partition("@")
        named = not addressee or addressee.lower() == (me.username or "").lower()
        return f"{command} {rest.strip() or _quoted(message)}".strip() if named else None
    if message.chat.type == Chat.PRIVATE:
        return text
    mention = re.compile(rf"@{me.username}(?![A-Za-z0-9_])", re.IGNORECASE)
    if mention.search(text):
        return mention.sub("", text).strip() or _quoted(message)
    answered = message.reply_to_message
    return text if answered and answered.from_user and answered.from_user.id == me.id else None


def _quoted(message: Message) -> str:
    """The colleague's words that ``message`` replies to: "/ask" under a question asks it."""
    asked = message.reply_to_message
    return asked.text or "" if asked and asked.from_user and not asked.from_user.is_bot else ""


def _document(message: Message, fetch: Fetch) -> Document | None:
    if file := message.document:
        return Document(file.file_name or "未命名", file.file_size or 0, partial(fetch, file.file_id, file.file_size or 0))
    if message.photo:
        picture = message.photo[-1]  # the largest
        return Document("照片.jpg", picture.file_size or 0, partial(fetch, picture.file_id, picture.file_size or 0))
    return None


def _pressed(query: CallbackQuery, key: str) -> Incoming | None:
    if query.message is None:  # a button under an inline result: we make none
        return None
    message = query.message if isinstance(query.message, Message) else None  # one too old is only named
    place = _place(message) if message else Place(query.message.chat.id, group=query.message.chat.type != Chat.PRIVATE)
    press = Press(_who(query.from_user, query.message.chat, place), query.data or "", key)
    return Incoming(key, press, place, callback=query.id)


def _place(message: Message) -> Place:
    group = message.chat.type != Chat.PRIVATE
    thread = message.message_thread_id if message.is_topic_message else None
    return Place(message.chat.id, thread, message.message_id if group else None, group)


def _who(person: User, chat: Chat, place: Place) -> Who:
    return Who(CHANNEL, str(person.id), str(chat.id), person.full_name, str(place.thread or ""), place.group)


def replying(place: Place) -> ReplyParameters | None:
    """The reference to the message that is replied to; one that was deleted meanwhile is replied to without it."""
    return ReplyParameters(place.reply_to, allow_sending_without_reply=True) if place.reply_to else None
