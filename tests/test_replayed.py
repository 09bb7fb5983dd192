"""What somebody wrote as a language model to the questions of an exam, played back: it answers more than the rules, declines as well, and says no
figure that is not traced. The first run is in data/eval/exams/first_runs.jsonl; bench/replayed.py scores the sides."""

import pytest
from bench.perfect import DATA
from bench.replayed import played

from retrieval.measure.evaluate import evaluate
from retrieval.measure.scoring import read_items
from retrieval.reader.model import default_reader

EXAMS = DATA / "eval" / "exams"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("exam", "answers", "refusals", "foreign"),
    [
        ("G1", 0.93, 0.93, 0),
    ],
)
def test_with_the_recorded_model_more_is_answered_and_every_figure_is_traced(monkeypatch: pytest.MonkeyPatch, exam: str, answers: float, refusals: float, foreign: int) -> None:
    monkeypatch.setattr("retrieval.answer.default_reader", default_reader)
    missed: list[str] = []
    items = read_items(EXAMS / exam / "questions.jsonl")
    result = played(EXAMS / exam, missed, 32_000, lambda _store, _plain, helped: evaluate(helped, items))
    assert len(missed) <= 0.1 * len(items)
    assert (result.total.answers or 0) >= answers
    assert (result.total.refusals or 0) >= refusals
    assert result.numbers == result.traced
    assert result.total.foreign <= foreign
