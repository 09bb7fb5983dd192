"""A question → the passages that fit it best, of the reports it is about: search behind the scope, with no answer composed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from index.embed import load_encoder
from index.store import Store
from index.types import Encoder, ReportInfo
from retrieval.question import checked
from retrieval.scope import resolve
from retrieval.search import search
from retrieval.types import Hit
from retrieval.understand import Understanding


@dataclass(frozen=True, slots=True)
class PassageFinder:
    """Finds passages in one store."""

    store: Store
    encoder: Encoder
    understanding: Understanding
    today: Callable[[], date] = date.today

    @classmethod
    def open(cls, path: Path, encoder: str | None = None) -> Self:
        """Open the store at ``path``, built with ``encoder`` (None: the shipped one). Raises StoreMissing, StoreMismatch, ModelUnavailable."""
        loaded = load_encoder(encoder)
        store = Store.open(path, loaded)
        return cls(store, loaded, Understanding.of(store.reports()))

    def find(self, question: str, k: int) -> list[Hit]:
        """The ``k`` best passages, best first; none when the store has no report of the town or year that ``question`` names.

        Raises BadRequest for an empty or endless question.
        """
        return search(self.store, self.encoder, checked(question), self._scope(question, self.store.reports()), k)

    def _scope(self, question: str, catalogue: Sequence[ReportInfo]) -> list[str] | None:
        """The ids of the reports that ``question`` names; None, that is all documents, when it names none or there are no town reports."""
        query = self.understanding.understand(question, today=self.today())
        named = query.towns or query.years or query.place or query.party is not None
        if not named or not any(report.town for report in catalogue):
            return None
        scoped = resolve(query, catalogue)
        return [report.id for report in (*scoped.reports, *scoped.older)]
