"""Whatever is asked, in whatever conversation: no error but BadRequest, and no reply without a trace. See tests/bench/fuzz.py."""

from dataclasses import replace

import pytest
from bench.fuzz import WORDS, Turn, broken, real, run, turns, usable
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import BadRequest
from index.store import Store
from retrieval.answer import Answerer
from retrieval.question import LONGEST_QUESTION

PIECES = st.one_of(st.sampled_from(WORDS), st.sampled_from(real()), st.text(max_size=8))
QUESTIONS = st.lists(PIECES, max_size=6).map("".join)


@pytest.fixture(scope="module")
def opened(sample_store):
    with Store.open(sample_store) as store:
        yield Answerer.open(sample_store), store


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=QUESTIONS, history=st.lists(QUESTIONS, max_size=2))
def test_any_question_gets_a_reply_that_keeps_its_promises(opened, question, history):
    answerer, store = opened
    try:
        answer = answerer.answer(question, history)
    except BadRequest:
        assert not usable(question)
    else:
        assert usable(question)
        assert broken(answer, store) == []


@pytest.mark.parametrize("question", ["", " ", "　\n", "\t", "问" * (LONGEST_QUESTION + 1)])
def test_what_is_no_question_is_refused_as_such(opened, question):
    with pytest.raises(BadRequest):
        opened[0].answer(question)


@pytest.mark.slow
def test_hundreds_of_questions_of_every_kind(opened):
    answerer, store = opened
    counts, first, _ = run(answerer, store, list(turns(400, seed=20)))
    assert not counts, first


def test_a_broken_promise_is_seen(opened):
    """The check itself can fail: a reply whose citation is taken away."""
    answerer, store = opened
    answer = answerer.answer("金井镇2023年调解了多少纠纷")
    assert broken(answer, store) == []
    assert "every mark has a citation" in broken(replace(answer, citations=()), store)
    assert "quotes are slices" in broken(replace(answer, citations=(replace(answer.citations[0], quote="别的"),)), store)
    assert "citations are in scope" in broken(replace(answer, citations=(replace(answer.citations[0], town="磁灶镇"),)), store)
    assert run(answerer, store, [Turn("", ())])[0] == {}
