"""What several tests share: the sample reports, a store of them, and an environment without settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from answer_builders import WordsReader
from hypothesis import settings
from index_builders import ReadsHere

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample"

settings.register_profile("fixed", derandomize=True)  # nobody's clean clone is red by chance
settings.register_profile("open")  # make search
settings.load_profile("fixed")


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    """A keeper's own settings must not change what the tests see."""
    for variable in [name for name in os.environ if name.startswith("ZHENWEN_")]:
        monkeypatch.delenv(variable)


@pytest.fixture(scope="session", autouse=True)
def _reads_words():
    """Where a test does not bring a reader of its own, words decide; in a process of its own the program reads with what ships."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("retrieval.answer.default_reader", WordsReader)
        yield


@pytest.fixture(scope="session", autouse=True)
def _reads_here():
    """Documents are read in this process, which saves a start for every store; test_index_readers.py tries the real ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.readers.Reading", ReadsHere)
        yield


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory):
    """A store of the five sample reports. For reading only: every test shares it."""
    store = tmp_path_factory.mktemp("sample") / "store"
    done = zhenwen("--store", store, "index", SAMPLE)
    assert done.returncode == 0, done.stderr
    return store


def zhenwen(*arguments, stdin=None, **environment):
    """Run the command line in its own process, as a person does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHENWEN_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=stdin is None or isinstance(stdin, str),
        encoding="utf-8" if stdin is None or isinstance(stdin, str) else None,
        env=kept | environment,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
