"""The gate: what the answers must reach on the project's own question sets, seen for long, on a store built from the files.

A loss here that buys more on questions nobody has seen is a gain (data/eval/exams); the gate stands a little below what is reached."""

from pathlib import Path

import pytest

from index.build import build
from index.embed import default_encoder
from index.store import Store
from retrieval.answer import Answerer
from retrieval.measure.evaluate import Evaluation, evaluate
from retrieval.measure.scoring import read_items
from retrieval.reader.model import default_reader

DATA = Path(__file__).parent.parent / "data"


def score(folders: list[Path], questions: Path, store: Path) -> Evaluation:
    with Store.create(store, default_encoder()) as made:
        result = build(folders, made)
    assert not result.rejected
    return evaluate(Answerer.open(store, reader=default_reader()), read_items(questions))


@pytest.mark.slow
def test_the_five_sample_reports_are_answered(tmp_path: Path) -> None:
    result = score([DATA / "sample"], DATA / "eval" / "dev.jsonl", tmp_path / "store")
    total = result.total
    assert (total.answers or 0) >= 0.88
    assert (total.refusals or 0) >= 0.97
    assert (total.citations or 0) >= 0.88
    assert total.foreign <= 2  # a card too many of 哪些镇提到 since the reader hears how people speak; to be mended
    assert result.families_right >= 0.85 * result.families
    assert result.length <= 90


@pytest.mark.slow
def test_nineteen_reports_in_seven_formats_are_answered(tmp_path: Path) -> None:
    towns = DATA / "eval" / "towns"
    result = score([DATA / "sample", towns / "reports"], towns / "questions.jsonl", tmp_path / "store")
    total = result.total
    assert (total.answers or 0) >= 0.82
    assert (total.refusals or 0) >= 0.93
    assert (total.citations or 0) >= 0.86
    assert total.foreign <= 3
