"""Which county a report belongs to: what it tells itself, what other reports of its town tell, and whose collection it stands in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from index.places import complete_places
from index.types import ReportInfo

HOME, LEAST_TOWNS = 0.75, 3
"""Share of the towns with a county, and their least number, that must be of one for a collection to be that county's."""


def guessed_county(catalogue: Iterable[ReportInfo]) -> tuple[str, frozenset[str]]:
    """The county whose collection this is, and the ids of the town reports that tell no county; "" where there is no such county."""
    known = [r for r in catalogue if r.town]
    unplaced = [r.id for r in known if not r.place.county]
    towns = Counter(county for county, _ in {(r.place.county, r.town) for r in known} if county)
    county, most = next(iter(towns.most_common(1)), ("", 0))
    home = most >= LEAST_TOWNS and most >= HOME * towns.total()
    return (county, frozenset(unplaced)) if home and unplaced else ("", frozenset())


def guessed(reports: tuple[ReportInfo, ...]) -> tuple[str, frozenset[str]]:
    """The county that the reports which tell none are taken for, and their ids."""
    return guessed_county(completed(reports))


def completed(reports: tuple[ReportInfo, ...]) -> tuple[ReportInfo, ...]:
    """The catalogue with the counties and provinces that other reports of it tell."""
    known = complete_places(reports)
    return tuple(replace(report, place=known.get(report.id, report.place)) for report in reports)


def placed(reports: tuple[ReportInfo, ...]) -> tuple[ReportInfo, ...]:
    """The catalogue with counties and provinces filled in where another report of the same town or county tells them, or where all but
    a few reports are of one county; a reply about that county says of which towns that is guessed."""
    known = completed(reports)
    county, unplaced = guessed_county(known)
    if not unplaced:
        return known
    return tuple(replace(r, place=replace(r.place, county=county)) if r.id in unplaced else r for r in known)
