"""A perfect reader at the language model's place: the evidence comes to it, and what it says rightly stands. The whole is bench/perfect.py."""

import pytest
from bench.perfect import DATA, examine

from retrieval.answer import Answerer
from retrieval.measure.scoring import read_items

SAMPLES = {path.name for path in (DATA / "sample").iterdir()}


@pytest.mark.slow
def test_the_evidence_comes_to_the_reader_and_its_right_words_stand(sample_store):
    every = [item for name in "AB" for item in read_items(DATA / "eval" / "exams" / name / "questions.jsonl")]
    items = [item for item in every if item.evidence and not item.history and all(e.file in SAMPLES for e in item.evidence)][:24]
    tally = examine(Answerer.open(sample_store), items, 32_000)
    assert tally.evidence >= 20
    assert len(tally.missing) <= 0.1 * tally.evidence, tally.missing
    assert len(tally.struck) <= 0.05 * tally.sentences, tally.struck
    assert not any(graded.grade.forbidden for graded in tally.graded)
