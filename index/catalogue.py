"""The catalogue: one SQLite file that holds the truth about a store. Vectors and postings elsewhere can be made again from it.

A report is stored in one row of each of a few tables, under a number ``n`` that is never given twice: when a report is
written anew it gets a new number, and whatever another index still holds under the old number is recognised as stale.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.errors import StoreBusy, StoreError
from index.types import Figure, Kind, Part, Passage, Place, Report, ReportInfo, Section, Span

SCHEMA_VERSION = "1"  # raise it when the tables change; an older store is then built again
BUSY_SECONDS = 10.0  # how long a write waits for another process's short write
IN_LIST = 500  # values in one SQL "IN (…)"; SQLite's own limit is 999 in old builds

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE reports (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, file TEXT NOT NULL, digest TEXT NOT NULL, title TEXT NOT NULL,
    province TEXT NOT NULL, city TEXT NOT NULL, county TEXT NOT NULL, town TEXT NOT NULL, year INTEGER,
    issuer TEXT NOT NULL, party INTEGER NOT NULL, written TEXT, published TEXT, url TEXT, format TEXT NOT NULL,
    confidence REAL NOT NULL, ocr REAL, passages INTEGER NOT NULL, figures INTEGER NOT NULL);
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
    unit TEXT NOT NULL, qualifier TEXT NOT NULL, kind TEXT NOT NULL, year INTEGER, parent INTEGER, PRIMARY KEY (n, ordinal)
) WITHOUT ROWID;
CREATE INDEX figures_by_indicator ON figures (indicator) WHERE indicator <> '';
CREATE TABLE sources (path TEXT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE carries (
    path TEXT NOT NULL, report_id TEXT NOT NULL, file TEXT NOT NULL, PRIMARY KEY (path, report_id)) WITHOUT ROWID;
CREATE INDEX carries_by_report ON carries (report_id);
CREATE TABLE corrections (
    report_id TEXT PRIMARY KEY, province TEXT, city TEXT, county TEXT, town TEXT, year INTEGER) WITHOUT ROWID;
"""
TABLES_OF_A_REPORT = ("texts", "vectors", "sections", "passages", "figures", "reports")


@dataclass(frozen=True, slots=True)
class Source:
    """A file on disk that reports came from. ``digest`` is "" when some of it could not be read: then it is read again next time.

    ``carries`` are the ids of its reports with the name that each is shown under (a zip carries several).
    """

    path: str
    name: str
    digest: str
    carries: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """What a keeper has set for a report; None where the program's own finding stands."""

    report_id: str
    province: str | None = None
    city: str | None = None
    county: str | None = None
    town: str | None = None
    year: int | None = None


class Catalogue:
    """Rows in, values out. Each thread reads on its own connection; one thread at a time writes."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        self.path = path
        self._writable = writable
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []

    # connections

    def exists(self) -> bool:
        """Whether the tables are there; a crash at the first creation may leave an empty file."""
        return self.path.is_file() and bool(self._execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'"))

    def create_tables(self, meta: dict[str, str]) -> None:
        """Make the tables of an empty file and remember ``meta``."""
        self._execute("PRAGMA journal_mode = WAL")
        with self.transaction():
            for statement in SCHEMA.split(";\n"):
                self._execute(statement)
            self._many("INSERT INTO meta VALUES (?, ?)", meta.items())

    def close(self) -> None:
        while self._open:
            self._open.pop().close()
        self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together or not at all."""
        self._execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._execute("ROLLBACK")
            raise
        self._execute("COMMIT")

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            if not self._writable:
                connection.execute("PRAGMA query_only = 1")
            self._local.connection = connection
            self._open.append(connection)
        return connection

    def _execute(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        with _translated(self.path):
            return self._connection.execute(sql, values).fetchall()

    def _many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with _translated(self.path):
            self._connection.executemany(sql, rows)

    def _select(self, sql: str, keys: Collection[int], *values: str) -> Iterator[Any]:
        """Run ``sql`` with its ``{}`` filled by the keys, some at a time; ``values`` follow them."""
        ordered = list(keys)
        for first in range(0, len(ordered), IN_LIST):
            some = ordered[first : first + IN_LIST]
            yield from self._execute(sql.format(",".join("?" * len(some))), (*some, *values))

    # meta

    def meta(self) -> dict[str, str]:
        return dict(self._execute("SELECT key, value FROM meta"))

    def get(self, key: str) -> str:
        """One value of meta, "" when it is not there."""
        rows = self._execute("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else ""

    def put(self, key: str, value: str) -> None:
        self._execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))

    # reading reports

    def infos(self) -> dict[int, ReportInfo]:
        """Every report without its text, by number, ordered by file name."""
        columns = "n, id, file, digest, title, province, city, county, town, year, issuer, party, written, published, url, format, "
        rows = self._execute(f"SELECT {columns} confidence, ocr, passages, figures FROM reports ORDER BY file, id")
        return {row[0]: _info(row) for row in rows}

    def report(self, number: int, info: ReportInfo) -> Report:
        """The whole report behind ``info``."""
        rows = self._execute("SELECT text, noise, doubtful, notes FROM texts WHERE n = ?", (number,))
        text, noise, doubtful, notes = rows[0]
        return Report(
            **{name: getattr(info, name) for name in ReportInfo.__slots__},
            text=text,
            noise=_spans(noise),
            doubtful=_spans(doubtful),
            notes=tuple(json.loads(notes)),
        )

    def sections(self, number: int, report_id: str) -> tuple[Section, ...]:
        rows = self._execute(
            'SELECT ordinal, "start", "end", path, label, heading_start, heading_end, part FROM sections WHERE n = ? ORDER BY ordinal',
            (number,),
        )
        return tuple(
            Section(report_id, ordinal, start, end, tuple(json.loads(path)), label, None if left is None else Span(left, right), Part(part))
            for ordinal, start, end, path, label, left, right, part in rows
        )

    def passages(self, numbers: dict[int, ReportInfo], starts: Collection[int] | None = None) -> Iterator[Passage]:
        """The passages of the reports ``numbers``, in their order; with ``starts`` only those that begin there."""
        for number, info in numbers.items():
            ((text,),) = self._execute("SELECT text FROM texts WHERE n = ?", (number,))
            rows = self._execute(
                'SELECT p."start", p."end", p.section, s.path, s.part FROM passages p'
                ' LEFT JOIN sections s ON s.n = p.n AND s.ordinal = p.section WHERE p.n = ? ORDER BY p."start"',
                (number,),
            )
            for start, end, section, path, part in rows:
                if starts is None or start in starts:
                    yield Passage(
                        id=f"{info.id}:{start}-{end}",
                        report_id=info.id,
                        section=section,
                        start=start,
                        end=end,
                        text=text[start:end],
                        path=tuple(json.loads(path or "[]")),
                        part=Part(part or Part.DONE),
                        town=info.town,
                        year=info.year,
                    )

    def spans(self, numbers: Collection[int]) -> dict[int, list[tuple[int, int]]]:
        """Start and end of each passage of the reports ``numbers``, in text order."""
        found: dict[int, list[tuple[int, int]]] = {number: [] for number in numbers}
        for number, start, end in self._select('SELECT n, "start", "end" FROM passages WHERE n IN ({}) ORDER BY n, "start"', numbers):
            found[number].append((start, end))
        return found

    def vectors(self, numbers: Collection[int]) -> dict[int, bytes]:
        """The vectors of each report's passages as they were written."""
        return dict(self._select("SELECT n, data FROM vectors WHERE n IN ({})", numbers))

    def figures(self, numbers: dict[int, ReportInfo], indicator: str = "") -> Iterator[Figure]:
        """The figures of the reports ``numbers``, or those of one indicator, by report and place in the text."""
        columns = 'n, ordinal, "start", "end", clause_start, clause_end, subject, action, indicator, value, unit, qualifier, kind, year, parent'
        sql = f"SELECT {columns} FROM figures WHERE n IN ({{}}){' AND indicator = ?' if indicator else ''} ORDER BY n, ordinal"
        for row in self._select(sql, numbers, *([indicator] if indicator else [])):
            n, ordinal, start, end, left, right, *words, kind, year, parent = row
            yield Figure(numbers[n].id, ordinal, start, end, Span(left, right), *words, Kind(kind), year, parent)

    # writing reports

    def insert(self, report: Report, sections: Sequence[Section], passages: Sequence[Passage], vectors: bytes) -> int:
        """Write a report with what was made of it, except its figures; return its number. Its id must not be there."""
        place = report.place
        row = (
            *(report.id, report.file, report.digest, report.title, place.province, place.city, place.county, place.town, report.year),
            *(report.issuer, report.party, _iso(report.written), _iso(report.published), report.url, report.format),
            *(report.confidence, report.ocr, len(passages)),
        )
        self._execute(f"INSERT INTO reports VALUES (NULL, {','.join('?' * len(row))}, 0)", row)
        ((n,),) = self._execute("SELECT last_insert_rowid()")
        texts = (n, report.text, _pairs(report.noise), _pairs(report.doubtful), json.dumps(report.notes, ensure_ascii=False))
        self._execute("INSERT INTO texts VALUES (?, ?, ?, ?, ?)", texts)
        self._execute("INSERT INTO vectors VALUES (?, ?)", (n, vectors))
        self._many("INSERT INTO sections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (_section_row(n, section) for section in sections))
        self._many("INSERT INTO passages VALUES (?, ?, ?, ?)", ((n, p.start, p.end, p.section) for p in passages))
        return int(n)

    def insert_figures(self, number: int, figures: Sequence[Figure]) -> None:
        self._many(f"INSERT INTO figures VALUES ({','.join('?' * 15)})", (_figure_row(number, figure) for figure in figures))
        self._execute("UPDATE reports SET figures = ? WHERE n = ?", (len(figures), number))

    def number_of(self, report_id: str) -> int | None:
        rows = self._execute("SELECT n FROM reports WHERE id = ?", (report_id,))
        return int(rows[0][0]) if rows else None

    def delete(self, number: int) -> None:
        """Forget a report; what a keeper set for it stays."""
        for table in TABLES_OF_A_REPORT:
            self._execute(f"DELETE FROM {table} WHERE n = ?", (number,))

    # sources and corrections

    def sources(self) -> dict[str, Source]:
        """Every file that the store was made from, by path."""
        carried: dict[str, list[tuple[str, str]]] = {}
        for path, report_id, file in self._execute("SELECT path, report_id, file FROM carries ORDER BY path, file, report_id"):
            carried.setdefault(path, []).append((report_id, file))
        rows = self._execute("SELECT path, name, digest FROM sources ORDER BY path")
        return {path: Source(path, name, digest, tuple(carried.get(path, ()))) for path, name, digest in rows}

    def put_source(self, source: Source) -> None:
        self.drop_source(source.path)
        self._execute("INSERT INTO sources VALUES (?, ?, ?)", (source.path, source.name, source.digest))
        self._many("INSERT OR IGNORE INTO carries VALUES (?, ?, ?)", ((source.path, *carried) for carried in source.carries))

    def drop_source(self, path: str) -> None:
        self._execute("DELETE FROM sources WHERE path = ?", (path,))
        self._execute("DELETE FROM carries WHERE path = ?", (path,))

    def carriers(self, report_id: str) -> list[str]:
        """The names under which files in the store carry a report."""
        return [file for (file,) in self._execute("SELECT file FROM carries WHERE report_id = ? ORDER BY file", (report_id,))]

    def correction(self, report_id: str) -> Correction:
        rows = self._execute("SELECT report_id, province, city, county, town, year FROM corrections WHERE report_id = ?", (report_id,))
        return Correction(*rows[0]) if rows else Correction(report_id)

    def put_correction(self, correction: Correction) -> None:
        row = (correction.report_id, correction.province, correction.city, correction.county, correction.town, correction.year)
        self._execute("INSERT OR REPLACE INTO corrections VALUES (?, ?, ?, ?, ?, ?)", row)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """SQLite's errors in words for a person."""
    try:
        yield
    except sqlite3.Error as error:
        words = str(error)
        if "locked" in words or "busy" in words:
            raise StoreBusy(f"库 {path.parent} 正被另一个进程写入，请等它结束后再试。") from error
        if "full" in words:
            raise StoreError(f"磁盘已满，库 {path.parent} 没有改动；请腾出空间后再运行 zhenwen index。") from error
        if "readonly" in words or "unable to open" in words:
            raise StoreError(f"库 {path.parent} 不能写入；请检查文件夹的权限，或用 --store 另选一个文件夹。") from error
        raise StoreError(f"库 {path.parent} 的目录文件有误（{words}）；请删除该文件夹后重新运行 zhenwen index。") from error


def _info(row: Sequence[Any]) -> ReportInfo:
    _, id_, file, digest, title, province, city, county, town, year, issuer, party, written, published, url, format_, *rest = row
    confidence, ocr, passages, figures = rest
    return ReportInfo(
        id=id_, file=file, digest=digest, title=title, place=Place(province, city, county, town), year=year,
        issuer=issuer, party=bool(party), written=_date(written), published=_date(published), url=url, format=format_,
        confidence=confidence, ocr=ocr, passages=passages, figures=figures,
    )  # fmt: skip


def _section_row(number: int, section: Section) -> tuple[Any, ...]:
    heading = (section.heading.start, section.heading.end) if section.heading else (None, None)
    path = json.dumps(section.path, ensure_ascii=False)
    return (number, section.ordinal, section.start, section.end, path, section.label, *heading, section.part)


def _figure_row(number: int, figure: Figure) -> tuple[Any, ...]:
    return (
        *(number, figure.ordinal, figure.start, figure.end, figure.clause.start, figure.clause.end),
        *(figure.subject, figure.action, figure.indicator, figure.value, figure.unit, figure.qualifier),
        *(figure.kind, figure.year, figure.parent),
    )


def _pairs(spans: Sequence[Span]) -> str:
    return json.dumps([(span.start, span.end) for span in spans])


def _spans(pairs: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(pairs))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
