"""Settings: defaults that work, an option before a variable, an empty variable as none."""

from pathlib import Path

import pytest

from bot.settings import Settings, explained
from index.errors import BadSettings


def test_nothing_set_is_the_default():
    assert Settings.read({}) == Settings(Path("data/store"), None)


def test_variables_are_read_and_empty_ones_are_not_set():
    assert Settings.read({"ZHENWEN_STORE": " s ", "ZHENWEN_ENCODER": "m"}) == Settings(Path("s"), "m")
    assert Settings.read({"ZHENWEN_STORE": "", "ZHENWEN_ENCODER": " "}) == Settings()


def test_an_option_wins_over_a_variable():
    assert Settings.read({"ZHENWEN_STORE": "a"}, store=Path("b")).store == Path("b")


def test_home_is_understood(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings.read({"ZHENWEN_STORE": "~/s"}).store == tmp_path / "s"


def test_a_file_is_no_store(tmp_path):
    path = tmp_path / "x"
    path.write_text("")
    with pytest.raises(BadSettings, match="应当是文件夹"):
        Settings.read({}, store=path)


def test_every_setting_explains_itself():
    assert all(variable.startswith("ZHENWEN_") and meaning for variable, _, meaning in explained())
