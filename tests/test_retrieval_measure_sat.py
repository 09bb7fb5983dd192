"""Lessons for the reader from exams that were looked at: what answers comes first, and a question that nothing answers has no such piece."""

import json
from pathlib import Path

import pytest

from retrieval.measure.sat import lessons_of, of_exams, written
from retrieval.reader.lessons import ready

REPORT = """檀溪镇2024年法治政府建设情况报告

一、主要工作
全年登记纠纷164起，说和151起。
水渠边的旧账由老支书出面，三家坐到一张桌上，当天就把水分清了。
二、存在问题
执法人员只有三名，夜里没有人巡查。
"""
ASKED = [
    {"id": "1", "question": "檀溪镇水渠的事是谁摆平的", "type": "who", "answerable": True, "must_contain": [["老支书"]], "evidence": [{"file": "a.txt", "quote": "水渠边的旧账由老支书出面"}]},
    {"id": "2", "question": "檀溪镇的祠堂归谁管", "type": "who", "answerable": False, "must_contain": []},
    {"id": "3", "question": "檀溪镇的路灯是谁修的", "type": "who", "answerable": True, "must_contain": [["张三"]], "evidence": [{"file": "a.txt", "quote": "别处的话"}]},
]


@pytest.fixture
def exam(tmp_path) -> Path:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text("\n".join(json.dumps(item, ensure_ascii=False) for item in ASKED), encoding="utf-8")
    return tmp_path


def test_what_answers_is_shown_first_and_a_question_whose_evidence_is_not_read_is_none(exam):
    first, second = lessons_of(exam)
    assert [candidate.sentence[:4] for candidate in first.sentences[: first.right]] == ["水渠边的"]
    assert all("老支书" not in candidate.sentence for candidate in first.sentences[first.right :])
    assert not second.right and second.sentences


def test_the_lessons_that_are_written_are_those_that_the_school_reads(exam, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    written(of_exams([exam]), out / "a.jsonl.gz")
    assert list(ready(out)) == list(lessons_of(exam))
