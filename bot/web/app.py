"""The page and the HTTP interface, served by uvicorn: 127.0.0.1 unless the settings say otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.core.core import Core
from bot.core.limits import Counter, Limits
from bot.settings import PORT, Settings
from bot.web.guard import Guard, is_local
from bot.web.openapi import document
from bot.web.routes import ROUTES
from bot.web.service import MOST, Service, problem
from bot.web.watch import WATCHED
from index.embed import load_encoder
from index.errors import BadSettings, ZhenwenError
from retrieval.assist.workers import Workers

PAGE = {"/": ("index.html", "text/html"), "/app.js": ("app.js", "text/javascript"), "/style.css": ("style.css", "text/css")}
NOT_ASCII = "密钥 ZHENWEN_WEB_KEY 要由字母、数字和符号组成：请求头里写不了汉字。"
OPEN = "在 {host} 上监听时别的机器也能访问，请先设密钥 ZHENWEN_WEB_KEY；只在本机用就不要设 ZHENWEN_WEB_HOST。"


def application(core: Core, settings: Settings) -> ASGIApp:
    """The ASGI application over ``core``."""
    routes = [Route(path, _served(*page)) for path, page in PAGE.items()]
    routes.append(Route("/openapi.json", _document))
    routes += [Route(path, route) for path, route in WATCHED.items()]
    routes += [Route(path, route, methods=[method]) for method, path, route in ROUTES]
    app = Starlette(routes=routes, exception_handlers={ZhenwenError: _told})
    limits = Limits(settings.per_minute, settings.per_day, settings.all_day)
    desk = core.desk
    app.state.service = Service(
        desk, core.respond, Counter(desk.database, desk.now, limits), Workers(MOST), load_encoder(settings.encoder), core.metrics
    )
    return Guard(app, settings.web_key, is_local(settings.web_host))


async def _told(request: Request, error: Exception) -> Response:  # noqa: ARG001  (Starlette's form)
    assert isinstance(error, ZhenwenError)
    return JSONResponse(problem(error), 400)


async def _document(request: Request) -> Response:  # noqa: ARG001
    return JSONResponse(document())


def _served(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    """What serves a file of the page."""
    data = files("bot").joinpath("web", "page", name).read_bytes()

    async def serve(request: Request) -> Response:  # noqa: ARG001
        return Response(data, media_type=f"{kind}; charset=utf-8")

    return serve


class Server(uvicorn.Server):
    """uvicorn without its own hand on the signals: ``zhenwen serve`` has it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def run(core: Core, settings: Settings) -> None:
    """Serve until cancelled. Raises BadSettings when others could reach it without a key, or the port is taken."""
    if not is_local(settings.web_host) and not settings.web_key:
        raise BadSettings(OPEN.format(host=settings.web_host))
    if not settings.web_key.isascii():
        raise BadSettings(NOT_ASCII)
    config = uvicorn.Config(
        application(core, settings),
        settings.web_host,
        settings.web_port or PORT,
        lifespan="off",
        log_level="warning",
        timeout_graceful_shutdown=5,
    )
    server = Server(config)
    serving = asyncio.ensure_future(_serving(server, settings))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await asyncio.wait([serving])


async def _serving(server: Server, settings: Settings) -> None:
    try:
        await server.serve()
    except SystemExit as error:  # what uvicorn does where it cannot listen
        raise BadSettings(
            f"{settings.web_host}:{settings.web_port or PORT} 已被占用或不能监听。请用 ZHENWEN_WEB_PORT 换一个端口。"
        ) from error
