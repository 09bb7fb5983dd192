"""For whatever watches over the program: is it alive, can it answer, what has it done. No word of anybody's is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.core.metrics import gauges, ready
from bot.web.service import Service

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


async def health(request: Request) -> Response:  # noqa: ARG001  (every route is called alike)
    """200 while the process answers at all."""
    return JSONResponse({"alive": True})


async def readiness(request: Request) -> Response:
    """200 when a question would be answered, else 503; what is wrong is for the log and the doctor."""
    service: Service = request.app.state.service
    problem = await service.workers.run(ready, service.desk)
    return JSONResponse({"ready": not problem}, 503 if problem else 200)


async def metrics(request: Request) -> Response:
    """Counts and times in Prometheus' text form."""
    service: Service = request.app.state.service
    return PlainTextResponse(service.metrics.text(await service.workers.run(gauges, service.desk)), media_type=PROMETHEUS)


WATCHED: dict[str, Callable[[Request], Awaitable[Response]]] = {"/health": health, "/ready": readiness, "/metrics": metrics}
