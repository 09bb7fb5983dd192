"""The line to a language model, over real HTTP and the real LangChain client: what comes back, in which time, and what is never shown."""

import json
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from socketserver import StreamRequestHandler, ThreadingTCPServer
from textwrap import dedent
from time import monotonic

import pytest
from conftest import ROOT
from pydantic import BaseModel, ConfigDict
from scripted_model import BEHAVIOURS, FOREVER, Play, ScriptedModel, good, half, in_turn, played, refusing, written

from index.errors import Cancelled, ModelUnavailable
from retrieval.assist.endpoint import Endpoint
from retrieval.assist.llm import Line, Tally

MATERIAL = "问题\n<资料 x>\n[A1] 金井镇2023年：共调解708起，成功率87%。\n[B2] 高观镇2022年：共调解36起。\n</资料 x>"
SAID = [("金井镇2023年共调解708起，成功率87%。", ["A1"]), ("高观镇2022年共调解36起。", ["B2"])]
KEY = "sk-verysecret123"
GRACE = 0.6  # seconds over the deadline, on a busy machine; alone it is a few milliseconds


class Sentence(BaseModel):
    text: str
    sources: list[str]


class Written(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sentences: list[Sentence]


VALUE = Written.model_validate_json(written(*SAID))


@pytest.fixture(scope="module")
def server():
    with ScriptedModel(good) as server:
        yield server


@pytest.fixture(scope="module")
def opened(server):
    """One line for all: loading LangChain takes seconds on a busy machine, and that is not what is measured here."""
    line = Line(Endpoint.of("m", server.url, KEY))
    assert ask(line, 60) == VALUE
    yield line
    line.close()


@pytest.fixture
def line(server, opened):
    server.player = good
    server.asked.clear()
    server.left.clear()
    opened.manner = type(opened.manner)("json_schema")
    return opened


def ask(line, seconds=10, tally=None, on_text=None):
    return line.ask("系统", MATERIAL, Written, deadline=monotonic() + seconds, tally=tally or Tally(), on_text=on_text)


def failed(line, seconds=5):
    """What a call says when it fails, and how long that took."""
    started = monotonic()
    with pytest.raises(ModelUnavailable) as failure:
        ask(line, seconds)
    assert type(failure.value) is ModelUnavailable
    return str(failure.value), monotonic() - started


def test_a_good_model_is_heard(line, server):
    tally = Tally()
    assert ask(line, tally=tally) == VALUE
    asked = server.asked[0]
    assert (asked.key, asked.user, asked.body["model"], asked.body["temperature"]) == (KEY, MATERIAL, "m", 0)
    assert asked.system.startswith("系统")
    assert "JSON" in asked.system
    assert asked.body["response_format"]["json_schema"]["schema"] == Written.model_json_schema()
    assert (tally.input_tokens, tally.output_tokens) == (len(asked.system + asked.user), len(written(*SAID)))


FAILURES = {  # what is played: (the words, how many requests, the most seconds of a call that has five)
    "half a JSON": (BEHAVIOURS["half a JSON"], "没有按要求的格式", 1, 1.5),
    "prose": (lambda _: "好的，我来写。", "没有按要求的格式", 1, 1.5),
    "another value": (lambda _: '{"sentences": "无"}', "没有按要求的格式", 1, 1.5),
    "nothing": (lambda _: "", "没有按要求的格式", 1, 1.5),
    "deep nesting": (lambda _: '{"a":' * 3_000, "没有按要求的格式", 1, 4.0),
    "breaks off": (BEHAVIOURS["breaks off"], "断了", 3, 4.0),
    "500": (BEHAVIOURS["500"], "服务出错（500）", 3, 4.0),
    "429 for a minute": (lambda _: Play(status=429, headers={"Retry-After": "60"}), "正忙或限流", 1, 1.5),
    "429 without quota": (lambda _: Play("You exceeded your quota", status=429, code="insufficient_quota"), "额度用完", 1, 1.5),
    "401": (lambda _: Play(f"Incorrect API key provided: {KEY}", status=401), "拒绝了密钥", 1, 1.5),
    "402": (lambda _: Play("Insufficient Balance", status=402), "额度用完", 1, 1.5),
    "404": (lambda _: Play("model not found", status=404), "没有模型 m", 1, 1.5),
    "400": (lambda _: Play(f"bad request of {KEY}", status=400), "不接受这样的请求（400）", 1, 1.5),
    "too long": (played(half(good), finish="length"), "太长", 1, 1.5),
    "withheld": (played(half(good), finish="content_filter"), "拦下", 1, 1.5),
    "never answers": (BEHAVIOURS["never answers"], "没有答完", 1, 5 + GRACE),
    "drips": (played(lambda _: "{" + " " * 4000, gap=0.1), "没有答完", 1, 5 + GRACE),
    "heartbeats": (played(half(good), heartbeats=True), "没有答完", 1, 5 + GRACE),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_told_in_words_and_in_time(name, line, server):
    server.player, words, requests, most = FAILURES[name]
    patient = most > 5
    said, took = failed(line, 1 if patient else 5)
    assert words in said
    assert KEY not in said
    assert len(server.asked) == requests
    assert took < (1 + GRACE if patient else most + GRACE)


def test_nobody_there_is_told_as_such():
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{port.getsockname()[1]}"
    line = Line(Endpoint.of("m", f"http://{address}/v1", KEY))
    said, took = failed(line, 10)
    assert f"连不上语言模型（{address}）" in said
    assert took < 10


def test_a_name_that_does_not_resolve_holds_up_neither_the_answer_nor_the_end_of_the_program():
    script = """
        import socket, time
        socket.getaddrinfo = lambda *_, **__: time.sleep(60)
        from retrieval.assist.endpoint import Endpoint
        from retrieval.assist.llm import Line, Tally
        from index.errors import ModelUnavailable
        from retrieval.assist.model import BaseModel
        class Value(BaseModel): text: str
        line = Line(Endpoint.of("m", "http://model.example.com/v1", "k"))
        import langchain_openai
        try: line.ask("s", "u", Value, deadline=time.monotonic() + 3, tally=Tally())
        except ModelUnavailable as error: print(error)
    """
    started = monotonic()
    done = subprocess.run([sys.executable, "-c", dedent(script)], cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=55)
    assert ("没有答完" in done.stdout, done.stderr) == (True, "")
    assert monotonic() - started < 45


def test_what_passes_is_tried_again_no_sooner_than_told(line, server):
    server.player = in_turn(BEHAVIOURS["500"], lambda _: Play(status=429, headers={"Retry-After": "2"}), good)
    started = monotonic()
    assert ask(line) == VALUE
    assert len(server.asked) == 3
    assert monotonic() - started >= 2.5


def test_a_whole_value_counts_though_the_stream_broke_or_never_ended(line, server):
    server.player = played(good, breaks=True)
    assert ask(line) == VALUE
    server.player = BEHAVIOURS["trickles"]
    assert ask(line, 1) == VALUE


@pytest.mark.parametrize(("before", "after"), [("```json\n", "\n```"), ("这是结果：\n", "\n希望有帮助。"), ("<think>先想{想}。</think>\n", "")])
def test_a_value_is_found_in_what_stands_around_it(before, after, line, server):
    server.player = lambda asked: before + good(asked) + after
    assert ask(line) == VALUE


@pytest.mark.parametrize(
    ("unknown", "form"),
    [
        (("json_schema",), "json_object"),
        (("json_schema", "json_object"), None),
        (("temperature",), "json_schema"),
        (("max_tokens", "stream_options"), "json_schema"),
        (("temperature", "max_tokens", "stream_options", "response_format"), None),
    ],
)
def test_what_an_endpoint_does_not_know_is_left_out_from_then_on(unknown, form, line, server):
    server.player = good
    for part in unknown:
        server.player = refusing(part, server.player)
    assert ask(line) == VALUE
    learning = len(server.asked)
    assert ask(line) == VALUE
    assert len(server.asked) == learning + 1
    body = server.asked[-1].body
    assert not set(unknown) & set(body)
    assert body.get("response_format", {}).get("type") == form


def test_tokens_are_estimated_where_the_endpoint_does_not_tell_them(line, server):
    server.player, tally = played(good, counts=False), Tally()
    ask(line, tally=tally)
    assert tally.input_tokens > len("共调解708起")
    assert 20 < tally.output_tokens < len(written(*SAID))


def test_every_attempt_is_counted(line, server):
    one, all_of_them = Tally(), Tally()
    ask(line, tally=one)
    server.player = in_turn(BEHAVIOURS["breaks off"], good)
    ask(line, tally=all_of_them)
    assert all_of_them.output_tokens > one.output_tokens


def test_the_text_so_far_is_told_in_the_asker_s_own_thread_and_without_thoughts(line, server):
    server.player = lambda asked: Play("<think>金井</think>" + good(asked), gap=0.02)
    heard, threads = [], set()
    ask(line, on_text=lambda text: (heard.append(text), threads.add(threading.current_thread())))
    assert all(later.startswith(earlier) for earlier, later in pairwise(heard))
    assert len(set(heard)) > 3
    assert json.loads(heard[-1]) == VALUE.model_dump()
    assert threads == {threading.current_thread()}


@pytest.mark.parametrize("player", [BEHAVIOURS["never answers"], lambda _: Play(status=429, headers={"Retry-After": "8"})])
def test_the_asker_can_stop_it_though_nothing_comes(player, line, server):
    server.player = player
    started = monotonic()

    def stop(_: str) -> None:
        if monotonic() - started > 0.5:
            raise Cancelled("停")

    with pytest.raises(Cancelled):
        ask(line, 10, on_text=stop)
    assert monotonic() - started < 1 + GRACE


def test_an_endpoint_nobody_waits_for_is_hung_up_on(line, server):
    server.player = BEHAVIOURS["never answers"]
    failed(line, 0.5)
    assert server.left.wait(5)


def test_threads_share_a_line_and_one_that_hangs_holds_up_no_other(line, server):
    server.player = lambda asked: Play(pause=FOREVER) if "挂" in asked.user else good(asked)
    with ThreadPoolExecutor(8) as pool:
        hanging = pool.submit(line.ask, "挂", "挂", Written, deadline=monotonic() + 4, tally=Tally())
        assert list(pool.map(lambda _: ask(line), range(12))) == [VALUE] * 12
        assert not hanging.done()
        assert isinstance(hanging.exception(), ModelUnavailable)


def test_a_key_is_never_shown(line):
    assert KEY not in repr(line.endpoint) + str(line.endpoint) + line.endpoint.address


def test_a_proxy_serves_the_internet_and_not_this_machine(server, opened, monkeypatch):
    origin = server.url.removesuffix("/v1")
    for variable in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(variable, origin)
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)
    server.player = good
    assert ask(Line(Endpoint.of("m", "http://model.example.com/v1", KEY))) == VALUE
    for variable in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert ask(Line(Endpoint.of("m", server.url, KEY))) == VALUE


@pytest.mark.slow
def test_nothing_is_traced_elsewhere_whatever_the_environment_says(server):
    told = []

    class Tracer(StreamRequestHandler):
        def handle(self):
            told.append(self.rfile.readline())
            self.wfile.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    tracer = ThreadingTCPServer(("127.0.0.1", 0), Tracer)
    threading.Thread(target=tracer.serve_forever, daemon=True).start()
    script = f"""
        import sys, time
        sys.path.insert(0, "tests")
        from test_retrieval_llm import KEY, VALUE, Endpoint, Line, ask
        assert ask(Line(Endpoint.of("m", {server.url!r}, KEY)), 30) == VALUE
        if "plain" in sys.argv:
            from langchain.chat_models import init_chat_model
            init_chat_model("m", model_provider="openai", base_url={server.url!r}, api_key=KEY).invoke("x")
        from langchain_core.tracers.langchain import wait_for_all_tracers
        wait_for_all_tracers()
    """
    server.player = good
    place = {"LANGSMITH_TRACING": "true", "LANGSMITH_ENDPOINT": f"http://127.0.0.1:{tracer.server_address[1]}", "LANGSMITH_API_KEY": "lsv2_pt_x"}
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **place}
    for manner, traced in (("ours", False), ("plain", True)):  # the second shows that the first could have failed
        done = subprocess.run([sys.executable, "-c", dedent(script), manner], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", timeout=90, check=False)
        assert done.returncode == 0, done.stderr
        assert bool(told) is traced
    tracer.shutdown()
    tracer.server_close()


def test_another_provider_needs_its_package_and_is_told_which(opened):
    said, _ = failed(Line(Endpoint.of("mistralai:large", "", "k")))
    assert "pip install langchain-mistralai" in said
    said, _ = failed(Line(Endpoint.of("qqqq:large", "", "k")))
    assert "不认识语言模型的提供方 qqqq" in said


FOREIGN = '''
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult

class ForeignError(Exception):
    """Of a tree of its own."""

class ChatMistralAI(BaseChatModel):
    model: str

    @property
    def _llm_type(self): return "foreign"

    def _generate(self, *_, **__): raise NotImplementedError

    def _stream(self, messages, *_, **__):
        if "难" in messages[-1].content: raise ForeignError("sk-verysecret123 is in here")
        yield ChatGenerationChunk(message=AIMessageChunk(content='{"sentences": []}'))
'''


def test_another_provider_s_package_is_used_when_it_is_there_and_its_errors_stay_inside(tmp_path, monkeypatch, opened):
    (tmp_path / "langchain_mistralai.py").write_text(FOREIGN, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    line = Line(Endpoint.of("mistralai:large", "", KEY))
    assert line.ask("系统", "易", Written, deadline=monotonic() + 10, tally=Tally()) == Written(sentences=[])
    with pytest.raises(ModelUnavailable, match="ForeignError") as failure:
        line.ask("系统", "难", Written, deadline=monotonic() + 10, tally=Tally())
    assert KEY not in str(failure.value)


def test_importing_the_door_loads_no_langchain():
    code = "import sys, bot.model, retrieval.assist.metered; print(*(name for name in ('langchain', 'langchain_core', 'openai', 'aiohttp') if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == ""
