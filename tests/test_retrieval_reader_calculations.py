"""Exercises for the marker: which figures of an invented section a calculation takes, and how they are shown."""

import gzip
import json

import pytest

from retrieval.reader.calculations import ONE, OTHER, exercises

SECTION = {
    "town": "檀溪镇",
    "year": 2024,
    "head": "二、纠纷调处",
    "sents": ["全年登记纠纷164起，说和151起，其中水塘纠纷8起。", "上年登记140起。", "指标｜2024年｜2023年", "窗口收件（件）｜96｜80"],
}


def made(tmp_path, *asked):
    with gzip.open(tmp_path / "c1.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(SECTION | {"qa": list(asked)}, ensure_ascii=False) + "\n")
    return list(exercises(tmp_path))


def ask(op, *figures, value=""):
    return {"q": "说和的占几成", "op": op, "one": "", "other": "", "figures": list(figures), "value": value}


@pytest.mark.parametrize(
    ("asked", "kind", "sides"),
    [
        (ask("share", [0, "151起"], [0, "164起"]), "share", {"【151起】": ONE, "【164起】": OTHER}),
        (ask("rest", [0, "151起"], [0, "8起"], [0, "164起"]), "rest", {"【151起】": ONE, "【8起】": ONE, "【164起】": OTHER}),
        (ask("sum", [0, "164起"], [1, "140起"]), "sum", {"【164起】": ONE, "【140起】": ONE}),
        (ask("plain", [3, "96"]), "", {"【96】": ONE}),
        (ask("chain", [0, "151起"], [0, "8起"], [0, "164起"], value="97%"), "share", {"【151起】": ONE, "【8起】": ONE, "【164起】": OTHER}),
        (ask("share"), "share", {}),
    ],
)
def test_the_figures_are_found_where_they_stand_with_their_side(tmp_path, asked, kind, sides):
    (one,) = made(tmp_path, asked)
    assert one.kind == kind
    found = {figure: side for figure, side in zip(one.figures, one.sides, strict=True) if side}
    assert len(found) == len(sides)
    assert all(any(words in figure and side == wanted for figure, side in found.items()) for words, wanted in sides.items())


@pytest.mark.parametrize(
    "asked",
    [
        ask("share", [0, "152起"], [0, "164起"]),
        ask("chain", [0, "151起"], [0, "8起"], [0, "164起"], value="12起"),
        ask("median", [0, "151起"]),
    ],
    ids=["a figure that is not there", "a chain that is no share of a sum", "a calculation that is not known"],
)
def test_what_cannot_be_learned_from_is_left_out(tmp_path, asked):
    assert made(tmp_path, asked) == []


def test_a_figure_is_shown_with_its_heading_the_sentence_before_and_its_year(tmp_path):
    (one,) = made(tmp_path, ask("share"))
    assert one.figures[0] == "二、纠纷调处｜全年登记纠纷【164起】，说和151起，其中水塘纠纷8起。"
    assert one.figures[3] == "上年｜二、纠纷调处｜记纠纷164起，说和151起，其中水塘纠纷8起。上年登记【140起】。"
    assert one.figures[4].endswith("｜窗口收件：窗口收件（件）｜【96】｜80")
