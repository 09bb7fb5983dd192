"""A store whose vectors are with a Chroma server answers as one whose vectors lie in its folder; the server is a real one."""

import shutil
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from chroma_server import chroma_server, free_port
from conftest import ROOT, zhenwen
from index_builders import BigramEncoder, answers, put, report

from index import chroma as chroma_module
from index import store as store_module
from index.embed import default_encoder
from index.errors import StoreError
from index.store import Store
from index.verify import verify
from retrieval.answer import Answerer
from retrieval.measure.scoring import read_items

ENCODER = BigramEncoder()
QUESTIONS = read_items(ROOT / "data" / "eval" / "dev.jsonl")[::4]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with chroma_server(tmp_path_factory.mktemp("chroma")) as running:
        yield running


@pytest.fixture(autouse=True)
def _searched_by_chroma(monkeypatch):
    """A small store would be searched without Chroma."""
    monkeypatch.setattr(store_module, "EXACT_PASSAGES", 0)


def filled(path, chroma=""):
    with Store.create(path, ENCODER, chroma) as store, store.transaction():
        for number in range(20):
            put(store, report(f"第{number}村调解纠纷{number}起。开展宣传{number + 5}场。", f"第{number}镇", 2023))
    return path


def seen(path, chroma=""):
    with Store.open(path, ENCODER, chroma) as store:
        return normal(answers(store))


def normal(state):
    """Equally near passages come in any order, and cosines of Chroma's differ in the fifth place."""
    *rest, dense = state
    return (*rest, frozenset((id_, round(cosine, 3)) for id_, cosine in dense))


def asked_of_chroma(monkeypatch):
    """Every call that searches by Chroma, as it is made."""
    calls, nearest = [], chroma_module.ChromaVectors.nearest

    def counted(self, vector, k):
        found = nearest(self, vector, k)
        calls.append(self.place)
        return found

    monkeypatch.setattr(chroma_module.ChromaVectors, "nearest", counted)
    return calls


def test_the_same_questions_get_the_same_answers(server, sample_store, tmp_path, monkeypatch):
    copied = shutil.copytree(sample_store, tmp_path / "store")
    with Store.create(copied, default_encoder(), server.url) as store:
        verify(store)
    calls = asked_of_chroma(monkeypatch)
    embedded, served = Answerer.open(sample_store), Answerer.open(copied, chroma=server.url)
    for item in QUESTIONS:
        one, other = (answerer.answer(item.question, item.history) for answerer in (embedded, served))
        assert (one.text, one.reason, one.citations, one.scope) == (other.text, other.reason, other.citations, other.scope)
    assert calls.count("") == calls.count(server.url) > 0


def test_every_search_of_a_store_comes_to_the_same(server, tmp_path, monkeypatch):
    calls = asked_of_chroma(monkeypatch)
    assert seen(filled(tmp_path / "a")) == seen(filled(tmp_path / "b", server.url), server.url)
    assert set(calls) == {"", server.url}


def test_the_command_line_needs_one_setting(server, tmp_path):
    told = [zhenwen("--store", tmp_path / "s", *verb, ZHENWEN_CHROMA=server.url) for verb in (("index", ROOT / "data" / "sample"), ("doctor",))]
    assert [done.returncode for done in told] == [0, 0], told
    assert not (tmp_path / "s" / "chroma").exists()
    assert server.url in told[1].stdout


def test_two_stores_on_one_server_do_not_see_each_other(server, tmp_path):
    one, other = filled(tmp_path / "a", server.url), tmp_path / "b"
    before = seen(one, server.url)
    with Store.create(other, ENCODER, server.url) as store:
        put(store, report())
        store.remove(report().id)
    assert seen(one, server.url) == before


def test_moved_to_a_server_and_back_a_store_is_filled_there_and_until_then_searched_without_it(server, tmp_path, monkeypatch):
    path = filled(tmp_path / "a")
    before, calls = seen(path), asked_of_chroma(monkeypatch)
    assert seen(path, server.url) == before and not calls
    Store.create(path, ENCODER, server.url).close()
    assert seen(path, server.url) == before and set(calls) == {server.url}
    with Store.create(path, ENCODER, server.url) as store:
        put(store, report("青石镇调解纠纷99起。", "青石镇", 2023))
    assert seen(path) == seen(path, server.url) and set(calls) == {server.url}
    with Store.create(path, ENCODER) as store:
        assert store.vectors.count() == len(store.passages())


def test_filling_that_was_cut_short_is_searched_by_nobody_and_completed_by_the_next_writer(server, tmp_path, monkeypatch):
    def killed(now, vectors):
        vectors.add(["x:0-1@1"], now.passages(None)[:1], ENCODER.encode(["x"]))
        raise KeyboardInterrupt

    path = filled(tmp_path / "a")
    before, calls = seen(path), asked_of_chroma(monkeypatch)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("index.store.refill_vectors", killed)
        Store.create(path, ENCODER, server.url)
    assert seen(path) == seen(path, server.url) == before and not calls
    with Store.create(path, ENCODER, server.url) as store:
        verify(store)


def test_where_no_server_is_questions_are_answered_and_a_write_says_what_to_look_at(tmp_path):
    gone, path = f"http://127.0.0.1:{free_port()}", filled(tmp_path / "a")
    before = seen(path)
    with Store.create(path, ENCODER) as store:
        store.catalogue.put("chroma", gone)
    assert seen(path, gone) == before
    with pytest.raises(StoreError, match="ZHENWEN_CHROMA"):
        Store.create(path, ENCODER, gone).repair()


def test_a_server_that_hangs_is_not_waited_for_for_ever(server, tmp_path, monkeypatch):
    monkeypatch.setattr(chroma_module, "PATIENCE", 0.5)
    path = filled(tmp_path / "a", server.url)
    before = seen(path, server.url)
    with Store.open(path, ENCODER, server.url) as store:
        assert normal(answers(store)) == before
        with server.hanging():
            assert normal(answers(store)) == before


def test_a_key_goes_with_every_request_and_is_shown_by_no_error(tmp_path):
    """As far as the client goes: a cloud that wants a key cannot be had here."""
    got = []

    class Cloud(BaseHTTPRequestHandler):
        def do_GET(self):
            got.append(self.headers["x-chroma-token"])
            self.send_error(401)

        def log_message(self, *_):
            pass

    cloud = HTTPServer(("127.0.0.1", 0), Cloud)
    threading.Thread(target=cloud.serve_forever, daemon=True).start()
    with pytest.raises(StoreError) as told:
        Store.create(tmp_path / "a", ENCODER, f"http://my-key@127.0.0.1:{cloud.server_port}/tenant/base").repair()
    cloud.shutdown()
    cloud.server_close()
    assert set(got) == {"my-key"}
    assert "my-key" not in str(told.value)


def test_tenant_and_database_are_part_of_the_address(server, tmp_path):
    url = f"{server.url}/default_tenant/default_database"
    assert seen(filled(tmp_path / "a", url), url) == seen(filled(tmp_path / "b"))


def test_a_collection_that_the_server_lost_is_filled_by_the_command_that_makes_it_anew(server, tmp_path):
    path = filled(tmp_path / "a", server.url)
    with Store.create(path, ENCODER, server.url) as store:
        store.vectors.discard()
        with pytest.raises(StoreError, match="zhenwen repair"):
            verify(store)
    with Store.create(path, ENCODER, server.url, anew=True) as store:
        verify(store)
