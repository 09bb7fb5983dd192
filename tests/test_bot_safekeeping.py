"""What is lost or damaged comes back: a backup is whole, a restore keeps what it replaces, what can be made again is made by one command."""

import shutil
import sqlite3

import pytest
from conftest import SAMPLE, zhenwen
from index_builders import BigramEncoder, answers, put, report

from bot.core.database import Database, uploaded
from index.copies import copy_store, replace_store
from index.errors import StoreBusy, StoreError, StoreMissing
from index.store import Store
from index.verify import verify

ENCODER = BigramEncoder()
BAI = report("白水乡化解矛盾7件。", "白水乡", 2022)


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "store", ENCODER) as made:
        put(made, report())
    return tmp_path / "store"


@pytest.fixture
def backup(tmp_path, store):
    folder = tmp_path / "backup"
    folder.mkdir()
    copy_store(store, folder)
    return folder


def seen(store):
    with Store.open(store, ENCODER) as opened:
        verify(opened)
        return answers(opened)


def spoilt(path, start=0):
    """Bytes of a file overwritten, as a failing disk does it."""
    data = bytearray(path.read_bytes())
    data[start : start + 8192] = bytes(len(data[start : start + 8192]))
    path.write_bytes(data)


def test_a_backup_is_of_one_state_although_somebody_is_writing(tmp_path, store):
    before, folder = seen(store), tmp_path / "while"
    folder.mkdir()
    with Store.create(store, ENCODER) as opened, opened.transaction():
        put(opened, BAI)
        copy_store(store, folder)
    replace_store(folder, tmp_path / "other", ENCODER, "", tmp_path / "unused")
    assert seen(tmp_path / "other") == before != seen(store)


def test_what_replaces_a_damaged_catalogue_answers_as_before_and_the_damaged_one_is_kept(tmp_path, store, backup):
    before = seen(store)
    spoilt(store / "catalogue.sqlite")
    with pytest.raises(StoreError, match="zhenwen restore"):
        seen(store)
    assert replace_store(backup, store, ENCODER, "", tmp_path / "old") == 1
    assert seen(store) == before and (tmp_path / "old" / "catalogue.sqlite").exists()
    with Store.create(store, ENCODER) as opened:
        put(opened, BAI)  # and goes on from there
    assert len(seen(store)[0]) == 2


def test_a_damaged_backup_replaces_nothing(tmp_path, store, backup):
    before = seen(store)
    spoilt(backup / "catalogue.sqlite", 8192)
    with pytest.raises(StoreError):
        replace_store(backup, store, ENCODER, "", tmp_path / "old")
    assert seen(store) == before
    with pytest.raises(StoreMissing):
        replace_store(tmp_path, store, ENCODER, "", tmp_path / "old")


def test_nobody_is_restored_over_while_writing(tmp_path, store, backup):
    with Store.create(store, ENCODER), pytest.raises(StoreBusy):
        replace_store(backup, store, ENCODER, "", tmp_path / "old")


def test_rules_of_the_keeper_are_kept_too(tmp_path, store):
    (store / "places.csv").write_text("x", encoding="utf-8")
    folder = tmp_path / "with rules"
    folder.mkdir()
    copy_store(store, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["catalogue.sqlite", "places.csv"]


@pytest.mark.parametrize("damage", ["chroma.sqlite3", "segment", "whole", "lexical"])
def test_a_damaged_folder_costs_no_answer_is_told_and_is_made_anew(store, damage):
    before = seen(store)
    chroma = store / "chroma"
    if damage == "whole":
        shutil.rmtree(chroma)
    elif damage == "lexical":
        for path in (store / "lexical").iterdir():
            spoilt(path)
    else:
        for path in chroma.glob("chroma.sqlite3") if damage == "chroma.sqlite3" else chroma.glob("*/*"):
            spoilt(path)
    try:
        assert seen(store) == before  # of a segment that small nothing is read from the disk
    except StoreError as told:
        assert "zhenwen repair" in str(told)
    Store.create(store, ENCODER, anew=True).close()
    assert seen(store) == before


def test_the_commands_back_up_restore_and_repair_everything(tmp_path):
    settings = {"ZHENWEN_STORE": tmp_path / "s", "ZHENWEN_DATABASE": tmp_path / "bot.sqlite", "ZHENWEN_WEB_KEY": "a-key-to-be-kept"}
    run = lambda *verb: zhenwen(*verb, **{name: str(value) for name, value in settings.items()})  # noqa: E731
    assert run("index", SAMPLE).returncode == 0
    database = Database.open(settings["ZHENWEN_DATABASE"])
    database.write("INSERT INTO known VALUES ('a report')")
    uploaded(settings["ZHENWEN_DATABASE"]).mkdir()
    (uploaded(settings["ZHENWEN_DATABASE"]) / "sent.txt").write_text("送来的", encoding="utf-8")
    done = run("backup", tmp_path / "b")
    assert done.returncode == 0, done.stderr
    assert run("backup", tmp_path / "b").returncode == 1
    kept = [path for path in (tmp_path / "b").rglob("*") if path.is_file()]
    assert not any(b"a-key-to-be-kept" in path.read_bytes() for path in kept)
    assert run("restore", tmp_path / "b").returncode == 1  # somebody has the database open
    database.close()
    settings["ZHENWEN_DATABASE"].write_bytes(b"damaged")
    spoilt(tmp_path / "s" / "catalogue.sqlite")
    done = run("restore", tmp_path / "b")
    assert done.returncode == 0 and "5 份报告" in done.stdout, done.stderr
    assert sqlite3.connect(settings["ZHENWEN_DATABASE"]).execute("SELECT * FROM known").fetchall() == [("a report",)]
    spoilt(tmp_path / "s" / "chroma" / "chroma.sqlite3")
    told = run("doctor")
    assert told.returncode == 1 and "zhenwen repair" in told.stdout
    assert run("repair").returncode == 0 and run("doctor").returncode == 0
