"""The HTTP interface: the same answers as everywhere, in JSON, as events and in OpenAI's form; who may come in."""

import asyncio
import io
import json

import pytest

pytest.importorskip("starlette")
from docx import Document
from starlette.testclient import TestClient

from bot.core.core import Core
from bot.settings import Settings
from bot.web.app import application, run
from index.embed import default_encoder
from index.errors import BadSettings
from index.store import Store

QUESTION = "金井镇2023年调解了多少纠纷"


@pytest.fixture(scope="module")
def client(sample_store, tmp_path_factory):
    yield from served(sample_store, tmp_path_factory.mktemp("web"), per_minute=0, per_day=0)


@pytest.fixture
def keyed(sample_store, tmp_path):
    yield from served(sample_store, tmp_path, web_key="secret", web_host="0.0.0.0")


def served(store, folder, **settings):
    """A client of a core of its own."""
    chosen = Settings(store=store, database=folder / "zhenwen.sqlite", **settings)
    core = Core.open(chosen)
    with TestClient(application(core, chosen)) as client:
        yield client
    asyncio.run(core.close())


def events(text):
    return [
        (block.split("\n")[0][7:], json.loads(block.split("\n")[1][6:]))
        for block in text.split("\n\n")
        if block.startswith("event: ")
    ]


def test_a_question_is_answered_with_its_citations(client):
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert "708" in answer["answer"] and answer["citations"][0]["id"] == "金井2023·一(三)1"


def test_an_answer_comes_as_events_too(client):
    response = client.post("/v1/ask", json={"question": QUESTION, "stream": True})
    name, answer = events(response.text)[-1]
    assert response.headers["content-type"].startswith("text/event-stream") and name == "answer" and "708" in answer["answer"]


def test_openai_clients_find_a_model_and_get_sources_in_the_text_and_as_a_field(client):
    assert [model["id"] for model in client.get("/v1/models").json()["data"]] == ["zhenwen"]
    asked = {
        "model": "zhenwen",
        "messages": [{"role": "system", "content": "你是助手"}, {"role": "user", "content": [{"type": "text", "text": QUESTION}]}],
    }
    made = client.post("/v1/chat/completions", json=asked | {"temperature": 0}).json()
    assert "708" in made["choices"][0]["message"]["content"] and "金井2023·一(三)1" in made["choices"][0]["message"]["content"]
    assert made["citations"][0]["quote"]
    lines = [line[6:] for line in client.post("/v1/chat/completions", json=asked | {"stream": True}).text.splitlines() if line]
    pieces = [json.loads(line) for line in lines[:-1]]
    assert lines[-1] == "[DONE]" and pieces[-1]["choices"][0]["finish_reason"] == "stop"
    assert "".join(piece["choices"][0]["delta"].get("content", "") for piece in pieces) == made["choices"][0]["message"]["content"]


def test_what_the_store_holds_can_be_walked_through(client):
    held = client.get("/v1/reports").json()["reports"]
    report = client.get(f"/v1/reports/{held[0]['id']}").json()
    assert report["outline"][0]["start"] == 0 and report["outline"][-1]["end"] == len(report["text"])
    assert client.get("/v1/reports/none").status_code == 404
    assert len(client.get("/v1/search", params={"q": "矛盾纠纷", "k": 3}).json()["hits"]) == 3
    assert client.get("/v1/ledger", params={"town": "金井"}).json()["figures"]
    assert client.get("/v1/compare", params={"indicator": "矛盾纠纷排查"}).json()["rows"]


def test_a_draft_is_checked_as_text_and_as_a_word_file(client):
    words = "金井镇2023年共排查矛盾纠纷780起。"
    (checked,) = client.post("/v1/verify", json={"text": words}).json()["checked"]
    assert (checked["verdict"], checked["instead"]) == ("不一致", "708起")
    document, file = Document(), io.BytesIO()
    document.add_paragraph(words)
    document.save(file)
    copied = client.post("/v1/verify?copy=1&name=a.docx", content=file.getvalue())
    assert "708起" in next(iter(Document(io.BytesIO(copied.content)).comments)).text


def test_answers_become_a_memo(client):
    made = client.post("/v1/memo", json={"title": "调解", "questions": [QUESTION]})
    assert Document(io.BytesIO(made.content)).paragraphs[0].text == "调解"


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", "/v1/ask", {"json": {}}),
        ("POST", "/v1/ask", {"content": b"\xff"}),
        ("POST", "/v1/ask", {"json": {"question": "？" * 3000}}),
        ("POST", "/v1/ask", {"json": {"question": " "}}),
        ("POST", "/v1/chat/completions", {"json": {"messages": []}}),
        ("POST", "/v1/chat/completions", {"json": {"messages": [{"role": "system", "content": "你好"}]}}),
        ("POST", "/v1/verify", {"content": b"PK\x03\x04", "params": {"name": "a.docx"}}),
        ("GET", "/v1/search", {"params": {"q": "", "k": "3"}}),
        ("GET", "/v1/search", {"params": {"q": "普法", "k": "-1"}}),
        ("GET", "/v1/ledger", {"params": {"town": "没有镇"}}),
        ("GET", "/v1/ledger", {"params": {"year": "二〇二三"}}),
        ("GET", "/v1/compare", {}),
    ],
)
def test_what_cannot_be_done_is_said_with_400(client, method, path, sent):
    response = client.request(method, path, **sent)
    assert response.status_code == 400 and response.json()["error"]["message"]


def test_every_path_of_the_document_is_served(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/v1/ask", "/v1/search", "/v1/reports", "/v1/ledger", "/v1/verify", "/v1/chat/completions", "/v1/models"} <= set(paths)
    assert "$ref" not in json.dumps(paths)


def test_the_page_needs_nothing_from_elsewhere_and_says_so(client):
    page = client.get("/")
    assert (
        "default-src 'none'" in page.headers["content-security-policy"] and "unsafe" not in page.headers["content-security-policy"]
    )
    for path in ("/", "/app.js", "/style.css"):
        text = client.get(path).text
        assert "http://" not in text and "https://" not in text and "innerHTML" not in text


def test_another_name_or_another_page_is_refused(client):
    assert client.get("/v1/reports", headers={"host": "evil.example"}).status_code == 421
    assert client.get("/v1/reports", headers={"origin": "http://evil.example"}).status_code == 403
    assert client.get("/v1/reports", headers={"origin": "http://testserver"}).status_code == 200


def test_with_a_key_nobody_comes_in_without_it(keyed):
    assert keyed.get("/v1/reports").status_code == 401
    assert keyed.get("/v1/reports", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert keyed.get("/v1/reports", headers={"authorization": "Bearer secret"}).status_code == 200
    assert keyed.get("/").status_code == 200


def test_limits_hold_here_too(sample_store, tmp_path):
    for client in served(sample_store, tmp_path, per_day=1):
        assert client.post("/v1/ask", json={"question": QUESTION}).status_code == 200
        assert client.post("/v1/ask", json={"question": QUESTION}).status_code == 400


def test_others_are_not_let_in_without_a_key():
    with pytest.raises(BadSettings):
        asyncio.run(run(None, Settings(web_host="0.0.0.0")))
    with pytest.raises(BadSettings):
        asyncio.run(run(None, Settings(web_key="秘密")))


def test_whoever_watches_learns_that_it_lives_that_it_can_answer_and_what_it_has_done(client):
    before = counted(client)
    assert client.get("/health").json() == {"alive": True} and client.get("/ready").json() == {"ready": True}
    client.post("/v1/ask", json={"question": QUESTION})
    client.post("/v1/ask", json={"question": "火星镇2023年调解了多少纠纷"})
    after = counted(client)
    assert after['zhenwen_answers_total{outcome="answered"}'] == before.get('zhenwen_answers_total{outcome="answered"}', 0) + 1
    assert after['zhenwen_answers_total{outcome="no_town"}'] == before.get('zhenwen_answers_total{outcome="no_town"}', 0) + 1
    assert after["zhenwen_answer_seconds_count"] == before["zhenwen_answer_seconds_count"] + 2 == after['zhenwen_answer_seconds_bucket{le="+Inf"}']
    assert after["zhenwen_reports"] == 5 and after["zhenwen_waiting"] == 0


def counted(client):
    """/metrics, as Prometheus reads it: a sample a line, each of a family that was announced."""
    lines = client.get("/metrics").text.splitlines()
    families = {line.split()[2] for line in lines if line.startswith("# TYPE ")}
    samples = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert all(any(name.startswith(family) for family in families) for name in samples)
    return {name: float(value) for name, value in samples.items()}


def test_what_it_has_done_is_told_to_holders_of_the_key_alone_and_that_it_lives_to_everybody(keyed):
    assert keyed.get("/metrics").status_code == 401
    assert keyed.get("/metrics", headers={"authorization": "Bearer secret"}).status_code == 200
    assert keyed.get("/health").status_code == keyed.get("/ready").status_code == 200


def test_it_says_that_it_is_not_ready_where_nothing_can_be_answered(tmp_path):
    Store.create(tmp_path / "store", default_encoder()).close()
    for client in served(tmp_path / "store", tmp_path):
        assert client.get("/ready").status_code == 503 and client.get("/health").status_code == 200
