"""The store: catalogue, vectors and lexical index behind one facade; and the one door to Chroma.

A write goes to Chroma first, to the lexical index next, and to the catalogue last, in one transaction. The catalogue decides what
is there: what the others hold beside it is ignored, and cleaned up by the next writer. Nothing of Chroma's is deleted before the
catalogue has changed, so that a crash at any instant leaves the old state or the new one.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from index import chunk
from index.catalogue import SCHEMA_VERSION, Catalogue, Correction
from index.errors import StoreBusy, StoreError, StoreMismatch, StoreMissing
from index.lexical import LexicalIndex
from index.types import Encoder, Figure, Passage, Report, ReportInfo, Section, Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection

COLLECTION = "passages"
EXACT_PASSAGES = 20_000  # up to here the exact product over the catalogue's vectors is no slower than Chroma, and needs no import
OVER_FETCH = 2.0  # Chroma is asked for this many times what the scope should need: stale and foreign passages are dropped after
FLUSH = 2_000  # passages sent to Chroma at once: its own rate is flat from 1,000 on, and its limit is above 5,000

logger = logging.getLogger(__name__)


class ChromaVectors:
    """The Chroma collection of a store. Opened, and chromadb imported, at the first use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._client: ClientAPI | None = None

    @cached_property
    def _collection(self) -> ChromaCollection:
        import chromadb

        with _translated(self.folder):
            self._client = chromadb.PersistentClient(str(self.folder), chromadb.Settings(anonymized_telemetry=False))
            return self._client.get_or_create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
            self.__dict__.pop("_collection", None)

    def add(self, keys: Sequence[str], passages: Sequence[Passage], vectors: Vectors) -> None:
        """Keep ``vectors`` (n, dimension) of ``passages`` under ``keys``."""
        collection = self._collection
        with _translated(self.folder):
            for first in range(0, len(keys), FLUSH):
                part = slice(first, first + FLUSH)
                collection.add(
                    ids=list(keys[part]),
                    embeddings=vectors[part],
                    documents=[passage.text for passage in passages[part]],
                    metadatas=[_metadata(passage) for passage in passages[part]],
                )

    def delete(self, keys: Sequence[str]) -> None:
        collection = self._collection
        with _translated(self.folder):
            for first in range(0, len(keys), FLUSH):
                collection.delete(ids=list(keys[first : first + FLUSH]))

    def keys(self) -> set[str]:
        collection = self._collection
        with _translated(self.folder):
            return set(collection.get(include=[])["ids"])

    def count(self) -> int:
        collection = self._collection
        with _translated(self.folder):
            return collection.count()

    def nearest(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The keys of the ``k`` nearest vectors with their cosine, best first."""
        collection = self._collection
        with _translated(self.folder):
            found = collection.query(query_embeddings=vector[None, :], n_results=k, include=["distances"])
        distances = found["distances"] or [[]]
        return [(key, 1.0 - distance) for key, distance in zip(found["ids"][0], distances[0], strict=True)]


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """Chroma's errors in words for a person."""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, OSError, ValueError, RuntimeError, KeyError) as error:
        raise StoreError(f"向量库 {folder} 读写失败（{error}）；请检查磁盘空间和权限，或删除该文件夹后重新运行 zhenwen index。") from error


def _metadata(passage: Passage) -> dict[str, Any]:
    """What others may filter on; no year rather than a false one."""
    found: dict[str, Any] = {"report": passage.report_id, "town": passage.town, "part": passage.part.value}
    return found | ({"year": passage.year} if passage.year else {})


@dataclass(frozen=True)
class Snapshot:
    """One committed state of the store. ``infos`` by number, ``numbers`` by report id."""

    state: str
    infos: dict[int, ReportInfo]
    lexical: LexicalIndex

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {info.id: number for number, info in self.infos.items()}

    @cached_property
    def passages(self) -> int:
        return sum(info.passages for info in self.infos.values())

    def scope(self, report_ids: Collection[str] | None) -> dict[int, ReportInfo]:
        """The reports of a scope that are in the store, by number, in the order of the catalogue."""
        if report_ids is None:
            return self.infos
        wanted = sorted(self.numbers[report_id] for report_id in set(report_ids) & self.numbers.keys())
        return {number: self.infos[number] for number in wanted}


@dataclass(slots=True)
class Pending:
    """What a transaction has yet to hand to the other indexes."""

    passages: list[Passage] = field(default_factory=list)
    unsent: list[tuple[str, Passage]] = field(default_factory=list)
    vectors: list[Vectors] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    stale: list[str] = field(default_factory=list)


class Store:
    """A folder: ``catalogue.sqlite`` (the truth), ``chroma/`` and ``lexical/`` (both can be made again from it).

    Reading is safe from several threads and while another process writes; each call sees one committed state.
    Writing is for one process at a time (``create``), and for one thread of it.
    """

    def __init__(self, path: Path, encoder: Encoder | None, *, writable: bool = False) -> None:
        self.path = path
        self.encoder = encoder
        self.catalogue = Catalogue(path / "catalogue.sqlite", writable=writable)
        self.vectors = ChromaVectors(path / "chroma")
        self._lock: sqlite3.Connection | None = None
        self._snapshot: Snapshot | None = None
        self._pending: Pending | None = None

    @classmethod
    def open(cls, path: Path, encoder: Encoder | None = None) -> Self:
        """Open a store for reading. Raises StoreMissing, or StoreMismatch when another program or ``encoder`` built it."""
        store = cls(path, encoder)
        if not store.catalogue.exists():
            raise StoreMissing(f"{path} 里还没有库；请先运行 zhenwen index 文件或文件夹。")
        store._check()
        return store

    @classmethod
    def create(cls, path: Path, encoder: Encoder) -> Self:
        """Open a store for writing; make it when there is none. Raises StoreBusy, StoreMismatch, StoreError."""
        store = cls(path, encoder, writable=True)
        store._lock = _locked(path)
        try:
            if not store.catalogue.exists():
                store.catalogue.create_tables(_identity(encoder) | {"state": f"{0:08x}"})
            store._check()
        except StoreError:
            store.close()
            raise
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
                raise StoreMismatch(
                    f"库 {self.path} 的{NAMES[key]}是 {meta.get(key) or '未知'}，现在用的是 {value}，不能混用；"
                    "请用建库时的设置，或删除该文件夹后重新运行 zhenwen index。"
                )

    @property
    def encoder_name(self) -> str:
        """The encoder that the vectors were made with."""
        return self.catalogue.get("encoder")

    # reading

    def _now(self) -> Snapshot:
        """The newest committed state; read again only when it has changed."""
        state = self.catalogue.get("state")
        if self._snapshot is None or self._snapshot.state != state:
            self._snapshot = Snapshot(state, self.catalogue.infos(), LexicalIndex.open(self.path / "lexical"))
        return self._snapshot

    @property
    def lexical_index(self) -> LexicalIndex:
        """The lexical index as it is now."""
        return self._now().lexical

    def reports(self) -> tuple[ReportInfo, ...]:
        """Every report without its text, ordered by file name."""
        return tuple(self._now().infos.values())

    def report(self, report_id: str) -> Report:
        """A report with its text. Raises KeyError when the store has none of this id."""
        number = self._now().numbers[report_id]
        return self.catalogue.report(number, self._now().infos[number])

    def sections(self, report_id: str) -> tuple[Section, ...]:
        """The sections of a report, in order."""
        return self.catalogue.sections(self._now().numbers[report_id], report_id)

    def passages(self, report_ids: Collection[str] | None = None) -> tuple[Passage, ...]:
        """The passages of these reports (None: of all), by report and place in the text."""
        return tuple(self.catalogue.passages(self._now().scope(report_ids)))

    def passages_by_id(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        """The passages of these ids, in this order; ids that are not in the store are left out."""
        starts: dict[str, set[int]] = {}
        for report_id, _, span in (id_.partition(":") for id_ in ids):
            starts.setdefault(report_id, set()).add(int(span.partition("-")[0]))
        scope = self._now().scope(starts.keys())
        found = {
            passage.id: passage
            for number, info in scope.items()
            for passage in self.catalogue.passages({number: info}, starts[info.id])
        }
        return tuple(found[id_] for id_ in ids if id_ in found)

    def figures(self, report_ids: Collection[str] | None = None, indicator: str = "") -> tuple[Figure, ...]:
        """The figures of these reports (None: of all), of one indicator or ("") of every."""
        return tuple(self.catalogue.figures(self._now().scope(report_ids), indicator))

    def lexical(self, query_tokens: Sequence[str], report_ids: Collection[str] | None, k: int) -> list[tuple[str, float]]:
        """The ids of the ``k`` best passages by BM25, with their scores, best first."""
        now = self._now()
        scope = None if report_ids is None else [info.id for info in now.scope(report_ids).values()]
        return [hit for hit in now.lexical.search(query_tokens, scope, k) if hit[0].partition(":")[0] in now.numbers]

    def dense(self, vector: NDArray[np.float32], report_ids: Collection[str] | None, k: int) -> list[tuple[str, float]]:
        """The ids of the ``k`` nearest passages to ``vector`` (dimension,), with their cosines, best first."""
        now = self._now()
        scope = now.scope(report_ids)
        size = sum(info.passages for info in scope.values())
        if size > EXACT_PASSAGES:
            fetch = min(int(k * OVER_FETCH * now.passages / size), now.passages)
            keys = (_passage_and_number(key, cosine) for key, cosine in self.vectors.nearest(vector, fetch))
            hits = [(id_, cosine) for id_, number, cosine in keys if number in scope]
            if len(hits) >= k:
                return hits[:k]
        return self._exact(vector, scope, k)

    def _exact(self, vector: NDArray[np.float32], scope: dict[int, ReportInfo], k: int) -> list[tuple[str, float]]:
        blobs = self.catalogue.vectors(scope)
        matrix = np.frombuffer(b"".join(blobs[number] for number in scope), np.float16).reshape(-1, len(vector))
        cosines = matrix.astype(np.float32) @ vector
        best = np.argsort(-cosines, kind="stable")[:k]
        spans = self.catalogue.spans(scope)
        places = [(info.id, *span) for number, info in scope.items() for span in spans[number]]
        return [(f"{places[row][0]}:{places[row][1]}-{places[row][2]}", float(cosines[row])) for row in best.tolist()]

    # writing

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is added and removed inside becomes visible at once, or not at all. Inside another it joins that one."""
        if self._pending is not None:
            yield
            return
        if self._lock is None:
            raise StoreError(f"库 {self.path} 是只读打开的，不能写入。")
        self._repair()
        pending = self._pending = Pending()
        try:
            with self.catalogue.transaction():
                yield
                self._seal(pending)
        finally:
            self._pending = None
        self.vectors.delete(pending.stale)

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
            assert self._pending is not None
            self.remove(report.id)
            number = self.catalogue.insert(report, sections, passages, vectors.astype(np.float16).tobytes())
            self.catalogue.insert_figures(number, figures)
            self._pending.passages.extend(passages)
            self._pending.unsent.extend((_key(passage.id, number), passage) for passage in passages)
            self._pending.vectors.append(vectors)
            if len(self._pending.unsent) >= FLUSH:
                self._send(self._pending)

    def remove(self, report_id: str) -> None:
        """Take a report out; nothing happens when it is not there."""
        with self.transaction():
            assert self._pending is not None
            number = self.catalogue.number_of(report_id)
            if number is None:
                return
            spans = self.catalogue.spans([number])[number]
            self._pending.stale.extend(_key(f"{report_id}:{start}-{end}", number) for start, end in spans)
            self._pending.removed.add(report_id)
            self._pending.passages = [passage for passage in self._pending.passages if passage.report_id != report_id]
            self.catalogue.delete(number)

    def _send(self, pending: Pending) -> None:
        if pending.unsent:
            keys, passages = zip(*pending.unsent, strict=True)
            self.vectors.add(keys, passages, np.concatenate(pending.vectors))
        pending.unsent, pending.vectors = [], []

    def _seal(self, pending: Pending) -> None:
        """Bring the other indexes to the state that the catalogue is about to have."""
        self._send(pending)
        state = f"{int(self.catalogue.get('state'), 16) + 1:08x}"
        texts = [passage.embeddable for passage in pending.passages]
        LexicalIndex.open(self.path / "lexical").update(pending.passages, texts, removed=pending.removed, state=state)
        self.catalogue.put("state", state)

    def _repair(self) -> None:
        """Make Chroma and the lexical index agree with the catalogue after a crash or a lost folder."""
        now = self._now()
        if self.vectors.count() != now.passages:
            spans = self.catalogue.spans(now.infos)
            live = {_key(f"{now.infos[n].id}:{start}-{end}", n) for n in spans for start, end in spans[n]}
            present = self.vectors.keys()
            self.vectors.delete(sorted(present - live))
            for number, info in now.infos.items():
                self._restore(number, info, present)
        if now.lexical.state != now.state and now.infos:
            self._rebuild_lexical(now)

    def _restore(self, number: int, info: ReportInfo, present: set[str]) -> None:
        """Give Chroma the passages of a report that it has lost."""
        passages = tuple(self.catalogue.passages({number: info}))
        keys = [_key(passage.id, number) for passage in passages]
        missing = [row for row, key in enumerate(keys) if key not in present]
        if missing:
            matrix = np.frombuffer(self.catalogue.vectors([number])[number], np.float16).reshape(len(passages), -1)
            self.vectors.add([keys[row] for row in missing], [passages[row] for row in missing], matrix[missing].astype(np.float32))

    def _rebuild_lexical(self, now: Snapshot) -> None:
        passages = list(self.catalogue.passages(now.infos))
        gone = set(now.lexical.reports) - now.numbers.keys()
        now.lexical.update(passages, [passage.embeddable for passage in passages], removed=gone, state=now.state)
        self._snapshot = None

    # corrections

    def correct(self, report_id: str, **changes: str | int | None) -> Report:
        """Set ``province``, ``city``, ``county``, ``town`` or ``year`` of a report as a keeper knows them, and all that follows from it.

        Raises KeyError when the store has no such report. What was set before stays unless it is set again.
        """
        from index.figures import figures

        assert self.encoder is not None
        with self.transaction():
            sections = self.sections(report_id)
            self.catalogue.put_correction(replace(self.catalogue.correction(report_id), **changes))  # type: ignore[arg-type]
            report = self.corrected(self.report(report_id))
            passages = chunk.chunk(report, sections)
            vectors = self.encoder.encode([passage.embeddable for passage in passages])
            self.add(report, sections, passages, vectors, figures(report, sections))
        return report

    def corrected(self, report: Report) -> Report:
        """``report`` with what a keeper has set for it."""
        correction = self.catalogue.correction(report.id)
        if correction == Correction(report.id):
            return report
        named = {name: getattr(correction, name) for name in ("province", "city", "county", "town")}
        place = replace(report.place, **{name: value for name, value in named.items() if value is not None})
        return replace(report, place=place, year=report.year if correction.year is None else correction.year, confidence=1.0)


NAMES = {"schema": "格式版本", "chunker": "切分版本", "encoder": "向量模型", "dimension": "向量维数"}


def _identity(encoder: Encoder) -> dict[str, str]:
    return {"schema": SCHEMA_VERSION, "chunker": chunk.VERSION, "encoder": encoder.name, "dimension": str(encoder.dimension)}


def _key(passage_id: str, number: int) -> str:
    """A passage's name in Chroma: with the number of the writing, so that old and new vectors of one passage can stand side by side."""
    return f"{passage_id}@{number}"


def _passage_and_number(key: str, cosine: float) -> tuple[str, int, float]:
    passage_id, _, number = key.rpartition("@")
    return passage_id, int(number), cosine


def _locked(path: Path) -> sqlite3.Connection:
    """Hold the store's writing lock until the connection is closed or the process ends, however it ends."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(path / "writer.lock", timeout=0, isolation_level=None, check_same_thread=False)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise StoreBusy(f"另一个进程正在写入库 {path}；请等它结束后再试。") from error
        raise StoreError(f"库 {path} 不能写入（{error}）；请检查权限和磁盘空间，或用 --store 另选文件夹。") from error
    except OSError as error:
        raise StoreError(f"库 {path} 建不了（{error.strerror}）；请检查权限和磁盘空间，或用 --store 另选文件夹。") from error
    return lock
