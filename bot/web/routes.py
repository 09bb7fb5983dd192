"""The HTTP interface: each route takes a request, asks the service, and gives JSON, events or a file."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import date
from secrets import token_hex
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.core.drafts import commented, draft_of
from bot.core.types import Stage
from bot.export import memo_file
from bot.ledger import ledger_object
from bot.objects import answer_object, hits_object, proof_object, reports_object
from bot.requests import sound
from bot.web import chat
from bot.web.bodies import LARGEST_FILE, AskBody, ChatBody, MemoBody, VerifyBody, raw, read, turns
from bot.web.service import Service, problem
from index.errors import BadRequest, StoreError, ZhenwenError
from retrieval.evidence.search import search as passages
from retrieval.ledger import ledger as entries_of
from retrieval.plan.pivot import comparison
from retrieval.proof.check import Checked, Proofreader
from retrieval.types import Answer

EVENTS = "text/event-stream"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_HITS = 50


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _user(request: Request) -> str:
    return request.client.host if request.client else "unknown"


async def ask(request: Request) -> Response:
    """One question: the answer object of the command line, or its steps and the answer as events."""
    body = await read(request, AskBody)
    service, question, history = _service(request), sound(body.question), turns(body.history)
    if not body.stream:
        return JSONResponse(answer_object(await service.answer(question, history, _user(request))))
    return StreamingResponse(_events(service, question, history, _user(request)), media_type=EVENTS)


async def _events(service: Service, question: str, history: tuple[str, ...], user: str) -> AsyncIterator[str]:
    yield ": \n\n"  # the first byte, before any work
    try:
        async for event in service.events(question, history, user):
            if isinstance(event, Answer):
                yield _event("answer", answer_object(event))
            else:
                yield _event("stage" if isinstance(event, Stage) else "preview", {"text": event.text})
    except ZhenwenError as error:
        yield _event("error", problem(error))


def _event(name: str, value: object) -> str:
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"


async def search(request: Request) -> Response:
    """Passages only: ``q``, and ``k`` of them."""
    question, k = sound(request.query_params.get("q", "")), _number(request, "k", 10, MOST_HITS)
    if not question:
        raise BadRequest("请写出要查的话（q）。")
    service = _service(request)
    store, encoder = service.desk.store, service.encoder
    found = await service.workers.run(passages, store, encoder, question, None, k)
    return JSONResponse(hits_object(found, {report.id: report for report in store.reports()}))


async def reports(request: Request) -> Response:
    """What the store holds."""
    return JSONResponse(reports_object(_service(request).desk.answerer.reports()))


async def report(request: Request) -> Response:
    """One report: its text and its outline."""
    store, report_id = _service(request).desk.store, request.path_params["id"]
    try:
        with store.reading():
            found, sections = store.report(report_id), store.sections(report_id)
    except StoreError as error:
        return JSONResponse(problem(error), 404)
    outline = [{"path": list(s.path), "label": s.label, "level": s.level, "start": s.start, "end": s.end} for s in sections]
    return JSONResponse(reports_object([found])["reports"][0] | {"text": found.text, "outline": outline})


def _filters(request: Request) -> dict[str, Any]:
    given = {name: request.query_params.get(name, "").strip() for name in ("town", "county", "indicator")}
    year = _number(request, "year", 0, 2100)
    return given | {"year": year or None}


async def ledger(request: Request) -> Response:
    """The figures of a town, county, year or indicator."""
    service = _service(request)
    return JSONResponse(ledger_object(await service.workers.run(entries_of, service.desk.store, **_filters(request))))


async def compare(request: Request) -> Response:
    """One indicator: a row a town, a column a year."""
    service, filters = _service(request), _filters(request)
    if not filters["indicator"]:
        raise BadRequest("请写明要对比哪一项（indicator）。")
    made = comparison(await service.workers.run(entries_of, service.desk.store, **filters), filters["indicator"])
    rows = [
        {"county": row.county, "town": row.town, "cells": [cell and ledger_object([cell])["figures"][0] for cell in row.cells]}
        for row in made.rows
    ]
    return JSONResponse({"indicator": made.indicator, "years": list(made.years), "units": list(made.units), "rows": rows})


async def verify(request: Request) -> Response:
    """核稿: a draft as JSON, or as a file with its name in the query; ``copy=1`` gives a .docx back with comments."""
    service = _service(request)
    service.admit(_user(request))
    if request.headers.get("content-type", "").startswith("application/json"):
        text = sound((await read(request, VerifyBody)).text)
        return JSONResponse(proof_object(await service.workers.run(Proofreader(service.desk.store).check, text)) | {"text": text})
    name, data = request.query_params.get("name", "draft.txt"), await raw(request, LARGEST_FILE)
    text, checked, copy = await service.workers.run(_checked_file, service, name, data)
    if request.query_params.get("copy") == "1":
        if copy is None:
            raise BadRequest("只有 .docx 能带批注给回。")
        return Response(copy, media_type=WORD)
    return JSONResponse(proof_object(checked) | {"text": text})


def _checked_file(service: Service, name: str, data: bytes) -> tuple[str, tuple[Checked, ...], bytes | None]:
    draft = draft_of(name, data)
    checked = Proofreader(service.desk.store).check(draft.text)
    return draft.text, checked, commented(draft.word, checked) if draft.word else None


async def memo(request: Request) -> Response:
    """The answers to some questions as a Word file."""
    from bot.core.memo import TITLE

    body, service = await read(request, MemoBody), _service(request)
    answers = [await service.answer(sound(question), (), _user(request)) for question in body.questions]
    known = {report.id: report for report in service.desk.answerer.reports()}
    data = await service.workers.run(memo_file, body.title.strip() or TITLE, answers, known, date.today())
    return Response(data, media_type=WORD, headers={"content-disposition": 'attachment; filename="memo.docx"'})


async def models(request: Request) -> Response:  # noqa: ARG001  (every route is called alike)
    """The one model, in OpenAI's form."""
    return JSONResponse(chat.models(int(time.time())))


async def completions(request: Request) -> Response:
    """A conversation in OpenAI's form: the last question is answered, the user's earlier ones are its history."""
    body = await read(request, ChatBody)
    question, history = chat.conversation(body)
    answer = await _service(request).answer(sound(question), turns(history), _user(request))
    key, now = token_hex(12), int(time.time())
    if not body.stream:
        return JSONResponse(chat.completion(answer, key, now))
    return StreamingResponse(chat.chunks(answer, key, now), media_type=EVENTS)


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, "") or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and int(text) <= most):
        raise BadRequest(f"{name} 要是不大于 {most} 的整数。")
    return int(text)


Route = Callable[[Request], Any]
ROUTES: tuple[tuple[str, str, Route], ...] = (
    ("POST", "/v1/ask", ask),
    ("GET", "/v1/search", search),
    ("GET", "/v1/reports", reports),
    ("GET", "/v1/reports/{id}", report),
    ("GET", "/v1/ledger", ledger),
    ("GET", "/v1/compare", compare),
    ("POST", "/v1/verify", verify),
    ("POST", "/v1/memo", memo),
    ("GET", "/v1/models", models),
    ("POST", "/v1/chat/completions", completions),
)
BODIES: dict[str, type[BaseModel]] = {"/v1/ask": AskBody, "/v1/verify": VerifyBody, "/v1/memo": MemoBody, "/v1/chat/completions": ChatBody}
PARAMETERS = {
    "/v1/search": ("q", "k"),
    "/v1/ledger": ("town", "county", "indicator", "year"),
    "/v1/compare": ("indicator", "town", "county", "year"),
    "/v1/verify": ("name", "copy"),
}
