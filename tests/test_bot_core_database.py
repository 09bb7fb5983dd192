"""The one file that remembers: its migrations, its transactions, several threads, a backup while it is written to."""

import sqlite3
import threading

import pytest

from bot.core import database as door
from bot.core.database import Database, migrations
from index.errors import BadSettings


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "zhenwen.sqlite"


def test_opening_makes_the_file_and_opening_again_changes_nothing(path):
    Database.open(path).close()
    before = schema(path)
    Database.open(path).close()
    assert schema(path) == before and len(before) > 10


def schema(path):
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def test_a_file_of_every_earlier_form_becomes_the_present_one(path, monkeypatch):
    Database.open(path).close()
    present, steps = schema(path), migrations()
    for version in range(len(steps)):
        older = path.with_name(f"{version}.sqlite")
        with monkeypatch.context() as patched:
            patched.setattr(door, "migrations", lambda version=version: steps[:version])
            Database.open(older).close()
        Database.open(older).close()
        assert schema(older) == present


def test_a_failed_migration_leaves_the_file_as_it_was(path, monkeypatch):
    Database.open(path).close()
    before, steps = schema(path), migrations()
    monkeypatch.setattr(door, "migrations", lambda: [*steps, "CREATE TABLE extra (n);\nCREATE TABLE broken (;\n"])
    with pytest.raises(BadSettings):
        Database.open(path)
    assert schema(path) == before


def test_a_newer_file_is_refused_with_what_to_do(path):
    Database.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(BadSettings, match="升级"):
        Database.open(path)


def test_what_is_no_database_is_refused_in_words(path):
    path.parent.mkdir()
    path.write_text("这不是数据库" * 500, encoding="utf-8")
    with pytest.raises(BadSettings, match="数据库"):
        Database.open(path)


def test_a_transaction_that_fails_leaves_nothing(path):
    database = Database.open(path)
    with pytest.raises(ZeroDivisionError), database.transaction():
        database.write("INSERT INTO offers VALUES (1, '', '', '', '一')")
        with database.transaction():
            database.write("INSERT INTO offers VALUES (2, '', '', '', '二')")
        raise ZeroDivisionError
    assert database.rows("SELECT * FROM offers") == []
    database.close()


def test_threads_take_turns_and_no_count_is_lost(path):
    database = Database.open(path)
    database.write("INSERT INTO kept VALUES ('t', 'n', '0')")

    def add():
        for _ in range(50):
            with database.transaction():
                value = int(database.row("SELECT value FROM kept")["value"])
                database.write("UPDATE kept SET value = ?", str(value + 1))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.row("SELECT value FROM kept")["value"] == "400"
    database.close()


def test_a_second_process_sees_what_the_first_wrote(path):
    first, second = Database.open(path), Database.open(path)
    first.write("INSERT INTO offers VALUES (1, '', '', '', '一')")
    assert second.row("SELECT text FROM offers")["text"] == "一"
    first.close()
    second.close()


def test_a_backup_is_whole_while_others_write(path, tmp_path):
    database = Database.open(path)
    writing = threading.Event()

    def write():
        for n in range(300):
            with database.transaction():
                database.write("INSERT INTO offers (channel, chat, user, text) VALUES ('', '', '', ?)", f"甲{n}")
                database.write("INSERT INTO offers (channel, chat, user, text) VALUES ('', '', '', ?)", f"乙{n}")
            writing.set()

    thread = threading.Thread(target=write)
    thread.start()
    writing.wait()
    database.backup(tmp_path / "copy.sqlite")
    thread.join()
    database.close()
    copy = Database.open(tmp_path / "copy.sqlite")
    texts = {row["text"] for row in copy.rows("SELECT text FROM offers")}
    assert texts and {text[1:] for text in texts if text[0] == "甲"} == {text[1:] for text in texts if text[0] == "乙"}
    copy.close()


def test_the_file_its_log_and_its_backup_are_for_their_owner_alone(path):
    path.parent.mkdir(mode=0o755)
    path.touch(mode=0o644)
    database = Database.open(path)
    database.write("INSERT INTO kept VALUES ('telegram', 'a', 'b')")
    database.backup(path.with_name("backup.sqlite"))
    assert len(list(path.parent.iterdir())) >= 3
    assert [each.name for each in path.parent.iterdir() if each.stat().st_mode & 0o077] == []
    database.close()
