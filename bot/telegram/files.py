"""Files from and to Telegram: sizes are checked before anything is moved, and a file is uploaded only once."""

from __future__ import annotations

import asyncio
import hashlib
import logging

from telegram import Bot, InlineKeyboardMarkup, InputFile
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.core.core import Core
from bot.core.types import Attachment
from bot.telegram.incoming import CHANNEL, Place, replying
from bot.telegram.patience import insist, seconds
from index.errors import ChannelError

log = logging.getLogger(__name__)

MEGABYTE = 1_000_000
FETCH_LIMIT, SEND_LIMIT = 20 * MEGABYTE, 50 * MEGABYTE  # what Telegram lets a bot do
FETCHES = 4  # attempts

TOO_LARGE_TO_FETCH = (
    "Telegram 只让机器人收 20 MB 以内的文件，这个有 {size} MB。请拆开或压缩后再发，或请管理员在电脑上用 zhenwen index 收录。"
)
NOT_FETCHED = "文件没有取到：{problem}。请过一会儿再发一次。"
UNSTEADY = "与 Telegram 的连接不稳"
TOO_LARGE_TO_SEND = "文件《{name}》有 {size} MB，Telegram 只让机器人发 50 MB 以内的。请向管理员要。"
UNREADABLE = "文件《{name}》现在读不到，可能已被移走。请告诉管理员。"
REFUSED = "文件《{name}》没有发成，Telegram 不收。请告诉管理员。"


class Files:
    """The files that pass through one bot."""

    def __init__(self, bot: Bot, core: Core) -> None:
        self._bot = bot
        self._core = core

    async def fetch(self, file_id: str, size: int) -> bytes:
        """What is in a file that somebody sent; ``size`` is in bytes, 0 when Telegram does not say. Raises ChannelError."""
        if size > FETCH_LIMIT:
            raise ChannelError(TOO_LARGE_TO_FETCH.format(size=-(-size // MEGABYTE)))
        for attempt in range(FETCHES):
            try:
                file = await self._bot.get_file(file_id)
                return bytes(await file.download_as_bytearray())
            except RetryAfter as error:
                await asyncio.sleep(seconds(error.retry_after))
            except BadRequest as error:
                if "too big" in error.message:
                    raise ChannelError(TOO_LARGE_TO_FETCH.format(size="超过 20")) from None
                raise ChannelError(NOT_FETCHED.format(problem="Telegram 说没有这个文件")) from None
            except NetworkError:
                await asyncio.sleep(2**attempt / 2)
            except TelegramError:  # its words may hold the file's address, and that the token
                break
        raise ChannelError(NOT_FETCHED.format(problem=UNSTEADY))

    async def send(self, place: Place, attachment: Attachment, keyboard: InlineKeyboardMarkup | None) -> None:
        """Send a file, by Telegram's id of it when it has it already. Raises ChannelError, and what sending a message raises."""
        content = await asyncio.to_thread(_content, attachment)
        if len(content) > SEND_LIMIT:
            raise ChannelError(TOO_LARGE_TO_SEND.format(name=attachment.name, size=-(-len(content) // MEGABYTE)))
        upload = InputFile(content, filename=attachment.name)
        digest = hashlib.sha256(attachment.name.encode() + b"\0" + content).hexdigest()
        name = f"file:{self._bot.id}:{digest}"
        for document in (self._core.kept(CHANNEL, name), upload):
            if document is not None and (taken := await self._offered(place, document, keyboard)):
                self._core.keep(CHANNEL, name, taken)
                return
        raise ChannelError(REFUSED.format(name=attachment.name))

    async def _offered(self, place: Place, document: str | InputFile, keyboard: InlineKeyboardMarkup | None) -> str | None:
        """Telegram's id of the file once it has taken it; None when it has not: an id may have become invalid."""
        try:
            message = await insist(
                lambda: self._bot.send_document(
                    place.chat,
                    document,
                    message_thread_id=place.thread,
                    reply_parameters=replying(place),
                    reply_markup=keyboard,
                )
            )
        except BadRequest as error:
            log.warning("Telegram 不收文件：%s", error.message)
            return None
        return message.document.file_id if message.document else None


def _content(attachment: Attachment) -> bytes:
    if isinstance(attachment.content, bytes):
        return attachment.content
    try:
        return attachment.content.read_bytes()
    except OSError as error:
        raise ChannelError(UNREADABLE.format(name=attachment.name)) from error
