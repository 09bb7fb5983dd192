"""Receiving by being called: an HTTP server on this machine, behind a proxy that speaks TLS. Optional."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.settings import Settings
from bot.telegram.incoming import WANTED
from bot.telegram.line import Line
from bot.telegram.polling import NOT_WRITTEN, Take
from index.errors import BadSettings, ZhenwenError

log = logging.getLogger(__name__)

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 1 << 20  # bytes of an update


async def listen(bot: Bot, line: Line, take: Take, settings: Settings) -> None:
    """Receive updates until cancelled; ``GET /health`` says 200 while Telegram can be reached. Raises BadSettings, InvalidToken."""
    if not SECRET.fullmatch(settings.webhook_secret):
        raise BadSettings("用 webhook 要设暗号：把 ZHENWEN_WEBHOOK_SECRET 设为 1 到 256 个字母、数字、- 或 _。")
    async with _serving(settings, line, take):
        while True:
            try:
                await _register(bot, settings)
                line.heard()
                await asyncio.sleep(line.pace.silence)
            except InvalidToken:
                raise
            except TelegramError as error:
                await line.failed(type(error).__name__)


async def _register(bot: Bot, settings: Settings) -> None:
    """Tell Telegram where to call, unless it knows; tell the keeper what its last call met."""
    known = await bot.get_webhook_info()
    if known.url != settings.webhook_url:
        await bot.set_webhook(settings.webhook_url, secret_token=settings.webhook_secret, allowed_updates=WANTED)
    elif known.last_error_message and known.pending_update_count:
        log.warning("Telegram 送不到 %s：%s", settings.webhook_url, known.last_error_message)


@asynccontextmanager
async def _serving(settings: Settings, line: Line, take: Take) -> AsyncIterator[None]:
    rules = [("/health", Health, {"line": line}), (".*", Inlet, {"secret": settings.webhook_secret, "take": take})]
    server = HTTPServer(Application(rules, log_function=_unlogged), max_body_size=LARGEST)  # type: ignore[arg-type]
    try:
        server.listen(settings.webhook_port, "127.0.0.1")
    except OSError as error:
        raise BadSettings(f"端口 {settings.webhook_port} 用不了（{error.strerror}）。请换一个 ZHENWEN_WEBHOOK_PORT。") from error
    try:
        yield
    finally:
        server.stop()
        await server.close_all_connections()


def _unlogged(_: RequestHandler) -> None:
    """No access log."""


class Health(RequestHandler):
    """For whatever watches over the program."""

    def initialize(self, line: Line) -> None:
        self._line = line

    def get(self) -> None:
        self.set_status(200 if self._line.sound else 503)
        self.write({"sound": self._line.sound, "silent_s": round(self._line.silent)})


class Inlet(RequestHandler):
    """Where Telegram calls. What is not answered with 200 it sends again."""

    def initialize(self, secret: str, take: Take) -> None:
        self._secret = secret
        self._take = take

    async def post(self) -> None:
        if not hmac.compare_digest(self.request.headers.get(SECRET_HEADER, "").encode(), self._secret.encode()):
            self.send_error(403)
            return
        try:
            update: Any = json.loads(self.request.body)
            await self._take([update])
        except (ValueError, TypeError, KeyError):
            self.send_error(400)
        except ZhenwenError as error:
            log.error(NOT_WRITTEN, error)
            self.send_error(503)
