"""Passages for a question: of the reports that it names, and of no other."""

from pathlib import Path

import pytest

from index.errors import BadRequest
from retrieval.evidence.passages import PassageFinder


@pytest.fixture(scope="module")
def finder(sample_store: Path):
    return PassageFinder.open(sample_store)


def files(finder, question, k=5):
    return {finder.store.report(hit.passage.report_id).town for hit in finder.find(question, k)}


@pytest.mark.parametrize(
    ("question", "towns"),
    [
        ("金井镇的普法宣传", {"金井镇"}),
        ("金井镇和磁灶镇的普法宣传", {"金井镇", "磁灶镇"}),
        ("2021年的普法宣传", {"泉掌镇"}),
        ("重庆市的普法宣传", {"高观镇"}),
    ],
)
def test_only_the_reports_that_are_named_are_searched(finder, question, towns):
    assert files(finder, question, 50) == towns


@pytest.mark.parametrize("question", ["青阳街道的普法宣传", "金井镇2019年的普法宣传"])
def test_what_the_store_has_not_is_not_looked_for_elsewhere(finder, question):
    assert finder.find(question, 5) == []


def test_a_question_that_names_nothing_is_about_everything(finder):
    assert len(files(finder, "普法宣传", 50)) == 5


def test_hits_are_ranked_and_as_many_as_asked_for(finder):
    hits = finder.find("群众说事", 3)
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert "群众说事" in hits[0].passage.text


@pytest.mark.parametrize("question", ["", " ", "问" * 10_000])
def test_a_question_that_is_none_is_refused(finder, question):
    with pytest.raises(BadRequest):
        finder.find(question, 3)
