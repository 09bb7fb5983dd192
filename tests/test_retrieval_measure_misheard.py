"""Questions as they are dictated: the same length and sound, other characters, and where nothing sounds the same, as they were."""

from random import Random

import pytest

from retrieval.measure.misheard import MARKS, OFTEN, Homophones
from retrieval.question.alike import spoken

WORDS = ["调解纠纷的场数，条件和厂房都在长街上；鱼塘与渔船、鱼网。"] * OFTEN


@pytest.fixture(scope="module")
def homophones() -> Homophones:
    return Homophones.of(WORDS)


def test_a_misheard_question_sounds_as_it_did(homophones):
    question = "鱼塘的场房，调解几场？"
    for seed in range(20):
        heard = homophones.mishear(question, Random(seed))
        plain = MARKS.sub("", question)
        assert len(MARKS.sub("", heard)) == len(plain)
        differing = [(a, b) for a, b in zip(MARKS.sub("", heard), plain, strict=True) if a != b]
        assert differing
        assert all(spoken(a)[0].rstrip("12345") == spoken(b)[0].rstrip("12345") for a, b in differing)


def test_a_question_of_which_nothing_is_often_written_another_way_keeps_its_characters(homophones):
    assert MARKS.sub("", homophones.mishear("呃哪", Random(1))) == "呃哪"


def test_the_same_seed_mishears_the_same(homophones):
    assert homophones.mishear("渔船的条件", Random(3)) == homophones.mishear("渔船的条件", Random(3))
