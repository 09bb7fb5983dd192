"""Promises of index/watch.py: what is said to have changed has, and is no longer being written."""

import os
from functools import partial
from itertools import islice

import pytest
from conftest import SAMPLE
from index_builders import BigramEncoder

from index.build import build
from index.store import Store
from index.watch import changes


class Steps:
    """A pause during which the next of some things happens to the folder; then the keeper stops."""

    def __init__(self, *steps):
        self.steps = iter(steps)
        self.taken = 0

    def __call__(self):
        step = next(self.steps, None)
        if step is None:
            raise KeyboardInterrupt
        step()
        self.taken += 1


def nothing():
    """A pause in which nobody touches the folder."""


def append(path, words="写"):
    def step():
        with path.open("a", encoding="utf-8") as stream:
            stream.write(words)

    return step


def looks(paths, *steps):
    """What ``changes`` yields, each with the number of pauses before it."""
    pause, found = Steps(*steps), []
    with pytest.raises(KeyboardInterrupt):
        found.extend((pause.taken, {path.name for path in writing}) for writing in changes(paths, pause))
    return found


def test_what_is_there_counts_once_and_then_only_what_changes(tmp_path):
    file = tmp_path / "a.txt"
    append(file)()
    assert looks([tmp_path], nothing, nothing, append(file), nothing, nothing) == [(1, set()), (4, set())]


def test_a_file_that_is_being_written_is_left_until_it_stays_the_same(tmp_path):
    done, growing = tmp_path / "a.txt", tmp_path / "b.txt"
    append(done)()
    append(growing)()
    assert looks([tmp_path], append(growing), append(growing), nothing, nothing) == [(1, {"b.txt"}), (3, set())]


def test_a_changed_file_of_the_same_size_is_seen_by_its_time(tmp_path):
    file = tmp_path / "a.txt"
    append(file)()
    later = partial(os.utime, file, (2_000_000_000, 2_000_000_000))
    assert [count for count, _ in looks([tmp_path], nothing, later, nothing)] == [1, 3]


def test_a_file_that_has_gone_is_a_change(tmp_path):
    file = tmp_path / "a.txt"
    append(file)()
    append(tmp_path / "b.txt")()
    assert [count for count, _ in looks([tmp_path], nothing, file.unlink, nothing, nothing)] == [1, 3]


def test_a_folder_that_is_away_for_a_while_is_no_change(tmp_path):
    folder, elsewhere = tmp_path / "share", tmp_path / "away"
    folder.mkdir()
    append(folder / "a.txt")()
    steps = (nothing, lambda: folder.rename(elsewhere), nothing, nothing, lambda: elsewhere.rename(folder), nothing)
    assert [count for count, _ in looks([folder], *steps)] == [1]


def test_what_is_being_written_is_not_read(tmp_path):
    first, second, *_ = sorted(SAMPLE.glob("*.txt"))
    with Store.create(tmp_path / "store", BigramEncoder()) as store:
        assert build([SAMPLE], store, leave={second}).added[0] == first.name
        assert second.name not in {info.file for info in store.reports()}
        assert build([SAMPLE], store).added == (second.name,)
    assert list(islice(changes([SAMPLE], nothing), 1)) == [set()]
