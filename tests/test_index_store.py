"""The store gives back what was put in, finds it, and never shows half of a change."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from index_builders import BigramEncoder, answers, figure, put, report, sections

from index import store as store_module
from index.errors import StoreBusy, StoreError, StoreMismatch, StoreMissing
from index.store import Store
from index.text import grams
from index.types import Kind, Place

ENCODER = BigramEncoder()
QING = report("青石镇调解纠纷12起。\n一、普法\n开展宣传30场。", "青石镇", 2023)
BAI = report("白水乡化解矛盾7件。\n一、普法\n发放资料200份。", "白水乡", 2022)


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "store", ENCODER) as opened:
        yield opened


@pytest.fixture
def two(store):
    put(store, QING, [figure(QING, "12起")], sections(QING, 11))
    put(store, BAI, [figure(BAI, "7件", indicator="", unit="件")], sections(BAI, 10))
    return store


def fail(*_, **__):
    raise sqlite3.OperationalError("disk I/O error")


def vector(words):
    return ENCODER.encode([words])[0]


# what is put in


def test_everything_comes_back_as_it_was(two):
    parts = sections(QING, 11)
    info = next(info for info in two.reports() if info.town == "青石镇")
    assert (info.passages, info.figures) == (2, 1)
    assert two.report(QING.id).text == QING.text
    assert two.sections(QING.id) == parts
    assert two.figures([QING.id]) == (figure(QING, "12起"),)
    assert [passage.text for passage in two.passages([QING.id])] == ["青石镇调解纠纷12起。", "一、普法\n开展宣传30场。"]


def test_the_sections_that_hold_some_places_come_with_their_reports_as_these_are_given(two):
    bai, qing = sorted(two.reports(), key=lambda info: info.year)
    moved = replace(bai, place=Place(county="东县", town="白水乡"))
    with two.reading() as now:
        (first, one), (second, other) = now.at([(qing, 12), (moved, 3)])
    assert (first.text, one) == (QING.text, sections(QING, 11)[1])
    assert (second.text, second.place, other) == (BAI.text, moved.place, sections(BAI, 10)[0])


def test_cosines_are_those_of_dense_search_in_the_order_asked(two):
    near = dict(two.dense(vector("开展宣传"), None, 4))
    ids = sorted(near)
    assert two.cosines(vector("开展宣传"), ids) == pytest.approx([near[id_] for id_ in ids])
    assert two.cosines(vector("开展宣传"), ids[::-1]) == pytest.approx([near[id_] for id_ in ids[::-1]])


def test_figures_of_one_indicator(two):
    assert [found.report_id for found in two.figures(indicator="调解纠纷")] == [QING.id]
    assert two.figures([BAI.id], "调解纠纷") == ()


def test_wholes_are_what_reports_did_in_their_own_year_and_no_part_of_it(store):
    done = figure(QING, "12起", year=QING.year)
    others = ({"parent": done.ordinal}, {"year": 2022}, {"kind": Kind.PLANNED}, {"indicator": "普法活动"})
    put(store, QING, [done, *(replace(done, ordinal=done.ordinal + n, **other) for n, other in enumerate(others, 1))], sections(QING, 11))
    with store.reading() as now:
        assert [*now.wholes([QING.id], "调解纠纷")] == [(QING.id, done.ordinal, done.value, done.unit, done.qualifier)]
        assert [whole.ordinal for whole in now.wholes([QING.id], "调解纠纷", ago=QING.year - 2022)] == [done.ordinal + 2]
        assert [*now.wholes([], "调解纠纷")] == []


def test_passages_by_id_come_in_the_order_asked_without_those_that_are_not_there(two):
    ids = [passage.id for passage in two.passages()]
    assert [passage.id for passage in two.passages_by_id([ids[3], "none:0-3", ids[0]])] == [ids[3], ids[0]]


def test_a_report_that_is_not_there_is_said_in_words(two):
    with pytest.raises(StoreError, match="没有编号"):
        two.report("0" * 16)


def test_adding_a_report_again_replaces_it(two):
    renamed = report(QING.text, "青石镇", 2021)
    put(two, renamed)
    assert {(info.town, info.year) for info in two.reports()} == {("青石镇", 2021), ("白水乡", 2022)}
    assert two.figures([QING.id]) == ()
    assert {passage.year for passage in two.passages([QING.id])} == {2021}
    assert two.vectors.count() == len(two.passages())


def test_opened_again_it_answers_the_same(two):
    before = answers(two)
    two.close()
    with Store.open(two.path, ENCODER) as again:
        assert answers(again) == before


# search


@pytest.mark.parametrize("exact", [10_000, 0], ids=["exact", "Chroma"])
def test_dense_search_finds_the_nearest_within_the_scope(two, monkeypatch, exact):
    monkeypatch.setattr(store_module, "EXACT_PASSAGES", exact)
    everywhere = two.dense(vector("调解纠纷12起"), None, 2)
    assert everywhere[0][0].startswith(QING.id)
    assert all(id_.startswith(BAI.id) for id_, _ in two.dense(vector("调解纠纷12起"), [BAI.id], 2))
    assert two.dense(vector("调解纠纷12起"), [], 2) == []


def test_chroma_and_the_exact_product_agree(two, monkeypatch):
    exact = two.dense(vector("开展宣传"), None, 4)
    monkeypatch.setattr(store_module, "EXACT_PASSAGES", 0)
    approximate = two.dense(vector("开展宣传"), None, 4)
    assert [id_ for id_, _ in approximate] == [id_ for id_, _ in exact]
    assert np.allclose([cosine for _, cosine in approximate], [cosine for _, cosine in exact], atol=1e-3)


def test_what_was_removed_is_found_by_nothing(two, monkeypatch):
    two.remove(QING.id)
    assert {id_.partition(":")[0] for id_, _ in two.lexical(grams("调解纠纷12起"), None, 9)} == {BAI.id}
    for exact in (10_000, 0):
        monkeypatch.setattr(store_module, "EXACT_PASSAGES", exact)
        assert {id_.partition(":")[0] for id_, _ in two.dense(vector("调解纠纷12起"), None, 9)} == {BAI.id}
    assert two.vectors.count() == len(two.passages()) == 2


def test_after_many_removals_chroma_still_finds_every_neighbour(store, monkeypatch):
    """Chroma has given wrong results after deletes; what is left must all be found."""
    monkeypatch.setattr(store_module, "EXACT_PASSAGES", 0)
    made = [report(f"第{number}村调解纠纷{number}起。", f"第{number}镇", 2023) for number in range(60)]
    with store.transaction():
        for each in made:
            put(store, each)
    with store.transaction():
        for each in made[::2]:
            store.remove(each.id)
    left = {each.id for each in made[1::2]}
    assert {id_.partition(":")[0] for id_, _ in store.dense(vector("调解纠纷"), None, 60)} == left
    for each in made[1::2]:
        assert store.dense(vector(each.text), None, 1)[0][1] == pytest.approx(1.0, abs=0.3)
        assert [id_.partition(":")[0] for id_, _ in store.dense(vector(each.text), [each.id], 1)] == [each.id]


def test_a_lost_chroma_folder_does_not_stop_the_search_and_is_made_again(two, monkeypatch):
    monkeypatch.setattr(store_module, "EXACT_PASSAGES", 0)
    found = two.dense(vector("调解纠纷"), None, 3)
    two.close()
    shutil.rmtree(two.path / "chroma")
    with Store.open(two.path, ENCODER) as broken:
        assert [id_ for id_, _ in broken.dense(vector("调解纠纷"), None, 3)] == [id_ for id_, _ in found]
    with Store.create(two.path, ENCODER) as mended:
        assert mended.vectors.count() == 4


def test_where_chroma_fails_the_search_is_exact(two, monkeypatch):
    exact = two.dense(vector("调解纠纷"), None, 3)
    monkeypatch.setattr(store_module, "EXACT_PASSAGES", 0)
    with two.vectors._collection() as collection:
        monkeypatch.setattr(type(collection), "query", fail)
    assert two.dense(vector("调解纠纷"), None, 3) == exact


def test_a_lost_lexical_index_is_said_to_readers_and_made_again_by_the_next_writer(two):
    found = two.lexical(grams("调解纠纷"), None, 3)
    two.close()
    shutil.rmtree(two.path / "lexical")
    with Store.open(two.path, ENCODER) as broken, pytest.raises(StoreError, match="zhenwen repair"):
        broken.lexical(grams("调解纠纷"), None, 3)
    with Store.create(two.path, ENCODER) as mended:
        assert mended.lexical(grams("调解纠纷"), None, 3) == found


def test_reading_needs_no_chroma(two):
    two.close()
    code = (
        "import sys; from pathlib import Path; from index.store import Store; from index_builders import answers\n"
        f"answers(Store.open(Path({str(two.path)!r}))); print('chromadb' in sys.modules)"
    )
    path = {"PYTHONPATH": ":".join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=path, check=True).stdout.strip() == "False"


# transactions, readers and writers


def test_a_failed_transaction_leaves_everything_as_it_was(two):
    before = answers(two)
    with pytest.raises(ZeroDivisionError), two.transaction():
        two.remove(QING.id)
        put(two, report("黄土镇调解9起。", "黄土镇"))
        _ = 1 / 0
    assert answers(two) == before
    put(two, report("黑石镇调解8起。", "黑石镇"))
    assert {info.town for info in two.reports()} == {"青石镇", "白水乡", "黑石镇"}
    assert two.vectors.count() == len(two.passages())


def test_a_reader_sees_a_change_only_when_it_is_whole_and_then_at_once(two):
    with Store.open(two.path, ENCODER) as reader:
        before = answers(reader)
        with two.transaction():
            two.remove(QING.id)
            put(two, report("黄土镇调解9起。", "黄土镇"))
            assert in_thread(lambda: answers(reader)) == before
        assert {info.town for info in reader.reports()} == {"白水乡", "黄土镇"}
        assert answers(reader) == in_thread(lambda: answers(two))


def test_what_is_read_together_is_of_one_state(two):
    with Store.open(two.path, ENCODER) as reader, reader.reading():
        before = answers(reader)
        two.remove(QING.id)
        assert answers(reader) == before


def test_reports_are_read_once_as_long_as_nothing_changes(two):
    assert two.reports() is two.reports()


def test_threads_read_side_by_side_while_one_writes(two):
    wrong, stop = [], threading.Event()
    towns = {"青石镇", "白水乡"}

    def read():
        with Store.open(two.path, ENCODER) as reader:
            while not stop.is_set():
                with reader.reading():
                    ids = {info.id for info in reader.reports()}
                    found = {id_.partition(":")[0] for id_, _ in reader.dense(vector("调解"), None, 99)}
                    if not (towns <= {info.town for info in reader.reports()} and found == ids):
                        wrong.append((ids, found))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(8):
        put(two, report(f"黄土镇调解{number}起。", "黄土镇", 2000 + number))
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def in_thread(call):
    found = []
    thread = threading.Thread(target=lambda: found.append(call()))
    thread.start()
    thread.join()
    return found[0]


def test_a_second_writer_is_told_to_wait_and_readers_are_not(two):
    with pytest.raises(StoreBusy, match="另一个进程正在写入"):
        Store.create(two.path, ENCODER)
    with Store.open(two.path, ENCODER) as reader:
        assert len(reader.reports()) == 2
    two.close()
    Store.create(two.path, ENCODER).close()


def test_a_store_opened_for_questions_refuses_to_write(two):
    with Store.open(two.path, ENCODER) as reader, pytest.raises(StoreError, match="不能写入"):
        put(reader, report("黄土镇。", "黄土镇"))


# identity, absence, damage


def test_no_store_is_said_and_none_is_made(tmp_path):
    with pytest.raises(StoreMissing, match="zhenwen index"):
        Store.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("name", "value"), [("name", "another"), ("dimension", 65)])
def test_another_encoder_is_refused(two, name, value):
    two.close()
    other = BigramEncoder()
    setattr(other, name, value)
    for way in (Store.open, Store.create):
        with pytest.raises(StoreMismatch, match=f"{value}.*zhenwen index"):
            way(two.path, other)
    Store.open(two.path).close()


@pytest.mark.parametrize("key", ["schema", "chunker"])
def test_a_store_of_another_version_is_refused(two, key):
    with two.catalogue.writing():
        two.catalogue.put(key, "0")
    two.close()
    with pytest.raises(StoreMismatch, match="重新运行 zhenwen index"):
        Store.open(two.path)


def test_a_store_of_the_version_before_is_brought_up_to_date_by_the_next_writer(two):
    held = two.reports()
    with two.catalogue.writing():
        for statement in ("DROP TABLE refusals", "ALTER TABLE reports DROP COLUMN period", "ALTER TABLE figures DROP COLUMN owner"):
            two.catalogue._execute(statement)
        two.catalogue.put("schema", "1")
    two.close()
    with pytest.raises(StoreMismatch, match="自行更新"):
        Store.open(two.path)
    with Store.create(two.path, ENCODER) as store:
        assert (store.reports(), store.refused()) == (held, ())
    Store.open(two.path).close()


def test_a_creation_that_was_cut_off_is_no_store_and_can_be_done_again(tmp_path):
    (tmp_path / "catalogue.sqlite").touch()
    with pytest.raises(StoreMissing):
        Store.open(tmp_path)
    with Store.create(tmp_path, ENCODER) as store:
        assert store.reports() == ()


def test_a_damaged_catalogue_is_said_in_words(two):
    two.close()
    (two.path / "catalogue.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="zhenwen restore"):
        Store.open(two.path)


def test_a_place_where_no_store_can_be_is_said_in_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="--store"):
        Store.create(tmp_path / "file" / "store", ENCODER)


def test_a_full_disk_leaves_the_old_state_and_says_so(two):
    before = answers(two)
    pages = two.catalogue._execute("PRAGMA page_count")[0][0]
    two.catalogue._execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="磁盘已满"):
        put(two, report("黄土镇调解纠纷。" * 20_000, "黄土镇"))
    assert answers(two) == before


def test_an_error_of_chroma_comes_out_as_ours(two, monkeypatch):
    with two.vectors._collection() as collection:
        monkeypatch.setattr(type(collection), "add", fail)
    before = answers(two)
    with pytest.raises(StoreError, match="向量库"):
        put(two, report("黄土镇调解9起。", "黄土镇"))
    assert answers(two) == before


# corrections


def test_a_keepers_correction_changes_all_that_follows_from_it(two):
    corrected = two.correct(QING.id, town="清石镇", county="乙县", year=2020)
    assert (corrected.town, corrected.place.county, corrected.year, corrected.confidence) == ("清石镇", "乙县", 2020, 1.0)
    assert two.report(QING.id).place.county == "乙县"
    assert {(passage.town, passage.year) for passage in two.passages([QING.id])} == {("清石镇", 2020)}
    first = two.passages([QING.id])[0]
    assert two.dense(vector(first.embeddable), [QING.id], 1)[0][1] == pytest.approx(1.0, abs=1e-3)


def test_a_second_correction_keeps_the_first(two):
    two.correct(QING.id, town="清石镇")
    assert two.correct(QING.id, year=2020).town == "清石镇"
