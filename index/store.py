"""The store: catalogue, Chroma and lexical index behind one facade.

A write goes to Chroma first, to the lexical index next, and to the catalogue last, in one transaction. The catalogue decides what
is there: what the others hold beside it is ignored, and cleaned up by the next writer. Nothing is deleted from Chroma before the
catalogue has changed, so that a crash at any instant leaves the old state or the new one.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from index import chunk
from index.catalogue import Catalogue
from index.chroma import ChromaVectors, passage_key
from index.errors import StoreError, StoreMismatch, StoreMissing
from index.lexical import LexicalIndex, Scores
from index.refill import refill_vectors, refill_words, searched
from index.rows import SCHEMA_VERSION, UPGRADES, Correction, found
from index.snapshot import Snapshot
from index.sqlite import hold_lock
from index.types import Encoder, Figure, Passage, Rejected, Report, ReportInfo, Section, Vectors

EXACT_PASSAGES = 10_000  # up to here the exact product over the catalogue's vectors takes some 10 ms, and Chroma is not imported
OVER_FETCH = 2.0  # Chroma is asked for this many times what the scope should need: stale and foreign passages are dropped after
FLUSH = (500, 2_000)  # passages handed to Chroma at once: few at first, to start early; then as many as before, as each call has its cost
UNFINISHED = "unfinished"  # in the place of where the vectors are, while they are written anew: until then nobody searches by them
CALLED = {"schema": "格式版本", "chunker": "切分版本", "encoder": "向量模型", "dimension": "向量维数"}

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Pending:
    """What a transaction has yet to hand to the other indexes; ``stale`` are keys that Chroma may forget after the commit."""

    passages: list[Passage] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    unsent: list[tuple[str, Passage]] = field(default_factory=list)
    vectors: list[Vectors] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    sent: int = 0  # passages that Chroma has been given


class Store:
    """A folder: ``catalogue.sqlite`` (the truth), ``chroma/`` (or the server ``chroma``) and ``lexical/``, which can be made again from it.

    Reading is safe from several threads and while another process writes; every call sees one committed state, and so do all
    calls within ``reading``. Writing is for one process at a time (``create``), and for one thread of it.
    """

    def __init__(self, path: Path, encoder: Encoder | None, chroma: str = "", *, writable: bool = False) -> None:
        self.path = path
        self.encoder = encoder
        self.catalogue = Catalogue(path / "catalogue.sqlite", writable=writable)
        self.vectors = ChromaVectors(path / "chroma", chroma, lambda: f"zhenwen-{self.catalogue.get('id')}")
        self._lock: sqlite3.Connection | None = None
        self._snapshot: Snapshot | None = None
        self._pending: Pending | None = None
        self._sound = False

    @classmethod
    def open(cls, path: Path, encoder: Encoder | None = None, chroma: str = "") -> Self:
        """Open a store for reading. Raises StoreMissing, or StoreMismatch when another program or ``encoder`` built it."""
        store = cls(path, encoder, chroma)
        if not store.catalogue.exists():
            raise StoreMissing(f"{path} 里还没有库；请先运行 zhenwen index 文件或文件夹。")
        store._check()
        return store

    @classmethod
    def create(cls, path: Path, encoder: Encoder, chroma: str = "", *, anew: bool = False) -> Self:
        """Open a store for writing; make it when there is none. ``anew``: what can be made from the catalogue is thrown away and made again.

        Raises StoreBusy, StoreMismatch, StoreError.
        """
        store = cls(path, encoder, chroma, writable=True)
        with ExitStack() as unless_done:
            unless_done.callback(store.close)
            store._lock = hold_lock(path)
            if not store.catalogue.exists():
                store.catalogue.create(_identity(encoder) | {"state": f"{0:08x}"})
            store.catalogue.upgrade()
            store._check()
            if not store.catalogue.get("id"):
                store.catalogue.put("id", uuid4().hex)
            if anew:
                store.catalogue.put("chroma", UNFINISHED)
                store.vectors.discard()
                shutil.rmtree(path / "lexical", ignore_errors=True)
            if not (store._now().whole and (store.in_chroma() or not store._now().infos)):
                store.repair()
            unless_done.pop_all()
        return store

    def close(self) -> None:
        self.vectors.close()
        self.catalogue.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check(self) -> None:
        meta = self.catalogue.meta()
        expected = {"schema": SCHEMA_VERSION, "chunker": chunk.VERSION} | (_identity(self.encoder) if self.encoder else {})
        for key, value in expected.items():
            if meta.get(key) != value:
                if key == "schema" and meta.get(key) in UPGRADES:
                    raise StoreMismatch(f"库 {self.path} 是旧版程序建的；请重新运行 zhenwen index，它会自行更新，改正过的不会丢。")
                raise StoreMismatch(
                    f"库 {self.path} 的{CALLED[key]}是 {meta.get(key) or '未知'}，现在用的是 {value}，不能混用；"
                    "请换回建库时的设置，或用 --store 另指定一个文件夹重新运行 zhenwen index；原来的库留着，改正过的都在里面。"
                )

    @property
    def encoder_name(self) -> str:
        """The encoder that the vectors were made with."""
        return self.catalogue.get("encoder")

    # reading

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """All reads of this thread inside see one committed state."""
        with self.catalogue.reading():
            yield self._now()

    def _now(self) -> Snapshot:
        """The state that this thread sees; read again only when it has changed."""
        state = self.catalogue.get("state")
        known = self._snapshot
        if known is None or known.state != state:
            if known is not None and self._lock is None:
                self.vectors.close()  # another process has written, which an open Chroma client does not notice
            known = self._snapshot = self._read(state)
        return known

    def _read(self, state: str) -> Snapshot:
        return Snapshot(state, self.catalogue, self.catalogue.infos(), LexicalIndex.open(self.path / "lexical", state))

    def reports(self) -> tuple[ReportInfo, ...]:
        """Every report without its text, ordered by file name."""
        return self._now().reports

    def report(self, report_id: str) -> Report:
        """A report with its text. Raises StoreError when there is none of this id."""
        with self.reading() as now:
            return now.report(report_id)

    def sections(self, report_id: str) -> tuple[Section, ...]:
        """The sections of a report, in order. Raises StoreError when there is no such report."""
        with self.reading() as now:
            return now.sections(report_id)

    def passages(self, report_ids: Collection[str] | None = None) -> tuple[Passage, ...]:
        """The passages of these reports (None: of all), report by report in text order."""
        with self.reading() as now:
            return now.passages(report_ids)

    def passages_by_id(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        """The passages of these ids, in this order; ids that are not in the store are left out."""
        with self.reading() as now:
            return now.passages_by_id(ids)

    def refused(self) -> tuple[Rejected, ...]:
        """The files that were not taken in when they were last read, ordered by file name."""
        return self.catalogue.refused()

    def figures(self, report_ids: Collection[str] | None = None, indicator: str = "") -> tuple[Figure, ...]:
        """The figures of these reports (None: of all), of one indicator or ("") of every."""
        with self.reading() as now:
            return now.figures(report_ids, indicator)

    def lexical(self, query_tokens: Sequence[str], report_ids: Collection[str] | None, k: int) -> list[tuple[str, float]]:
        """The ids of the ``k`` best passages by BM25, with their scores, best first."""
        return self._searchable().search(query_tokens, report_ids, k)

    def words(self, weights: Mapping[str, float], report_ids: Collection[str] | None) -> Scores:
        """BM25 of every passage in scope, and of its report as a whole, for weighted tokens."""
        return self._searchable().scores(weights, report_ids)

    def _searchable(self) -> LexicalIndex:
        now = self._now()
        if not now.whole:
            raise StoreError(f"库 {self.path} 的全文索引缺失或损坏；请运行 zhenwen repair，它从目录重建索引。")
        return now.lexical

    def dense(self, vector: NDArray[np.float32], report_ids: Collection[str] | None, k: int) -> list[tuple[str, float]]:
        """The ids of the ``k`` nearest passages to ``vector`` (dimension,), with their cosines, best first.

        A large scope is searched by Chroma; a small one, and one where Chroma fails or finds too little, exactly.
        """
        with self.reading() as now:
            scope = now.scope(report_ids)
            size = sum(info.passages for info in scope.values())
            if size > EXACT_PASSAGES and self.in_chroma():
                hits = self._approximate(vector, scope, int(k * OVER_FETCH * now.size / size))
                if len(hits) >= k:
                    return hits[:k]
            return now.nearest(vector, scope, k)

    def cosines(self, vector: NDArray[np.float32], ids: Sequence[str]) -> list[float]:
        """The cosines of ``vector`` (dimension,) with the passages ``ids``, in this order: exact."""
        with self.reading() as now:
            return now.cosines(vector, ids)

    def in_chroma(self) -> bool:
        """Whether the last writer's vectors are where this store looks for them: not with another server, nor in a folder that was lost."""
        return self.catalogue.get("chroma") == self.vectors.place and self.vectors.exists

    def _approximate(self, vector: NDArray[np.float32], scope: Mapping[int, ReportInfo], fetch: int) -> list[tuple[str, float]]:
        try:
            found = self.vectors.nearest(vector, fetch)
        except StoreError as error:
            logger.warning("Chroma failed, searching exactly: %s", error)
            return []
        named = ((*key.rpartition("@")[::2], cosine) for key, cosine in found)
        return [(passage_id, cosine) for passage_id, number, cosine in named if int(number) in scope]

    # writing

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is added and removed inside becomes visible at once, or not at all. Inside another it joins that one."""
        if self._pending is not None:
            yield
            return
        if self._lock is None:
            raise StoreError(f"库 {self.path} 是为查询打开的，不能写入。")
        if not self._sound:
            self.repair()
        pending = self._pending = Pending()
        self._sound = False
        try:
            with self.catalogue.writing():
                yield
                self._seal(pending)
        finally:
            self._pending = None
        self.vectors.delete(pending.stale)
        self._sound = True

    def add(
        self,
        report: Report,
        sections: Sequence[Section],
        passages: Sequence[Passage],
        vectors: Vectors,
        figures: Sequence[Figure] = (),
    ) -> None:
        """Write a report with what was made of it, in the place of an earlier one of the same id."""
        with self.transaction():
            self.remove(report.id)
            pending = self._writing()
            stored = vectors.astype(np.float16)
            number = self.catalogue.insert(report, sections, passages, stored.tobytes(), figures)
            pending.passages.extend(passages)
            pending.unsent.extend((passage_key(passage.id, number), passage) for passage in passages)
            pending.vectors.append(stored.astype(np.float32))
            if len(pending.unsent) >= np.clip(pending.sent, *FLUSH):
                self._send(pending)

    def remove(self, report_id: str) -> None:
        """Take a report out; nothing happens when it is not there."""
        with self.transaction():
            pending = self._writing()
            if known := self.catalogue.find(report_id):
                number, info = known
                pending.stale.extend(passage_key(id_, number) for id_ in self.catalogue.passage_ids({number: info})[number])
                pending.removed.add(report_id)
                pending.passages = [passage for passage in pending.passages if passage.report_id != report_id]
                self.catalogue.delete(number)

    def _writing(self) -> Pending:
        assert self._pending is not None, "only within a transaction"
        return self._pending

    def _send(self, pending: Pending) -> None:
        if pending.unsent:
            keys, passages = zip(*pending.unsent, strict=True)
            self.vectors.add(keys, passages, np.concatenate(pending.vectors))
            pending.sent += len(keys)
        pending.unsent, pending.vectors = [], []

    def _seal(self, pending: Pending) -> None:
        """Bring the other indexes to the state that the catalogue is about to have."""
        self._send(pending)
        old = self.catalogue.get("state")
        new = f"{int(old, 16) + 1:08x}"
        lexical = LexicalIndex.open(self.path / "lexical", old)
        lexical.update(pending.passages, searched(pending.passages), removed=pending.removed, state=new)
        self.catalogue.put("state", new)

    def repair(self) -> None:
        """Make Chroma and the lexical index agree with the catalogue: after a crash, when a folder was lost, when Chroma is elsewhere now.

        A crash leaves additions over in the Chroma that was written last, and loses nothing, so that there a count tells.
        """
        now, place = self._now(), self.vectors.place
        if self.catalogue.get("chroma") != place or self.vectors.count() != now.size:
            self.catalogue.put("chroma", UNFINISHED)
            refill_vectors(now, self.vectors)
            self.catalogue.put("chroma", place)
        if not now.whole:
            refill_words(now)
            self._snapshot = None
        self._sound = True

    def correct(self, report_id: str, **changes: str | int) -> Report:
        """Set ``province``, ``city``, ``county``, ``town`` or ``year`` of a report as a keeper knows them, with all that follows.

        It stays set when the report is indexed again. Raises StoreError when there is no such report.
        """
        from index.indicators import Indicators
        from index.parse import derive

        assert self.encoder is not None, "only a store that create() has opened"
        report, sections = self.report(report_id), self.sections(report_id)
        known = self.catalogue.correction(report_id) or Correction(report_id, found(report))
        correction = replace(known, **changes)  # type: ignore[arg-type]
        item = derive(correction.applied(report), sections, Indicators.load(self.path / "indicators.toml"))
        vectors = self.encoder.encode([passage.embeddable for passage in item.passages])
        with self.transaction():
            self.catalogue.put_correction(correction)
            self.add(item.report, sections, item.passages, vectors, item.figures)
        return item.report


def _identity(encoder: Encoder) -> dict[str, str]:
    """What vectors and passages depend on; a store of another identity is refused."""
    return {"schema": SCHEMA_VERSION, "chunker": chunk.VERSION, "encoder": encoder.name, "dimension": str(encoder.dimension)}
