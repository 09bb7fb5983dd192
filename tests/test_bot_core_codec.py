"""Replies and answers survive the database, also when an older or a newer program wrote them."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.core.codec import dumped, loaded
from bot.core.types import Attachment, Button, Quote, Reply
from retrieval.types import Answer, Citation, Coverage, Numbers, Reason, Scope

WORDS = st.text(max_size=20)
SPANS = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=3).map(tuple)
REPLIES = st.builds(
    Reply,
    text=WORDS,
    quotes=st.lists(st.builds(Quote, WORDS, WORDS, SPANS), max_size=3).map(tuple),
    note=WORDS,
    buttons=st.lists(st.lists(st.builds(Button, WORDS, WORDS, WORDS), max_size=3).map(tuple), max_size=3).map(tuple),
    files=st.lists(st.builds(Attachment, WORDS, st.binary(max_size=20) | st.just(Path("报告 1.pdf"))), max_size=2).map(tuple),
)
CITATIONS = st.builds(Citation, st.integers(1, 9), WORDS, WORDS, WORDS, WORDS, WORDS, st.none() | st.integers(2000, 2030), st.tuples(WORDS, WORDS), WORDS, st.integers(0), st.integers(0), st.none() | WORDS)  # fmt: skip
ANSWERS = st.builds(
    Answer,
    question=WORDS,
    text=WORDS,
    citations=st.lists(CITATIONS, max_size=3).map(tuple),
    reason=st.none() | st.sampled_from(Reason),
    scope=st.builds(Scope, st.lists(WORDS, max_size=2).map(tuple), st.lists(st.integers(), max_size=2).map(tuple)),
    coverage=st.builds(Coverage, st.integers(), st.integers()),
    numbers=st.builds(Numbers, st.integers(), st.integers()),
    took_ms=st.floats(0, 1e6),
)


@given(REPLIES)
def test_a_reply_comes_back_as_it_was(reply):
    assert loaded(Reply, dumped(reply)) == reply


@given(ANSWERS)
def test_an_answer_comes_back_as_it_was(answer):
    back = loaded(Answer, dumped(answer))
    assert back == answer and (back.reason is None or isinstance(back.reason, Reason))


def test_what_another_version_wrote_is_read():
    written = json.loads(dumped(Answer("问", "答", scope=Scope(("甲镇",)))))
    del written["coverage"]
    written["later"] = {"a": 1}
    assert loaded(Answer, json.dumps(written)) == Answer("问", "答", scope=Scope(("甲镇",)))
