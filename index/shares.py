"""One document that reports on several towns, or year by year on several years → a report of each, of the same text.

What belongs to the others is noise in each: their sections, the sentences that speak of them alone, and figures of all together. So
nothing of one is ever said of another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from index import layout
from index.address import addresses
from index.dates import years
from index.identify import identity
from index.numerals import numerals
from index.periods import years_in_a_row
from index.places import Gazetteer
from index.text import sentences
from index.types import Part, Place, Report, Section, Span

JOINT = re.compile(r"[、和与及]")
Named = Callable[[str], set[str]]
"""Words → who or which years they name."""


def shares(report: Report, sections: Sequence[Section], gazetteer: Gazetteer) -> tuple[Report, ...]:
    """The reports that ``report`` is made of: of each town that its title names, of each year that has sections of its own; or itself."""
    title = layout.view(report.title)
    places = {address.place.town: address.place for address in addresses(re.sub(r"\s", "", title), gazetteer)}
    if report.town in places and len(places) > 1 and JOINT.search(title):
        return tuple(_of_town(report, sections, place, places) for place in places.values())
    if report.spans_years and len(own := _years_with_sections(report, sections)) > 1:
        return tuple(_of_year(report, sections, year, own) for year in sorted(own))
    return (report,)


def _of_town(report: Report, sections: Sequence[Section], place: Place, places: Iterable[str]) -> Report:
    names = set(places)
    kept = _others(report, sections, place.town, lambda words: {name for name in names if name in words})
    above = report.place
    place = replace(place, province=place.province or above.province, city=place.city or above.city, county=place.county or above.county)
    note = f"{'、'.join(places)}的联合报告，各镇分开收录"
    return replace(
        report, id=identity(report.text, place.town), place=place, issuer=f"{place.town}人民政府", noise=_joined(report, kept), notes=(*report.notes, note)
    )


def _years_with_sections(report: Report, sections: Sequence[Section]) -> set[str]:
    """The years of the span that sections of what was done are headed with, one each: 其中2021年95件、2022年88件 heads a section of neither."""
    span = years_in_a_row(report.period)
    inside = {str(year) for year in range(span.first, span.last + 1)} if span else set()
    named = (_years(words) for section in sections if section.part is Part.DONE for words in section.path)
    return {year for years_ in named if len(years_) == 1 for year in years_} & inside


def _years(words: str) -> set[str]:
    return {str(year) for year, _ in years(layout.view(words), bare=True)}


def _of_year(report: Report, sections: Sequence[Section], year: str, own: set[str]) -> Report:
    kept = _others(report, sections, year, lambda words: _years(words) & own)
    note = f"{report.period}的报告，各年分开收录"
    return replace(report, id=identity(report.text, year), year=int(year), period="", noise=_joined(report, kept), notes=(*report.notes, note))


def _others(report: Report, sections: Sequence[Section], mine: str, named: Named) -> Iterator[Span]:
    """The spans of ``report`` that are not of ``mine``: ``named`` tells which of the several some words name."""
    for section in sections:
        whose = next((found for words in reversed(section.path) if (found := named(words))), set())
        if whose and mine not in whose:
            yield Span(section.start, section.end)
        elif not whose and section.heading is None and not section.ordinal:
            continue  # the title
        elif mine not in whose or len(whose) > 1:
            yield from _sentences_of_others(report.text, section, mine, named)


def _sentences_of_others(text: str, section: Section, mine: str, named: Named) -> Iterator[Span]:
    """The sentences of a section of several that are not of ``mine``: one that names nobody goes on, in its paragraph, about who was named."""
    said: set[str] = set()
    end = section.start
    for sentence in sentences(text, section.start, section.end):
        words = text[sentence.start : sentence.end]
        goes_on = len(said) == 1 and "\n" not in text[end : sentence.start]
        said = named(words) or (said if goes_on else set())
        end = sentence.end
        if mine not in said and (said or numerals(words)):
            yield sentence


def _joined(report: Report, more: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted({*report.noise, *more}, key=lambda span: (span.start, span.end)))
