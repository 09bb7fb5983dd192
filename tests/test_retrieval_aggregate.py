"""The benchmark of questions over all towns as a gate: see tests/bench/aggregate.py."""

import json
import subprocess
import sys

import pytest
from conftest import ROOT


@pytest.mark.slow
def test_questions_over_all_towns_are_answered_with_their_coverage_and_from_their_scope():
    command = [sys.executable, ROOT / "tests" / "bench" / "aggregate.py", "--reports", "16"]
    done = subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, encoding="utf-8", check=True)
    scores = json.loads(done.stdout)
    assert scores["values"] >= 0.95, scores
    assert scores["coverage"] == 1.0, scores
    assert scores["foreign"] == 0, scores
