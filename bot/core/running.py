"""One question at a time for each person in each chat: what comes meanwhile waits its turn, and what runs can be stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from threading import Event as Flag

from bot.core import texts
from bot.core.types import Preview, Stage, Who
from index.errors import BadRequest, Cancelled

MOST = 8  # questions of one person in one chat, the one that is answered among them

Tell = Callable[[Stage | Preview], None]
"""Takes the steps of an answer, from any thread."""


class Follower:
    """Follows one answer in the making, in the worker's thread. ``stopped`` is done, in the loop, when nobody waits any more."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._over = Flag()
        self.stopped: asyncio.Future[None] = self._loop.create_future()
        self.told = False

    def stage(self, text: str) -> None:
        """A step began. Raises Cancelled when nobody waits for the answer any more."""
        self._hand_over(Stage(text))

    def preview(self, text: str) -> None:
        """The whole answer so far. Raises Cancelled when nobody waits for the answer any more."""
        self._hand_over(Preview(text))

    def _hand_over(self, step: Stage | Preview) -> None:
        if self._over.is_set():
            raise Cancelled
        self.told = True
        self._tell(step)

    def stop(self) -> None:
        """Nobody waits for the answer any more. May be called from any thread."""
        self._over.set()
        self._loop.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        if not self.stopped.done():
            self.stopped.set_result(None)


@dataclass(slots=True)
class Slot:
    """The place of one person in one chat; ``users`` counts who is in it and who waits."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    follower: Follower | None = None


class Running:
    """What runs now, by channel, chat and person."""

    def __init__(self) -> None:
        self._slots: dict[tuple[str, str, str], Slot] = {}

    @asynccontextmanager
    async def turn(self, who: Who, tell: Tell, *, again: bool) -> AsyncIterator[Follower]:
        """Wait until the person's earlier questions are answered. Raises BadRequest when MOST wait already, unless it is ``again``."""
        key = (who.channel, who.chat, who.user)
        slot = self._slots.setdefault(key, Slot())
        if slot.users >= MOST and not again:
            raise BadRequest(texts.BUSY.format(most=MOST))
        slot.users += 1
        try:
            if slot.lock.locked():
                tell(Stage(texts.QUEUED))
            await slot.lock.acquire()
            slot.follower = Follower(tell)
            try:
                yield slot.follower
            finally:
                slot.follower.stop()
                slot.follower = None
                slot.lock.release()
        finally:
            slot.users -= 1
            if not slot.users:
                del self._slots[key]

    def stop(self, who: Who) -> bool:
        """Stop what runs for the person in this chat; False when nothing does. May be called from any thread."""
        slot = self._slots.get((who.channel, who.chat, who.user))
        follower = slot.follower if slot else None
        if follower is None:
            return False
        follower.stop()
        return True
