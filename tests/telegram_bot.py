"""The Telegram channel, run in the test's own process against the fake server and a scripted core."""

import asyncio
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fake_telegram import FakeTelegram

from bot.settings import Settings
from bot.telegram.app import run
from bot.telegram.line import Pace

QUICK = Pace(poll=1, slack=1.0, silence=2.0)


@asynccontextmanager
async def running(telegram: FakeTelegram, core, folder: Path, pace: Pace = QUICK, **more):
    """The channel at work; yields its task."""
    given = {"telegram_token": telegram.token, "telegram_url": telegram.url, "database": folder / "zhenwen.sqlite"}
    before = telegram.poll_number
    task = asyncio.create_task(run(core, Settings(**(given | more)), pace))
    try:
        started = lambda: task.done() or telegram.poll_number > before or telegram.webhook  # noqa: E731
        await telegram.until(started, 15, "the bot listens")
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def talking(core, folder, privacy=True, **more):
    """A server and the channel at work with it; at the end nothing has broken the schema."""
    async with FakeTelegram(privacy=privacy) as telegram:
        async with running(telegram, core, folder, **more):
            yield telegram
        assert telegram.violations == []
