"""Search: the right passage first, inside the scope, in one order, without the same words twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.types import Part, Passage, Vectors
from retrieval.evidence.search import search, spread
from retrieval.evidence.weights import Weights, tokens
from retrieval.measure.shelf import MemoryShelf

TEXTS = {
    "jin": [
        "全镇共排查矛盾纠纷708起，化解708起。",
        "开展普法宣传活动115场次，发放资料2万份。",
        "下一步力争矛盾纠纷化解率达到百分之百。",
    ],
    "ci": ["受理各类矛盾纠纷11起，均已办结。", "截至年底共有法律明白人274名。", "深入学习贯彻法治思想，坚持和加强党的全面领导。"],
    "gao": ["共查处违法行为147起，其中教育21起。", "深入学习贯彻法治思想，坚持和加强党的全面领导。"],
}


class CharacterEncoder:
    """A real, tiny encoder: a text is the mean of its characters' random vectors."""

    name, dimension = "characters", 16

    def encode(self, texts: list[str], *, query: bool = False) -> Vectors:
        vectors = [sum((np.random.default_rng(ord(c)).normal(size=16) for c in text), np.full(16, 1e-3)) for text in texts]
        return np.array([vector / np.linalg.norm(vector) for vector in vectors], np.float32)


def passages(reports: dict[str, list[str]]) -> list[Passage]:
    made = []
    for report, texts in reports.items():
        start = 0
        for text in texts:
            part = Part.PLANS if text.startswith("下一步") else Part.DONE
            made.append(Passage(f"{report}:{start}-{start + len(text)}", report, 0, start, start + len(text), text, part=part))
            start += len(text) + 1
    return made


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> MemoryShelf:
    return MemoryShelf.of(passages(TEXTS), CharacterEncoder(), tmp_path_factory.mktemp("words"))


def texts(hits: Sequence[object]) -> list[str]:
    return [hit.passage.text for hit in hits]  # type: ignore[attr-defined]


def test_the_passage_that_says_it_comes_first(shelf: MemoryShelf) -> None:
    assert search(shelf, CharacterEncoder(), "排查了多少矛盾纠纷", None, 3)[0].passage.text == TEXTS["jin"][0]
    assert search(shelf, CharacterEncoder(), "法律明白人有几名", None, 3)[0].passage.text == TEXTS["ci"][1]


@settings(deadline=None, max_examples=60)
@given(
    st.text(alphabet="矛盾纠纷法律明白人普法宣传多少起? 2", max_size=12),
    st.sets(st.sampled_from(["jin", "ci", "gao", "none"])),
    st.integers(0, 9),
)
def test_hits_stay_in_scope_and_are_ordered_and_all_different(shelf: MemoryShelf, query: str, scope: set[str], k: int) -> None:
    hits = search(shelf, CharacterEncoder(), query, scope, k)
    assert {hit.passage.report_id for hit in hits} <= scope
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert len({hit.passage.id for hit in hits}) == len(hits) == min(k, sum(len(TEXTS.get(report, [])) for report in scope))
    assert all(hit.score == pytest.approx(sum(hit.parts.values())) for hit in hits)
    assert hits == search(shelf, CharacterEncoder(), query, scope, k)


def test_the_part_that_is_asked_about_comes_first(shelf: MemoryShelf) -> None:
    done, plans = (
        search(shelf, CharacterEncoder(), "矛盾纠纷化解率", ["jin"], 1, part=part)[0].passage for part in (None, Part.PLANS)
    )
    assert done.part is Part.DONE
    assert plans.part is Part.PLANS


def test_what_all_reports_copy_is_shown_a_few_times_before_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.evidence.search.COPIES", 2)
    copied = "深入学习贯彻法治思想，坚持和加强党的全面领导。"
    made = passages({name: [copied] for name in "abcd"} | {"e": ["受理矛盾纠纷11起。"]})
    assert [passage.report_id for passage in spread(made, 5, 0.8)] == ["a", "b", "e", "c", "d"]
    assert [passage.report_id for passage in spread(made, 3, 0.8)] == ["a", "b", "e"]


def test_the_same_words_with_other_figures_are_no_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.evidence.search.COPIES", 2)
    sentence = "全年深入开展各类普法宣传活动，面向全体村民群众，覆盖所有行政村和社区，共计{}场次。"
    made = passages({name: [sentence.format(count)] for name, count in {"a": 12, "b": 36, "c": 36, "d": 36, "e": 7}.items()})
    assert [passage.report_id for passage in spread(made, 5, 0.6)] == ["a", "b", "c", "e", "d"]


@given(st.lists(st.sampled_from(TEXTS["jin"] + TEXTS["gao"]), max_size=8), st.integers(0, 9))
def test_spreading_loses_nothing_that_there_is_room_for(chosen: list[str], k: int) -> None:
    made = passages({str(number): [text] for number, text in enumerate(chosen)})
    kept = spread(made, k, 0.8)
    assert len(kept) == len({passage.id for passage in kept}) == min(k, len(made))
    assert {passage.text for passage in made} <= {passage.text for passage in kept} or len(kept) == k


def test_question_words_weigh_little_and_official_words_stand_beside_everyday_ones() -> None:
    weights = Weights.load()
    found = tokens("请问哪些人闹纠纷", weights)
    assert found["哪些"] < 0.1 < found["纠纷"]
    assert found["矛盾"] == pytest.approx(weights.expansion)
    assert "矛盾" not in tokens("请问哪些人闹纠纷", replace(weights, expansion=0.0))
    assert tokens("哪些", replace(weights, asking=0.0)) == {"哪": 1.0, "些": 1.0, "哪些": 1.0}


class LongestFirst:
    """A reranker that likes long texts."""

    def scores(self, query: str, texts: list[str]) -> NDArray[np.float32]:
        return np.array([len(text) for text in texts], np.float32)


def test_a_reranker_orders_the_first_and_loses_none(shelf: MemoryShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = search(shelf, CharacterEncoder(), "矛盾纠纷排查", None, 8)
    again = search(shelf, CharacterEncoder(), "矛盾纠纷排查", None, 8, reranker=LongestFirst())
    assert [len(hit.passage.embeddable) for hit in again] == sorted((len(hit.passage.embeddable) for hit in plain), reverse=True)
    assert {hit.passage: hit.score for hit in again} == {hit.passage: hit.score for hit in plain}
    monkeypatch.setattr("retrieval.evidence.search.RERANKED", 2)
    few = search(shelf, CharacterEncoder(), "矛盾纠纷排查", None, 8, reranker=LongestFirst())
    assert [hit.passage for hit in few[2:]] == [hit.passage for hit in plain[2:]]
    assert {hit.passage for hit in few[:2]} == {hit.passage for hit in plain[:2]}


def test_nothing_is_found_in_nothing(tmp_path: Path) -> None:
    empty = MemoryShelf.of([], CharacterEncoder(), tmp_path)
    assert search(empty, CharacterEncoder(), "纠纷", None, 5) == []


def test_a_wide_scope_finds_what_a_small_one_does(shelf: MemoryShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    small = search(shelf, CharacterEncoder(), "矛盾纠纷排查", None, 8)
    monkeypatch.setattr("retrieval.evidence.search.SMALL", 0)
    assert search(shelf, CharacterEncoder(), "矛盾纠纷排查", None, 8) == small
