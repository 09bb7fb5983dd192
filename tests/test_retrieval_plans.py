"""Every step of a plan on generated reports against a plain calculation over the generator's figures: see tests/bench/plans.py.

Of 12 reports each is read for a question; of 75 the newest of each town are more than are read, and the ledger answers.
"""

import json
import subprocess
import sys

import pytest
from conftest import ROOT


@pytest.mark.slow
@pytest.mark.parametrize(("reports", "things"), [(12, 4), (75, 2)], ids=["read in full", "from the ledger"])
def test_conditions_counts_orders_and_sums_are_those_of_the_figures_at_every_size(reports, things):
    command = [sys.executable, ROOT / "tests" / "bench" / "plans.py", "--reports", str(reports), "--things", str(things)]
    done = subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, encoding="utf-8", check=True)
    scores = json.loads(done.stdout)
    assert scores["questions"] > 100, scores
    assert scores["right"] >= 0.96 * scores["questions"], scores  # the marker, which reads the figures, is taught on questions of people
    assert scores["silent"] >= 0.90, scores
    assert scores["untraced"] == 0, scores
