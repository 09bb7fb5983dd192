"""What a person sees while an answer is being made: "typing…", or in private chats a draft of the answer.

Only ever a courtesy: never repeated when lost, left out while Telegram asks to slow down, never in the way of the answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.core.types import Preview, Stage
from bot.telegram.incoming import Place
from bot.telegram.patience import seconds
from bot.telegram.render import split

log = logging.getLogger(__name__)

FIRST_AFTER = 0.4  # seconds; most answers are there sooner and need no sign
APART = 1.0  # seconds between two drafts
TYPING_LASTS, DRAFT_LASTS = 4.0, 20.0  # seconds after which it is shown again, for Telegram soon forgets it
HAND_OVER = 1.0  # seconds that an answer waits for a draft under way, which would otherwise appear after it
UNVERIFIED = "\n\n（正在核对，以最后的回答为准）"


class Board:
    """What is to be seen at the moment; at first only that somebody is at work."""

    def __init__(self, place: Place, draft: int) -> None:
        self.place = place
        self.draft = draft  # Telegram's number for a draft and its changes; not 0
        self.text: str | None = ""  # None: nothing
        self.sending = asyncio.Lock()

    def put(self, event: Stage | Preview) -> None:
        """Show this from now on."""
        self.text = event.text + UNVERIFIED if isinstance(event, Preview) else event.text

    async def clear(self) -> None:
        """Show nothing more; returns when nothing is under way, or HAND_OVER seconds later."""
        self.text = None
        with suppress(TimeoutError):
            async with asyncio.timeout(HAND_OVER), self.sending:
                pass


class Signs:
    """The signs that one bot gives. ``mode`` is "draft", "typing" or "off"."""

    def __init__(self, bot: Bot, mode: str) -> None:
        self._bot = bot
        self._mode = mode
        self._quiet_until: dict[int, float] = {}

    @asynccontextmanager
    async def beside(self, place: Place, draft: int) -> AsyncIterator[Board]:
        """Show what is on the board until the block ends."""
        board = Board(place, draft)
        task = asyncio.create_task(self._show(board))
        try:
            yield board
        finally:
            task.cancel()

    async def _show(self, board: Board) -> None:
        shown, shown_at = None, float("-inf")
        await asyncio.sleep(FIRST_AFTER)
        while self._mode != "off":
            drafting = self._mode == "draft" and not board.place.group
            text = board.text if drafting or board.text is None else ""
            age = monotonic() - shown_at
            if text is not None and (text != shown or age > (DRAFT_LASTS if drafting else TYPING_LASTS)):
                async with board.sending:
                    await self._give(board, text, drafting)
                shown, shown_at = text, monotonic()
            await asyncio.sleep(APART)

    async def _give(self, board: Board, text: str, drafting: bool) -> None:
        place = board.place
        if monotonic() < self._quiet_until.get(place.chat, 0):
            return
        try:
            if drafting:
                start = next((message.text for message in split(text)), None)
                can_stop = {"can_stop": True}  # younger than python-telegram-bot 22.8
                await self._bot.send_message_draft(place.chat, board.draft, start, place.thread, api_kwargs=can_stop)
            else:
                await self._bot.send_chat_action(place.chat, ChatAction.TYPING, place.thread)
        except RetryAfter as error:
            self._quiet_until[place.chat] = monotonic() + seconds(error.retry_after)
        except BadRequest as error:
            self._refused(drafting, error)
        except TelegramError:
            pass

    def _refused(self, drafting: bool, error: BadRequest) -> None:
        if drafting:
            log.warning("Telegram 不收草稿（%s），以后只显示“正在输入”。", error.message)
            self._mode = "typing"
