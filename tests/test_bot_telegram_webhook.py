"""Receiving by webhook: only Telegram gets in, nothing is lost, and whoever watches can see whether it is well."""

import asyncio
import socket

import pytest
from aiohttp import ClientSession
from fake_telegram import FakeTelegram
from scripted_core import FullDisk, ScriptedCore, echo
from telegram_bot import QUICK, running

from bot.settings import Settings
from bot.telegram.app import run
from index.errors import BadSettings


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def by_webhook(conversation, core, folder):
    async def play():
        port = free_port()
        url = f"http://127.0.0.1:{port}/hook"
        async with (
            FakeTelegram() as telegram,
            running(telegram, core, folder, webhook_url=url, webhook_secret="s3cret-x", webhook_port=port),
            ClientSession() as http,
        ):
            await conversation(telegram, http, url)
        assert telegram.violations == []

    asyncio.run(play())


def test_questions_that_are_pushed_are_answered(tmp_path):
    async def conversation(telegram, http, url):
        assert telegram.webhook["secret_token"] == "s3cret-x"
        assert telegram.webhook["allowed_updates"] == ["message", "callback_query", "stopped_message_generation"]
        assert (await telegram.person(7).asks("问"))["text"] == "您说：问"

    by_webhook(conversation, core := ScriptedCore(echo), tmp_path)
    assert core.finished


def test_who_does_not_know_the_secret_is_not_let_in(tmp_path):
    core = ScriptedCore(echo)

    async def conversation(telegram, http, url):
        for headers, body, status in [
            ({}, b"{}", 403),
            ({"X-Telegram-Bot-Api-Secret-Token": "wrong"}, b"{}", 403),
            ({"X-Telegram-Bot-Api-Secret-Token": "s3cret-x"}, b"not json", 400),
            ({"X-Telegram-Bot-Api-Secret-Token": "s3cret-x"}, b"[1]", 400),
        ]:
            async with http.post(url, data=body, headers=headers) as response:
                assert response.status == status
        assert core.asked == []

    by_webhook(conversation, core, tmp_path)


def test_what_could_not_be_written_down_is_pushed_again(tmp_path, caplog):
    async def conversation(telegram, http, url):
        await telegram.person(7).asks("问")
        assert len(telegram.said(7)) == 1

    by_webhook(conversation, FullDisk(echo, 2), tmp_path)
    assert "磁盘满了" in caplog.text


def test_health_is_shown_while_telegram_answers(tmp_path):
    async def conversation(telegram, http, url):
        async with http.get(url.replace("/hook", "/health")) as response:
            assert response.status == 200
            assert (await response.json())["sound"] is True
        telegram.fail("*", 502, "Bad Gateway", times=99)
        await asyncio.sleep(QUICK.poll + QUICK.slack + QUICK.silence + 0.5)
        async with http.get(url.replace("/hook", "/health")) as response:
            assert response.status == 503

    by_webhook(conversation, ScriptedCore(echo), tmp_path)


@pytest.mark.parametrize("wrong", [{"webhook_secret": ""}, {"webhook_secret": "空 格"}, {"webhook_port": "taken"}])
def test_a_webhook_that_cannot_work_is_told_in_words(tmp_path, wrong):
    async def play():
        async with FakeTelegram() as telegram:
            given = {"webhook_url": "https://a.example/hook", "webhook_secret": "s3cret", "webhook_port": free_port()} | wrong
            if given["webhook_port"] == "taken":
                given["webhook_port"] = int(telegram.url.rpartition(":")[2])
            settings = Settings(telegram_token=telegram.token, telegram_url=telegram.url, database=tmp_path / "z.sqlite", **given)
            with pytest.raises(BadSettings, match="WEBHOOK"):
                await run(ScriptedCore(echo), settings, QUICK)

    asyncio.run(play())
