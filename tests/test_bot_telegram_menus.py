"""Everybody sees the commands they may use; what Telegram has already is not sent again."""

import asyncio

from fake_telegram import FakeTelegram
from scripted_core import ScriptedCore, echo
from telegram_bot import running

from bot.telegram import menus


def names(commands):
    return [command["command"] for command in commands]


def test_everybody_has_a_menu_and_a_keeper_a_longer_one(tmp_path):
    async def play():
        async with FakeTelegram() as telegram, running(telegram, ScriptedCore(echo, keepers=["7"]), tmp_path):
            await telegram.until(lambda: len(telegram.commands) == 3, what="three menus")
            shown = {scope: names(commands) for scope, commands in telegram.commands.items()}
        assert shown == {
            "all_private_chats": ["help", "towns"],
            "all_group_chats": ["help", "towns"],
            "7": ["help", "towns", "usage"],
        }
        assert telegram.commands["7"][2]["description"] == "用了多少"
        assert telegram.violations == []

    asyncio.run(play())


def test_a_restart_sends_no_menu_again_and_a_change_only_what_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(menus, "EVERY", 0.2)

    async def play():
        core = ScriptedCore(echo, keepers=["7"])
        async with FakeTelegram() as telegram:
            async with running(telegram, core, tmp_path):
                await telegram.until(lambda: core.values.get(("telegram", f"menus:{telegram.me['id']}")), what="menus are set")
            async with running(telegram, core, tmp_path):
                core.keeper_chats = ["8"]
                await telegram.until(
                    lambda: "8" in telegram.commands and "7" not in telegram.commands, what="both menus have changed"
                )
        assert [call.parameters["scope"] for call in telegram.made("setMyCommands")][3:] == ['{"chat_id": 8, "type": "chat"}']
        assert telegram.violations == []

    asyncio.run(play())


def test_a_keeper_who_has_left_does_not_stop_the_others_menus(tmp_path):
    async def play():
        async with FakeTelegram() as telegram:
            telegram.fail("setMyCommands", 400, "Bad Request: chat not found")
            async with running(telegram, ScriptedCore(echo, keepers=["7", "8"]), tmp_path):
                await telegram.until(lambda: len(telegram.commands) == 3, what="the other menus")

    asyncio.run(play())
