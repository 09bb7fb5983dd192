"""A question with everything that its answer may rest on: the scope, and the sentences of the reports in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.types import Part, ReportInfo
from retrieval.find import Wanted
from retrieval.match import Needle, needle
from retrieval.reading import Reading, Sentence
from retrieval.scope import Scoped
from retrieval.types import Ask, Coverage, Query, Scope

QUANTITIES = frozenset(("quantity", "share", "average"))


@dataclass(frozen=True, slots=True)
class Inquiry:
    """``readings`` are the reports in scope, ``older`` those to fall back on, both in the order of the scope."""

    query: Query
    scoped: Scoped
    readings: tuple[Reading, ...]
    older: tuple[Reading, ...]
    catalogue: tuple[ReportInfo, ...]

    @property
    def wanted(self) -> Wanted:
        query = self.query
        number = bool(query.units) or not QUANTITIES.isdisjoint(query.wants)
        return Wanted(query.units, query.years, plans=query.part is Part.PLANS, number=number)

    @property
    def asks(self) -> tuple[Ask, ...]:
        """The things asked for, at least one; a part without words of its own is about the whole topic."""
        query = self.query
        return tuple(Ask(ask.topic or query.topic, ask.units) for ask in query.asks) or (Ask(query.topic, query.units),)

    def needle(self, topic: str | None = None) -> Needle:
        """The topic (or a part of it), weighed over the sentences in scope."""
        query = self.query
        return needle(query.topic if topic is None else topic, sentences_of((*self.readings, *self.older)), query.expansions)

    def context(self) -> Needle:
        """Everything that was said of the matter, in this turn and in the one it leans on."""
        return self.needle(self.query.context + self.query.topic)

    def scope(self, readings: Iterable[Reading] | None = None) -> Scope:
        """The towns and years of ``readings``, by default of all in scope."""
        reports = [r.report for r in (self.readings if readings is None else readings)]
        return Scope(tuple(dict.fromkeys(r.town for r in reports)), tuple(sorted({r.year for r in reports if r.year})))

    def coverage(self, stated: int) -> Coverage:
        return Coverage(len(self.readings), stated)


def sentences_of(readings: Sequence[Reading] | Iterable[Reading]) -> Iterable[Sentence]:
    """All sentences, in order."""
    return (sentence for reading in readings for sentence in reading.sentences)
