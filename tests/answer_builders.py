"""A small real answerer over reports that a test writes itself."""

from collections.abc import Mapping
from pathlib import Path

from index.build import build
from index.embed import default_encoder
from index.store import Store
from retrieval.answer import Answerer


def answerer_of(folder: Path, reports: Mapping[str, str]) -> Answerer:
    """The answerer over ``reports``: file name → text, written and indexed under ``folder``."""
    for name, text in reports.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Store.create(folder / "store", default_encoder()) as made:
        build([folder], made)
    return Answerer.open(folder / "store")
