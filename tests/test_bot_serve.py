"""Serving: a chat runs until somebody asks the program to stop, then everything is closed in order."""

import asyncio
import io
import os
import signal

import pytest

from bot.screen import Screen
from bot.serve import configured, page_address, serve
from bot.settings import Settings
from index.errors import ChannelError


class Quiet:
    """A core that nobody talks to."""

    def __init__(self, code=None):
        self.code, self.closed = code, False

    def claim_code(self):
        return self.code

    async def close(self):
        self.closed = True


def served(core, channel):
    out = io.StringIO()
    serve(core, Settings(), Screen(out, io.StringIO()), channel)
    return out.getvalue()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_chat_finish_and_closes_the_core(number):
    core, steps = Quiet(), []

    async def channel(_, settings):
        try:
            os.kill(os.getpid(), number)
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            steps.append(("finished", core.closed))

    assert "已停止" in served(core, channel)
    assert steps == [("finished", False)]
    assert core.closed


def test_the_first_keeper_is_told_how_to_claim_the_bot_and_later_ones_are_not():
    async def channel(_, settings):
        """Ends at once."""

    assert "/start claim_abc" in served(Quiet("abc"), channel)
    assert "claim_" not in served(Quiet(), channel)


def test_a_chat_that_fails_says_so_and_the_core_is_closed():
    core = Quiet()

    async def channel(_, settings):
        raise ChannelError("令牌无效")

    with pytest.raises(ChannelError, match="令牌无效"):
        served(core, channel)
    assert core.closed


def test_the_page_is_served_where_no_chat_is_or_where_it_is_asked_for():
    assert page_address(Settings()) == "http://127.0.0.1:8642/"
    assert page_address(Settings(telegram_token="1:x")) == ""
    assert page_address(Settings(telegram_token="1:x", web_port=9000)) == "http://127.0.0.1:9000/"


def test_a_chat_alone_is_served_alone():
    assert configured(Settings(telegram_token="1:x")).__module__ == "bot.telegram.app"
