"""The benchmark: figures that can be counted by hand, and the published baseline."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import BadRequest
from index.text import grams
from index.types import Passage, Vectors
from retrieval.measure import benchmark as measured
from retrieval.measure.benchmark import BM25, DENSE, OURS, SetResult, benchmark, reciprocal_ranks
from retrieval.measure.sets import Asked, QuestionSet, question_sets, windows, wording_set
from retrieval.measure.shelf import MemoryShelf
from tests.index_builders import BigramEncoder

PUBLIC = Path(__file__).parents[2] / "shared" / "bench"
SAMPLE = Path(__file__).parents[1] / "data" / "sample"
DOCUMENTS = {"a": "延期缴纳税款的申请由税务局受理。", "b": "口罩由药店统一发放，每人五只。", "c": "学校开学时间另行通知。"}


def small_set(*questions: Asked) -> QuestionSet:
    passages = tuple(Passage(f"{name}:0-{len(text)}", name, 0, 0, len(text), text) for name, text in DOCUMENTS.items())
    return QuestionSet("small", passages, questions)


def measure(*questions: Asked) -> SetResult:
    return benchmark([small_set(*questions)], BigramEncoder()).sets[0]


def test_figures_are_shares_of_questions() -> None:
    right = Asked("口罩在哪里发放", frozenset("b"), answer="每人五只")
    wrong = Asked("口罩在哪里发放", frozenset("c"), answer="另行通知")
    rows = {row.way: row.figures for row in measure(right, wrong).rows}
    assert rows[OURS] == {"doc@1": 0.5, "doc@5": 1.0, "doc@10": 1.0, "mrr@10": pytest.approx((1 + 1 / rank_of_c()) / 2)} | {
        "holds@1": 0.5,
        "answer@1": 0.5,
        "answer@5": 1.0,
    }


def rank_of_c() -> int:
    """Where the document comes that has no word of the question: found by its vector alone, second or third."""
    figures = measure(Asked("口罩在哪里发放", frozenset("c"))).rows[-1].figures
    return round(1 / figures["mrr@10"])


def test_a_question_with_known_passages_is_graded_by_passage() -> None:
    row = next(row for row in measure(Asked("开学时间", passages=frozenset({"c:0-11"}))).rows if row.way == OURS)
    assert row.figures == {"passage@1": 1.0, "passage@5": 1.0}


def test_the_scope_holds_for_every_way() -> None:
    found = measure(Asked("口罩在哪里发放", frozenset("b"), scope=("a", "c")))
    assert {row.figures["doc@10"] for row in found.rows} == {0.0}


def test_the_table_has_every_way_and_a_margin_and_the_json_is_json() -> None:
    result = benchmark([small_set(Asked("口罩发放", frozenset("b")))], BigramEncoder())
    (title, (columns, *lines)) = result.table()[0]
    assert "1 题" in title and columns[1] == "doc@1"
    assert {OURS, BM25, "两者按名次合并", "镇问，去掉向量", "镇问 − BM25"} <= {line[0] for line in lines}
    assert lines[0][1] == "1.000 ±0.000"
    assert json.loads(json.dumps(result.as_dict()))["sets"][0]["questions"] == 1


def test_every_question_is_asked_with_the_encoder_of_its_fold() -> None:
    class Blind(BigramEncoder):
        def encode(self, texts: list[str], *, query: bool = False) -> Vectors:
            return super().encode(["口罩" if query else text for text in texts], query=query)

    seeing, blind = Asked("口罩", frozenset("b")), Asked("学校开学", frozenset("c"))
    whole = small_set(seeing, blind)
    rows = {row.way: row.figures for row in benchmark([whole], BigramEncoder()).sets[0].rows}
    parted = replace(whole, folds=((BigramEncoder(), (seeing,)), (Blind(), (blind,))))
    parts = {row.way: row.figures for row in benchmark([parted], BigramEncoder()).sets[0].rows}
    assert (rows[DENSE]["doc@1"], parts[DENSE]["doc@1"]) == (1.0, 0.5)
    assert parts[BM25] == rows[BM25]


def test_without_jieba_its_row_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jieba", None)
    result = measure(Asked("口罩发放", frozenset("b")))
    assert "jieba" in result.left_out[0]
    assert not any(row.way == measured.WORDS for row in result.rows)


def test_ranks_are_joined_by_their_reciprocals() -> None:
    assert reciprocal_ranks([["a", "b", "c"], ["b", "c"]]) == ["b", "c", "a"]
    assert reciprocal_ranks([["a"], ["b"]]) == ["a", "b"]


def test_windows_overlap_and_cover_the_text() -> None:
    text = "".join(chr(0x4E00 + number) for number in range(700))
    cut = list(windows("d", text))
    assert [(passage.start, passage.end) for passage in cut] == [(0, 300), (240, 540), (480, 700)]
    assert all(text[passage.start : passage.end] == passage.text for passage in cut)


def test_a_folder_without_sets_is_refused_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="ncp_queries"):
        question_sets(tmp_path)


def test_public_sets_are_read_as_their_files_say(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "stard_corpus.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": 7, "name": "民法典第一条", "text": "为了保护民事主体的合法权益。"}, ensure_ascii=False))
    (tmp_path / "stard_queries.jsonl").write_text('{"id": 1, "question": "谁受保护", "gold": [7]}\n', encoding="utf-8")
    (only,) = question_sets(tmp_path)
    assert (only.name, only.questions[0].documents, only.passages[0].path) == ("stard（内置向量模型学过这些题）", frozenset({"7"}), ("民法典第一条",))


def test_questions_over_reports_know_their_passages(tmp_path: Path) -> None:
    item = {
        "id": "1", "question": "金进镇23年调解了多少纠纷", "type": "typo", "answerable": True, "must_contain": [["708"]],
        "evidence": [{"file": "001_3f3f6b05990f65f3.txt", "quote": "共排查矛盾纠纷708起,化解708起"}],
    }  # fmt: skip
    (tmp_path / "questions.jsonl").write_text(json.dumps(item, ensure_ascii=False), encoding="utf-8")
    made = wording_set("own", tmp_path / "questions.jsonl", [SAMPLE], tmp_path / "store", BigramEncoder())
    texts = {passage.id: passage.text for passage in made.passages}
    (asked,) = made.questions
    assert asked.passages and all("708起" in texts[name] for name in asked.passages)
    assert asked.scope is not None and len(asked.scope) == 1


@pytest.mark.slow
@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the public sets are not beside the checkout")
def test_the_published_baseline_comes_out(tmp_path: Path) -> None:
    """BM25 on 300-character windows: document recall .804/.949/.975, answer in the first passage .712, in five .911."""
    notices = next(found for found in question_sets(PUBLIC) if found.name == "ncp")
    shelf = MemoryShelf.of(notices.passages, BigramEncoder(), tmp_path)
    ranked = [
        shelf.passages_by_id([name for name, _ in shelf.index.search(grams(asked.text), None, 100)]) for asked in notices.questions
    ]
    graded = [measured.grade(asked, found, shelf.texts) for asked, found in zip(notices.questions, ranked, strict=True)]
    figures = {name: sum(row[name] for row in graded) / len(graded) for name in graded[0]}
    published = {"doc@1": 0.804, "doc@5": 0.949, "doc@10": 0.975, "answer@1": 0.712, "answer@5": 0.911}
    assert {name: figures[name] for name in published} == pytest.approx(published, abs=0.005)
