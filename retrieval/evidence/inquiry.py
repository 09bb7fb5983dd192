"""A question with everything that its answer may rest on: the scope, and the sentences of the reports in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from index.indicators import Indicators
from index.text import grams
from index.types import Part, ReportInfo
from retrieval.evidence.find import DENIED, SHARED_OUT, Look, Wanted
from retrieval.evidence.match import Needle, needle
from retrieval.evidence.reading import Reading, Sentence
from retrieval.evidence.scope import Scoped
from retrieval.measures import measures_of
from retrieval.question.plan import NO_PLAN, FoldKind
from retrieval.question.topic import ASKS, clean
from retrieval.types import Ask, Coverage, Hit, Intent, Query, Scope

CLEAR_LEAD = 0.25
"""Share of the topic by which one of two towns of one name must lead to be the one that is meant,"""
SPOKEN = 0.6
"""and the share that its reports must speak of."""
UNSPOKEN = 0.3
"""Weight of words that no sentence in scope has, when words are asked for: people paraphrase."""
UNNAMED = 0.6
"""The same when a figure is asked for: a thing that the report never names has no figure in it."""
RATE = re.compile(r"率|比例|占比|百分")
RATE_NAME = re.compile(r"(?P<name>[一-鿿]{2}率)")
ACTIVITIES = frozenset(("events",))
RATE_UNITS = ("%",)
DURATION = re.compile(r"多久|多长时间|多少时间")
DURATION_UNITS = ("小时", "天")
CHANGE = re.compile(r"增加|减少|增长|下降|上升|降[了低]|升了|[多少高低]了?多少|多了|少了|涨|增幅|降幅|同比|提[高升]|变化")
CHANGE_PLANNED = re.compile(rf"{CHANGE.pattern}|[降减压增升]")
QUANTITIES = frozenset(("quantity", "share", "average"))
COMBINED = frozenset((FoldKind.SUM, FoldKind.MEAN))
"""What only numbers are put together by, whether the question has a word for how many or not."""


@dataclass(frozen=True)
class Inquiry:
    """``readings`` are the reports in scope that were read (all, unless the scope is wide), ``older`` those to fall back on.

    ``hits`` are the passages that the search ranks first, where an answer starts from passages; ``levels`` asks for the figures
    themselves, whatever the question says of their change.
    """

    query: Query
    scoped: Scoped
    readings: tuple[Reading, ...]
    older: tuple[Reading, ...]
    catalogue: tuple[ReportInfo, ...]
    hits: tuple[Hit, ...] = ()
    levels: bool = False
    table: Indicators = field(default_factory=Indicators.load)

    @cached_property
    def wanted(self) -> Wanted:
        """What the question as a whole wants."""
        return self.wanted_by(Ask(self.query.topic, self.query.units))

    def wanted_by(self, ask: Ask) -> Wanted:
        """What one of the things asked for wants."""
        query = self.query
        lasting = DURATION.search(query.question) is not None
        units = ask.units or query.plan.units or (RATE_UNITS if RATE.search(ask.topic) else DURATION_UNITS if lasting else ())
        asked = not QUANTITIES.isdisjoint(query.wants)
        number = lasting or ("when" not in query.wants and (bool(units) or asked or bool(query.plan.conditions or COMBINED & {*query.plan.folds})))
        indicator, relatives, exact = self._indicators(ask.topic, units)
        rate = RATE_NAME.search(ask.topic)
        return Wanted(
            units,
            query.years,
            plans=query.part is Part.PLANS,
            number=number,
            indicator=indicator,
            relatives=relatives,
            exact=exact,
            values=() if query.plan.conditions else query.numbers,
            change=not self.levels and (CHANGE_PLANNED if query.part is Part.PLANS else CHANGE).search(query.question) is not None,
            leaning=bool(query.context),
            rate=rate["name"] if rate else "",
            period=query.period,
            villages=query.villages,
            shared_out=SHARED_OUT.search(query.question) is not None,
            denied=DENIED.search(query.question) is not None,
        )

    def _indicators(self, topic: str, units: tuple[str, ...]) -> tuple[str, tuple[str, ...], bool]:
        """The indicator that ``topic`` speaks of, its everyday words read as official ones, with its relatives, and whether it
        speaks of nothing else; or only the family."""
        unit = units[0] if units else None
        words = self.query.context + topic
        for surface, official in self.query.expansions:
            words = words.replace(surface if surface in words or not ASKS.search(surface) else clean(surface) or surface, official[0])
        if not self.table.match(words, "", unit):
            words = "".join(words.split())  # 调解了多少纠纷
        if unit and measures_of(unit) & ACTIVITIES and not self.table.match(words, "", unit):
            words += "活动"  # 普法几场
        name, relatives = _named(words, unit, self.table)
        return name, relatives, self.table.speaks_only_of(name, words)

    @property
    def measure_units(self) -> tuple[str, ...]:
        """The units asked for, else those that the indicator spoken of is stated in."""
        row = self.table.named(self.wanted.indicator)
        return self.wanted.units or (tuple(sorted(row.units)) if row else ())

    @property
    def asks(self) -> tuple[Ask, ...]:
        """The things asked for, at least one; a part without words of its own is about the whole topic."""
        query = self.query
        return tuple(Ask(ask.topic or query.topic, ask.units) for ask in query.asks) or (Ask(query.topic, query.units),)

    def look(self, ask: Ask | None = None) -> Look:
        """What to look for: one of the things asked, or the question as a whole."""
        needle = self.needle(ask.topic if ask else None)
        context = self.context() if self.query.context or (ask and ask.topic != self.query.topic) else needle
        return Look(needle, context, self.wanted_by(ask) if ask else self.wanted)

    def for_figure(self, topic: str) -> Inquiry:
        """The question for one figure alone, of those that it is calculated from."""
        query = replace(self.query, topic=topic, spoken=f"{topic}多少", context="", units=(), asks=(), plan=NO_PLAN, derived=(), numbers=())
        return replace(self, query=query, levels=True)

    def needle(self, topic: str | None = None) -> Needle:
        """The topic (or a part of it), weighed over the sentences in scope."""
        query = self.query
        words = query.topic if topic is None else topic
        sentences = [words for reading in (*self.readings, *self.older) for words in reading.words]
        if not self.wanted.number:
            return needle(words, sentences, query.expansions, UNSPOKEN)
        return needle(words, sentences, (*query.expansions, *_synonyms(words, self.table)), UNNAMED)

    def strict_needle(self) -> Needle:
        """The topic without what is near to it: where 受理 and 化解 are to be told apart, neither stands for the other."""
        sentences = [words for reading in self.readings for words in reading.words]
        return needle(self.query.topic, sentences, self.query.expansions, UNNAMED)

    def context(self) -> Needle:
        """Everything that was said of the matter, in this turn and in the one it leans on."""
        return self.needle(self.query.context + self.query.topic)

    def scope(self, readings: Iterable[Reading] | None = None) -> Scope:
        """The towns and years of ``readings``, by default of all in scope."""
        reports = [r.report for r in (self.readings if readings is None else readings)]
        return Scope(tuple(dict.fromkeys(r.town for r in reports)), tuple(sorted({r.year for r in reports if r.year})))

    @property
    def total(self) -> int:
        """How many reports are in scope, read in full or not."""
        return len(self.scoped.reports)

    def coverage(self, stated: int) -> Coverage:
        return Coverage(self.total, stated)


def sentences_of(readings: Sequence[Reading] | Iterable[Reading]) -> Iterable[Sentence]:
    """All sentences, in order."""
    return (sentence for reading in readings for sentence in reading.sentences)


def _named(words: str, unit: str | None, table: Indicators) -> tuple[str, tuple[str, ...]]:
    """The indicator that ``words`` name and its relatives; or "" and the indicators that any of their words may mean.

    Asked in a measure that the indicator is never stated in, it has only the relatives of its own name (干部学法几次: 集体学法);
    the others count other things (法律明白人多少户: 示范户).
    """
    if row := table.named(table.match(words, "", unit)):
        return row.name, row.relatives
    if row := table.named(table.match(words, "", None)):
        return row.name, tuple(name for name in row.relatives if unit is None or _share_a_word(name, row.name))
    rows = [r for r in table.rows if unit is None or unit in r.units]
    if row := next((r for r in rows if r.plain and words.strip() in r.action), None):  # 调解了多少: everyday things need no name
        return row.name, row.relatives
    family = [r.name for r in rows if any(all(w in words for w in wording) for wording in r.subject)]
    return "", tuple(family or (r.name for r in rows if any(action in words for action in r.action)))


def _share_a_word(one: str, other: str) -> bool:
    return any(len(gram) > 1 for gram in set(grams(one)) & set(grams(other)))


def _synonyms(topic: str, table: Indicators) -> list[tuple[str, tuple[str, ...]]]:
    """The wordings in ``topic`` that the table of indicators knows, each with the other wordings of its indicators; a verb also
    with those of their relatives (调解 asked, 排查 or 化解 stated: the reply shows which)."""
    found: dict[str, list[str]] = {}
    for row in table.rows:
        near = [action for name in row.relatives if (other := table.named(name)) for action in other.action]
        for words, more in (([wording[0] for wording in row.subject if len(wording) == 1], []), (list(row.action), near)):
            spoken = max((word for word in words if len(word) > 1 and word in topic), key=len, default="")
            if spoken:
                found.setdefault(spoken, []).extend([*words, *more])
    return [(word, tuple(dict.fromkeys(others))) for word, others in found.items()]


def settle(inquiry: Inquiry) -> Inquiry:
    """Of towns of one name, keep the one whose reports alone speak of what was said about it (搞电商直播的双河镇); else all."""
    if inquiry.query.intent is Intent.COMPARE:
        return inquiry  # both are asked about
    namesakes = {(r.report.place.county, r.report.town) for r in inquiry.readings}
    if len(namesakes) < 2 or len({town for _, town in namesakes}) > 1:
        return inquiry
    needle = inquiry.needle()
    said: dict[str, float] = {}
    for reading in inquiry.readings:
        words = "\n".join(reading.words)
        county = reading.report.place.county
        said[county] = max(said.get(county, 0.0), needle.coverage(words, reading.report.text))
    best, second = sorted(said.values(), reverse=True)[:2]
    if best < SPOKEN or best - second < CLEAR_LEAD:
        return inquiry
    kept = {county for county, coverage in said.items() if coverage == best}
    return replace(
        inquiry,
        readings=tuple(r for r in inquiry.readings if r.report.place.county in kept),
        older=tuple(r for r in inquiry.older if r.report.place.county in kept),
    )
