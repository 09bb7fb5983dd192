"""Limits, costs, circuit breaker and cache of the language model: over threads, processes, days and crashes."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import monotonic

import pytest
from conftest import ROOT
from pydantic import BaseModel
from scripted_model import BEHAVIOURS, ScriptedModel, good, in_turn

from index.errors import Cancelled, ModelUnavailable
from retrieval.assist import meter as metering
from retrieval.assist.endpoint import Endpoint
from retrieval.assist.llm import Line, Tally
from retrieval.assist.meter import LONGEST_REST, PATIENCE, REST, Limits, Meter, Spent
from retrieval.assist.metered import MeteredModel, Prices
from retrieval.assist.model import Prompt, Usage

NOON = 1_790_000_000.0  # 2026-09-21
DAY = 86_400.0
NO_LIMITS = Limits(0, 0)


class Clock:
    """A clock that stands until it is set."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def meter(tmp_path, clock):
    meter = Meter(tmp_path, clock=clock)
    yield meter
    meter.close()


def take(meter, user="张", tokens=100, *, answered=True, limits=NO_LIMITS, endpoint="e"):
    """One call, from hold to settlement."""
    settle(meter, meter.hold(endpoint, user, tokens, limits, seconds=20), tokens, answered=answered)


def settle(meter, hold, tokens=100, *, answered=True):
    meter.settle(hold, "m", input_tokens=tokens - 10, output_tokens=10, cost=0.5, seconds=2.0, answered=answered)


def all_spent(meter):
    return meter.spent(date(2000, 1, 1))


def test_what_was_taken_is_counted_by_day_person_and_model(meter, clock):
    take(meter)
    take(meter, answered=False)
    take(meter, "李", 50)
    clock.now += DAY
    take(meter)
    yesterday, today = (date.fromtimestamp(NOON + days * DAY).isoformat() for days in (0, 1))
    assert all_spent(meter) == (
        Spent(today, "张", "m", 1, 0, 0, 90, 10, 0.5, 2.0),
        Spent(yesterday, "张", "m", 2, 1, 0, 180, 20, 1.0, 4.0),
        Spent(yesterday, "李", "m", 1, 0, 0, 40, 10, 0.5, 2.0),
    )
    assert meter.spent(date.fromisoformat(today)) == all_spent(meter)[:1]


@pytest.mark.parametrize(("limits", "words"), [(Limits(250, 0), "给您的"), (Limits(0, 250), "所有人")])
def test_a_limit_holds_until_the_day_is_over(limits, words, meter, clock):
    take(meter, limits=limits)
    take(meter, limits=limits)
    with pytest.raises(ModelUnavailable, match=words):
        take(meter, limits=limits)
    clock.now += DAY
    take(meter, limits=limits)


def test_one_person_s_limit_is_not_another_s(meter):
    limits = Limits(150, 0)
    take(meter, limits=limits)
    take(meter, "李", limits=limits)
    take(meter, "", limits=limits)
    take(meter, "", limits=limits)
    with pytest.raises(ModelUnavailable):
        take(meter, limits=limits)


def test_calls_at_the_same_time_do_not_go_over_the_limit_together(meter):
    def hold(_):
        try:
            return meter.hold("e", "张", 100, Limits(350, 0), seconds=20)
        except ModelUnavailable:
            return None

    with ThreadPoolExecutor(8) as pool:
        held = [each for each in pool.map(hold, range(16)) if each]
    assert len(held) == 3
    for each in held:
        settle(meter, each, 20)  # they took less than was held for them
    assert hold(0)


def test_what_a_killed_process_held_is_free_again_soon(meter, clock):
    meter.hold("e", "张", 300, Limits(350, 0), seconds=20)
    with pytest.raises(ModelUnavailable):
        take(meter, limits=Limits(350, 0))
    clock.now += 26
    take(meter, limits=Limits(350, 0))


def fail(meter, times=1):
    for _ in range(times):
        take(meter, answered=False)


def test_an_endpoint_that_fails_is_left_alone_for_a_while_and_then_tried_by_one(meter, clock):
    fail(meter, PATIENCE)
    with pytest.raises(ModelUnavailable, match=f"还有 {REST:.0f} 秒"):
        take(meter)
    take(meter, endpoint="another")
    clock.now += REST + 1
    probe = meter.hold("e", "张", 1, NO_LIMITS, seconds=20)
    with pytest.raises(ModelUnavailable):
        take(meter)
    settle(meter, probe)
    take(meter)
    fail(meter, PATIENCE - 1)
    take(meter)


def test_each_failure_after_that_doubles_the_rest_up_to_a_bound(meter, clock):
    fail(meter, PATIENCE)
    rests = []
    for _ in range(8):
        clock.now += LONGEST_REST + 1
        fail(meter)
        before = clock.now
        while True:
            try:
                meter.hold("e", "", 1, NO_LIMITS, seconds=0)
            except ModelUnavailable:
                clock.now += REST
            else:
                break
        rests.append(clock.now - before)
    assert rests == sorted(rests)
    assert (rests[0], rests[-1]) == (2 * REST, LONGEST_REST)


def test_a_probe_that_dies_lets_another_try(meter, clock):
    fail(meter, PATIENCE)
    clock.now += REST + 1
    meter.hold("e", "张", 1, NO_LIMITS, seconds=20)
    clock.now += 21
    take(meter)


def test_calls_that_were_stopped_say_nothing_about_the_endpoint(meter):
    for _ in range(PATIENCE):
        take(meter, answered=None)
    take(meter)
    assert all_spent(meter)[0].failures == 0


def test_the_cache_keeps_the_newest(meter, monkeypatch):
    monkeypatch.setattr(metering, "KEPT", 3)
    for number in range(5):
        meter.remember(f"k{number}", f"v{number}")
    assert [meter.recall(f"k{number}", "张", "m") for number in range(5)] == [None, None, "v2", "v3", "v4"]
    assert all_spent(meter)[0].cached == 3


WRITER = """
import sys
from pathlib import Path
from retrieval.assist.meter import Limits, Meter
meter = Meter(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    hold = meter.hold("e", "u", 10, Limits(), seconds=5)
    meter.settle(hold, "m", input_tokens=7, output_tokens=3, cost=0.5, seconds=0.1, answered=True)
    meter.remember(f"{number % 50}", "v" * 200)
    print(number, flush=True)
"""


def writer(folder, rounds):
    return subprocess.Popen([sys.executable, "-c", WRITER, str(folder), str(rounds)], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8")


def test_processes_count_together(tmp_path):
    writers = [writer(tmp_path, 40) for _ in range(3)]
    assert [each.communicate(timeout=60) and each.returncode for each in writers] == [0, 0, 0]
    (spent,) = all_spent(Meter(tmp_path))
    assert (spent.calls, spent.input_tokens, spent.output_tokens, spent.cost) == (120, 840, 360, 60.0)


def test_a_kill_at_any_instant_leaves_whole_calls(tmp_path):
    for _ in range(3):
        process = writer(tmp_path, 100_000)
        told = [process.stdout.readline() for _ in range(30)]
        time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        told += process.communicate()[0].splitlines()
    meter = Meter(tmp_path)
    (spent,) = all_spent(meter)
    assert spent.calls >= 90
    assert (spent.input_tokens, spent.output_tokens) == (7 * spent.calls, 3 * spent.calls)
    assert sqlite3.connect(meter.path).execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_of_no_use_says_which_and_what_to_do(tmp_path):
    (tmp_path / "model.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(ModelUnavailable, match=r"model\.sqlite 用不了.*改个名"):
        take(Meter(tmp_path))
    with pytest.raises(ModelUnavailable, match="用不了"):
        take(Meter(tmp_path / "nowhere"))


def test_a_newer_file_is_not_touched(tmp_path, meter):
    take(meter)
    with sqlite3.connect(meter.path) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(ModelUnavailable, match="较新版本"):
        take(Meter(tmp_path))


class Note(BaseModel):
    sentences: list[dict[str, str | list[str]]]


def prompt(user="[A1] 金井镇2023年：708起。", version="1"):
    return Prompt("writing", version, "系统", user)


@pytest.fixture(scope="module")
def server():
    with ScriptedModel(good) as server:
        yield server


@pytest.fixture(scope="module")
def line(server):
    """One line for all: LangChain is loaded before anything is timed."""
    line = Line(Endpoint.of("m", server.url, "k"))
    line.ask("", "[A1] 一：二", Note, deadline=monotonic() + 60, tally=Tally())
    yield line
    line.close()


@pytest.fixture
def model(line, server, meter):
    server.player = good
    server.asked.clear()
    return MeteredModel(line, meter, NO_LIMITS, Prices(2.0, 8.0))


def complete(model, seconds=10.0, *, user="张", of=None, on_text=None):
    return model.complete(of or prompt(), Note, deadline=monotonic() + seconds, user=user, on_text=on_text)


def timed(model, seconds=10.0):
    started = monotonic()
    with pytest.raises(ModelUnavailable) as failure:
        complete(model, seconds)
    return monotonic() - started, str(failure.value)


def test_an_answer_comes_with_what_it_took(model, meter):
    usage = complete(model).usage
    assert usage.input_tokens > 0
    assert usage.cost == pytest.approx((usage.input_tokens * 2 + usage.output_tokens * 8) / 1e6)
    assert not usage.cached
    (spent,) = all_spent(meter)
    assert (spent.user, spent.model, spent.calls, spent.input_tokens, spent.cost) == ("张", "m", 1, usage.input_tokens, usage.cost)


def test_the_same_question_over_the_same_evidence_is_asked_once(model, server):
    first = complete(model)
    again = complete(model, user="李")
    assert (again.value, again.usage) == (first.value, Usage(cached=True))
    complete(model, of=prompt(version="2"))
    complete(model, of=prompt("[A1] 金井镇2023年：709起。"))
    assert len(server.asked) == 3


def test_a_failed_answer_is_not_kept(model, server):
    server.player = in_turn(BEHAVIOURS["half a JSON"], good)
    assert "格式" in timed(model)[1]
    assert not complete(model).usage.cached


def test_a_dead_endpoint_slows_the_first_questions_only(model, server):
    server.player = BEHAVIOURS["never answers"]
    slow = [timed(model, 0.3)[0] for _ in range(PATIENCE)]
    fast = [timed(model, 10) for _ in range(5)]
    assert min(slow) >= 0.3
    spent = [seconds for seconds, _ in fast]
    assert min(spent) < 0.1 and max(spent) < 5, "none waited for the endpoint; a busy machine may hold one of them up for a moment"
    assert "接连没有应答" in fast[0][1]
    assert len(server.asked) == PATIENCE


def test_what_was_answered_before_is_there_though_the_endpoint_is_dead_and_the_limit_reached(model, server, meter, line):
    first = complete(model)
    fail_all = MeteredModel(line, meter, Limits(1, 1), Prices())
    assert complete(fail_all).value == first.value
    with pytest.raises(ModelUnavailable, match="用完了"):
        complete(fail_all, of=prompt("[A1] 别的：1起。"))
    assert len(server.asked) == 1


def test_a_deadline_that_has_passed_asks_nobody_and_blames_nobody(model, server, meter):
    assert "没有答完" in timed(model, -1)[1]
    assert (server.asked, all_spent(meter)) == ([], ())


def test_a_stopped_answer_is_paid_for_and_blames_nobody(model, server, meter):
    server.player = BEHAVIOURS["never answers"]

    def stop(_):
        raise Cancelled("停")

    for _ in range(PATIENCE):
        with pytest.raises(Cancelled):
            complete(model, on_text=stop)
    server.player = good
    complete(model)
    assert all_spent(meter)[0].calls == PATIENCE + 1


def test_the_way_around_the_model_takes_milliseconds(model):
    """Cache, limits, breaker and counting, without the model's own time."""
    complete(model)
    started = monotonic()
    for _ in range(20):
        complete(model)
        take(model.meter)
    assert (monotonic() - started) / 20 < 0.02
