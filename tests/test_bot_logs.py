"""One line an event, as text or as JSON, and no secret in it, wherever it comes from."""

import json
import logging
import sys

import pytest

from bot.logs import configure
from bot.settings import Settings, secrets

KEPT = {
    "model_key": "sk-0123456789",
    "model_url": "http://inner.example/v1?token=abcd1234",
    "web_key": "the web's key",
    "telegram_token": "123456:abc-DEF_0123456789xyz",
    "telegram_proxy": "socks5://me:pass%40word@10.0.0.1:1080",
    "webhook_secret": "hook_secret",
    "chroma": "https://cloud-key@api.example/tenant/base",
}
SHOWN = {"chroma": "cloud-key"}  # of this setting the rest may be shown


@pytest.fixture
def logged(capsys):
    """Logs by ``write``, with every secret set, and gives what came out."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def log(form, write):
        configure(Settings(**KEPT, log=form))
        root.handlers[0].setStream(sys.stderr)
        write(logging.getLogger("bot.some"))
        return capsys.readouterr().err

    yield log
    root.handlers[:] = handlers
    root.setLevel(level)


def fail(logger):
    try:
        raise RuntimeError(f"at {' '.join(KEPT.values())}")
    except RuntimeError:
        logger.exception("连不上 %s", KEPT["model_url"])


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_logged_in_words_or_in_tracebacks(logged, form):
    written = logged(form, fail)
    assert "连不上" in written and "RuntimeError" in written
    for name, value in KEPT.items():
        assert SHOWN.get(name, value) not in written
    assert "pass%40word" not in written


def test_json_is_one_object_a_line(logged):
    (line,) = logged("json", fail).splitlines()
    said = json.loads(line)
    assert said["level"] == "ERROR" and said["logger"] == "bot.some" and "Traceback" in said["error"] and said["at"].endswith("+00:00")


def test_what_is_below_a_warning_is_not_logged(logged):
    assert logged("text", lambda logger: logger.info("x")) == ""


def test_every_setting_that_is_not_repeated_is_a_secret_and_no_other_value_is():
    assert set(secrets(Settings(**KEPT))) >= {SHOWN.get(name, value) for name, value in KEPT.items()}
    assert secrets(Settings()) == ()
