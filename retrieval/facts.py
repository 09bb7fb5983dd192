"""One fact, or a few, of the reports in scope: the shortest words of the report that answer, or an honest 没有."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from index.types import Part
from retrieval import find
from retrieval.compose import both, label, shown, source, statement
from retrieval.draft import Draft, Line
from retrieval.find import STATED, Found, Wanted
from retrieval.inquiry import Inquiry, sentences_of
from retrieval.match import Needle
from retrieval.reading import Reading
from retrieval.types import Reason

SECOND_LOOK = 0.25
"""When at least this share of the topic is still uncovered, another sentence is looked for (several facts in one question)."""
MOST = 3
"""Sentences that one town's reply to one question may rest on."""


def fact(inquiry: Inquiry) -> Draft:
    """Answer from the newest report of each town; from an older one only when the newest does not state it."""
    found = [f for own in _by_town(inquiry.readings) for f in _of_town(inquiry, own)]
    if not found and inquiry.older:
        found = next((f for reading in inquiry.older if (f := answers(inquiry, reading))), [])
    if not found:
        return not_stated(inquiry)
    towns = {f.sentence.report.id for f in found}
    county = both(found)
    lines = [statement(f, county=county) for f in found]
    stated = tuple(r for r in (*inquiry.readings, *inquiry.older) if r.report.id in towns)
    return Draft(tuple(lines), scope=inquiry.scope(stated), coverage=inquiry.coverage(len(stated)))


def _by_town(readings: Sequence[Reading]) -> list[tuple[Reading, ...]]:
    key = lambda r: (r.report.place.county, r.report.town, r.report.year)  # noqa: E731 - used twice, here only
    return [tuple(group) for _, group in groupby(sorted(readings, key=key), key=key)]


def _of_town(inquiry: Inquiry, own: Sequence[Reading]) -> list[Found]:
    """Two reports of one town and year both speak where they state different figures."""
    each = [found for reading in own if (found := answers(inquiry, reading))]
    if len(each) < 2:
        return each[0] if each else []
    values = {tuple(f.figure.value for f in found if f.figure) for found in each}
    fullest = max(each, key=lambda found: sum(f.coverage for f in found))
    return [f for found in each for f in found] if len(values) > 1 and all(values) else fullest


def answers(inquiry: Inquiry, reading: Reading) -> list[Found]:
    """The candidates that together answer the question from one report; empty when it does not state it."""
    needle = inquiry.needle()
    taken: list[Found] = []
    while len(taken) < MOST:
        uncovered = find.rest(needle, taken)
        if taken and uncovered.total < SECOND_LOOK * needle.total:
            break
        best = one(uncovered, needle, reading, inquiry.wanted, first=not taken)
        if best is None or any(best.start == f.start for f in taken):
            break
        taken.append(best)
    return [find.widen(f) if f.figure else f for f in taken]


def one(part: Needle, whole: Needle, reading: Reading, wanted: Wanted, *, first: bool) -> Found | None:
    """The best candidate of one report for ``part`` of the topic, if it is stated."""
    if wanted.number:
        fitting = [f for f in find.figures(part, reading.sentences, wanted) if find.fits(f, wanted)]
        best = fitting[0] if fitting else None
    else:
        best = next(iter(find.words(part, reading.sentences, wanted)), None)
    if best is None or best.coverage < STATED:
        return None
    del whole, first
    return best


def not_stated(inquiry: Inquiry) -> Draft:
    """披露但口径不同 when the words are there but the measure is not; else 未披露, with the nearest related sentence."""
    readings = inquiry.readings
    needle = inquiry.needle()
    near = find.words(needle, sentences_of(readings), replace(inquiry.wanted, plans=False))
    other = [f for f in find.figures(needle, sentences_of(readings), inquiry.wanted) if f.coverage >= STATED]
    names = "、".join(dict.fromkeys(label(r.report, county=False) for r in readings))
    years = tuple(float(r.report.year or 0) for r in readings)
    topic = inquiry.query.topic
    if other and inquiry.wanted.number:
        words = shown(find.widen(other[0]).words)
        line = Line(f"{names}的报告写的是“{words}”，没有写明所问的数。", (source(other[0]),), facts=years)
        return Draft((line,), Reason.DIFFERENT_MEASURE, inquiry.scope(), inquiry.coverage(0))
    lines = [Line(f"{names}的报告没有写明“{topic}”。", facts=(*years, *inquiry.query.numbers))]
    if near:
        lines.append(Line(f"与此相关的是：{shown(near[0].words)}。", (source(near[0]),)))
    return Draft(tuple(lines), Reason.NOT_STATED, inquiry.scope(), inquiry.coverage(0))


__all__ = ["Part", "answers", "fact", "not_stated"]
