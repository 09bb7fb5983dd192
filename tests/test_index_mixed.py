"""A folder as it comes: mixed formats, damaged files among them; the benchmark tests/bench/mixed.py in small."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("reportlab", reason="needs reportlab")
sys.path.append(str(Path(__file__).parent / "bench"))
import mixed

REPORTS, ASKED = 40, 20


@pytest.mark.slow
def test_every_damaged_file_is_named_and_every_other_can_be_asked_about():
    found = mixed.measure(REPORTS, ASKED)
    assert found.failures() == []
    assert len(found.damaged) == 20 and all(found.rejected.values())
    assert found.answered >= 0.9 * found.asked > 0
    assert found.seconds[1] < found.seconds[0]
