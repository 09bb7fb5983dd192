"""A part of the fidelity benchmark: what is written in a format comes back as it was written."""

import re
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent / "bench"))

import fidelity
import formats

PLAIN = [name for name in formats.WRITERS if name not in formats.OCR]


@pytest.fixture(scope="module")
def gazetteer():
    return fidelity.Gazetteer.load()


@pytest.mark.slow
@pytest.mark.parametrize("name", PLAIN)
def test_a_report_comes_back_from_every_format(tmp_path, gazetteer, name):
    if reason := formats.available(name):
        pytest.skip(reason)
    for report in fidelity.reports(2)[4:6]:  # one as published and one invented; all of them in make bench
        row = fidelity.measure(report, name, tmp_path, gazetteer)
        text, digits = fidelity.bars(name)
        assert row.text >= text
        assert row.digits >= digits
        assert row.foreign == 0
        assert row.headings >= 0.98
        assert row.identified


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(formats.OCR))
def test_a_scanned_page_keeps_its_digits(tmp_path, gazetteer, name):
    if reason := formats.available(name):
        pytest.skip(reason)
    lines = fidelity.reports(0)[0].lines
    stated = re.findall(r"[^，。]*\d[^，。]*[，。]", "".join(lines[4:]))  # a line each, to have two pages and little to read on them
    report = formats.made("scan", "\n".join([*lines[:4], *stated]))
    row = fidelity.measure(report, name, tmp_path, gazetteer)
    assert row.digits >= 0.995
    assert row.text >= 0.95
