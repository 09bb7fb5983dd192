"""What a person sees: the answer first, then each source with its number, title, headings, sentence and id."""

import io
from itertools import pairwise

import pytest
from builders import ANSWER, CITATION, HIT, REPORT
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.render import answer_view, breaks, hits_view
from bot.screen import Screen
from bot.summaries import build_view, reports_view
from index.types import BuildResult, Rejected


class Terminal(io.StringIO):
    """A terminal that keeps what was written to it."""

    def isatty(self):
        return True


def shown(*parts, out=None):
    out = out or io.StringIO()
    Screen(out, io.StringIO()).show(*parts)
    return out.getvalue()


def test_the_answer_comes_first_and_then_its_sources():
    lines = shown(*answer_view(ANSWER)).splitlines()
    assert lines[0] == ANSWER.text
    assert lines[2] == "[1] 《2023年度法治政府建设工作情况报告》 › 一、主要做法 › (三)化解矛盾"
    assert lines[3].strip() == "“共排查矛盾纠纷708起,化解708起”"
    assert lines[4].strip() == "金井2023·一(三)1 · 001.txt"


def test_a_pipe_gets_neither_colours_nor_line_breaks_nor_trailing_spaces():
    text = shown(*answer_view(ANSWER), *hits_view([HIT], {REPORT.id: REPORT}))
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())
    assert CITATION.quote in text and HIT.passage.text in text


def test_a_narrow_terminal_gets_wrapped_lines_that_stay_indented(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("TERM", "xterm")
    text = shown(*hits_view([HIT], {REPORT.id: REPORT}), out=Terminal())
    body = text.split("主要做法")[1].splitlines()[1:-1]
    assert len(body) > 1 and all(line.startswith("    ") for line in body)


def test_a_bracketed_number_is_text_and_not_a_style():
    assert "[1]" in shown("调处708起。[1] [bold]")


def test_a_table_of_reports_shows_town_year_and_counts():
    line = next(line for line in shown(reports_view([REPORT])).splitlines() if "金井镇" in line)
    assert line.split() == ["金井镇", "2023", "福建省晋江市", REPORT.title, "001.txt", "9", "4"]


@pytest.mark.parametrize("count", [3, 25])
def test_an_index_run_counts_everything_and_names_every_rejection(count):
    added = tuple(f"{number}.txt" for number in range(count))
    text = shown(*build_view(BuildResult(added=added, rejected=(Rejected("坏.txt", "是二进制文件"),))))
    assert text.startswith(f"新增 {count}，更新 0，未变 0，移除 0，拒收 1\n")
    assert "拒收 坏.txt：是二进制文件" in text
    assert ("共 25 份" in text) == (count == 25)


@given(st.text("纠纷708起，。“”（）[1]%a ", max_size=80), st.integers(4, 30))
def test_wrapped_text_is_all_there_and_fits(text, width):
    cuts = [0, *breaks(text, width), len(text)]
    pieces = [text[left:right] for left, right in pairwise(cuts)]
    assert "".join(pieces) == text
    assert all(cell_len(piece.rstrip()) <= width for piece in pieces)


def test_no_line_starts_with_a_closing_mark_and_no_number_is_split():
    text = "金井镇2023年共排查矛盾纠纷708起，化解708起，调处成功率达100%。[1]" * 3
    for width in range(12, 40):
        pieces = [text[left:right] for left, right in pairwise([0, *breaks(text, width), len(text)])]
        assert not any(piece.startswith(("，", "。", "[")) for piece in pieces)
        assert sum(piece.count("708起") for piece in pieces) + sum(piece.endswith("708") for piece in pieces) == 6
