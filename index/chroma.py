"""The one door to Chroma: the vectors of passages, in an embedded collection or on a server. None of its types or errors comes out.

An embedded collection lies in the store's folder. On a server each store has a collection of its own, named after the store's id.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError
from index.types import Passage, Vectors

COLLECTION = "passages"
BATCH = 2_000  # passages in one call: the rate is flat from 1,000 on, and the limit is above 5,000
PATIENCE = 60.0  # seconds that a server may take for one call; Chroma's own client would wait for ever
PORTS = {"http": 8000, "https": 443}
FOLDER_FAILED = "向量库 {place} 读写失败（{error}）；请检查磁盘空间和权限；文件夹坏了就运行 zhenwen repair，它从目录重建，一份报告也不丢。"
SERVER_FAILED = "Chroma 服务器 {place} 读写失败（{error}）；请检查它是否在运行、ZHENWEN_CHROMA 写得对不对；其间照常答问，只是大库慢些。"


def _faults() -> tuple[type[Exception], ...]:
    """What Chroma raises: besides its own sqlite3's, httpx's and plain ones, AttributeError at a failed start. Looked up when something was raised."""
    from chromadb.errors import ChromaError
    from httpx import HTTPError

    return (ChromaError, HTTPError, sqlite3.Error, OSError, ValueError, RuntimeError, AttributeError, KeyError)


class ChromaVectors:
    """The Chroma collection of a store. chromadb is imported at the first use; its errors come out as StoreError.

    ``server`` is http(s)://[key@]host[:port][/tenant/database], "" for the collection in ``folder``; ``name`` gives the name that the
    store has on a server.
    """

    def __init__(self, folder: Path, server: str = "", name: Callable[[], str] = lambda: COLLECTION) -> None:
        self.folder = folder
        self._server = server
        self._name = name
        self._lock = threading.RLock()
        self._client: Any = None
        self._opened: Any = None

    @property
    def place(self) -> str:
        """Where the vectors are, for the catalogue to remember: a server's address without its key, "" for the store's own folder."""
        if not self._server:
            return ""
        parts = urlsplit(self._server)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"

    @contextmanager
    def _collection(self) -> Iterator[Any]:
        """The collection, for one thread at a time."""
        with self._lock:
            try:
                if self._client is None:
                    self._client = _connected(self._server) if self._server else _embedded(self.folder)
                    self._opened = self._client.get_or_create_collection(
                        self._name() if self._server else COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
                    )
                yield self._opened
            except _faults() as error:
                self.close()
                failed = SERVER_FAILED if self._server else FOLDER_FAILED
                raise StoreError(failed.format(place=self.place or self.folder, error=error or type(error).__name__)) from error

    @property
    def exists(self) -> bool:
        """Whether there is a collection in the folder, for asking it for anything would make an empty one; a server has yet to be asked."""
        return bool(self._server) or (self.folder / "chroma.sqlite3").is_file()

    def close(self) -> None:
        """Let go of the files; the next use opens them again and sees what other processes have written."""
        with self._lock:
            client, self._client, self._opened = self._client, None, None
            if client is not None:
                client.close()

    def discard(self) -> None:
        """Throw the collection away, whatever is wrong with it."""
        if self._server:
            with self._collection():
                self._client.delete_collection(self._name())
        self.close()
        if not self._server:
            shutil.rmtree(self.folder, ignore_errors=True)

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


def passage_key(passage_id: str, number: int) -> str:
    """A passage's name in Chroma: with its report's number, so that old and new vectors of one passage can stand side by side."""
    return f"{passage_id}@{number}"


def _embedded(folder: Path) -> Any:  # noqa: ANN401  (none of Chroma's types comes out)
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    client = None
    try:
        client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
    finally:
        if client is None:
            SharedSystemClient._identifier_to_system.pop(str(folder), None)  # Chroma keeps what failed to start, and would give it out again
    return client


def _connected(server: str) -> Any:  # noqa: ANN401
    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(server)
    tenant, _, database = parts.path.strip("/").partition("/")
    client: Any = chromadb.HttpClient(
        parts.hostname or "",
        parts.port or PORTS[parts.scheme],
        ssl=parts.scheme == "https",
        headers={"x-chroma-token": parts.username} if parts.username else None,
        settings=Settings(anonymized_telemetry=False),
        **({"tenant": tenant, "database": database} if database else {}),
    )
    client._server._session.timeout = PATIENCE
    return client


def _metadata(passage: Passage) -> dict[str, Any]:
    """What others may filter on; no year rather than a false one."""
    named: dict[str, Any] = {"report": passage.report_id, "town": passage.town, "part": passage.part.value}
    return named | ({"year": passage.year} if passage.year else {})
