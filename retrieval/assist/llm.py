"""The line to a language model: the only door to LangChain's chat models. Words in, a value of a schema out, by a deadline.

LangChain's client runs in an event loop of its own thread, so that whoever waits can stop waiting, whatever the endpoint does;
then the connection is closed, and a server notices that nobody listens any more.
"""

from __future__ import annotations

import asyncio
import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel

from index.errors import ModelUnavailable
from retrieval.assist.endpoint import FORMS, Endpoint
from retrieval.assist.faults import HALF, NONSENSE, SLOW, TOO_LONG, WITHHELD, Fault, fault_of
from retrieval.assist.workers import Workers
from retrieval.reply.saying import ordered, spoken, tokens_in, value_in

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

T = TypeVar("T", bound=BaseModel)

MOST_TOKENS, ANSWER_SHARE = 4_000, 0.3  # of one answer, thoughts included; of a small context that share
ATTEMPTS = 3
BACK_OFF = 0.5  # seconds before the second attempt, doubled for the third, and up to as much again by chance
BEAT = 0.25  # seconds between two looks at whether the asker still wants it
CONNECT = 5.0  # seconds to reach the endpoint
LOOK_UPS = 64  # at once; a name server that does not answer holds one for as long as the system waits
ENDS = {"length": TOO_LONG, "max_tokens": TOO_LONG, "content_filter": WITHHELD}

NO_PACKAGE = "用 {provider} 的语言模型还要安装它的 LangChain 包：请运行 pip install {package}。"
NO_PROVIDER = "不认识语言模型的提供方 {provider}。OpenAI 兼容的接口请设 ZHENWEN_MODEL_URL；其余的名称见 LangChain 的 init_chat_model。"


@dataclass(slots=True)
class Tally:
    """Tokens of all the attempts so far, in and out: as the endpoint counts them, or about as many as there are."""

    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Manner:
    """How an endpoint is asked: in which form, and without which options that it does not know."""

    form: str
    without: frozenset[str] = frozenset()
    most_tokens: int = MOST_TOKENS

    def options(self, schema: type[BaseModel]) -> dict[str, Any]:
        """The request's options; ``extra_body`` goes out as it stands here."""
        formats = {
            "json_schema": {"type": "json_schema", "json_schema": {"name": schema.__name__, "schema": schema.model_json_schema()}},
            "json_object": {"type": "json_object"},
        }
        body = {"temperature": 0, "max_tokens": self.most_tokens, "response_format": formats.get(self.form)}
        body = {name: value for name, value in body.items() if value is not None and name not in self.without}
        return {"extra_body": body, "stream_usage": "stream_options" not in self.without}

    def milder(self, complaint: str) -> Manner | None:
        """The next manner to try after ``complaint``; None when that is not about the manner."""
        for name in ("max_tokens", "temperature", "stream_options"):
            if name in complaint and name not in self.without:
                return replace(self, without=self.without | {name})
        if self.form != FORMS[-1] and any(word in complaint.lower() for word in ("response_format", "json", "schema", "grammar", "guided")):
            return replace(self, form=FORMS[FORMS.index(self.form) + 1])
        return None


class _Word(BaseModel):
    """The answer to a ping."""

    word: str


class Line:
    """The line to one endpoint. Threads may share it; what it learns of the endpoint's manners serves them all."""

    def __init__(self, endpoint: Endpoint, context: int = 0) -> None:
        """``context`` are the tokens that the model holds; 0 for as many as are asked of it."""
        self.endpoint = endpoint
        self.manner = Manner(endpoint.form, most_tokens=min(MOST_TOKENS, int(ANSWER_SHARE * context)) if context else MOST_TOKENS)
        self._model: BaseChatModel | None = None
        self._loop = asyncio.new_event_loop()
        self._look_ups = Workers(LOOK_UPS)  # for what is not asynchronous: looking up names, the packages of some providers
        self._loop.set_default_executor(self._look_ups)
        threading.Thread(target=self._loop.run_forever, name="language-model", daemon=True).start()

    def warm(self) -> None:
        """Load what is needed now, beside other work: seconds that the first question need not wait."""
        asyncio.run_coroutine_threadsafe(self._load(), self._loop)

    def ping(self, seconds: float) -> float:
        """Seconds in which the endpoint answers a word, at most ``seconds``; loading the client is not counted. Raises ModelUnavailable."""
        asyncio.run_coroutine_threadsafe(self._load(), self._loop).result()
        started = monotonic()
        self.ask("这是连通检查。", "请把 word 写成“好”。", _Word, deadline=started + seconds, tally=Tally())
        return monotonic() - started

    def close(self) -> None:
        """Break off what is still running."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._look_ups.close()

    def ask(
        self, system: str, user: str, schema: type[T], *, deadline: float, tally: Tally, on_text: Callable[[str], None] | None = None
    ) -> T:
        """A value of ``schema``, by ``deadline`` (of ``time.monotonic``), in at most ATTEMPTS attempts; ``tally`` counts them all.

        Raises ModelUnavailable, and what ``on_text`` raises.
        """
        call = _Call(ordered(system, schema), user, schema, deadline, tally, on_text or _nobody)
        attempt = 1
        while True:
            manner = self.manner
            try:
                return self._attempt(call, manner)
            except Fault as fault:
                milder = manner.milder(fault.complaint) if self.endpoint.compatible else None
                if milder:
                    self.manner = milder
                    continue
                wait = max(fault.wait, BACK_OFF * 2 ** (attempt - 1) * (1 + random.random()))
                if not fault.again or attempt == ATTEMPTS or monotonic() + wait >= deadline:
                    raise ModelUnavailable(str(fault)) from None
                _wait(wait, call.listen)
                attempt += 1

    def _attempt(self, call: _Call[T], manner: Manner) -> T:
        pieces: SimpleQueue[AIMessageChunk | Fault | None] = SimpleQueue()
        options = manner.options(call.schema) if self.endpoint.compatible else {}
        running = asyncio.run_coroutine_threadsafe(self._stream([("system", call.system), ("human", call.user)], options, pieces), self._loop)
        heard, fault = _Heard(), Fault(HALF, again=True)
        try:
            while (piece := _next(pieces, call.deadline, lambda: call.listen(spoken(heard.text)))) is not None:
                heard.take(piece)
                if pieces.empty():
                    call.listen(spoken(heard.text))
            if heard.end:
                fault = Fault(ENDS.get(heard.end, NONSENSE))  # another attempt would say the same
        except Fault as broken:
            if not (heard.text and broken.again):
                fault = broken
        finally:
            running.cancel()
            heard.count(call.tally, call.system + call.user)
        value = value_in(heard.text, call.schema)  # a whole value is one, even if the stream went on or broke after it
        if value is None:
            raise fault
        return value

    async def _stream(self, messages: list[tuple[str, str]], options: dict[str, Any], pieces: SimpleQueue[AIMessageChunk | Fault | None]) -> None:
        """Put what comes into ``pieces``, and at the end None or the fault."""
        try:
            from langsmith import tracing_context

            with tracing_context(enabled=False):  # LANGSMITH_TRACING in the environment must not send the reports elsewhere
                async for chunk in self._opened().astream(messages, **options):
                    pieces.put(chunk)
            pieces.put(None)
        except Fault as fault:
            pieces.put(fault)
        except Exception as error:  # noqa: BLE001  # the packages of the providers raise what they like; here it ends
            pieces.put(fault_of(error, place=self.endpoint.place, model=self.endpoint.model, key=self.endpoint.key))

    async def _load(self) -> None:
        self._opened()

    def _opened(self) -> BaseChatModel:
        if self._model is None:
            self._model = _chat_model(self.endpoint)
        return self._model


@dataclass(frozen=True, slots=True)
class _Call(Generic[T]):
    """What is asked, until when, and who listens."""

    system: str
    user: str
    schema: type[T]
    deadline: float
    tally: Tally
    listen: Callable[[str], None]


@dataclass(slots=True)
class _Heard:
    """What has come of one answer."""

    text: str = ""
    end: str = ""  # why the endpoint stopped: stop, length …; empty while it has not said
    chunks: int = 0
    told: tuple[int, int] | None = None  # tokens in and out, when the endpoint tells

    def take(self, chunk: AIMessageChunk) -> None:
        self.chunks += 1
        self.text += chunk.text
        self.end = str(chunk.response_metadata.get("finish_reason") or chunk.response_metadata.get("stop_reason") or self.end)
        if chunk.usage_metadata:
            self.told = (chunk.usage_metadata["input_tokens"], chunk.usage_metadata["output_tokens"])

    def count(self, tally: Tally, asked: str) -> None:
        """Add to ``tally``; where the endpoint did not tell, as much as there is to see: thoughts come as chunks without text."""
        if self.chunks:
            told = self.told or (tokens_in(asked), max(self.chunks, tokens_in(self.text)))
            tally.input_tokens += told[0]
            tally.output_tokens += told[1]


def _next(pieces: SimpleQueue[AIMessageChunk | Fault | None], deadline: float, beat: Callable[[], None]) -> AIMessageChunk | None:
    """The next piece, None after the last; raises the fault that came, or SLOW at the deadline."""
    while (left := deadline - monotonic()) > 0:
        try:
            piece = pieces.get(timeout=min(left, BEAT))
        except Empty:
            beat()
            continue
        if isinstance(piece, Fault):
            raise piece
        return piece
    raise Fault(SLOW)


def _wait(seconds: float, listen: Callable[[str], None]) -> None:
    """Wait, but not longer than the asker wants."""
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        listen("")
        sleep(min(left, BEAT))


def _nobody(_: str) -> None:
    """Nobody follows the text."""


def _chat_model(endpoint: Endpoint) -> BaseChatModel:
    """LangChain's client for ``endpoint``. Raises Fault when its package is not there."""
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = _network(endpoint) if endpoint.compatible else {"temperature": 0}
    if endpoint.key:
        options["api_key"] = endpoint.key
    try:
        model: BaseChatModel = init_chat_model(endpoint.model, model_provider=endpoint.provider, **options)
        return model
    except ImportError as error:
        package = re.search(r"pip install ([\w-]+)", str(error))
        raise Fault(NO_PACKAGE.format(provider=endpoint.provider, package=package[1] if package else f"langchain-{endpoint.provider}")) from error
    except ValueError as error:
        raise Fault(NO_PROVIDER.format(provider=endpoint.provider)) from error


def _network(endpoint: Endpoint) -> dict[str, Any]:
    """How the OpenAI client reaches ``endpoint``. The deadline is kept elsewhere; only reaching it has a time of its own."""
    from openai import DefaultAsyncHttpxClient, Timeout

    direct: dict[str, None] = {"http://": None, "https://": None} if endpoint.nearby else {}  # past the environment's proxies
    timeout = Timeout(None, connect=CONNECT)
    return {
        "base_url": endpoint.url,
        "api_key": "none",  # the client wants one; Ollama and vLLM do not look at it
        "max_retries": 0,
        "use_responses_api": False,
        "timeout": timeout,
        "stream_chunk_timeout": None,
        "http_async_client": DefaultAsyncHttpxClient(timeout=timeout, mounts=direct),
    }
