"""A conversation on the terminal: what is typed reaches the core, what the core replies is shown."""

import io

from bot.core.types import Attachment, Button, Final, Quote, Reply, Stage, Toast
from bot.screen import Screen
from bot.terminal import ME, converse
from index.errors import BadRequest

REPLY = Reply(
    "甲镇2023年调解12起。[1]",
    (Quote("[1] 《报告》 › 一、概况", "全年调解12起，全部办结。", ((2, 7),)),),
    "沿用：甲镇",
    ((Button("原文1", "src:1:1"), Button("复制引用", copy="甲镇. 报告[R/OL].")), (Button("有用", "fb:1:1"),)),
)


class Scripted:
    """A core that notes what it is asked, and replies the same to everything."""

    def __init__(self, reply=REPLY):
        self.reply, self.asked, self.pressed, self.delivered, self.closed = reply, [], [], [], False

    async def ask(self, ask):
        self.asked.append(ask)
        yield Stage("正在检索……")
        if ask.text == "错":
            raise BadRequest("这一句用不了。")
        yield Final(Reply("您好。") if ask.text == "/start" else self.reply, ask.key)

    async def act(self, press):
        self.pressed.append(press)
        yield Toast("好的。")
        yield Final(Reply("原文在此。"), press.key)

    def sent(self, key, part):
        self.delivered.append((key, part))

    async def close(self):
        self.closed = True


def talk(tmp_path, *lines, core=None):
    out, err = io.StringIO(), io.StringIO()
    core = core or Scripted()
    converse(core, Screen(out, err), io.StringIO("".join(f"{line}\n" for line in lines)), tmp_path)
    return core, out.getvalue(), err.getvalue()


def test_it_greets_first_and_then_asks_each_line(tmp_path):
    core, out, _ = talk(tmp_path, "甲镇调解了多少", "", "  ", "/towns")
    assert [(ask.who, ask.text) for ask in core.asked] == [(ME, "/start"), (ME, "甲镇调解了多少"), (ME, "/towns")]
    assert out.lstrip().startswith("您好。")
    assert core.closed and out.endswith("再见。\n")


def test_the_same_line_twice_is_two_questions(tmp_path):
    core, _, _ = talk(tmp_path, "甲", "甲")
    assert len({ask.key for ask in core.asked}) == 3


def test_a_reply_shows_its_sources_its_note_and_what_to_type_for_its_buttons(tmp_path):
    _, out, _ = talk(tmp_path, "甲")
    for words in ("甲镇2023年调解12起。[1]", "[1] 《报告》 › 一、概况", "    全年调解12起，全部办结。", "沿用：甲镇", "/1 原文1", "/3 有用"):
        assert words in out


def test_what_was_shown_is_reported_as_delivered(tmp_path):
    core, _, _ = talk(tmp_path, "甲")
    assert core.delivered == [(ask.key, 0) for ask in core.asked]


def test_a_typed_number_presses_that_button(tmp_path):
    core, out, _ = talk(tmp_path, "甲", "/3", "/2")
    assert [press.action for press in core.pressed] == ["fb:1:1"]
    assert "好的。" in out and "原文在此。" in out
    assert "甲镇. 报告[R/OL]." in out


def test_a_number_with_no_button_says_so(tmp_path):
    core, _, err = talk(tmp_path, "/1", "甲", "/4", "/0")
    assert not core.pressed
    assert err.count("这一项") == 3


def test_what_cannot_be_asked_is_told_and_the_talk_goes_on(tmp_path):
    core, out, err = talk(tmp_path, "错", "甲")
    assert "这一句用不了。" in err and "甲镇2023年" in out
    assert len(core.asked) == 3


def test_quit_ends_at_once(tmp_path):
    core, out, _ = talk(tmp_path, "/quit", "甲")
    assert len(core.asked) == 1 and "再见" in out


def test_a_file_is_sent_by_its_path(tmp_path):
    path = tmp_path / "报告 一.txt"
    path.write_text("内容", encoding="utf-8")
    core, _, err = talk(tmp_path, f"/send {path}", f"/send {path}x")
    (ask,) = core.asked[1:]
    assert (ask.document.name, ask.document.size) == ("报告 一.txt", 6)
    assert "读不了" in err


def test_a_file_that_comes_with_a_reply_is_written_beside_those_that_are_there(tmp_path):
    (tmp_path / "纪要.docx").write_bytes(b"mine")
    core = Scripted(Reply("好了。", files=(Attachment("纪要.docx", b"new"), Attachment("原件.txt", tmp_path / "原件.txt"))))
    _, out, _ = talk(tmp_path, "/memo", core=core)
    assert (tmp_path / "纪要.docx").read_bytes() == b"mine"
    assert (tmp_path / "纪要-2.docx").read_bytes() == b"new"
    assert f"文件：{tmp_path / '原件.txt'}" in out


def test_ctrl_c_at_the_prompt_ends_the_conversation(tmp_path):
    class Interrupted(io.StringIO):
        def __iter__(self):
            raise KeyboardInterrupt

    out = io.StringIO()
    core = Scripted()
    converse(core, Screen(out, io.StringIO()), Interrupted(), tmp_path)
    assert core.closed and "再见" in out.getvalue()


def test_ctrl_c_during_an_answer_stops_only_that(tmp_path):
    class Stopped(Scripted):
        async def ask(self, ask):
            if ask.text == "慢":
                raise KeyboardInterrupt
            async for event in super().ask(ask):
                yield event

    _, out, err = talk(tmp_path, "慢", "甲", core=Stopped())
    assert "已停止。" in err and "甲镇2023年" in out
