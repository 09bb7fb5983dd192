"""The Telegram channel, put together. With the other modules of this package it is the only door to python-telegram-bot.

Of that library the typed client is used, and not the framework above it: an update must be on disk before Telegram is told that it
has arrived, and one that cannot be understood must not take others with it.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from telegram import Bot
from telegram.error import InvalidToken
from telegram.request import HTTPXRequest

from bot.core.core import Core
from bot.settings import Settings
from bot.telegram.exchange import Exchange
from bot.telegram.files import Files
from bot.telegram.incoming import CHANNEL
from bot.telegram.line import USUAL, Line, Pace
from bot.telegram.logs import keep_secrets
from bot.telegram.menus import Menus
from bot.telegram.patience import insist
from bot.telegram.polling import poll
from bot.telegram.sending import Sender
from bot.telegram.signs import Signs
from bot.telegram.webhook import listen
from index.errors import BadSettings, StoreBusy
from index.sqlite import hold_lock

log = logging.getLogger(__name__)

TOKEN = re.compile(r"\d+:[\w-]{20,}", re.ASCII)
BAD_TOKEN = "Telegram 不认这个令牌。请在 @BotFather 处用 /token 查到它，设为 ZHENWEN_TELEGRAM_TOKEN。用自己的 Bot API 服务器时，也请检查 ZHENWEN_TELEGRAM_URL。"
BAD_PROXY = "代理地址用不了。ZHENWEN_TELEGRAM_PROXY 应写成 socks5://主机:端口 或 http://主机:端口。"
TWICE = "已有一个镇问在用这个令牌和 {database}。请先停掉它。"
AFTER_TROUBLE = 30.0  # seconds
STREAMS = 64  # requests at once


async def run(core: Core, settings: Settings, pace: Pace = USUAL) -> None:
    """Serve until cancelled, which takes at most 10 seconds. Raises BadSettings when the token, proxy or address is of no use."""
    keep_secrets()
    if not TOKEN.fullmatch(settings.telegram_token):
        raise BadSettings(BAD_TOKEN)
    with _alone(settings):
        receiving, sending = _connections(settings, 2), _connections(settings, STREAMS)
        bot = _bot(settings, receiving, sending)
        try:
            await insist(bot.initialize)  # there may be no network yet
            await _serve(core, settings, bot, receiving, Line(pace, lambda: _renew(receiving, sending)))
        except InvalidToken:
            raise BadSettings(BAD_TOKEN) from None  # its words hold the token
        finally:
            await bot.shutdown()


async def _serve(core: Core, settings: Settings, bot: Bot, receiving: HTTPXRequest, line: Line) -> None:
    core.keep(CHANNEL, "link", f"{bot.link}?start=")
    files = Files(bot, core)
    exchange = Exchange(core, bot, files, Sender(bot, core, files), Signs(bot, settings.telegram_preview))
    exchange.resume()
    beside = [asyncio.create_task(_lasting(work)) for work in (exchange.tell, Menus(bot, core).keep_up)]
    try:
        if settings.webhook_url:
            await listen(bot, line, exchange.take, settings)
        else:
            await poll(bot, receiving, line, exchange.take)
    finally:
        for task in beside:
            task.cancel()
        await exchange.finish()


async def _lasting(work: Callable[[], Awaitable[None]]) -> None:
    """Go on with something that is not worth stopping the answers for."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("后台的一项工作出错，%.0f 秒后重来。", AFTER_TROUBLE)
        await asyncio.sleep(AFTER_TROUBLE)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the lock of this bot, until the process ends however it ends."""
    number = settings.telegram_token.partition(":")[0]
    try:
        lock = hold_lock(settings.database.with_name(f"{settings.database.name}.{number}"))
    except StoreBusy:
        raise BadSettings(TWICE.format(database=settings.database)) from None
    try:
        yield
    finally:
        lock.close()


def _connections(settings: Settings, size: int) -> HTTPXRequest:
    try:
        return HTTPXRequest(
            connection_pool_size=size,
            connect_timeout=10,
            read_timeout=20,
            write_timeout=20,
            pool_timeout=60,
            proxy=settings.telegram_proxy or None,
            httpx_kwargs={"trust_env": False},  # one setting decides on the proxy
        )
    except (ValueError, TypeError, RuntimeError):
        raise BadSettings(BAD_PROXY) from None  # its words may hold a password


def _bot(settings: Settings, receiving: HTTPXRequest, sending: HTTPXRequest) -> Bot:
    server = settings.telegram_url.rstrip("/") or "https://api.telegram.org"
    return Bot(settings.telegram_token, f"{server}/bot", f"{server}/file/bot", request=sending, get_updates_request=receiving)


async def _renew(*connections: HTTPXRequest) -> None:
    for connection in connections:
        await connection.shutdown()
        await connection.initialize()
