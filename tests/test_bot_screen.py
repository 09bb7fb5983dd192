"""What reports, file names and models say does nothing at a terminal."""

import io
import re

import pytest

from bot.screen import Screen, harmless


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    "evil",
    ["\x1b]0;title\x07", "\x1b[2J", "\x1b[6n", "\x9b31m", "\x1bPq\x1b\\", "\r\x1b[K", "\x08\x08", "\x1b]8;;http://x\x1b\\", "\u202e", "\u2066", "\x1b[1;1H", "\x7f"],
)
def test_nothing_moves_names_or_answers(evil):
    out, err = Terminal(), Terminal()
    screen = Screen(out, err)
    screen.show(f"金井镇{evil}708起")
    screen.json({"file": f"a{evil}b"})
    screen.complain(f"文件 a{evil}b 打不开")
    for written in (out.getvalue(), err.getvalue()):
        assert not {*"\x07\x08\r\x7f\x9b\u202e\u2066"} & {*written}
        assert not re.search(r"\x1b(?!\[[0-9;]*m)", written)
    assert "708起" in out.getvalue()


def test_lines_and_styles_stay():
    assert harmless("\x1b[1m粗\x1b[0m\n\t细") == "\x1b[1m粗\x1b[0m\n\t细"
    assert harmless("\x1b[1;31m红\x1b[0m\x1b[2J") == "\x1b[1;31m红\x1b[0m␛[2J"
    assert harmless("") == ""
