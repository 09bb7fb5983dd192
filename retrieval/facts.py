"""One fact, or a few, of the reports in scope: the shortest words of the report that answer, or an honest 没有."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from retrieval import find, parts
from retrieval.compose import both, statement
from retrieval.draft import Draft
from retrieval.find import SAID, STATED, Found, Look, Wanted
from retrieval.inquiry import Inquiry
from retrieval.measures import agree
from retrieval.reading import Reading
from retrieval.silence import not_stated
from retrieval.types import Ask, Intent

Looks = Sequence[tuple[Ask, Look]]
"""The things asked, each with what to look for."""
SOLE_CREDIT = 0.1
"""What the bar is lowered by for the only figure of its measure in a report (小时)."""
KEEP = 0.6
"""Where no town is named, a town must say the thing at least this nearly as fully as the one that says it best."""
UNCOVERED = 0.3
"""Share of the topic that a first sentence must leave uncovered for a second to be looked for;"""
COVERS_REST = 0.6
"""and the share of that which the second must cover."""


def fact(inquiry: Inquiry) -> Draft:
    """Answer from the newest report of each town; from an older one only when the newest does not state it."""
    looks = [(ask, inquiry.look(ask)) for ask in inquiry.asks]
    found = [f for own in _by_town(inquiry.readings) for f in _of_town(inquiry, looks, own)]
    if not found and inquiry.query.newest:
        found = next((f for reading in inquiry.older if (f := answers(inquiry, looks, reading))), [])
    if (not found or parts.other_rates(found)) and (by_whole := _by_whole(inquiry, looks)):
        return by_whole
    if not found:
        return not_stated(inquiry)
    found = parts.kinds(inquiry, found if inquiry.query.towns else _nearest(found))
    county = both(found)
    lines = [*parts.derived(inquiry, found), *(statement(f, county=county) for f in _distinct(found))]
    ids = {f.sentence.report.id for f in found}
    stated = tuple(r for r in (*inquiry.readings, *inquiry.older) if r.report.id in ids)
    return Draft(tuple(lines), scope=inquiry.scope(stated), coverage=inquiry.coverage(len(stated)))


def _nearest(found: Sequence[Found]) -> list[Found]:
    """Where no town is named: the towns that say it nearly as fully as the one that says it best."""
    bar = KEEP * max(f.coverage for f in found)
    return [f for f in found if f.coverage >= bar]


def _by_town(readings: Iterable[Reading]) -> list[tuple[Reading, ...]]:
    def key(reading: Reading) -> tuple[str, str, int]:
        return reading.report.place.county, reading.report.town, reading.report.year or 0

    return [tuple(group) for _, group in groupby(sorted(readings, key=key), key=key)]


def _of_town(inquiry: Inquiry, looks: Looks, own: Sequence[Reading]) -> list[Found]:
    """Two reports of one town and year both speak where they state different figures."""
    each = [found for reading in own if (found := answers(inquiry, looks, reading))]
    if len(each) < 2:
        return each[0] if each else []
    values = {tuple(f.figure.value for f in found if f.figure) for found in each}
    fullest = max(each, key=lambda found: sum(f.coverage for f in found))
    return [f for found in each for f in found] if len(values) > 1 and all(values) else fullest


def answers(inquiry: Inquiry, looks: Looks, reading: Reading) -> list[Found]:
    """The candidates that together answer the question from one report, one for each thing asked; empty when it states none."""
    found = [best for ask, look in looks if (best := one(inquiry, ask, look, reading))]
    found += _more(inquiry, reading, found)
    return [find.widen(f) if f.figure else f for f in found]


def _more(inquiry: Inquiry, reading: Reading, found: Sequence[Found]) -> list[Found]:
    """A second sentence, when words are asked for and the first leaves much of the topic uncovered that another covers."""
    if len(found) != 1 or found[0].figure is not None:
        return []
    whole = inquiry.look()
    uncovered = find.rest(whole.needle, found[0])
    if uncovered.total < UNCOVERED * whole.needle.total:
        return []
    others = find.words(replace(whole, needle=uncovered), reading.sentences)
    return [f for f in others[:1] if f.coverage >= COVERS_REST and f.sentence != found[0].sentence]


def one(inquiry: Inquiry, ask: Ask, look: Look, reading: Reading) -> Found | None:
    """The best candidate of one report for one of the things asked, if the report states it."""
    wanted = look.wanted
    if wanted.number:
        candidates = [f for f in find.figures(look, reading.sentences) if find.fits(f, wanted)]
        bar = (STATED if wanted.units else SAID) - SOLE_CREDIT * _sole(wanted, reading)
        best = next((f for f in candidates[:1] if f.coverage >= bar), None)
        if best or not (inquiry.query.intent is Intent.LIST or (len(inquiry.asks) > 1 and not ask.units)):
            return best
    return next((f for f in find.words(look, reading.sentences)[:1] if f.coverage >= SAID), None)


def _sole(wanted: Wanted, reading: Reading) -> bool:
    """Whether the report has just one figure of the measure asked for: then it says much that the measure is the same."""
    return bool(wanted.units) and sum(agree(wanted.units, f.unit) for s in reading.sentences for f in s.figures) == 1


def _distinct(found: Sequence[Found]) -> list[Found]:
    """Candidates whose words lie within the words of another are said once."""
    kept: list[Found] = []
    for f in found:
        others = [o for o in found if o is not f and o.sentence == f.sentence and o.start <= f.start and f.end <= o.end]
        if not any((o.start, o.end) != (f.start, f.end) or o in kept for o in others):
            kept.append(f)
    return kept


def _by_whole(inquiry: Inquiry, looks: Looks) -> Draft | None:
    """处罚占百分之几, where no percentage is stated: the part by its whole, and the words that state the part."""
    lines = parts.share(inquiry)
    if not lines:
        return None
    counts = [(ask, replace(look, wanted=replace(look.wanted, units=(), rate=""))) for ask, look in looks]
    stated = next((found for reading in inquiry.readings if (found := answers(inquiry, counts, reading))), [])
    lines += [statement(f) for f in _distinct(stated)]
    return Draft(tuple(lines), scope=inquiry.scope(), coverage=inquiry.coverage(1))
