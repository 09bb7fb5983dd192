"""A few strikes of each fault of tests/bench/faults.py; fifty of each are in the table of data/operations.md."""

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
