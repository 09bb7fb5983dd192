"""Killed at any moment, the store answers as before or as after, and the next run completes it."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ROOT
from index_builders import BigramEncoder, answers

from index.build import build
from index.store import Store

STEPS = (
    "index.chroma:ChromaVectors.add",
    "index.chroma:ChromaVectors.delete",
    "index.chroma:ChromaVectors.count",
    "index.catalogue:Catalogue.insert",
    "index.catalogue:Catalogue.put",
    "index.catalogue:Catalogue.put_source",
    "index.catalogue:Catalogue.delete",
    "index.lexical:LexicalIndex.update",
    "index.lexical:_write",
    "index.postings:Segment.write",
    "index.store:Store._send",
    "index.store:Store._seal",
)
SECONDS = 0.5  # about what the whole run takes
PARENT = """
import json, os, signal, sys
from importlib import import_module
from pathlib import Path

import chromadb  # here, once for all the children

from index_builders import BigramEncoder
from index.build import build
from index.store import Store


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def dying(call, at, after):
    # kill the process at the at-th call, before or after it
    count = [0]

    def wrapped(*args, **named):
        count[0] += 1
        if count[0] == at and not after:
            die()
        result = call(*args, **named)
        if count[0] == at:
            die()
        return result

    return wrapped


def run(store, texts, step, at, after):
    if step:
        module, _, name = step.partition(":")
        owner = import_module(module)
        *path, last = name.split(".")
        for part in path:
            owner = getattr(owner, part)
        setattr(owner, last, dying(getattr(owner, last), at, after == "after"))
    with Store.create(Path(store), BigramEncoder()) as opened:
        build([Path(texts)], opened, prune=True)


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        run(*json.loads(line))
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def write(folder: Path, reports: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in reports.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def story(town: str, year: int, number: int) -> str:
    body = "\n".join(f"（{'一二三四五'[n]}）全镇第{n + 1}项工作。调解矛盾纠纷{number + n}起，开展宣传{n + 3}场。" for n in range(5))
    return f"{town}{year}年法治政府建设工作报告\n\n一、主要工作\n{body}\n\n二、存在问题\n人手不足。\n\n{town}人民政府\n{year + 1}年1月5日\n"


BEFORE = {"a.txt": story("青石镇", 2022, 10), "b.txt": story("白水镇", 2022, 20), "c.txt": story("黄土镇", 2022, 30)}
AFTER = {"a.txt": story("青石镇", 2022, 11), "b.txt": BEFORE["b.txt"], "d.txt": story("黑石镇", 2023, 40), "e.txt": story("红岩镇", 2023, 50)}


def index(store: Path, texts: Path) -> None:
    with Store.create(store, BigramEncoder()) as opened:
        build([texts], opened, prune=True)


def seen(store: Path) -> tuple:
    with Store.open(store, BigramEncoder()) as opened:
        return answers(opened)


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """What the stores before and after answer, and the store before, to be copied."""
    folder = tmp_path_factory.mktemp("states")
    texts = write(folder / "texts", BEFORE)
    index(folder / "store", texts)
    before = seen(folder / "store")
    copy(folder / "store", folder / "after")
    index(folder / "after", write(texts, AFTER))
    return folder / "store", texts, before, seen(folder / "after")


def copy(store: Path, to: Path) -> None:
    subprocess.run(["cp", "-r", store, to], check=True)


@pytest.fixture(scope="module")
def parent():
    """A process with everything loaded and no store open, which forks the ones that are killed."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        yield process
        process.stdin.close()


def run_and_die(
    parent: subprocess.Popen, store: Path, texts: Path, step: str = "", at: int = 1, when: str = "", after_seconds: float | None = None
) -> int:
    """Index in a process of its own that is killed, at a step or after a time; its exit status."""
    print(json.dumps([str(store), str(texts), step, at, when]), file=parent.stdin, flush=True)
    child = int(parent.stdout.readline())
    if after_seconds is not None:
        time.sleep(after_seconds)
        with suppress(ProcessLookupError):  # it was quicker
            os.kill(child, signal.SIGKILL)
    return int(parent.stdout.readline())


def check(store: Path, texts: Path, before: tuple, after: tuple) -> None:
    assert seen(store) in (before, after)
    index(store, texts)
    assert normal(seen(store)) == normal(after)
    with Store.create(store, BigramEncoder()) as opened:
        opened.repair()
        assert opened.vectors.count() == len(opened.passages())
        assert {key.rpartition("@")[0] for key in opened.vectors.every_key()} == {passage.id for passage in opened.passages()}


def normal(state: tuple) -> tuple:
    """Scores of equal worth may come in another order when the reports were written in another."""
    *rest, lexical, dense = state
    return (*rest, frozenset((id_, round(score, 6)) for id_, score in lexical), frozenset(dense))


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step(parent, states, tmp_path, step, when):
    store, texts, before, after = states
    copy(store, tmp_path / "store")
    run_and_die(parent, tmp_path / "store", texts, step, 1 if when == "before" else 2, when)
    check(tmp_path / "store", texts, before, after)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(4))
def test_killed_at_a_random_moment(parent, states, tmp_path, number):
    store, texts, before, after = states
    copy(store, tmp_path / "store")
    run_and_die(parent, tmp_path / "store", texts, after_seconds=random.Random(number).uniform(0, SECONDS))
    check(tmp_path / "store", texts, before, after)


def test_killed_at_the_very_first_run_there_is_no_store_or_an_empty_or_a_whole_one(parent, states, tmp_path):
    _, texts, _, after = states
    for step in ("index.chroma:ChromaVectors.add", "index.catalogue:Catalogue.create", "index.store:Store._seal"):
        store = tmp_path / step.rpartition(".")[2]
        assert run_and_die(parent, store, texts, step, 1, "before") < 0
        index(store, texts)
        assert [info.town for info in seen(store)[0]] == [info.town for info in after[0]]
