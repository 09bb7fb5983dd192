"""A question → the passages that fit it best, of the reports it is about: search behind the scope, with no answer composed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from index.embed import Reranker, load_encoder, load_reranker
from index.store import Store
from index.types import Encoder
from retrieval.evidence.scope import by_place, resolve
from retrieval.evidence.search import search
from retrieval.question import checked
from retrieval.question.understand import Understanding
from retrieval.types import Hit, Query


@dataclass(frozen=True, slots=True)
class PassageFinder:
    """Finds passages in one store."""

    store: Store
    encoder: Encoder
    understanding: Understanding
    reranker: Reranker | None = None
    today: Callable[[], date] = date.today

    @classmethod
    def open(cls, path: Path, encoder: str | None = None, reranker: str = "", *, chroma: str = "") -> Self:
        """Open the store at ``path``, built with ``encoder`` (None: the shipped one), to rank with ``reranker`` ("": none); ``chroma`` as for the Answerer. Raises StoreMissing, StoreMismatch, ModelUnavailable."""
        loaded = load_encoder(encoder)
        store = Store.open(path, loaded, chroma)
        return cls(store, loaded, Understanding.of(store.reports()), load_reranker(reranker) if reranker else None)

    def find(self, question: str, k: int) -> list[Hit]:
        """The ``k`` best passages, best first; none when the store has no report of the town or year that ``question`` names.

        A question that names none, and any question to a store without town reports, is about all documents.
        Raises BadRequest for an empty or endless question.
        """
        catalogue = self.store.reports()
        query = self.understanding.understand(checked(question), today=self.today())
        if not _named(query) or not any(report.town for report in catalogue):
            return search(self.store, self.encoder, question, None, k, reranker=self.reranker)
        scoped = resolve(query, by_place(catalogue))
        reports = [report.id for report in (*scoped.reports, *scoped.older)]
        return search(self.store, self.encoder, query.topic or question, reports, k, part=query.part, reranker=self.reranker)


def _named(query: Query) -> bool:
    """Whether a question bounds the reports that it is about."""
    return bool(query.towns or query.years or query.place) or query.party is not None
