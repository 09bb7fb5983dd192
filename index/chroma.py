"""The one door to Chroma: the vectors of passages in an embedded, persistent collection. None of its types or errors comes out."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError
from index.types import Passage, Vectors

COLLECTION = "passages"
BATCH = 2_000  # passages in one call: the rate is flat from 1,000 on, and the limit is above 5,000


class ChromaVectors:
    """The Chroma collection of a store. chromadb is imported at the first use; its errors come out as StoreError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._client: Any = None
        self._opened: Any = None

    @contextmanager
    def _collection(self) -> Iterator[Any]:
        """The collection, for one thread at a time."""
        import chromadb
        from chromadb.config import Settings
        from chromadb.errors import ChromaError

        with self._lock:
            try:
                if self._client is None:
                    self._client = chromadb.PersistentClient(str(self.folder), Settings(anonymized_telemetry=False))
                    self._opened = self._client.get_or_create_collection(
                        COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
                    )
                yield self._opened
            except (
                ChromaError,
                OSError,
                ValueError,
                RuntimeError,
                AttributeError,
                sqlite3.Error,
            ) as error:  # AttributeError: its failed start
                self.close()
                raise StoreError(
                    f"向量库 {self.folder} 读写失败（{error}）；请检查磁盘空间和权限；文件夹坏了可以把它改个名，再运行 zhenwen index，会从目录补齐。"
                ) from error

    @property
    def exists(self) -> bool:
        """Whether there is a collection on the disk; asking it for anything would make an empty one."""
        return (self.folder / "chroma.sqlite3").is_file()

    def close(self) -> None:
        """Let go of the files; the next use opens them again and sees what other processes have written."""
        with self._lock:
            client, self._client, self._opened = self._client, None, None
            if client is not None:
                client.close()

    def add(self, keys: Sequence[str], passages: Sequence[Passage], vectors: Vectors) -> None:
        """Keep ``vectors`` (n, dimension) of ``passages`` under ``keys``."""
        with self._collection() as collection:
            for first in range(0, len(keys), BATCH):
                part = slice(first, first + BATCH)
                collection.add(
                    ids=list(keys[part]),
                    embeddings=vectors[part],
                    documents=[passage.text for passage in passages[part]],
                    metadatas=[_metadata(passage) for passage in passages[part]],
                )

    def delete(self, keys: Sequence[str]) -> None:
        with self._collection() as collection:
            for first in range(0, len(keys), BATCH):
                collection.delete(ids=list(keys[first : first + BATCH]))

    def every_key(self) -> set[str]:
        with self._collection() as collection:
            return set(collection.get(include=[])["ids"])

    def count(self) -> int:
        with self._collection() as collection:
            return int(collection.count())

    def nearest(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The keys of the ``k`` nearest vectors with their cosines, best first."""
        with self._collection() as collection:
            got = collection.query(query_embeddings=vector[None, :], n_results=k, include=["distances"])
            return [(key, 1.0 - distance) for key, distance in zip(got["ids"][0], got["distances"][0], strict=True)]


def _metadata(passage: Passage) -> dict[str, Any]:
    """What others may filter on; no year rather than a false one."""
    named: dict[str, Any] = {"report": passage.report_id, "town": passage.town, "part": passage.part.value}
    return named | ({"year": passage.year} if passage.year else {})
