"""Settings: defaults that work, an option before a variable, an empty variable as none."""

from pathlib import Path

import pytest

from bot.settings import Settings, explained, stated
from index.errors import BadSettings


def test_nothing_set_is_the_default():
    assert Settings.read({}) == Settings(store=Path("data/store"), encoder="default")


def test_variables_are_read_and_empty_ones_are_not_set():
    assert Settings.read({"ZHENWEN_STORE": " s ", "ZHENWEN_ENCODER": "m"}) == Settings(store=Path("s"), encoder="m")
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


def test_values_have_the_type_of_their_default():
    settings = Settings.read({"ZHENWEN_MODEL_DEADLINE": "2.5", "ZHENWEN_PER_DAY": "７"})
    assert (settings.model_deadline, settings.per_day) == (2.5, 7)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ZHENWEN_PER_DAY", "多", "要是一个数字"),
        ("ZHENWEN_PER_DAY", "-1", "不能是"),
        ("ZHENWEN_MODEL_DEADLINE", "nan", "不能是"),
        ("ZHENWEN_TELEGRAM_PREVIEW", "edit", "只能是"),
    ],
)
def test_a_value_that_cannot_be_used_says_which_and_why(variable, value, words):
    with pytest.raises(BadSettings, match=f"{variable} {words}"):
        Settings.read({variable: value})


@pytest.mark.parametrize("port", ["0", "65536", "99999"])
def test_a_port_that_there_is_none_of_is_said(port):
    with pytest.raises(BadSettings, match="ZHENWEN_WEBHOOK_PORT 要在"):
        Settings.read({"ZHENWEN_WEBHOOK_PORT": port})


@pytest.mark.parametrize("variable", ["ZHENWEN_TELEGRAM_PROXY", "ZHENWEN_MODEL_URL", "ZHENWEN_TELEGRAM_URL"])
def test_a_password_in_an_address_is_never_shown(variable):
    settings = Settings.read({variable: "socks5://me:pass%40word@10.0.0.1:1080"})
    assert "pass" not in repr(settings) + str(stated(settings))


def test_the_rest_of_the_address_is_shown():
    assert stated(Settings.read({"ZHENWEN_TELEGRAM_URL": "http://me:word@10.0.0.1:8081"})) == [("ZHENWEN_TELEGRAM_URL", "http://…@10.0.0.1:8081")]


def test_a_secret_is_never_shown():
    settings = Settings.read({"ZHENWEN_TELEGRAM_TOKEN": "123:abc", "ZHENWEN_MODEL_KEY": "sk-1", "ZHENWEN_PER_DAY": "7"})
    assert "123:abc" not in repr(settings)
    assert "sk-1" not in repr(settings)
    assert stated(settings) == [("ZHENWEN_MODEL_KEY", "已设"), ("ZHENWEN_PER_DAY", "7"), ("ZHENWEN_TELEGRAM_TOKEN", "已设")]
