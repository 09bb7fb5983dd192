"""A model that goes wrong in every way we know, over real HTTP: nothing false is delivered, and never late. The whole is bench/played.py."""

import pytest
from bench.played import SLOW, false_in, play
from players import PLAYED

from index.types import Place
from retrieval.answer import Answerer
from retrieval.types import Answer, Citation

DEADLINE = 10.0
QUESTIONS = ["其他镇怎么开展普法宣传"]


@pytest.mark.slow
def test_whatever_a_model_does_nothing_false_is_delivered(sample_store):
    answerer = Answerer.open(sample_store)
    seen = {question: answerer.answer(question) for question in QUESTIONS}
    rows = {}
    for behaviour in PLAYED:
        if behaviour not in SLOW:
            rows[behaviour], wrong = play(behaviour, answerer, QUESTIONS, DEADLINE, seen)
            assert not wrong
    assert not any(row.false or row.late for row in rows.values())
    assert rows["digest"].kept >= 0.8 * rows["digest"].sentences > 0  # what is right is let through
    assert rows["joins two towns"].written == len(QUESTIONS)
    for behaviour in ("invents a figure", "cites [9]", "cites nothing", "answers in English", "another town", "all of them", "half, doubled", "adds up by itself"):
        assert rows[behaviour].kept == 0, behaviour
        assert rows[behaviour].sentences or behaviour == "cites nothing", behaviour  # which leaves nothing to be read


@pytest.mark.parametrize(
    "line",
    ["金井镇2023年共排查矛盾纠纷709起。[1]", "磁灶镇2023年共排查矛盾纠纷708起。[1]", "金井镇2023年全部化解。[1]", "金井镇2022年共排查矛盾纠纷708起。[1]", "金井镇2023年化解708起。"],
)
def test_the_judge_of_the_benchmark_sees_what_is_false(line):
    citation = Citation(1, "金井2023·一", "r", "f", "t", "金井镇", 2023, (), "共排查矛盾纠纷708起,化解700起", 0, 20)
    right = Answer("问", "金井镇2023年共排查矛盾纠纷708起，化解700起。[1]", (citation,))
    places = {"r": Place(county="晋江市", town="金井镇"), "s": Place(county="晋江市", town="磁灶镇")}
    assert not false_in(right, Answer("问", ""), places)
    assert false_in(Answer("问", line, (citation,)), Answer("问", ""), places)
