"""Learning the weights: what only asks weighs little, what is asked about keeps its weight, the best of the candidates is taken."""

from __future__ import annotations

from dataclasses import replace

from index.types import Passage
from retrieval.evidence.weights import Weights
from retrieval.measure.learn import best, gram_weights
from retrieval.measure.sets import Asked, QuestionSet
from tests.index_builders import BigramEncoder

TOPICS = ("矛盾调解", "普法宣传", "行政执法", "法律援助", "信访接待")


def test_what_stands_in_questions_and_not_in_answers_weighs_little() -> None:
    pairs = [(f"请问{topic}有哪些", f"本镇{topic}工作有序推进。") for topic in TOPICS for _ in range(10)]
    weights = gram_weights(pairs)
    assert weights["请问"] < 0.1
    assert weights["哪些"] < 0.1
    assert not {gram for topic in TOPICS for gram in (topic, topic[:2], topic[2:])} & weights.keys()


def test_a_rare_gram_has_no_weight_of_its_own() -> None:
    assert gram_weights([("请问", "答")] * 5) == {}


def test_the_candidate_that_finds_most_is_taken() -> None:
    texts = {"a": "税款延期缴纳", "b": "口罩统一发放", "c": "学校开学时间"}
    passages = tuple(Passage(f"{name}:0-6", name, 0, 0, 6, text) for name, text in texts.items())
    questions = QuestionSet("small", passages, tuple(Asked(text, frozenset(name)) for name, text in texts.items()))
    blind = replace(Weights.load(), passage=0.0, report=0.0, together=0.0, dense=0.0)
    seeing = replace(blind, passage=1.0)
    assert best([questions], BigramEncoder(), [blind, seeing]) == seeing
    assert best([questions], BigramEncoder(), [seeing, replace(seeing, dense=0.1)]) == seeing
