"""Receiving by asking: works behind a proxy and without a public address."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.telegram.incoming import WANTED
from bot.telegram.line import Line
from bot.telegram.patience import seconds
from index.errors import ZhenwenError

log = logging.getLogger(__name__)

TWO_INSTANCES = "另一个程序正用同一个令牌收消息，两边会互相打断。请停掉其中一个。"
NOT_WRITTEN = "消息没有记下：%s 过一会儿再取一次。"
AFTER_TROUBLE = 5.0  # seconds

Take = Callable[[list[dict[str, Any]]], Awaitable[None]]
"""Records updates for good; only then may Telegram forget them."""


async def poll(bot: Bot, connection: BaseRequest, line: Line, take: Take) -> None:
    """Receive updates until cancelled. Raises InvalidToken."""
    offset, disputed = 0, False
    while True:
        try:
            updates = await _ask(bot, connection, offset, line)
        except InvalidToken:
            raise
        except RetryAfter as error:
            await asyncio.sleep(seconds(error.retry_after))
        except Conflict as error:
            if not disputed:
                log.error(TWO_INSTANCES)
            disputed = True
            await _settle(bot, error)
        except (TelegramError, TimeoutError) as error:
            await line.failed(type(error).__name__)
        else:
            line.heard()
            disputed = False
            offset = await _taken(updates, take, offset)


async def _taken(updates: list[dict[str, Any]], take: Take, offset: int) -> int:
    """The offset to go on from: that of the same updates when they could not be written down, for then Telegram must keep them."""
    try:
        await take(updates)
    except ZhenwenError as error:
        log.error(NOT_WRITTEN, error)
        await asyncio.sleep(AFTER_TROUBLE)
        return offset
    return max((update["update_id"] + 1 for update in updates), default=offset)


async def _ask(bot: Bot, connection: BaseRequest, offset: int, line: Line) -> list[dict[str, Any]]:
    """What is new, as Telegram sent it: one update that python-telegram-bot cannot read must not take the others with it."""
    wanted = urlencode({"offset": offset, "timeout": line.pace.poll, "allowed_updates": json.dumps(WANTED)})
    allowed = line.pace.poll + line.pace.slack
    async with asyncio.timeout(allowed):  # httpx bounds each read, not the whole
        updates = await connection.post(f"{bot.base_url}/getUpdates?{wanted}", read_timeout=allowed)
    return cast("list[dict[str, Any]]", updates)


async def _settle(bot: Bot, error: Conflict) -> None:
    """A webhook that is still set, by an earlier way of running the bot, is removed; another program goes on or it does not."""
    if "webhook" in error.message:
        await bot.delete_webhook()
    else:
        await asyncio.sleep(AFTER_TROUBLE)
