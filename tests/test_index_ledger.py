"""The ledger benchmark as a gate: see tests/bench/ledger.py."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parent / "bench"
LEAST = 0.95
"""What the figures ledger must reach on invented reports; it stands at 1.00 on the worlds it was looked at with."""


@pytest.mark.slow
def test_the_ledger_reads_the_figures_of_a_world_that_nobody_has_looked_at():
    done = subprocess.run(
        [sys.executable, BENCH / "ledger.py", "--n", "90", "--seed", "20231"], capture_output=True, text=True, encoding="utf-8", check=True
    )
    scores = json.loads(done.stdout)
    assert scores["towns"] >= 60
    for level in ("indicator value unit", "and kind and year"):
        assert scores[level]["precision"] >= LEAST, scores
        assert scores[level]["recall"] >= LEAST, scores


def test_the_generator_gives_the_same_reports_again(tmp_path):
    for name in ("one", "two"):
        subprocess.run([sys.executable, BENCH / "generate.py", "--n", "4", "--seed", "7", "--out", tmp_path / name], check=True)
    first, second = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    truth = [json.loads(line) for line in (tmp_path / "one" / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    facts = [(row["file"], fact) for row in truth for fact in row["truth"]]
    assert len(facts) > 40
    texts = {path.name: path.read_text(encoding="utf-8") for path in first}
    assert all(texts[file][fact["start"] : fact["end"]].endswith(fact["unit"]) for file, fact in facts if fact["end"] > fact["start"] and fact["unit"] == "起")
