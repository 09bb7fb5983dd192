"""``zhenwen serve``: the chats that are configured, on one core, until somebody asks the program to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence

from bot import texts
from bot.core.core import Core
from bot.screen import Screen
from bot.settings import PORT, Settings

Channel = Callable[[Core, Settings], Awaitable[None]]
"""Runs a chat until it is cancelled; then it finishes what it is sending, within ten seconds."""

STOPPING = (signal.SIGINT, signal.SIGTERM)


def serve(core: Core, settings: Settings, screen: Screen, channel: Channel) -> None:
    """Run ``channel`` until SIGINT or SIGTERM; tell the first keeper on the console how to claim the bot."""
    if code := core.claim_code():
        screen.show(texts.CLAIM.format(code=code))
    if address := page_address(settings):
        screen.show(texts.PAGE.format(address=address))
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
    """The chat that is configured, and the page where it is or where no chat is."""
    channels = [*_telegram(settings), *_web(settings)]
    return channels[0] if len(channels) == 1 else _together(channels)


def _telegram(settings: Settings) -> Iterator[Channel]:
    if settings.telegram_token:
        from bot.telegram.app import run

        yield run


def _web(settings: Settings) -> Iterator[Channel]:
    if page_address(settings):
        from bot.web.app import run

        yield run


def page_address(settings: Settings) -> str:
    """Where the page is, "" where it is not served."""
    served = settings.web_port or not settings.telegram_token
    return f"http://{settings.web_host}:{settings.web_port or PORT}/" if served else ""


def _together(channels: Sequence[Channel]) -> Channel:
    """All of them, until one fails or they are cancelled."""

    async def run(core: Core, settings: Settings) -> None:
        running = [asyncio.ensure_future(channel(core, settings)) for channel in channels]
        try:
            await asyncio.gather(*running)
        finally:
            for each in running:
                each.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    return run
