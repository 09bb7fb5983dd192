"""A question with everything that its answer may rest on: the scope, and the sentences of the reports in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.types import Part, ReportInfo
from retrieval.find import Wanted
from retrieval.match import Needle, needle
from retrieval.reading import Reading, Sentence
from retrieval.scope import Scoped
from retrieval.types import Coverage, Query, Scope

ASKS_NUMBER = re.compile(r"多少|几|数量|总数|次数|人数|件数|场次|数目|百分比|比例|占比|[率额量]|数[是为]?$")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """``readings`` are the reports in scope, ``older`` those to fall back on, both in the order of the scope."""

    query: Query
    scoped: Scoped
    readings: tuple[Reading, ...]
    older: tuple[Reading, ...]
    catalogue: tuple[ReportInfo, ...]
    standins: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def wanted(self) -> Wanted:
        query = self.query
        number = bool(query.units) or ASKS_NUMBER.search(query.question) is not None
        return Wanted(query.units, query.years, plans=query.part is Part.PLANS, number=number)

    def needle(self, topic: str | None = None) -> Needle:
        """The topic (or a part of it), weighed over the sentences in scope."""
        return needle(self.query.topic if topic is None else topic, sentences_of((*self.readings, *self.older)), self.standins)

    def scope(self, readings: Iterable[Reading] | None = None) -> Scope:
        """The towns and years of ``readings``, by default of all in scope."""
        reports = [r.report for r in (self.readings if readings is None else readings)]
        return Scope(tuple(dict.fromkeys(r.town for r in reports)), tuple(sorted({r.year for r in reports if r.year})))

    def coverage(self, stated: int) -> Coverage:
        return Coverage(len(self.readings), stated)


def sentences_of(readings: Sequence[Reading] | Iterable[Reading]) -> Iterable[Sentence]:
    """All sentences, in order."""
    return (sentence for reading in readings for sentence in reading.sentences)
