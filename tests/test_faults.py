"""A few strikes of each fault of tests/bench/faults.py, of which fifty each are in data/operations.md; some seconds of tests/bench/soak.py."""

import json
import subprocess
import sys

import pytest
from conftest import ROOT


@pytest.mark.slow
def test_no_fault_loses_anything():
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "bench" / "faults.py", "--times", "2", "--seed", "7"], capture_output=True, encoding="utf-8", timeout=600, check=False
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and len(rows) + done.stderr.count("left out") == 11, done.stderr
    assert sum(row["lost"] for row in rows) == 0 and sum(row["struck"] for row in rows) > len(rows)


@pytest.mark.slow
def test_two_bots_on_one_chroma_server_say_the_same_as_before_while_reports_come_and_go():
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "bench" / "soak.py", "--seconds", "8", "--readers", "2"], capture_output=True, encoding="utf-8", timeout=600, check=False
    )
    assert done.stdout, done.stderr
    made = json.loads(done.stdout)
    assert made["errors"] == [] and made["answers"] > 8 and made["indexed"]
