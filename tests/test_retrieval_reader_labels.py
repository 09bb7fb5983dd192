"""Questions over several towns as exercises for the marker: a question with each report, and the figures of it that answer."""

import gzip
import json
from pathlib import Path

import pytest

from retrieval.reader.calculations import ONE, OTHER
from retrieval.reader.labels import labelled, of_counties

REPORT = """檀溪镇2024年法治政府建设情况报告

一、主要工作
全年登记纠纷164起，说和151起，其中水塘纠纷8起。罚没款3.2万元。
"""


def made(tmp_path, op, one=(), other=()):
    reports = tmp_path / "exams" / "A" / "reports"
    reports.mkdir(parents=True)
    (reports / "a.txt").write_text(REPORT, encoding="utf-8")
    row = {"q": "哪个镇罚的款最多", "op": op, "reports": {"a.txt": {"one": list(one), "other": list(other)}}}
    with gzip.open(tmp_path / "A.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return list(labelled(tmp_path, tmp_path / "exams"))


@pytest.mark.parametrize(
    ("op", "one", "other", "kind", "sides"),
    [
        ("plain", ["罚没款【3.2】万元"], [], "", {"【3.2万元】": ONE}),
        ("share", ["说和【151】起"], ["登记纠纷【164】起"], "share", {"【151起】": ONE, "【164起】": OTHER}),
        ("rest", ["登记纠纷【164】起"], ["说和【151】起"], "rest", {"【151起】": ONE, "【164起】": OTHER}),
        ("share", ["说和【151】起"], [], "", {"【151起】": ONE}),
        ("plain", [], [], "", {}),
    ],
    ids=["a stated figure", "a part of a whole", "what is taken from a whole", "a rate that is stated", "a report that is silent"],
)
def test_the_figures_that_answer_are_found_with_their_side(tmp_path, op, one, other, kind, sides):
    (found,) = made(tmp_path, op, one, other)
    assert found.kind == kind and "哪个镇" not in found.question
    told = {figure: side for figure, side in zip(found.figures, found.sides, strict=True) if side}
    assert len(told) == len(sides) and all(any(mark in figure and side == own for figure, own in told.items()) for mark, side in sides.items())


def test_a_quotation_that_the_report_has_not_makes_no_exercise(tmp_path):
    assert made(tmp_path, "plain", ["罚款【9.9】万元"]) == []


def test_a_question_of_an_exam_is_put_as_the_answerer_puts_it(tmp_path):
    made(tmp_path, "plain", ["罚没款【3.2】万元"])
    row = {"q": "檀溪镇罚了多少", "spoken": "罚了多少", "op": "plain", "reports": {"a.txt": {"one": ["罚没款【3.2】万元"], "other": []}, "c.txt": {"one": [], "other": []}}}
    with gzip.open(tmp_path / "A.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in (row, {**row, "op": "other"}))
    (found,) = labelled(tmp_path, tmp_path / "exams")
    assert found.question == "罚了多少"


def test_a_county_asks_each_of_its_reports(tmp_path):
    asked = {"q": "哪个镇罚的款最多", "op": "plain", "reports": {"a.txt": {"one": ["罚没款【3.2】万元"], "other": []}}}
    with gzip.open(tmp_path / "g1.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"county": "檀县", "reports": {"a.txt": REPORT}, "asked": [asked]}, ensure_ascii=False) + "\n")
    (found,) = of_counties(tmp_path)
    assert sum(found.sides) == ONE and not found.kept


def test_all_that_is_marked_in_the_counties_that_teach_is_found_again():
    folder, asked = Path(__file__).parent.parent / "data" / "train" / "counties", 0
    for path in folder.glob("*.jsonl.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            asked += sum(len(json.loads(line)["asked"]) for line in lines)
    assert len({(one.question, one.figures) for one in of_counties(folder)}) > 5.5 * asked
