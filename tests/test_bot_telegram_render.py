"""A reply becomes messages that Telegram takes as they are, and nothing is lost on the way."""

import random
import re
import unicodedata

import pytest
import random_replies
from fake_telegram import SPAN_LIMIT, TEXT_LIMIT, broken, units
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.types import Attachment, Button, Quote, Reply
from bot.telegram.render import File, Mark, Message, clean, layout, parts, split

UNSEEN = re.compile(
    f"[\\s{''.join(re.escape(chr(code)) for code in range(0x110000) if unicodedata.category(chr(code)) in ('Cc', 'Cf', 'Zs', 'Zl', 'Zp'))}]+"
)


def entities(message):
    return [{"type": span.kind, "offset": span.offset, "length": span.length} for span in message.spans]


def spoken(message, span):
    encoded = message.text.encode("utf-16-le")
    return encoded[2 * span.offset : 2 * (span.offset + span.length)].decode("utf-16-le")


def visible(text):
    return UNSEEN.sub("", text)


def check(reply):
    """Every promise of the rendering, for one reply; returns how many messages it made."""
    text, marks = layout(reply)
    messages = [part for part in parts(reply) if isinstance(part, Message)]
    for message in messages:
        assert 1 <= units(message.text) <= TEXT_LIMIT
        assert len(message.spans) <= SPAN_LIMIT
        assert not list(broken(message.text, entities(message)))
    assert_nothing_cut(text, messages)
    assert_every_mark_kept(text, marks, messages)
    return len(messages)


def assert_nothing_cut(text, messages):
    """The messages one after the other are the text, but for what cannot be seen between them."""
    reached = 0
    for message in messages:
        start = text.index(message.text, reached)
        assert not visible(text[reached:start])
        reached = start + len(message.text)
    assert not visible(text[reached:])


def assert_every_mark_kept(text, marks, messages):
    for kind in {mark.kind for mark in marks}:
        meant = "".join(text[mark.start : mark.end] for mark in sorted(marks, key=lambda mark: mark.start) if mark.kind == kind)
        shown = "".join(spoken(message, span) for message in messages for span in message.spans if span.kind == kind)
        assert visible(shown) == visible(meant)


@settings(deadline=None)
@given(st.integers(0, 1 << 62))
def test_any_reply_is_rendered_whole(seed):
    check(random_replies.reply(random.Random(seed)))


@settings(deadline=None)
@given(st.text(max_size=200), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=8))
def test_any_unicode_text_is_rendered_whole(text, marks):
    check(Reply(text, (Quote(text, text, tuple(marks)),), text))


def test_an_answer_comes_first_then_its_sources_folded_then_the_note():
    reply = Reply("排查矛盾纠纷708起。[1]", (Quote("《报告》一（三）", "共排查矛盾纠纷708起", ((7, 11),)),), "仅供参考")
    (message,) = parts(reply)
    assert message.text == "排查矛盾纠纷708起。[1]\n\n[1] 《报告》一（三）\n共排查矛盾纠纷708起\n\n仅供参考"
    assert [(span.kind, spoken(message, span)) for span in message.spans] == [
        ("bold", "[1] 《报告》一（三）"),
        ("expandable_blockquote", "共排查矛盾纠纷708起"),
        ("bold", "708起"),
        ("italic", "仅供参考"),
    ]


def test_a_source_that_the_text_does_not_number_has_no_number():
    (message,) = parts(Reply("", (Quote("《报告》一（三）", "共排查"),)))
    assert message.text.startswith("《报告》")


def test_offsets_count_characters_beyond_the_basic_plane_twice():
    (message,) = parts(Reply("𠮷😀", (Quote("𠮷镇", "甲𠮷乙", ((2, 3),)),)))
    assert [spoken(message, span) for span in message.spans] == ["𠮷镇", "甲𠮷乙", "乙"]


def test_marks_that_overlap_become_one():
    (message,) = parts(Reply("", (Quote("题", "一二三四五", ((0, 2), (1, 3), (3, 4), (9, 12), (4, 2))),)))
    assert [spoken(message, span) for span in message.spans[2:]] == ["一二三四"]


@pytest.mark.parametrize(
    ("filling", "last"),
    [
        ("甲" * 3000 + "\n\n" + "乙" * 3000, "甲"),
        ("甲" * 3999 + "。[1]” " + "乙" * 3000, "”"),
        ("甲" * 3000 + "，" + "乙" * 3000, "，"),
    ],
)
def test_a_long_text_is_cut_where_a_reader_would_pause(filling, last):
    assert next(split(filling)).text.endswith(last)


@pytest.mark.parametrize("whole", ["1234567", "12.5%", "[12]", "e\u0301", "👨‍👩‍👧", "３４５"])
def test_no_number_mark_or_visible_character_is_cut_in_two(whole):
    for shift in range(12):
        messages = list(split("字" * (TEXT_LIMIT - shift) + whole + "字" * 20))
        assert sum(message.text.count(whole) for message in messages) == 1


def test_more_than_a_hundred_marks_go_on_in_the_next_message():
    text = "一二" * 300
    messages = list(split(text, [Mark("bold", at, at + 1) for at in range(0, 600, 2)]))
    assert sum(len(message.spans) for message in messages) == 300
    assert max(len(message.spans) for message in messages) <= SPAN_LIMIT


def test_what_telegram_would_drop_is_replaced_character_by_character():
    assert clean("甲\x00乙\u202e丙\u2028丁\ud83d") == "甲 乙 丙\n丁\ufffd"


def test_buttons_are_under_the_last_message_and_files_come_after():
    rows = ((Button("👍", "fb:1"),),)
    first, last, file = parts(Reply("甲" * 5000, buttons=rows, files=(Attachment("表.xlsx", b""),)))
    assert (first.buttons, last.buttons) == ((), rows)
    assert file == File(Attachment("表.xlsx", b""))


def test_buttons_of_a_reply_that_is_only_a_file_are_under_the_file():
    rows = ((Button("👍", "fb:1"),),)
    assert parts(Reply("", buttons=rows, files=(Attachment("表.xlsx", b""),))) == (File(Attachment("表.xlsx", b""), rows),)


def test_a_reply_of_nothing_is_no_message():
    assert parts(Reply(" \n\u200b")) == ()
