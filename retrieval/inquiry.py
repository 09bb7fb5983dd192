"""A question with everything that its answer may rest on: the scope, and the sentences of the reports in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index.indicators import Indicator, Indicators
from index.types import Part, ReportInfo
from retrieval.find import Wanted
from retrieval.match import Needle, needle
from retrieval.reading import Reading, Sentence
from retrieval.scope import Scoped
from retrieval.types import Ask, Coverage, Intent, Query, Scope

CLEAR_LEAD = 0.15
"""Share of the topic by which one of two towns of one name must lead to be the one that is meant."""
UNSPOKEN = 0.3
"""Weight of words that no sentence in scope has, when words are asked for: people paraphrase."""
UNNAMED = 0.6
"""The same when a figure is asked for: a thing that the report never names has no figure in it."""
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
        number = "when" not in query.wants and (bool(query.units) or not QUANTITIES.isdisjoint(query.wants))
        indicator = self.indicator
        relatives = indicator.relatives if indicator else ()
        name = indicator.name if indicator else ""
        several = query.intent is Intent.LIST
        return Wanted(query.units, query.years, query.part is Part.PLANS, number, name, relatives, query.numbers, several)

    @property
    def indicator(self) -> Indicator | None:
        """The indicator that the question speaks of, its everyday words read as official ones."""
        query, table = self.query, Indicators.load()
        topic = query.context + query.topic
        for surface, official in query.expansions:
            topic = topic.replace(surface, official[0])
        return table.named(table.match(topic, "", query.units[0] if query.units else None))

    @property
    def asks(self) -> tuple[Ask, ...]:
        """The things asked for, at least one; a part without words of its own is about the whole topic."""
        query = self.query
        return tuple(Ask(ask.topic or query.topic, ask.units) for ask in query.asks) or (Ask(query.topic, query.units),)

    def needle(self, topic: str | None = None) -> Needle:
        """The topic (or a part of it), weighed over the sentences in scope."""
        query = self.query
        absent = UNNAMED if self.wanted.number else UNSPOKEN
        return needle(query.topic if topic is None else topic, sentences_of((*self.readings, *self.older)), query.expansions, absent)

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


def settle(inquiry: Inquiry) -> Inquiry:
    """Of towns of one name, keep the one whose reports alone speak of what was said about it (搞电商直播的双河镇); else all."""
    namesakes = {(r.report.place.county, r.report.town) for r in inquiry.readings}
    if len(namesakes) < 2 or len({town for _, town in namesakes}) > 1:
        return inquiry
    needle = inquiry.needle()
    said: dict[str, float] = {}
    for reading in inquiry.readings:
        words = frozenset().union(*(s.grams for s in reading.sentences))
        county = reading.report.place.county
        said[county] = max(said.get(county, 0.0), needle.coverage(words, reading.report.text))
    best, second = sorted(said.values(), reverse=True)[:2]
    if best - second < CLEAR_LEAD:
        return inquiry
    kept = {county for county, coverage in said.items() if coverage == best}
    return replace(
        inquiry,
        readings=tuple(r for r in inquiry.readings if r.report.place.county in kept),
        older=tuple(r for r in inquiry.older if r.report.place.county in kept),
    )
