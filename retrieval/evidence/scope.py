"""Which reports a question is about. Decided before any ranking, and it fails closed: no such report, no wider search."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from index.periods import Period, part_of_year
from index.types import ReportInfo
from retrieval.question.lesser import is_lesser
from retrieval.question.plan import FoldKind
from retrieval.types import Intent, Query, Reason, TownRef

IN_COUNTY = re.compile(r"[全本该]?[县区市](?!镇)[里内下的中]?")
"""Words that bound the towns among which one is to be placed to those of its county."""
WHOLE_AREA = re.compile(r"占了?(?:20\d\d年度?)?(?:(?:全部|全体|所有)(?:乡镇|镇|乡|街道)|全[市县区省州]|各乡?镇|[一-鿿]{2,4}[县市区旗](?![一-鿿]{0,4}[镇乡街]))|在全[市县区省州][^,，。？?]{0,16}占")
"""Words for the whole of all towns, of which one has a share; 占总数 of one report is a share in a whole of its own."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A town, or a year of a town, that was asked for and that the store has not.

    ``reports`` are the reports of that town that there are: the offer, and the place to look for last year's figures.
    """

    reason: Reason
    town: TownRef
    years: tuple[int, ...] = ()
    reports: tuple[ReportInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class Scoped:
    """The reports in scope (ordered by place, then year), the older ones to fall back on, and what is missing.

    ``older`` is filled when the newest report of each town is to answer first, or with the year that a change is measured from.
    """

    reports: tuple[ReportInfo, ...] = ()
    older: tuple[ReportInfo, ...] = ()
    missing: tuple[Missing, ...] = ()


def by_place(catalogue: Iterable[ReportInfo]) -> tuple[ReportInfo, ...]:
    """The reports by place, then year: done once for a catalogue, it need not be done for every question."""
    return tuple(sorted(catalogue, key=_order))


def shared_names(catalogue: Iterable[ReportInfo]) -> frozenset[str]:
    """The names that towns of several counties have."""
    counties: dict[str, set[str]] = {}
    for report in catalogue:
        if report.town and report.place.county:
            counties.setdefault(report.town, set()).add(report.place.county)
    return frozenset(town for town, own in counties.items() if len(own) > 1)


def resolve(query: Query, catalogue: Sequence[ReportInfo]) -> Scoped:
    """The reports that ``query`` asks about, of a catalogue that is ``by_place``. A document that is no town report is in no town's scope."""
    if not query.towns:
        scoped = _of_all(query, (r for r in catalogue if r.town and (not query.years or r.year in query.years)))
        others = tuple(_known(query, (r for r in catalogue if r.town))) if query.years and not scoped.reports else ()
        if others:
            return Scoped(missing=(Missing(Reason.NO_YEAR, TownRef("", query.place), query.years, others),))
        if query.years and query.base_year and query.base_year not in query.years:
            return replace(scoped, older=tuple(_known(query, (r for r in catalogue if r.town and r.year == query.base_year))))
        return scoped
    names = {town.town for town in query.towns}
    known = _known(query, (r for r in catalogue if r.town in names))
    parts = [_of_town(town, query, known) for town in query.towns]
    reports = dict.fromkeys(r for part in parts for r in part.reports)
    older = dict.fromkeys(r for part in parts for r in part.older)
    return Scoped(tuple(reports), tuple(older), tuple(m for part in parts for m in part.missing))


def of_towns(query: Query, catalogue: Iterable[ReportInfo]) -> list[ReportInfo]:
    """All reports of the towns that ``query`` names, of whatever year."""
    return [report for report in catalogue if any(town.known and _is_of(report, town) for town in query.towns)]


def widened(query: Query, catalogue: Iterable[ReportInfo]) -> Query:
    """A question for the place or the share of a town among all (金井镇排第几, 占全县的百分之几) is about all towns: those of its county
    where it says so."""
    if not query.towns or query.subjects or not {FoldKind.PLACE, FoldKind.SHARE} & {*query.plan.folds}:
        return query
    if FoldKind.SHARE in query.plan.folds and (first := _share_of(query)):
        units = tuple(unit for unit in query.units if unit != "%")
        return replace(query, subjects=first, units=units, intent=Intent.AGGREGATE)
    names = {town.town for town in query.towns}
    own = [r for r in catalogue if any(_is_of(r, town) for town in query.towns)]
    if not own or (FoldKind.PLACE not in query.plan.folds and not WHOLE_AREA.search(f"{query.question} {query.spoken}")):
        return query
    counties = {r.place.county for r in own if r.town in names}
    place = query.place or (counties.pop() if len(counties) == 1 and IN_COUNTY.search(query.question) else "")
    years = query.years or ((max(r.year or 0 for r in own),) if query.newest and len(names) == 1 else ())
    units = tuple(unit for unit in query.units if unit != "%")
    meant = replace(query, towns=(), subjects=query.towns, every=True, intent=Intent.AGGREGATE)
    return replace(meant, units=units, place=place, years=years, newest=not years)


def _share_of(query: Query) -> tuple[TownRef, ...]:
    """Of towns that are all named those that the share is of: 甲镇占五镇（含乙、丙、丁、戊）的百分之几."""
    part, _, whole = query.question.partition("占")
    own = tuple(town for town in query.towns if town.asked and town.asked in part)
    return own if len(own) < len(query.towns) and any(town.asked in whole for town in query.towns) else ()


def spoken_of(query: Query, scoped: Scoped, speaks: Callable[[ReportInfo, str], bool]) -> Scoped:
    """``scoped`` for a question that names a village and no town: the reports that speak of it, and where none does, none.

    ``speaks`` tells whether a report's text has the name.
    """
    if query.towns or not query.villages:
        return scoped

    def of_village(reports: Iterable[ReportInfo]) -> tuple[ReportInfo, ...]:
        return tuple(report for report in reports if any(speaks(report, village) for village in query.villages))

    found = of_village(scoped.reports), of_village(scoped.older)
    if any(found):
        return Scoped(*found, scoped.missing)
    return Scoped(missing=tuple(Missing(Reason.NO_TOWN, TownRef(village, known=False)) for village in query.villages))


def within_a_town(query: Query, reports: Iterable[ReportInfo], speaks: Callable[[ReportInfo, str], bool]) -> Query:
    """``query`` about a street or a farm that has no report and that one of ``reports`` ``speaks`` of (糕点街停车费的听证会), like one about a village."""
    names = tuple(town.town for town in query.towns if not town.known and is_lesser(town.town))
    told = len(names) == len(query.towns) > 0 and any(all(speaks(report, name) for name in names) for report in reports)
    return replace(query, towns=(), villages=names) if told else query


def _known(query: Query, reports: Iterable[ReportInfo]) -> Sequence[ReportInfo]:
    """Those of ``reports`` that lie in the place, are of the issuer and cover the part of the year asked for, in their order."""
    known = [r for r in reports if _inside(r, query.place)] if query.place else list(reports)
    known = known if query.party is None else [*_of_issuer(known, query.party)]
    return [*_of_period(known, query.period)]


def _of_all(query: Query, in_years: Iterable[ReportInfo]) -> Scoped:
    known = tuple(_known(query, in_years))
    if query.without:
        known = tuple(r for r in known if not any(_is_of(r, town) for town in query.without))
    if not query.newest:
        return Scoped(known)
    newest = tuple(_newest(known))
    return Scoped(newest, _others(known, newest))


def _of_town(town: TownRef, query: Query, known: Sequence[ReportInfo]) -> Scoped:
    own = tuple(r for r in known if town.known and _is_of(r, town))
    if not own:
        return Scoped(missing=(Missing(Reason.NO_TOWN, town),))
    if not query.years:
        newest = tuple(_newest(own)) if query.newest else own
        return Scoped(newest, _others(reversed(own), newest))
    there = tuple(r for r in own if r.year in query.years)
    base = tuple(r for r in own if r.year == query.base_year and r not in there)
    absent = tuple(y for y in query.years if all(r.year != y for r in own))
    return Scoped(there, base, (Missing(Reason.NO_YEAR, town, absent, own),) if absent else ())


def _others(reports: Iterable[ReportInfo], taken: Iterable[ReportInfo]) -> tuple[ReportInfo, ...]:
    ids = {report.id for report in taken}
    return tuple(report for report in reports if report.id not in ids)


def _is_of(report: ReportInfo, town: TownRef) -> bool:
    return report.town == town.town and (not town.county or report.place.county in ("", town.county))


def _inside(report: ReportInfo, place: str) -> bool:
    return place in (report.place.county, report.place.city, report.place.province)


def _of_issuer(reports: Sequence[ReportInfo], party: bool) -> Iterable[ReportInfo]:
    """Of two reports of one town and year the asked one; a single report is the town's report, whoever issued it."""
    for _, group in groupby(reports, key=lambda r: (r.place.county, r.town, r.year)):
        own = list(group)
        yield from [r for r in own if r.party == party] or own


def _of_period(reports: Sequence[ReportInfo], asked: Period | None) -> Iterable[ReportInfo]:
    """Of the reports of one town and year those of the part of the year that is asked for, else those of the whole year: a report of
    another part of it says nothing of either. Where no part is asked for and there is no other, a part of the year speaks as such."""
    for _, group in groupby(reports, key=lambda r: (r.place.county, r.town, r.year)):
        own = list(group)
        whole = [r for r in own if not r.period or r.spans_years]
        if asked is None:
            yield from [r for r in own if not r.period] or whole or own
        else:
            yield from [r for r in own if covers(r, asked)] or whole


def covers(report: ReportInfo, asked: Period) -> bool:
    """Whether ``report`` is of the very part of the year that is asked for."""
    part = part_of_year(report.period)
    return part is not None and (part.first, part.last) == (asked.first, asked.last)


def _newest(reports: Iterable[ReportInfo]) -> Iterable[ReportInfo]:
    for _, group in groupby(reports, key=lambda r: (r.place.county, r.town)):
        own = list(group)
        yield from (r for r in own if r.year == own[-1].year)


def _order(report: ReportInfo) -> tuple[str, str, str, int, bool, str]:
    place = report.place
    return place.province, place.county, place.town, report.year or 0, report.party, report.id
