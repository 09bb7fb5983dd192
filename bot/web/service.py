"""What the routes work with: one answerer, its store, its limits, and threads for what takes time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.core.desk import Desk, Respond
from bot.core.limits import QUESTION, SAID, Counter
from bot.core.metrics import Metrics
from bot.core.running import Follower
from bot.core.types import Preview, Stage, Who
from index.errors import ZhenwenError
from index.types import Encoder
from retrieval.assist.workers import Workers
from retrieval.types import Answer

CHANNEL = "web"
MOST = 32  # answers at once


@dataclass(frozen=True)
class Service:
    """The same answerer that the chats have."""

    desk: Desk
    respond: Respond
    counter: Counter
    workers: Workers
    encoder: Encoder
    metrics: Metrics

    def admit(self, user: str) -> Who:
        """Count a question of ``user``. Raises BadRequest at a limit."""
        who = Who(CHANNEL, user, user)
        self.counter.admit(who, SAID)
        self.counter.admit(who, QUESTION)
        return who

    async def answer(self, question: str, history: Sequence[str], user: str) -> Answer:
        """One answer. Raises what the answerer raises."""
        async for event in self.events(question, history, user):
            if isinstance(event, Answer):
                return event
        raise AssertionError("an answer ends its events")

    async def events(self, question: str, history: Sequence[str], user: str) -> AsyncIterator[Stage | Preview | Answer]:
        """The steps of an answer, then the answer; who stops listening stops it."""
        who = self.admit(user)
        steps: asyncio.Queue[Stage | Preview | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def tell(step: Stage | Preview) -> None:
            loop.call_soon_threadsafe(steps.put_nowait, step)

        follower = Follower(tell)
        work = self.workers.run(self.respond, question, history, f"{who.channel}:{who.user}", follower)
        work.add_done_callback(lambda _: steps.put_nowait(None))
        try:
            while (step := await steps.get()) is not None:
                yield step
            yield await work
        finally:
            follower.stop()
            work.cancel()


def problem(error: ZhenwenError) -> dict[str, object]:
    """An error as it is told over HTTP."""
    return {"error": {"message": str(error), "type": type(error).__name__}}
