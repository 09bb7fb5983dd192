"""The figures ledger (指标台账): one row for each number that the reports state, with the sentence that it stands in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from index.errors import BadRequest
from index.places import complete_places
from index.store import Store
from index.sums import inconsistencies
from index.types import Figure, Kind, ReportInfo
from retrieval.evidence.reading import Reading, Sentence, read
from retrieval.reply.cite import citation_id, short_town
from retrieval.reply.compose import shown

BESIDE = 8  # characters beside a number that may qualify it
NEAR, SUGGESTED = 0.3, 5
"""Likeness from which a name is suggested for one that is not there (Chinese names are short), and how many are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One stated number. ``year`` is the year it is about, which may not be the report's; ``value`` and ``unit`` as in Figure.

    ``indicator`` is the name from the table, or the figure's own words where the table has none (``listed`` False).
    ``written`` is the number as the report has it, with its unit (1800余份); ``whole`` the indicator that it is a part of, or "".
    ``sentence`` stands at ``start:end`` of the report's text; ``doubts`` say what does not add up.
    """

    report: ReportInfo
    year: int | None
    indicator: str
    listed: bool
    value: float
    unit: str
    qualifier: str
    written: str
    kind: Kind
    whole: str
    citation: str
    sentence: str
    start: int
    end: int
    doubts: tuple[str, ...]


def ledger(store: Store, *, town: str = "", county: str = "", year: int | None = None, indicator: str = "") -> tuple[Entry, ...]:
    """The ledger by county, town, year and place in the text. ``year`` is the year that a number is about.

    ``town`` may lack its 镇, ``county`` may be a city or a province, ``indicator`` may be words of the figure itself.
    Raises BadRequest, with the nearest names, for a town, county or indicator that the store has not.
    """
    with store.reading():
        reports = _in_scope(_placed(store), town, county)
        entries = [entry for report in reports for entry in _entries(read(store, report))]
    if indicator:
        entries = _about(entries, indicator)
    return tuple(entry for entry in entries if year in (None, entry.year))


def _placed(store: Store) -> list[ReportInfo]:
    reports = store.reports()
    places = complete_places(reports)
    placed = (replace(report, place=places.get(report.id, report.place)) for report in reports)
    return sorted(placed, key=lambda r: (r.place.province, r.place.county, r.town, r.year or 0, r.id))


def _in_scope(reports: Sequence[ReportInfo], town: str, county: str) -> list[ReportInfo]:
    kept = [r for r in reports if not county or county in _areas(r)]
    if not kept:
        raise _unknown("县区", county, (area for r in reports for area in _areas(r)))
    found = [r for r in kept if not town or town in (r.town, short_town(r.town))]
    if not found:
        raise _unknown("镇", town, (r.town for r in kept))
    return found


def _areas(report: ReportInfo) -> tuple[str, ...]:
    return report.place.county, report.place.city, report.place.province


def _entries(reading: Reading) -> Iterator[Entry]:
    """The figures of one report, in the order of its text."""
    figures = {figure.ordinal: figure for sentence in reading.sentences for figure in sentence.figures}
    doubts: dict[int, list[str]] = {}
    for finding in inconsistencies(reading.report, [figures[ordinal] for ordinal in sorted(figures)]):
        for ordinal in finding.ordinals:
            doubts.setdefault(ordinal, []).append(finding.message)
    for sentence in reading.sentences:
        for figure in sentence.figures:
            whole = figures.get(figure.parent) if figure.parent is not None else None
            yield _entry(sentence, figure, _name(whole) if whole else "", doubts.get(figure.ordinal, ()))


def _entry(sentence: Sentence, figure: Figure, whole: str, doubts: Iterable[str]) -> Entry:
    return Entry(
        report=sentence.report,
        year=figure.year,
        indicator=_name(figure),
        listed=bool(figure.indicator),
        value=figure.value,
        unit=figure.unit,
        qualifier=figure.qualifier,
        written=_written(sentence.report.text, figure),
        kind=figure.kind,
        whole=whole,
        citation=citation_id(sentence.report, sentence.section),
        sentence=sentence.text,
        start=sentence.start,
        end=sentence.end,
        doubts=tuple(doubts),
    )


def _written(text: str, figure: Figure) -> str:
    """The number as it is written: with its unit, which in a table stands in another cell, and with 不少于 before it or 以上 after it."""
    written = text[figure.start : figure.end].strip()
    written = written + figure.unit if written[-1:].isdecimal() else written
    if not figure.qualifier or figure.qualifier in written:
        return written
    before = text[max(0, figure.start - BESIDE) : figure.start].rstrip().endswith(figure.qualifier)
    after = text[figure.end : figure.end + BESIDE].lstrip().startswith(figure.qualifier)
    return f"{figure.qualifier * before}{written}{figure.qualifier * (after and not before)}"


def _name(figure: Figure) -> str:
    return figure.indicator or shown(f"{figure.action}{figure.subject}")


def _about(entries: Sequence[Entry], indicator: str) -> list[Entry]:
    """The rows of this indicator; where no row is called so, those whose own words hold it."""
    found = [e for e in entries if e.listed and e.indicator == indicator] or [e for e in entries if indicator in e.indicator]
    if not found:
        listed = [e.indicator for e in entries if e.listed]
        raise _unknown("指标", indicator, listed or [e.indicator for e in entries])
    return found


def _unknown(kind: str, name: str, names: Iterable[str]) -> BadRequest:
    known: Collection[str] = dict.fromkeys(filter(None, names))
    near = get_close_matches(name, known, SUGGESTED, NEAR)
    if not known:
        return BadRequest(f"这一范围里还没有任何{kind}。请先运行 zhenwen index 把报告放进来，或用 zhenwen reports 查看现有的报告。")
    offer = f"相近的有{'、'.join(near)}" if near else f"现有的如{'、'.join(list(known)[:SUGGESTED])}"
    return BadRequest(f"没有{kind}“{name}”；{offer}。")
