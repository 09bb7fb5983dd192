"""Passages are whole sentences of one section, and exactly what the report says there."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from index_builders import report, sections

from index.chunk import LONGEST, TARGET, chunk
from index.types import Section, Span

TEXT = st.text(alphabet="青石镇调解，；。！\n 12.（一）", min_size=1, max_size=900)
PIECES = st.lists(st.text(alphabet="青石镇调解纠纷，。\n 3", min_size=1, max_size=700), min_size=1, max_size=6)


@st.composite
def cut_reports(draw):
    """A report with its sections and some noise spans anywhere."""
    made = report(draw(TEXT))
    size = len(made.text)
    places = st.integers(0, size)
    noise = draw(st.lists(st.tuples(places, places), max_size=3))
    cuts = sorted(draw(st.sets(st.integers(1, max(1, size - 1)), max_size=4)) - {0, size})
    spans = tuple(Span(min(pair), max(pair)) for pair in noise)
    return report(made.text, noise=spans), sections(made, *cuts)


@given(cut_reports())
def test_a_passage_is_what_the_report_says_there(case):
    made, parts = case
    for passage in chunk(made, parts):
        assert made.text[passage.start : passage.end] == passage.text
        assert passage.id == f"{made.id}:{passage.start}-{passage.end}"
        assert passage.text.strip() == passage.text != ""


@given(cut_reports())
def test_a_passage_lies_in_its_section_and_passages_do_not_overlap(case):
    made, parts = case
    passages = chunk(made, parts)
    for passage in passages:
        section = parts[passage.section]
        assert section.start <= passage.start < passage.end <= section.end
        assert (passage.path, passage.part, passage.town, passage.year) == (section.path, section.part, made.town, made.year)
    assert all(left.end <= right.start for left, right in pairwise(passages))


@given(cut_reports())
def test_a_passage_is_bounded_and_one_above_the_target_is_a_single_sentence(case):
    made, parts = case
    for passage in chunk(made, parts):
        assert len(passage.text) <= LONGEST
        assert len(passage.text) <= TARGET or "。" not in passage.text[:-1].rstrip("。！")


@given(PIECES)
def test_without_noise_every_word_is_in_a_passage(pieces):
    made = report("".join(pieces))
    covered = "".join(passage.text for passage in chunk(made, sections(made)))
    assert "".join(covered.split()) == "".join(made.text.split())


def test_a_sentence_longer_than_the_target_stays_whole():
    sentence = "调解纠纷，" * 100 + "共12起。"
    made = report(f"青石镇。{sentence}完。")
    assert sentence in [passage.text for passage in chunk(made, sections(made))]


def test_a_run_on_line_is_cut_at_clauses():
    made = report("调解矛盾纠纷，" * 200)
    passages = chunk(made, sections(made))
    assert len(passages) > 1
    assert all(passage.text.endswith("，") for passage in passages)


def test_noise_lines_are_left_out_and_keep_their_neighbours_apart():
    made = report("时间：2024年 浏览量：5\n青石镇调解12起。\n- 3 -\n化解11起。\n扫一扫")
    noise = tuple(Span(made.text.index(words), made.text.index(words) + len(words)) for words in ("浏览量：5", "- 3 -", "扫一扫"))
    made = report(made.text, noise=noise)
    assert [passage.text for passage in chunk(made, sections(made))] == ["时间：2024年", "青石镇调解12起。", "化解11起。"]


def test_noise_within_a_sentence_stays_because_quotes_are_exact():
    made = report("青石镇[bookmark]调解12起。")
    noisy = report(made.text, noise=(Span(3, 13),))
    assert [passage.text for passage in chunk(noisy, sections(noisy))] == ["青石镇[bookmark]调解12起。"]


def test_a_heading_that_only_announces_its_subsections_is_in_their_paths_and_no_passage():
    text = "一、成效\n（一）调解\n调解12起。\n二、问题\n人手不足。"
    made = report(text)
    starts = [0, text.index("（一）"), text.index("二、")]
    paths = [("一、成效",), ("一、成效", "（一）调解"), ("二、问题",)]
    parts = tuple(
        Section(made.id, n, start, end, path, heading=Span(start, start + len(path[-1])))
        for n, (start, end, path) in enumerate(zip(starts, [*starts[1:], len(text)], paths, strict=True))
    )
    assert [passage.text for passage in chunk(made, parts)] == ["（一）调解\n调解12起。", "二、问题\n人手不足。"]


def test_a_heading_without_subsections_is_a_passage():
    made = report("前言。\n一、全年无行政复议案件")
    assert chunk(made, sections(made, 4))[-1].text == "一、全年无行政复议案件"
