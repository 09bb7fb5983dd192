"""The command menus: one for everybody, a longer one in the private chat of each keeper. Only what changed is sent."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from telegram import Bot, BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import TelegramError

from bot.core.core import Core
from bot.core.types import Command, Who
from bot.telegram.incoming import CHANNEL
from bot.telegram.patience import insist

log = logging.getLogger(__name__)

EVERY = 5.0  # seconds

Menu = list[list[str]]
PRIVATE, GROUPS = "private", "groups"


class Menus:
    """The menus of one bot; what Telegram has of them is remembered across restarts."""

    def __init__(self, bot: Bot, core: Core) -> None:
        self._bot = bot
        self._core = core
        self._name = f"menus:{bot.id}"

    async def keep_up(self) -> None:
        """Refresh the menus until cancelled: there may be a new keeper at any time."""
        while True:
            await self.refresh()
            await asyncio.sleep(EVERY)

    async def refresh(self) -> None:
        """Bring Telegram's menus up to date; a scope that it refuses (a keeper who has left) is passed over."""
        wanted = self._wanted()
        held: dict[str, Menu] = json.loads(self._core.kept(CHANNEL, self._name) or "{}")
        if wanted == held:
            return
        for scope in sorted({*wanted, *held}):
            if wanted.get(scope) != held.get(scope):
                await self._set(scope, wanted.get(scope))
        self._core.keep(CHANNEL, self._name, json.dumps(wanted, ensure_ascii=False))

    def _wanted(self) -> dict[str, Menu]:
        everybody = _menu(self._core.menu(None))
        keepers = {chat: _menu(self._core.menu(Who(CHANNEL, chat, chat))) for chat in self._core.keepers(CHANNEL)}
        return {PRIVATE: everybody, GROUPS: everybody, **keepers}

    async def _set(self, name: str, menu: Menu | None) -> None:
        scope = _scope(name)
        commands = [(command, summary) for command, summary in menu or []]
        try:
            if commands:
                await insist(lambda: self._bot.set_my_commands(commands, scope))
            else:
                await insist(lambda: self._bot.delete_my_commands(scope))
        except TelegramError as error:
            log.warning("命令菜单没有设成（%s）：%s", name, error.message)


def _menu(commands: tuple[Command, ...]) -> Menu:
    return [[command.name.removeprefix("/"), command.summary] for command in commands]


def _scope(name: str) -> BotCommandScope:
    scopes: dict[str, Any] = {PRIVATE: BotCommandScopeAllPrivateChats, GROUPS: BotCommandScopeAllGroupChats}
    return scopes[name]() if name in scopes else BotCommandScopeChat(int(name))
