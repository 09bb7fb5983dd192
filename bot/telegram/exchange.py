"""What comes in is written down, done and answered: each update is a task of its own, so that nobody waits for another's answer."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from telegram import Bot
from telegram.error import InvalidToken

from bot.core.core import Core
from bot.core.types import Ask, Event, Final, Notice, Press, Toast
from bot.telegram.files import Files
from bot.telegram.incoming import CHANNEL, Halt, Incoming, Place, read
from bot.telegram.sending import Gone, Sender
from bot.telegram.signs import Signs
from index.errors import ZhenwenError

log = logging.getLogger(__name__)

CROWD = 500  # updates under way, beyond which no more are taken
GRACE, ABRUPT = 4.0, 1.0  # seconds at the end: to finish what is being said, and to break off the rest
LATE = timedelta(minutes=10)
APOLOGIES_APART = 600.0  # seconds, in one chat

APOLOGY = "抱歉让您久等：刚才没有连上，现在回答您{when}发来的消息。"
SORRY = "抱歉，出了意外，这条没有处理成；问题已记入日志。请再发一次，还不行请告诉管理员。"


class Exchange:
    """The updates of one bot on their way through the core. Its keys are ``telegram:<bot>:<update>``."""

    def __init__(self, core: Core, bot: Bot, files: Files, sender: Sender, signs: Signs) -> None:
        self._core = core
        self._bot = bot
        self._files = files
        self._sender = sender
        self._signs = signs
        self._mine = f"{CHANNEL}:{bot.id}:"
        self._work: set[asyncio.Task[None]] = set()
        self._telling: set[str] = set()  # notices are offered again until they are done
        self._apologised_at: dict[int, float] = {}

    def resume(self) -> None:
        """Do what was taken before the last stop and not finished."""
        for key, payload in self._core.unfinished(CHANNEL):
            if key.startswith(self._mine):  # what another bot was told cannot be answered by this one
                self._begin(self._handle(key, payload))

    async def take(self, updates: list[dict[str, Any]]) -> None:
        """Write updates down and begin with them; returns when they are on disk. Raises ZhenwenError when they could not be."""
        for update in updates:
            while len(self._work) >= CROWD:
                await asyncio.wait(self._work, return_when=asyncio.FIRST_COMPLETED)
            key, payload = f"{self._mine}{update['update_id']}", json.dumps(update, ensure_ascii=False)
            if self._core.accept(key, payload):
                self._begin(self._handle(key, payload))

    async def tell(self) -> None:
        """Deliver what is said unasked, until cancelled."""
        async for notice in self._core.notices():
            if notice.channel == CHANNEL and notice.key not in self._telling:
                self._telling.add(notice.key)
                self._begin(self._notify(notice))

    async def finish(self) -> None:
        """Let what is under way end, for a few seconds; the rest is done after the next start."""
        if self._work:
            await asyncio.wait(self._work, timeout=GRACE)
        for task in self._work:
            task.cancel()
        if self._work:
            await asyncio.wait(self._work, timeout=ABRUPT)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("一条消息没有处理完，下次启动时再处理。", exc_info=error)

    async def _handle(self, key: str, payload: str) -> None:
        incoming = None
        try:
            incoming = read(payload, key, self._bot, self._files.fetch)
            if incoming:
                await self._do(incoming)
        except InvalidToken:
            return  # the receiving end stops the program; this is done after the next start
        except Gone:
            log.info("%s 的答复无人接收。", key)
        except Exception as error:  # noqa: BLE001  the outermost edge: one message must not stop the others
            await self._excuse(incoming, error)
        self._core.done(key)

    async def _do(self, incoming: Incoming) -> None:
        match incoming.event:
            case Ask() as ask:
                await self._apologise_if_late(incoming)
                await self._converse(incoming, self._core.ask(ask))
            case Press() as press:
                await self._converse(incoming, self._core.act(press))
            case Halt(who):
                self._core.cancel(who)

    async def _converse(self, incoming: Incoming, events: AsyncIterator[Toast | Event]) -> None:
        draft = int(incoming.key.removeprefix(self._mine)) % (1 << 31) or 1
        async with self._signs.beside(incoming.place, draft) as board:
            async for event in events:
                match event:
                    case Toast(words):
                        await self._sender.acknowledge(incoming.callback, words)
                    case Final(reply, key):
                        await board.clear()
                        await self._sender.deliver(incoming.place, key, reply)
                    case _:
                        board.put(event)

    async def _notify(self, notice: Notice) -> None:
        try:
            await self._sender.deliver(Place(int(notice.chat)), notice.key, notice.reply)
        except Gone:
            log.info("通知 %s 无人接收。", notice.key)
        finally:
            self._telling.discard(notice.key)
        self._core.done(notice.key)

    async def _apologise_if_late(self, incoming: Incoming) -> None:
        """Say that it took long, once for all that was asked while nothing got through."""
        sent_at, chat = incoming.sent_at, incoming.place.chat
        if sent_at is None or datetime.now(UTC) - sent_at < LATE or self._core.parts_sent(incoming.key):
            return
        if monotonic() - self._apologised_at.get(chat, float("-inf")) > APOLOGIES_APART:
            self._apologised_at[chat] = monotonic()
            await self._sender.say(incoming.place, APOLOGY.format(when=f"{sent_at.astimezone():%m月%d日%H:%M}"))

    async def _excuse(self, incoming: Incoming | None, error: Exception) -> None:
        """Tell the person what went wrong, the keeper too when it was not foreseen."""
        foreseen = isinstance(error, ZhenwenError)
        if not foreseen:
            log.error("处理一条消息时出错。", exc_info=error)
        if incoming:
            try:
                await self._sender.say(incoming.place, str(error) if foreseen else SORRY)
            except Gone:
                log.info("%s 的答复无人接收。", incoming.key)
