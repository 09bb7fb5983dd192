"""Questions and batch lines, checked at the door."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.requests import HISTORY_LIMIT, Request, parse_request, sound
from index.errors import BadRequest


def test_a_line_is_a_question_with_its_conversation():
    raw = json.dumps({"id": 7, "question": " 那成功率呢 ", "history": ["金井镇呢", " "]}).encode()
    assert parse_request(raw) == Request(7, "那成功率呢", ("金井镇呢",))


def test_id_and_history_may_be_missing_and_a_byte_order_mark_is_no_matter():
    assert parse_request(b'\xef\xbb\xbf{"question": "a", "history": null}\r\n') == Request(None, "a")


def test_only_the_last_turns_are_kept():
    raw = json.dumps({"question": "q", "history": [str(turn) for turn in range(100)]}).encode()
    assert parse_request(raw).history == tuple(str(turn) for turn in range(100 - HISTORY_LIMIT, 100))


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"{", "JSON"),
        (b"[1]", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b'{"id": 1}', "question"),
        (b'{"question": 5}', "question"),
        (b'{"question": "a", "history": "b"}', "history"),
        (b'{"question": "a", "history": [1]}', "history"),
    ],
)
def test_a_line_that_cannot_be_used_says_why(raw, problem):
    with pytest.raises(BadRequest, match=problem):
        parse_request(raw)


@given(st.text(st.characters(), max_size=50))
def test_a_question_can_always_be_written(text):
    assert sound(text).encode("utf-8") == sound(text).encode("utf-8").strip()


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(raw):
    try:
        assert isinstance(parse_request(raw), Request)
    except BadRequest as error:
        assert str(error)
