"""An exam's own collection: what every measurement over the reports of an exam opens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from index.build import build
from index.embed import default_encoder
from index.store import Store
from retrieval.answer import Answerer
from retrieval.reader.model import Reader, default_reader

TODAY = date(2026, 1, 1)


@contextmanager
def sitting(exam: Path, reader: Reader | None = None) -> Iterator[Answerer]:
    """An answerer over the reports of ``exam`` alone, with ``reader`` (None: the one that ships)."""
    encoder = default_encoder()
    with TemporaryDirectory() as folder:
        with Store.create(Path(folder) / "store", encoder) as store:
            build([exam / "reports"], store)
        yield Answerer(Store.open(Path(folder) / "store", encoder), encoder, lambda: TODAY, reader=reader or default_reader())
