"""The tables of the catalogue, and values to rows and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from index.types import Figure, Kind, Part, Place, Rejected, Report, ReportInfo, Section, Span

SCHEMA_VERSION = "3"  # raise it when the tables change; an older store is then built again, or goes through UPGRADES

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE reports (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, file TEXT NOT NULL, digest TEXT NOT NULL, title TEXT NOT NULL,
    province TEXT NOT NULL, city TEXT NOT NULL, county TEXT NOT NULL, town TEXT NOT NULL, year INTEGER,
    issuer TEXT NOT NULL, party INTEGER NOT NULL, written TEXT, published TEXT, url TEXT, format TEXT NOT NULL,
    confidence REAL NOT NULL, ocr REAL, passages INTEGER NOT NULL, figures INTEGER NOT NULL,
    period TEXT NOT NULL DEFAULT '');
CREATE INDEX reports_by_town ON reports (town, year);
CREATE TABLE texts (n INTEGER PRIMARY KEY, text TEXT NOT NULL, noise TEXT NOT NULL, doubtful TEXT NOT NULL, notes TEXT NOT NULL);
CREATE TABLE vectors (n INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE sections (
    n INTEGER, ordinal INTEGER, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, path TEXT NOT NULL, label TEXT NOT NULL,
    heading_start INTEGER, heading_end INTEGER, part TEXT NOT NULL, PRIMARY KEY (n, ordinal)) WITHOUT ROWID;
CREATE TABLE passages (
    n INTEGER, "start" INTEGER, "end" INTEGER, section INTEGER NOT NULL, PRIMARY KEY (n, "start", "end")) WITHOUT ROWID;
CREATE TABLE figures (
    n INTEGER, ordinal INTEGER, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, clause_start INTEGER NOT NULL,
    clause_end INTEGER NOT NULL, subject TEXT NOT NULL, action TEXT NOT NULL, indicator TEXT NOT NULL, value REAL NOT NULL,
    unit TEXT NOT NULL, qualifier TEXT NOT NULL, kind TEXT NOT NULL, year INTEGER, parent INTEGER, owner TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (n, ordinal)
) WITHOUT ROWID;
CREATE INDEX figures_by_indicator ON figures (indicator) WHERE indicator <> '';
CREATE TABLE sources (path TEXT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE carries (
    path TEXT NOT NULL, report_id TEXT NOT NULL, file TEXT NOT NULL, PRIMARY KEY (path, report_id)) WITHOUT ROWID;
CREATE INDEX carries_by_report ON carries (report_id);
CREATE TABLE refusals (
    path TEXT, ordinal INTEGER, file TEXT NOT NULL, reason TEXT NOT NULL, lasting INTEGER NOT NULL, PRIMARY KEY (path, ordinal)
) WITHOUT ROWID;
CREATE TABLE corrections (
    report_id TEXT PRIMARY KEY, found TEXT NOT NULL,
    province TEXT, city TEXT, county TEXT, town TEXT, year INTEGER) WITHOUT ROWID;
"""
UPGRADES = {
    "1": "CREATE TABLE refusals ("
    "path TEXT, ordinal INTEGER, file TEXT NOT NULL, reason TEXT NOT NULL, lasting INTEGER NOT NULL, PRIMARY KEY (path, ordinal)"
    ") WITHOUT ROWID",
    "2": "ALTER TABLE reports ADD COLUMN period TEXT NOT NULL DEFAULT '';\nALTER TABLE figures ADD COLUMN owner TEXT NOT NULL DEFAULT ''",
}
"""Version → what makes its tables those of the next one."""
TABLES_OF_A_REPORT = ("texts", "vectors", "sections", "passages", "figures", "reports")
INFO = (
    "id, file, digest, title, province, city, county, town, year, issuer, party, written, published, url, format, "
    "confidence, ocr, passages, figures, period"
)
SECTION = 'n, ordinal, "start", "end", path, label, heading_start, heading_end, part'
FIGURE = (
    'n, ordinal, "start", "end", clause_start, clause_end, subject, action, indicator, value, unit, qualifier, kind, year, parent, owner'
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file on disk that was read. ``digest`` is "" when it is to be read again next time: some of it was refused, and not lastingly.

    ``name`` is what the file is called within the folder indexed; ``carries`` are the ids of its reports, each with the name
    that it is shown under (a zip carries several); ``refused`` is what of it could not be taken in.
    """

    path: str
    name: str
    digest: str
    carries: tuple[tuple[str, str], ...] = ()
    refused: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """What a keeper has set for a report; None where the program's own finding stands. ``found`` is that finding."""

    report_id: str
    found: str
    province: str | None = None
    city: str | None = None
    county: str | None = None
    town: str | None = None
    year: int | None = None

    def applied(self, report: Report) -> Report:
        """``report`` as the keeper knows it."""
        named = {name: getattr(self, name) for name in ("province", "city", "county", "town")}
        place = replace(report.place, **{name: value for name, value in named.items() if value is not None})
        return replace(report, place=place, year=report.year if self.year is None else self.year, confidence=1.0)


def found(report: ReportInfo) -> str:
    """What the program found out by itself: two reports with the same finding are wrong in the same way."""
    place = report.place
    return json.dumps([place.province, place.city, place.county, place.town, report.year], ensure_ascii=False)


def info_row(report: Report, passages: int, figures: int) -> tuple[Any, ...]:
    """The columns ``INFO``."""
    place = report.place
    return (
        *(report.id, report.file, report.digest, report.title, place.province, place.city, place.county, place.town, report.year),
        *(report.issuer, report.party, report.written and report.written.isoformat()),
        *(report.published and report.published.isoformat(), report.url, report.format),
        *(report.confidence, report.ocr, passages, figures, report.period),
    )


def to_info(row: Sequence[Any]) -> ReportInfo:
    """A report's identity from the columns ``INFO``."""
    id_, file, digest, title, province, city, county, town, year, issuer, party, written, published, url, format_, *rest = row
    confidence, ocr, passages, figures, period = rest
    return ReportInfo(
        id=id_,
        file=file,
        digest=digest,
        title=title,
        place=Place(province, city, county, town),
        year=year,
        issuer=issuer,
        party=bool(party),
        written=date.fromisoformat(written) if written else None,
        published=date.fromisoformat(published) if published else None,
        url=url,
        format=format_,
        confidence=confidence,
        ocr=ocr,
        passages=passages,
        figures=figures,
        period=period,
    )


def text_row(number: int, report: Report) -> tuple[Any, ...]:
    """A report's text with its spans and notes."""
    noise, doubtful = (json.dumps([(span.start, span.end) for span in spans]) for spans in (report.noise, report.doubtful))
    return (number, report.text, noise, doubtful, json.dumps(report.notes, ensure_ascii=False))


def to_report(info: ReportInfo, text: str, noise: str, doubtful: str, notes: str) -> Report:
    """The whole report of an identity and a text row."""
    return Report(
        **{name: getattr(info, name) for name in ReportInfo.__slots__},
        text=text,
        noise=tuple(Span(start, end) for start, end in json.loads(noise)),
        doubtful=tuple(Span(start, end) for start, end in json.loads(doubtful)),
        notes=tuple(json.loads(notes)),
    )


def section_row(number: int, section: Section) -> tuple[Any, ...]:
    """The columns ``SECTION``."""
    heading = (section.heading.start, section.heading.end) if section.heading else (None, None)
    path = json.dumps(section.path, ensure_ascii=False)
    return (number, section.ordinal, section.start, section.end, path, section.label, *heading, section.part)


def to_sections(report_id: str, rows: Sequence[Sequence[Any]]) -> tuple[Section, ...]:
    """Sections of a report from rows of the columns ``SECTION``; their paths are parsed at once."""
    paths = json.loads(f"[{','.join(row[4] for row in rows)}]")
    return tuple(
        Section(report_id, ordinal, start, end, tuple(path), label, None if left is None else Span(left, right), Part(part))
        for (_, ordinal, start, end, _, label, left, right, part), path in zip(rows, paths, strict=True)
    )


def figure_row(number: int, figure: Figure) -> tuple[Any, ...]:
    """The columns ``FIGURE``."""
    return (
        *(number, figure.ordinal, figure.start, figure.end, figure.clause.start, figure.clause.end),
        *(figure.subject, figure.action, figure.indicator, figure.value, figure.unit, figure.qualifier),
        *(figure.kind, figure.year, figure.parent, figure.owner),
    )


def to_figure(report_id: str, row: Sequence[Any]) -> Figure:
    """A figure of a report from the columns ``FIGURE``."""
    _, ordinal, start, end, left, right, subject, action, indicator, value, unit, qualifier, kind, year, parent, owner = row
    clause = Span(left, right)
    return Figure(
        report_id, ordinal, start, end, clause, subject, action, indicator, value, unit, qualifier, Kind(kind), year, parent, owner
    )  # fmt: skip
