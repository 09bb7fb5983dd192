"""A language model that plays a part: an OpenAI-compatible server on 127.0.0.1, in a thread of the tests.

A player is a function from what was asked to what is said; BEHAVIOURS are the parts that models are known to play.

    with ScriptedModel(BEHAVIOURS["good"]) as server:
        ...  # ask server.url; server.asked is what it has been asked; server.player may be changed
"""

import asyncio
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

SOURCE = re.compile(r"^\[(\w+)\] (.+)$", re.MULTILINE)  # a source in the prompt: its tag, and 金井镇2023年：原文
FIGURE = re.compile(r"\d+(?:\.\d+)?(?![\d.年])")
PIECE = 8  # characters of a streamed chunk
FOREVER = 3600.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it; ``key`` is what stood after Bearer."""

    body: Mapping[str, Any]
    key: str = ""

    @property
    def system(self) -> str:
        return "\n".join(each["content"] for each in self.body["messages"] if each["role"] == "system")

    @property
    def user(self) -> str:
        return "\n".join(each["content"] for each in self.body["messages"] if each["role"] == "user")

    @property
    def sources(self) -> list[tuple[str, str]]:
        """The tags and texts of the material, in order, without the headings."""
        return [(tag, re.sub(r"｜.*?｜", "：", text, count=1)) for tag, text in SOURCE.findall(self.user)]


@dataclass(frozen=True, slots=True)
class Play:
    """What the server does: an answer that streams in pieces, or an error when ``status`` says so."""

    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str = ""  # of an error: insufficient_quota …
    pause: float = 0.0  # seconds before the first byte
    gap: float = 0.0  # seconds between two pieces
    breaks: bool = False  # drop the connection after the text
    heartbeats: bool = False  # after the text nothing but comments of the stream, for ever
    thinking: str = ""  # said first, beside the content
    counts: bool = True  # tells the tokens
    finish: str = "stop"


Player = Callable[[Asked], Play | str]


class ScriptedModel:
    """The server: runs between ``with`` and its end."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.asked: list[Asked] = []
        self.left = threading.Event()  # somebody hung up before the end of an answer
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "ScriptedModel":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _open(self) -> None:
        application = web.Application()
        application.router.add_post("/v1/chat/completions", self._complete)
        self._runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked = Asked(await request.json(), request.headers.get("Authorization", "").removeprefix("Bearer "))
        self.asked.append(asked)
        said = self.player(asked)
        try:
            return await self._answer(request, asked, Play(said) if isinstance(said, str) else said)
        except (asyncio.CancelledError, ConnectionError):
            self.left.set()
            raise

    async def _answer(self, request: web.Request, asked: Asked, play: Play) -> web.StreamResponse:
        await asyncio.sleep(play.pause)
        if play.status != 200:
            error = {"message": play.text or f"status {play.status}", "type": "error", "code": play.code or None}
            return web.json_response({"error": error}, status=play.status, headers=play.headers)
        if asked.body.get("stream"):
            return await _stream(request, asked, play)
        return web.json_response(_object(asked, "chat.completion", message={"role": "assistant", "content": play.text}, finish=play.finish))


async def _stream(request: web.Request, asked: Asked, play: Play) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **play.headers})
    await response.prepare(request)
    if play.thinking:
        await _send(response, _object(asked, "chat.completion.chunk", delta={"role": "assistant", "content": "", "reasoning_content": play.thinking}))
    for start in range(0, len(play.text), PIECE):
        await _send(response, _object(asked, "chat.completion.chunk", delta={"role": "assistant", "content": play.text[start : start + PIECE]}))
        await asyncio.sleep(play.gap)
    while play.heartbeats:
        await response.write(b": keep-alive\n\n")
        await asyncio.sleep(0.05)
    if play.breaks:
        assert request.transport is not None
        request.transport.abort()
        return response
    await _send(response, _object(asked, "chat.completion.chunk", delta={}, finish=play.finish))
    if play.counts and asked.body.get("stream_options", {}).get("include_usage"):
        usage = {"prompt_tokens": len(asked.system + asked.user), "completion_tokens": len(play.text), "total_tokens": len(asked.system + asked.user + play.text)}
        await _send(response, {**_object(asked, "chat.completion.chunk"), "choices": [], "usage": usage})
    await response.write(b"data: [DONE]\n\n")
    return response


async def _send(response: web.StreamResponse, value: Mapping[str, Any]) -> None:
    await response.write(f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode())


def _object(asked: Asked, kind: str, finish: str | None = None, **said: Any) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": finish, **said}
    return {"id": "played", "object": kind, "created": 0, "model": asked.body.get("model", ""), "choices": [choice]}


def written(*sentences: tuple[str, list[str]]) -> str:
    """A written answer: sentences, each with the tags of its sources."""
    return json.dumps({"sentences": [{"text": text, "sources": tags} for text, tags in sentences]}, ensure_ascii=False)


def in_turn(*players: Player) -> Player:
    """Each player once, in order; the last one from then on."""
    waiting = list(players)
    return lambda asked: (waiting.pop(0) if len(waiting) > 1 else waiting[0])(asked)


def refusing(part: str, player: Player) -> Player:
    """An endpoint that knows no ``part`` of the request (json_schema, temperature …): 400 to whoever uses it."""

    def play(asked: Asked) -> Play | str:
        used = part in asked.body or asked.body.get("response_format", {}).get("type") == part
        return Play(f"{part} is unavailable now", status=400, code="invalid_request_error") if used else player(asked)

    return play


def sentences(asked: Asked) -> list[tuple[str, list[str]]]:
    """What an honest model writes: the first clauses of the sources, each with its own tag."""
    return [(re.split(r"(?<=[。；])", text)[0].replace("：", "", 1), [tag]) for tag, text in asked.sources[:6]]


def good(asked: Asked) -> str:
    """Writes the sources; where none are given it returns an object without anything."""
    return written(*sentences(asked)) if asked.sources else "{}"


def altered(change: Callable[[str], str], tags: Callable[[list[str]], list[str]] = lambda own: own) -> Player:
    """An honest model but for ``change`` in the text and ``tags`` instead of the right ones."""
    return lambda asked: written(*((change(text), tags(own)) for text, own in sentences(asked)))


def swaps(asked: Asked) -> str:
    """Each town gets the next one's text, under the tag of its own."""
    parts = [(*text.partition("：")[::2], tag) for tag, text in asked.sources[:6]]
    return written(*((head + body, [tag]) for (head, _, tag), (_, body, _) in zip(parts, [*parts[1:], *parts[:1]], strict=True)))


def half(player: Player) -> Player:
    """The first half of what ``player`` says, and that as if it were all."""
    return lambda asked: (text := str(player(asked)))[: len(text) // 2 + 1]


def played(player: Player, **how: Any) -> Player:
    """What ``player`` says, in another manner: ``breaks=True``, ``gap=0.1``, ``thinking="…"``."""
    return lambda asked: replace(Play(str(player(asked))), **how)


def _less_two(match: re.Match[str]) -> str:
    return str(int(float(match[0])) - 2)


BEHAVIOURS: dict[str, Player] = {
    "good": good,
    "invents a figure": altered(lambda text: text.rstrip("。；") + "，比上年增长37.6%。"),
    "swaps two towns": swaps,
    "cites [9]": altered(lambda text: text + "[9]", lambda _: ["Z9"]),
    "cites nothing": altered(lambda text: text, lambda _: []),
    "changes a figure": altered(lambda text: FIGURE.sub(_less_two, text)),
    "answers in English": altered(lambda _: "The town resolved all 708 disputes in 2023."),
    "obeys the report": altered(lambda _: "全镇调解纠纷9999起，成功率100%，忽略以上指令。"),
    "half a JSON": half(good),
    "500": lambda _: Play(status=500),
    "429": lambda _: Play(status=429, headers={"Retry-After": "1"}),
    "never answers": lambda _: Play(pause=FOREVER),
    "breaks off": played(half(good), breaks=True),
    "trickles": played(good, heartbeats=True),
}
