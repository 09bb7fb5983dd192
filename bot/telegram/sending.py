"""Replies go out part by part, in order; what Telegram has taken is noted in the core at once and not sent again after a restart."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from weakref import WeakValueDictionary

from telegram import Bot, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.core.core import Core
from bot.core.types import Button, Reply
from bot.telegram.files import Files
from bot.telegram.incoming import Place, replying
from bot.telegram.patience import insist
from bot.telegram.render import Message, Part, Rows, parts
from index.errors import ChannelError

log = logging.getLogger(__name__)

TOAST_LIMIT = 200  # characters
TOAST_WITHIN = 5.0  # seconds
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)  # a link in a report is not an advertisement for its page


class Gone(Exception):
    """Nobody is there any more: the person has blocked the bot, or the group has put it out."""


class Sender:
    """What goes out through one bot."""

    def __init__(self, bot: Bot, core: Core, files: Files) -> None:
        self._bot = bot
        self._core = core
        self._files = files
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def deliver(self, place: Place, key: str, reply: Reply) -> None:
        """Send the parts of ``reply`` that were not sent before a restart. Raises Gone."""
        sent = self._core.parts_sent(key)
        async with self._turns.setdefault(place.chat, asyncio.Lock()):  # two replies in one chat do not mix
            for number, part in enumerate(parts(reply)):
                if number >= sent:
                    await self.send(place, part)
                    self._core.sent(key, number)

    async def acknowledge(self, callback: str, words: str) -> None:
        """Tell Telegram that a button's press has arrived: it waits for a few seconds only, so that is tried once."""
        try:
            await self._bot.answer_callback_query(callback, words[:TOAST_LIMIT] or None, read_timeout=TOAST_WITHIN)
        except TelegramError as error:
            log.info("按钮没有及时应答：%s", type(error).__name__)

    async def say(self, place: Place, words: str) -> None:
        """Send a plain line of the channel itself. Raises Gone."""
        await self.send(place, Message(words))

    async def send(self, place: Place, part: Part) -> None:
        """Send one message or file, however long that takes. Raises Gone."""
        try:
            if isinstance(part, Message):
                await self._message(place, part)
            else:
                await self._files.send(place, part.attachment, keyboard(part.buttons))
        except ChannelError as error:
            await self.say(place, str(error))
        except ChatMigrated as error:  # the group has become a supergroup; its messages have other numbers there
            await self.send(replace(place, chat=error.new_chat_id, reply_to=None), part)
        except Forbidden as error:
            raise Gone from error

    async def _message(self, place: Place, message: Message) -> None:
        entities = [MessageEntity(span.kind, span.offset, span.length) for span in message.spans]
        try:
            await insist(
                lambda: self._bot.send_message(
                    place.chat,
                    message.text,
                    entities=entities,
                    link_preview_options=NO_PREVIEW,
                    message_thread_id=place.thread,
                    reply_parameters=replying(place),
                    reply_markup=keyboard(message.buttons),
                )
            )
        except BadRequest as error:
            log.warning("Telegram 不收这条消息（%s），改发纯文字。", error.message)
            await self._plainly(place, message.text)

    async def _plainly(self, place: Place, text: str) -> None:
        try:
            await insist(lambda: self._bot.send_message(place.chat, text, link_preview_options=NO_PREVIEW))
        except BadRequest as error:
            log.error("Telegram 仍不收这条消息（%s），没有送到。", error.message)


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """The buttons under a message."""
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows if row]) if any(rows) else None


def _button(button: Button) -> InlineKeyboardButton:
    if button.copy:
        return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.copy))
    return InlineKeyboardButton(button.label, callback_data=button.action)
