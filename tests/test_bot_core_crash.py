"""Killed at any write, twice, and started again, the chat has answered every message once: nothing is lost, nothing said twice."""

import json
import subprocess
import sys
from collections import Counter

import pytest
from conftest import ROOT
from core_crasher import UPDATES, key

QUESTIONS = ["第一问", "第二问", "第三问", "第一问", "第四问"]  # the fourth is the offered one behind a button


def crashed(store, folder, step):
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "core_crasher.py", store, folder, str(step)],
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}, capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(runs):
    whole = runs[-1]
    assert not whole["died"] and [run["died"] for run in runs[:-1]] == [True] * (len(runs) - 1)
    said = {(known, number): part for known, number, part in whole["sent"]}
    assert {known for known, _ in said} == {key(n) for n, update in enumerate(UPDATES) if update != "[good:1]"}
    for run in runs:
        times = Counter((known, number) for known, number, _ in run["sent"])
        assert times.keys() == said.keys()
        assert all(said[known, number] == part for known, number, part in run["sent"])
        assert sum(times.values()) - len(times) <= 2  # sent, and killed before that was noted: once a death
        assert run["asked"] == QUESTIONS
        assert run["counted"] <= len(QUESTIONS)


def test_killed_at_some_writes(sample_store, tmp_path):
    check(crashed(sample_store, tmp_path, 41))


@pytest.mark.slow
def test_killed_at_many_writes(sample_store, tmp_path):
    check(crashed(sample_store, tmp_path, 9))
