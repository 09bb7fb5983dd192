"""Asking Telegram again: what each failure means, and how long to wait."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from telegram.error import BadRequest, NetworkError, RetryAfter

log = logging.getLogger(__name__)
T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between attempts


async def insist(call: Callable[[], Awaitable[T]]) -> T:
    """Call until Telegram answers; raises only what asking again cannot mend.

    Flood limits are waited out, as long as Telegram says. After a lost request and a 5xx the same is asked again: whether it had
    arrived cannot be known, so this is the one case in which a person may see a message twice.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            return await call()
        except RetryAfter as error:
            await asyncio.sleep(seconds(error.retry_after))
        except BadRequest:  # a NetworkError by inheritance only
            raise
        except NetworkError as error:
            log.warning("Telegram 没有应答（%s），%.1f 秒后再试。", type(error).__name__, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


def seconds(length: int | timedelta) -> float:
    """A waiting time of python-telegram-bot, in whichever form, and a little more."""
    return 0.1 + (length.total_seconds() if isinstance(length, timedelta) else length)
