"""How the reader learns: from what it mistakes, not from what it knows; and what ships can be opened to learn on."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import torch

from retrieval.reader import school
from retrieval.reader.base import saved
from retrieval.reader.lessons import Lesson
from retrieval.reader.model import default_reader
from retrieval.reader.pair import Candidate
from retrieval.reader.reopen import reopened

SHIPPED = Path(str(files("retrieval.reader") / "model"))
RIGHT, *WRONG = (Candidate("一、工作", "", words) for words in ("办了三件。", "办理甲事。", "办理乙事。", "办理丙事。", "办理丁事。"))
LESSON = Lesson("办了几件", (RIGHT, *WRONG), 1)


def scoring(monkeypatch, *scores: float) -> None:
    monkeypatch.setattr(school, "scored", lambda model, group: torch.tensor(scores * len(group)))


def test_of_the_wrong_sentences_those_that_are_mistaken_most_are_learned_from(monkeypatch):
    scoring(monkeypatch, 0.0, -3.0, 2.0, -9.0, 1.0)
    [found] = school.worth(None, [LESSON])
    assert found.right == 1 and found.sentences == (RIGHT, WRONG[1], WRONG[3], WRONG[0])


def test_what_is_known_is_not_taught_again(monkeypatch):
    scoring(monkeypatch, 8.0, -8.0, -8.0, -8.0, -8.0)
    assert school.worth(None, [LESSON]) == []


def test_where_nothing_answers_a_sentence_taken_for_an_answer_costs():
    calm, fooled = (school.lesson_loss(torch.tensor(scores), 0).item() for scores in ([-4.0, -5.0], [3.0, -5.0]))
    assert 0 < calm < school.KNOWN < fooled


@pytest.mark.slow
def test_what_ships_can_be_opened_to_learn_on_and_scores_the_same(tmp_path):
    from sentence_transformers import CrossEncoder

    saved(reopened(SHIPPED), SHIPPED / "tokenizer.json", tmp_path)
    model = CrossEncoder(str(tmp_path), device="cpu")
    with torch.no_grad():
        scores = school.scored(model, [LESSON]).numpy()
    rounded = 0.05 if school.HALVED else 1e-3  # bfloat16 has eight bits
    assert np.abs(scores - default_reader().read(LESSON.question, list(LESSON.sentences))).max() < rounded
