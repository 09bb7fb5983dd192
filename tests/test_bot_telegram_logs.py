"""No token and no password is in any log, whatever goes wrong and however much is logged."""

import asyncio
import io
import logging
import re

import pytest
from fake_telegram import LOST_REQUEST, FakeTelegram
from scripted_core import ScriptedCore
from telegram_bot import running

from bot.core.types import Reply
from bot.logs import Discreet
from bot.telegram.logs import keep_secrets


@pytest.fixture
def log():
    """Everything that is logged at any level, as a keeper's log file would have it."""
    root, written = logging.getLogger(), io.StringIO()
    handler, level = logging.StreamHandler(written), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_token_is_logged_though_everything_is_and_everything_goes_wrong(tmp_path, log):
    async def failing(what):
        if what.document:
            await what.document.fetch()
        raise RuntimeError(f"at http://proxy:secretword@10.0.0.1/bot{telegram_token}/getMe")
        yield Reply("")

    async def play():
        nonlocal telegram_token
        async with FakeTelegram() as telegram:
            telegram_token = telegram.token
            for method in ("getMe", "getUpdates", "sendMessage", "file"):
                telegram.fail(method, LOST_REQUEST)
            async with running(telegram, ScriptedCore(failing), tmp_path):
                for name in ("httpx", "httpcore", "telegram"):
                    logging.getLogger(name).setLevel(logging.DEBUG)
                person = telegram.person(7)
                await person.asks("问", 8)
                await person.upload("报告.txt", b"1")
                await person.hears(8)

    telegram_token = ""
    asyncio.run(play())
    assert "/getMe" in log.getvalue()
    assert "/bot***/" in log.getvalue()
    assert not re.search(r"\d+:[\w-]{20,}", log.getvalue())
    assert "secretword" not in log.getvalue()


def test_the_words_of_a_question_are_not_logged(tmp_path, log):
    async def failing(what):
        raise RuntimeError("x")
        yield

    async def play():
        async with FakeTelegram() as telegram, running(telegram, ScriptedCore(failing), tmp_path):
            await telegram.person(7).asks("某某的私事")

    asyncio.run(play())
    assert "某某的私事" not in log.getvalue()


def test_handlers_are_made_discreet_once(log):
    keep_secrets()
    keep_secrets()
    formatter = next(handler for handler in logging.getLogger().handlers if getattr(handler, "stream", None) is log).formatter
    assert isinstance(formatter, Discreet)
    assert not isinstance(formatter._inner, Discreet)
