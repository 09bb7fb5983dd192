"""The JSON objects that scripts rely on: exactly these fields."""

import json
from dataclasses import replace
from datetime import date

from builders import ANSWER, HIT, REPORT

from bot.objects import answer_object, build_object, hits_object, reports_object
from index.types import BuildResult, Rejected
from retrieval.types import Answer, Reason


def through_json(value):
    return json.loads(json.dumps(value, ensure_ascii=False))


def test_an_answer_has_exactly_the_agreed_fields():
    assert through_json(answer_object(ANSWER)) == {
        "question": "金井镇2023年调解了多少纠纷",
        "answer": "金井镇2023年共排查矛盾纠纷708起，化解708起。[1]",
        "refused": False,
        "reason": None,
        "citations": [
            {
                "n": 1,
                "id": "金井2023·一(三)1",
                "file": "001.txt",
                "title": "2023年度法治政府建设工作情况报告",
                "town": "金井镇",
                "year": 2023,
                "section": ["一、主要做法", "(三)化解矛盾"],
                "quote": "共排查矛盾纠纷708起,化解708起",
                "start": 1934,
                "end": 1951,
                "url": None,
            }
        ],
        "scope": {"towns": ["金井镇"], "years": [2023]},
        "coverage": {"reports": 1, "stated": 1},
        "numbers": {"total": 2, "traced": 2},
        "took_ms": 9.0,
    }


def test_a_refusal_says_which_kind():
    refusal = through_json(answer_object(Answer("q", "资料库没有青阳街道的报告。", reason=Reason.NO_TOWN)))
    assert (refusal["refused"], refusal["reason"], refusal["citations"]) == (True, "no_town", [])


def test_a_hit_names_its_file_and_report():
    assert through_json(hits_object([HIT], {REPORT.id: REPORT})) == {
        "hits": [{"file": "001.txt", "report": REPORT.id, "score": 0.5, "text": HIT.passage.text, "start": 10, "end": 48}]
    }


def test_reports_come_with_place_dates_and_counts():
    report = through_json(reports_object([replace(REPORT, published=date(2024, 3, 30))]))["reports"][0]
    assert report["published"] == "2024-03-30" and report["written"] is None
    assert (report["town"], report["year"], report["passages"], report["figures"]) == ("金井镇", 2023, 9, 4)
    assert report["place"] == {"province": "福建省", "city": "", "county": "晋江市"}


def test_an_index_run_lists_every_outcome():
    result = through_json(build_object(BuildResult(added=("a",), rejected=(Rejected("b", "空文件"),))))
    assert result == {"added": ["a"], "changed": [], "kept": [], "removed": [], "rejected": [{"file": "b", "reason": "空文件"}], "notes": []}
