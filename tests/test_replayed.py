"""What somebody wrote as a language model to the questions of an exam, played back: it answers more than the rules, declines as well, and says no
figure that is not traced. The first run is in data/eval/exams/first_runs.jsonl; bench/replayed.py scores the sides."""

import pytest
from bench.perfect import DATA
from bench.replayed import played

from retrieval.measure.evaluate import evaluate
from retrieval.measure.scoring import read_items
from retrieval.reader.model import default_reader

EXAM = DATA / "eval" / "exams" / "K7"


@pytest.mark.slow
def test_with_the_recorded_model_more_is_answered_and_every_figure_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.answer.default_reader", default_reader)
    missed: list[str] = []
    items = read_items(EXAM / "questions.jsonl")
    result = played(EXAM, missed, 20_000, lambda _store, _plain, helped: evaluate(helped, items))
    assert len(missed) <= 0.1 * len(items)
    assert (result.total.answers or 0) >= 0.92
    assert (result.total.refusals or 0) >= 0.86  # three of the thirty are told what the report says instead, which counts as no refusal
    assert result.numbers == result.traced
    assert result.total.foreign == 0
