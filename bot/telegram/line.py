"""The line to Telegram: whether it is alive, and what is done when it is not.

python-telegram-bot says nothing when a proxy swallows everything, so the time since Telegram's last answer is watched here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic

from bot.telegram.patience import FIRST_PAUSE, LONGEST_PAUSE

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: how long Telegram holds back an empty answer, how late that may be, after what silence all is connected anew."""

    poll: int = 25
    slack: float = 10.0
    silence: float = 60.0


USUAL = Pace()


class Line:
    """When Telegram was last heard. ``renew`` replaces every connection to it."""

    def __init__(self, pace: Pace, renew: Callable[[], Awaitable[None]]) -> None:
        self.pace = pace
        self._renew = renew
        self._heard_at = self._renewed_at = monotonic()
        self._pause = FIRST_PAUSE
        self._deaf = False

    @property
    def silent(self) -> float:
        """Seconds since Telegram last answered."""
        return monotonic() - self._heard_at

    @property
    def sound(self) -> bool:
        """Whether Telegram has answered lately."""
        return self.silent < self.pace.poll + self.pace.slack + self.pace.silence

    def heard(self) -> None:
        """Telegram has answered."""
        if self._deaf:
            log.warning("与 Telegram 的连接已恢复（断了 %.0f 秒）。", self.silent)
        self._heard_at, self._pause, self._deaf = monotonic(), FIRST_PAUSE, False

    async def failed(self, problem: str) -> None:
        """Telegram has not answered: wait a little longer each time, and after a long silence connect anew."""
        if not self._deaf:
            log.warning("联系不上 Telegram（%s），会一直重试。请检查网络和代理 ZHENWEN_TELEGRAM_PROXY。", problem)
            self._deaf = True
        if monotonic() - max(self._heard_at, self._renewed_at) > self.pace.silence:
            log.warning("Telegram 已有 %.0f 秒没有应答，重新建立连接。", self.silent)
            await self._renew()
            self._renewed_at = monotonic()
        await asyncio.sleep(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
