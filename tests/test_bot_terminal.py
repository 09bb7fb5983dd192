"""A conversation on the terminal."""

import io

from builders import Echo

from bot.screen import Screen
from bot.terminal import converse
from index.errors import BadRequest


def told(question, history):
    """A stand-in for the explanation of an answer."""
    return [f"说明{question}，此前{len(history)}问"]


def talk(*lines, answerer=None):
    out, err = io.StringIO(), io.StringIO()
    answerer = answerer or Echo()
    converse(answerer, Screen(out, err), io.StringIO("".join(f"{line}\n" for line in lines)), told)
    return answerer, out.getvalue(), err.getvalue()


def test_each_question_is_asked_with_the_earlier_ones():
    answerer, out, _ = talk("金井镇调解了多少纠纷", "那成功率呢")
    assert answerer.asked == [("金井镇调解了多少纠纷", ()), ("那成功率呢", ("金井镇调解了多少纠纷",))]
    assert "您问的是那成功率呢" in out


def test_new_forgets_what_was_said_before():
    answerer, _, _ = talk("甲", "/new", "乙")
    assert answerer.asked == [("甲", ()), ("乙", ())]


def test_quit_ends_at_once_and_so_does_the_end_of_the_input():
    answerer, out, _ = talk("/quit", "甲")
    assert not answerer.asked and "再见" in out
    assert "再见" in talk()[1]


def test_help_and_unknown_commands_are_no_questions():
    answerer, out, _ = talk("/help", "/nonsense 1", "", "   ")
    assert not answerer.asked
    assert "/new" in out and "没有 /nonsense 这个命令" in out


def test_a_question_that_cannot_be_answered_is_explained_and_not_remembered():
    class Strict(Echo):
        def answer(self, question, history=()):
            if question == "坏":
                raise BadRequest("请换个问法。")
            return super().answer(question, history)

    answerer, _, err = talk("坏", "好", answerer=Strict())
    assert err == "请换个问法。\n"
    assert answerer.asked == [("好", ())]


def test_ctrl_c_ends_cleanly():
    class Interrupted(io.StringIO):
        def __next__(self):
            raise KeyboardInterrupt

    out = io.StringIO()
    converse(Echo(), Screen(out, io.StringIO()), Interrupted(), told)
    assert "再见" in out.getvalue()


def test_why_explains_the_last_question_with_the_turns_before_it():
    _, out, _ = talk("甲", "乙", "/why")
    assert "说明乙，此前1问" in out
    assert "还没有问过问题" in talk("/why")[1]
