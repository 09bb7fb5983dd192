"""``zhenwen serve``: the chats that are configured, on one core, until somebody asks the program to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable

from bot import texts
from bot.core.core import Core
from bot.screen import Screen
from bot.settings import Settings
from index.errors import BadSettings

Channel = Callable[[Core, Settings], Awaitable[None]]
"""Runs a chat until it is cancelled; then it finishes what it is sending, within ten seconds."""

STOPPING = (signal.SIGINT, signal.SIGTERM)


def serve(core: Core, settings: Settings, screen: Screen, channel: Channel) -> None:
    """Run ``channel`` until SIGINT or SIGTERM; tell the first keeper on the console how to claim the bot."""
    if code := core.claim_code():
        screen.show(texts.CLAIM.format(code=code))
    screen.show(texts.SERVING)
    asyncio.run(_until_stopped(core, settings, channel))
    screen.show(texts.SERVED)


async def _until_stopped(core: Core, settings: Settings, channel: Channel) -> None:
    running = asyncio.ensure_future(channel(core, settings))
    loop = asyncio.get_running_loop()
    for number in STOPPING:
        with contextlib.suppress(NotImplementedError):  # Windows: asyncio.run itself cancels on Ctrl-C
            loop.add_signal_handler(number, running.cancel)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await running
    finally:
        await core.close()


def configured(settings: Settings) -> Channel:
    """The chat that is configured; raises BadSettings when none is."""
    if not settings.telegram_token:
        raise BadSettings("还没有设置聊天。请在 Telegram 里找 @BotFather 建一个机器人，把令牌写进环境变量 ZHENWEN_TELEGRAM_TOKEN。不用 Telegram 时，zhenwen chat 可在终端里对话。")
    from bot.telegram.app import run

    return run
