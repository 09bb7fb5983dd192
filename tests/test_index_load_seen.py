"""What a reader sees is what is read, in every format; digits at something that cannot be read are no figure."""

import zipfile
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_index_load_word import W

from index.figures import figures
from index.glued import glued
from index.load import load
from index.load.seen import UNSEEN, as_seen, seen
from index.numerals import numerals, unreadable, with_units
from index.outline import outline
from index.parse import parse, tables
from index.types import Document, Heading, Span
from retrieval.draft import Draft, Line, Source
from retrieval.reply.verify import verify
from retrieval.types import Scope

NOTHING = ["\u200b", "\u200c", "\u200d", "\u2060", "\xad", "\u200e", "\u200f", "\u2066", "\ufe0f", "\ufeff", "\u061c", "\x1b", "\x07", "\U000e0101"]
DOUBTED = [
    "3\ue123" "04", "3\u03384", "3\xa004", "3\u200904", "3O4", "3l4", "3І4", "2e2", "3²4", "③04", "3\ufffd4", "30\u20dd4", "3〇4", "3 04", "3 214",
    "3,0000", "12,34", "3,04,5", "1’304", "3，214", "04", "3万04", "3千2百", "一万2千", "O34", "3О", "30O", "3\U000f00014", "3\u31194", "3Ⅳ4",
]  # fmt: skip


@pytest.mark.parametrize("mark", NOTHING)
def test_what_shows_nothing_does_not_cut_a_number(mark, tmp_path):
    path = tmp_path / "丁桥镇2021.txt"
    path.write_text(f"丁桥镇2021年法治政府建设工作报告\n全年受理信访4{mark}16件。\n", encoding="utf-8")
    (document,) = load(path)
    assert "受理信访416件" in document.text
    assert [(n.value, n.unit) for n in numerals(document.text)] == [(416, "件")]
    assert document.doubtful == ()


@pytest.mark.parametrize("written", DOUBTED)
def test_digits_at_something_unread_are_no_figure_and_are_doubted(written):
    text = f"全年受理信访{written}件，走访25户。"
    assert [(n.value, n.unit) for n in numerals(text)] == [(25, "户")]
    document = as_seen(Document("甲.txt", "", text))
    assert len(document.doubtful) == 1
    (span,) = document.doubtful
    assert text[span.start : span.end] in written + "件"


@pytest.mark.parametrize(
    "written",
    ["3,214", "1,203,214", "304", "３０４", "3.04万", "五百", "3000余", "5A级景区3个、景点304", "2021年304", "2021，304", "\uf06c 304", "（1）304", "共\xa0304", "5万元，304"],
)
def test_what_can_be_read_is_a_figure(written):
    assert numerals(f"共{written}件")[-1].unit == "件"
    assert unreadable(f"共{written}件") == []


@given(st.lists(st.sampled_from([*NOTHING, "708起", "矛盾", "\n", "，", "\ue000"]), max_size=12), st.data())
def test_spans_stay_with_their_words(pieces, data):
    text = "".join(pieces) + "。"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    document = as_seen(Document("甲.txt", "", text, headings=(Heading(start, end, 1),), noise=(Span(start, end),)))
    assert document.text == UNSEEN.sub("", text)
    words = UNSEEN.sub("", text[start:end])
    assert [document.text[span.start : span.end] for span in (*document.headings, *document.noise)] == [words] * 2 * bool(words)


@given(st.text(st.sampled_from("12 3,，.Oo\ue000\xa0一百万年起、"), max_size=30))
def test_a_stretch_has_digits_and_stands_apart_from_the_next(text):
    found = glued(text, 0, len(text))
    assert all(span.start < span.end for span in found)
    assert all(one.end < other.start or one.end <= other.start for one, other in pairwise(found))


def test_what_is_forced_from_right_to_left_is_read_as_it_is_shown():
    assert seen("受理\u202e件614\u202c，办结\u202e614件\u202c") == "受理416件，办结件416"


def test_a_reply_states_no_part_of_digits_that_cannot_be_read():
    text = "丁桥镇2021年法治政府建设工作报告\n一、主要工作\n全年受理信访3\ue00014件。\n"
    made = parse(Document("丁桥镇2021.txt", "", text), tables_of_nowhere())
    start = text.index("全年")
    source = Source(made.report, made.sections[-1], start, len(text) - 1)
    scope = Scope(("丁桥镇",), (2021,))
    assert "14件" not in verify("多少", Draft((Line("丁桥镇2021年受理信访14件。", (source,)),), scope=scope)).text
    assert "\ue000" in verify("多少", Draft((Line("全年受理信访3\ue00014件。", (source,)),), scope=scope)).text
    assert with_units("3\ue00014件")[0][1] == "3\ue00014"


def tables_of_nowhere():
    from pathlib import Path

    return tables(Path("/nowhere"), "")


STRUCK = [
    "<s>3</s>", "<strike>3</strike>", "<del>3</del>", "<span style='text-decoration: underline line-through'>3</span>", "<b style='font-size:0px'>3</b>",
    "<i style='opacity: 0.0'>3</i>", "<font style='color:#FFFFFF'>3</font>", "<span style='color: rgb(255,255,255)'>3</span>",
    "<em style='color:rgba(0,0,0,0)'>3</em>", "<u style='visibility:hidden'>3</u>",
]  # fmt: skip
SHOWN = [
    "<span style='background:#c00;color:#fff'>3</span>", "<span style='font-size:0.9em'>3</span>", "<b style='opacity:0.8'>3</b>",
    "<span style='background-color:#fff;border-color:white'>3</span>", "<sup style='font-size:05px'>3</sup>",
]  # fmt: skip


@pytest.mark.parametrize(("inside", "value"), [*((tag, 416) for tag in STRUCK), *((tag, 3416) for tag in SHOWN)])
def test_a_page_is_read_as_a_browser_shows_it(inside, value, tmp_path):
    path = tmp_path / "丁桥镇2021.html"
    path.write_text(f"<html><body><p>丁桥镇2021年法治政府建设工作报告</p><p>全年受理信访{inside}416件，全部办结到位。</p></body></html>", encoding="utf-8")
    (document,) = load(path)
    assert [n.value for n in numerals(document.text)] == [value]


@pytest.mark.parametrize(
    ("run", "value"),
    [("<w:strike/>", 416), ("<w:dstrike/>", 416), ("<w:sz w:val='2'/>", 416), ("<w:color w:val='ffffff'/>", 416), ("<w:vanish/>", 416),
     ("<w:strike w:val='0'/>", 3416), ("<w:color w:val='FFFFFF'/><w:shd w:fill='C00000'/>", 3416), ("<w:sz w:val='32'/>", 3416)],
)  # fmt: skip
def test_a_word_file_is_read_as_word_shows_it(run, value, tmp_path):
    path = tmp_path / "丁桥镇2021.docx"
    body = f"<w:p><w:r><w:t>受理信访</w:t></w:r><w:r><w:rPr>{run}</w:rPr><w:t>3</w:t></w:r><w:r><w:t>416件。</w:t></w:r></w:p>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
    (document,) = load(path)
    assert [n.value for n in numerals(document.text)] == [value]


def test_no_figure_is_made_of_what_is_doubted():
    by = tables_of_nowhere()
    made = parse(Document("丁桥镇2021.txt", "", "丁桥镇2021年法治政府建设工作报告\n一、主要工作\n全年排查矛盾纠纷7O8起，化解61起。\n"), by)
    assert [figure.value for figure in figures(made.report, outline(made.report, (), by.headings), by.indicators)] == [61]
