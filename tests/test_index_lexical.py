"""The lexical index: BM25 as written down, however the index came about, and safe against crashes."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import lexical
from index.lexical import REPORT_K1, LexicalIndex
from index.postings import PASSAGE_BITS, key, pairs
from index.text import grams
from index.types import Passage

TEXTS = st.text(alphabet="矛盾纠纷调解708起。，aB.3 ﹪\n镇", max_size=24)


def passages(reports: dict[str, list[str]]) -> list[Passage]:
    """Passages of reports, one after the other."""
    made = []
    for report, texts in reports.items():
        start = 0
        for text in texts:
            made.append(Passage(f"{report}:{start}-{start + len(text)}", report, 0, start, start + len(text), text))
            start += len(text) + 1
    return made


def grow(index: LexicalIndex, reports: dict[str, list[str]], removed: tuple[str, ...] = ()) -> LexicalIndex:
    new = passages(reports)
    return index.update(new, [passage.text for passage in new], removed=removed)


def naive(texts: dict[str, str], query: list[str], k1: float = 1.2) -> dict[str, float]:
    """BM25 with Lucene's idf, as in the textbook; ``texts`` by id."""
    counts = {name: Counter(grams(text)) for name, text in texts.items()}
    mean = max(sum(count.total() for count in counts.values()) / max(len(counts), 1), 1.0)
    found = {}
    for name, count in counts.items():
        score = 0.0
        for token in query:
            n = sum(token in other for other in counts.values())
            idf = math.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
            score += idf * count[token] / (count[token] + k1 * (1 - 0.75 + 0.75 * count.total() / mean))
        found[name] = score
    return found


@given(st.lists(TEXTS, max_size=6))
def test_the_keys_are_those_of_the_grams(texts: list[str]) -> None:
    expected = sorted(key(token) << PASSAGE_BITS | number for number, text in enumerate(texts) for token in grams(text))
    assert sorted(pairs(texts).tolist()) == expected


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcdefgh"), st.lists(TEXTS, min_size=1, max_size=4), max_size=4), min_size=1, max_size=6
    ),
    st.lists(st.sampled_from("abcdefgh"), max_size=3, unique=True),
    TEXTS,
)
def test_scores_are_those_of_the_textbook_after_any_history(
    tmp_path_factory: pytest.TempPathFactory, runs: list[dict[str, list[str]]], removed: list[str], question: str
) -> None:
    index = LexicalIndex.open(tmp_path_factory.mktemp("lexical"))
    now: dict[str, list[str]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "FANOUT", 2)  # merges already with a handful of reports
        for run in runs:
            index = grow(index, run)
            now |= run
        index = index.update([], [], removed=removed)
    now = {report: texts for report, texts in now.items() if report not in removed}

    query = grams(question)
    scores = index.scores(Counter(query))
    found = {scores.id(n): score for n, score in enumerate(scores.passage)}
    assert found == pytest.approx(naive({p.id: p.text for p in passages(now)}, query))
    whole = dict(zip(scores.names, scores.report, strict=True))
    assert whole == pytest.approx(naive({report: "\n".join(texts) for report, texts in now.items()}, query, REPORT_K1))


REPORTS = {
    "jin": ["排查矛盾纠纷708起，化解708起。", "开展法治宣传活动36场次。", "法律明白人、志愿者培训2000余人次。"],
    "ci": ["截至12月底，共有法律明白人274名。", "受理矛盾纠纷11起。"],
    "gao": ["查处违法行为147起，其中教育21起。"],
}


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    return grow(LexicalIndex.open(tmp_path / "lexical"), REPORTS)


def test_a_scope_leaves_scores_as_they_are_and_others_out(index: LexicalIndex) -> None:
    query = grams("矛盾纠纷多少起")
    everywhere = dict(index.search(query))
    assert dict(index.search(query, ["ci"])) == {name: score for name, score in everywhere.items() if name.startswith("ci")}
    assert index.search(query, []) == index.search(query, ["unknown"]) == []


def test_a_scope_of_many_reports_is_cut_like_one_of_few(index: LexicalIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    few = index.search(grams("法律明白人"), ["jin", "gao"])
    monkeypatch.setattr(lexical, "FEW", 0)
    assert index.search(grams("法律明白人"), ["jin", "gao"]) == few


def test_best_first_and_equal_scores_in_text_order(tmp_path: Path) -> None:
    index = grow(LexicalIndex.open(tmp_path), {"b": ["调解", "调解", "调解纠纷"], "a": ["调解"]})
    assert [name for name, _ in index.search(grams("调解"))] == ["a:0-2", "b:0-2", "b:3-5", "b:6-10"]
    assert [name for name, _ in index.search(grams("调解"), k=2)] == ["a:0-2", "b:0-2"]
    assert index.search(grams("调解"), k=0) == []


def test_a_token_counts_by_its_weight(index: LexicalIndex) -> None:
    once, half = (index.scores({"纠纷": weight}).passage for weight in (1.0, 0.5))
    assert half == pytest.approx(once / 2)


def test_what_was_written_is_there_after_opening(index: LexicalIndex) -> None:
    again = LexicalIndex.open(index.folder)
    assert again.search(grams("法律明白人")) == index.search(grams("法律明白人"))
    assert set(again.reports) == set(REPORTS)


def test_the_state_is_kept(index: LexicalIndex) -> None:
    assert index.update([], [], state="17").state == LexicalIndex.open(index.folder).state == "17"


@pytest.mark.parametrize("damage", ["manifest gone", "manifest cut", "segment gone", "segment cut", "other version"])
def test_a_damaged_index_opens_empty_and_without_a_state(index: LexicalIndex, damage: str) -> None:
    index = index.update([], [], state="17")
    manifest, segment = index.folder / "manifest.json", next(index.folder.glob("*.seg"))
    match damage:
        case "manifest gone":
            manifest.unlink()
        case "manifest cut":
            manifest.write_text(manifest.read_text(encoding="utf-8")[:40], encoding="utf-8")
        case "segment gone":
            segment.unlink()
        case "segment cut":
            segment.write_bytes(segment.read_bytes()[:-3])
        case _:
            manifest.write_text(manifest.read_text(encoding="utf-8").replace('"version": 1', '"version": 0'), encoding="utf-8")
    opened = LexicalIndex.open(index.folder)
    assert (opened.reports, opened.state, opened.search(["纠", "纷"])) == ((), "", [])
    assert set(grow(opened, REPORTS).reports) == set(REPORTS)


def test_a_crash_before_the_manifest_leaves_the_old_state(index: LexicalIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    before = index.search(grams("纠纷"))
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        grow(index, {"new": ["纠纷纠纷"]}, removed=("jin",))
    monkeypatch.undo()
    assert LexicalIndex.open(index.folder).search(grams("纠纷")) == before
    assert [name for name, _ in grow(LexicalIndex.open(index.folder), {"new": ["纠纷"]}, ("jin", "ci")).search(grams("纠纷"))] == [
        "new:0-2"
    ]


def test_updates_do_not_pile_up_files(tmp_path: Path) -> None:
    index = LexicalIndex.open(tmp_path)
    for number in range(100):
        index = grow(index, {f"r{number}": ["排查矛盾纠纷"] * 3})
    assert len(index.segments) <= 3 * lexical.FANOUT
    assert len(list(tmp_path.iterdir())) <= 5 * lexical.FANOUT
    assert len(index.search(grams("纠纷"), k=1000)) == 300


def test_an_open_reader_survives_an_update(index: LexicalIndex) -> None:
    before = index.search(grams("纠纷"))
    grow(index, {"new": ["纠纷"]}, removed=("jin", "ci"))
    assert index.search(grams("纠纷")) == before


def test_idf_is_high_for_rare_tokens(index: LexicalIndex) -> None:
    rare, common, absent = index.idf(["群众", "起", "〇"]).tolist()
    assert rare == absent > common > 0


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = grow(LexicalIndex.open(tmp_path), {"bare": ["——"]})
    assert index.search(grams("纠纷")) == []
    assert np.array_equal(LexicalIndex.open(tmp_path / "none").scores({"纠纷": 1.0}).passage, np.zeros(0))


def test_a_passage_is_found_by_its_id(index: LexicalIndex) -> None:
    scores = index.scores({"纠纷": 1.0})
    assert [scores.number(scores.id(n)) for n in range(len(scores.passage))] == list(range(len(scores.passage)))
    for unknown in ("jin:0-1", "none:0-5", "jin:999-1000"):
        with pytest.raises(KeyError):
            scores.number(unknown)


def test_no_score_is_above_the_ceiling(index: LexicalIndex) -> None:
    scores = index.scores(Counter(grams("矛盾纠纷矛盾纠纷")))
    assert 0 < scores.passage.max() < scores.ceiling[0]
    assert 0 < scores.report.max() < scores.ceiling[1]
