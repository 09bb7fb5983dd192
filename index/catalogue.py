"""The catalogue: one SQLite file that holds the truth about a store. Vectors and postings elsewhere can be made again from it.

A report is kept in one row of ``reports`` and rows of a few other tables, under a number ``n`` that is never given twice: when a
report is written anew it gets a new number, and what another index still holds under the old one is recognised as stale.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.rows import (
    FIGURE,
    INFO,
    SCHEMA,
    SECTION,
    TABLES_OF_A_REPORT,
    UPGRADES,
    Correction,
    Source,
    figure_row,
    info_row,
    section_row,
    text_row,
    to_figure,
    to_info,
    to_report,
    to_sections,
)
from index.sqlite import BUSY_SECONDS, translated
from index.types import Figure, Kind, Part, Passage, Rejected, Report, ReportInfo, Section, Whole

IN_LIST = 500  # values in one SQL "IN (…)"; old builds of SQLite take 999


class Catalogue:
    """Rows in, values out. Each thread has its own connection; one thread at a time writes. SQLite's errors come out as StoreError."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        self.path = path
        self._writable = writable
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []

    # connections and transactions

    def exists(self) -> bool:
        """Whether the tables are there; a crash at the first creation may leave an empty file."""
        return self.path.is_file() and bool(self._execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'"))

    def create(self, meta: Mapping[str, str]) -> None:
        """Make the tables in an empty file and keep ``meta``."""
        self._execute("PRAGMA journal_mode = WAL")
        with self.writing():
            self._all(SCHEMA)
            self._many("INSERT INTO meta VALUES (?, ?)", meta.items())

    def upgrade(self) -> None:
        """Bring the tables of an older version to this one's, where that can be done without reading the files again."""
        while (version := self.get("schema")) in UPGRADES:
            with self.writing():
                self._all(UPGRADES[version])
                self.put("schema", str(int(version) + 1))

    def _all(self, statements: str) -> None:
        for statement in statements.split(";\n"):
            self._execute(statement)

    def close(self) -> None:
        """Close the connections of all threads; the next use opens new ones."""
        while self._connections:
            self._connections.pop().close()
        self._local = threading.local()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All writes inside happen together or not at all."""
        self._execute("BEGIN IMMEDIATE")
        try:
            yield
            self._execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._execute("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All reads of this thread inside see one committed state; inside another transaction they see what that sees."""
        if self._connection.in_transaction:
            yield
            return
        self._execute("BEGIN")
        try:
            yield
        finally:
            self._execute("COMMIT")

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with translated(self.path):
                connection = self._connect()
            self._local.connection = connection
            self._connections.append(connection)
        return connection

    def _connect(self) -> sqlite3.Connection:
        """A reader neither creates nor changes anything; on a read-only folder nobody else does, and SQLite must be told so."""
        mode = "rwc" if self._writable else "rw" if os.access(self.path.parent, os.W_OK) else "ro&immutable=1"
        uri = f"{self.path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        if not self._writable:
            connection.execute("PRAGMA query_only = 1")
        return connection

    def _execute(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        with translated(self.path):
            return self._connection.execute(sql, values).fetchall()

    def _many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with translated(self.path):
            self._connection.executemany(sql, rows)

    def _select(self, sql: str, keys: Collection[int], *values: str) -> Iterator[Any]:
        """Run ``sql`` with its ``{}`` filled by the keys, some at a time; ``values`` follow them."""
        ordered = list(keys)
        for first in range(0, len(ordered), IN_LIST):
            some = ordered[first : first + IN_LIST]
            yield from self._execute(sql.format(",".join("?" * len(some))), (*some, *values))

    # meta

    def meta(self) -> dict[str, str]:
        """What the store remembers about itself."""
        return dict(self._execute("SELECT key, value FROM meta"))

    def get(self, key: str) -> str:
        """One value of ``meta``, "" when it is not there."""
        return next((str(found) for (found,) in self._execute("SELECT value FROM meta WHERE key = ?", (key,))), "")

    def put(self, key: str, value: str) -> None:
        self._execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # reading reports

    def infos(self) -> dict[int, ReportInfo]:
        """Every report without its text, by number, ordered by file name."""
        return {n: to_info(row) for n, *row in self._execute(f"SELECT n, {INFO} FROM reports ORDER BY file, id")}

    def report(self, number: int, info: ReportInfo) -> Report:
        """The whole report behind ``info``."""
        return self.reports({number: info})[number]

    def reports(self, infos: Mapping[int, ReportInfo]) -> dict[int, Report]:
        """The whole reports behind ``infos``, by number."""
        rows = self._select("SELECT n, text, noise, doubtful, notes FROM texts WHERE n IN ({})", infos)
        return {number: to_report(infos[number], *row) for number, *row in rows}

    def sections(self, number: int, report_id: str) -> tuple[Section, ...]:
        """The sections of a report, in order."""
        rows = self._execute(f"SELECT {SECTION} FROM sections WHERE n = ? ORDER BY ordinal", (number,))
        return to_sections(report_id, rows)

    def section_at(self, number: int, report_id: str, place: int) -> Section:
        """The section of a report that holds the character ``place``."""
        rows = self._execute(f'SELECT {SECTION} FROM sections WHERE n = ? AND "start" <= ? AND "end" > ?', (number, place, place))
        return to_sections(report_id, rows)[0]

    def passages(self, infos: Mapping[int, ReportInfo], places: Collection[tuple[int, int]] | None = None) -> Iterator[Passage]:
        """The passages of these reports, report by report in text order; with ``places`` only those (number, start)."""
        texts = dict(self._select("SELECT n, text FROM texts WHERE n IN ({})", infos))
        columns = 'SELECT p.n, p."start", p."end", p.section, s.path, s.part FROM'
        section = "LEFT JOIN sections s ON s.n = p.n AND s.ordinal = p.section"
        if places is None:
            rows = list(self._select(f"{columns} passages p {section} WHERE p.n IN ({{}})", infos))
        else:
            wanted = f"(SELECT column1 AS n, column2 AS at FROM (VALUES {','.join(f'({n:d},{at:d})' for n, at in places)}))"
            rows = self._execute(f'{columns} {wanted} w CROSS JOIN passages p ON p.n = w.n AND p."start" = w.at {section}') if places else []
        order = {number: position for position, number in enumerate(infos)}
        rows.sort(key=lambda row: (order[row[0]], row[1], row[2]))
        paths = json.loads(f"[{','.join(row[4] or '[]' for row in rows)}]")
        for (number, start, end, ordinal, _, part), path in zip(rows, paths, strict=True):
            info = infos[number]
            yield Passage(
                id=f"{info.id}:{start}-{end}",
                report_id=info.id,
                section=ordinal,
                start=start,
                end=end,
                text=texts[number][start:end],
                path=tuple(path),
                part=Part(part or Part.DONE),
                town=info.town,
                year=info.year,
            )

    def passage_ids(self, infos: Mapping[int, ReportInfo]) -> dict[int, list[str]]:
        """The ids of the passages of each report, in text order."""
        found: dict[int, list[str]] = {number: [] for number in infos}
        for n, start, end in self._select('SELECT n, "start", "end" FROM passages WHERE n IN ({}) ORDER BY n, "start"', infos):
            found[n].append(f"{infos[n].id}:{start}-{end}")
        return found

    def vectors(self, numbers: Sequence[int]) -> NDArray[np.float16]:
        """The vectors of the passages of these reports, in this order and within each in text order, as one flat array."""
        blobs = dict(self._select("SELECT n, data FROM vectors WHERE n IN ({})", numbers))
        return np.frombuffer(b"".join(blobs[number] for number in numbers), np.float16)

    def figures(self, infos: Mapping[int, ReportInfo], indicator: str = "") -> Iterator[Figure]:
        """The figures of these reports, or those of one indicator, report by report in text order."""
        one = " AND indicator = ? AND indicator <> ''" if indicator else ""  # the index of indicators leaves "" out, and SQLite must see that it may
        sql = f"SELECT {FIGURE} FROM figures WHERE n IN ({{}}){one}"
        order = {number: position for position, number in enumerate(infos)}
        rows = self._select(sql, infos, *([indicator] if indicator else []))
        for row in sorted(rows, key=lambda row: (order[row[0]], row[1])):
            yield to_figure(infos[row[0]].id, row)

    def wholes(self, infos: Mapping[int, ReportInfo], indicator: str, ago: int = 0) -> Iterator[Whole]:
        """What each states of an indicator of its town as done in its own year, or ``ago`` years before, no part of another figure; in text order."""
        own = "indicator = ? AND indicator <> '' AND parent IS NULL AND owner = '' AND kind IN (?, ?)"
        sql = f"SELECT n, ordinal, value, unit, qualifier, year FROM figures WHERE n IN ({{}}) AND {own} ORDER BY n, ordinal"
        for number, ordinal, value, unit, qualifier, year in self._select(sql, infos, indicator, Kind.DONE, Kind.AS_OF):
            if year is not None and infos[number].year == year + ago:
                yield Whole(infos[number].id, ordinal, value, unit, qualifier)

    def find(self, report_id: str) -> tuple[int, ReportInfo] | None:
        """A report's number and identity as they are now, also inside a transaction."""
        rows = self._execute(f"SELECT n, {INFO} FROM reports WHERE id = ?", (report_id,))
        return (rows[0][0], to_info(rows[0][1:])) if rows else None

    def of_town(self, town: str, year: int | None) -> dict[int, ReportInfo]:
        """The reports of a town and year as they are now, also inside a transaction."""
        sql = f"SELECT n, {INFO} FROM reports WHERE town = ? AND year IS ? ORDER BY n"
        return {n: to_info(row) for n, *row in self._execute(sql, (town, year))}

    # writing reports

    def insert(
        self, report: Report, sections: Sequence[Section], passages: Sequence[Passage], vectors: bytes, figures: Sequence[Figure]
    ) -> int:
        """Write a report with what was made of it and return its number. Its id must not be there."""
        row = info_row(report, len(passages), len(figures))
        self._execute(f"INSERT INTO reports (n, {INFO}) VALUES (NULL, {_marks(len(row))})", row)
        ((number,),) = self._execute("SELECT last_insert_rowid()")
        self._execute(f"INSERT INTO texts VALUES ({_marks(5)})", text_row(number, report))
        self._execute("INSERT INTO vectors VALUES (?, ?)", (number, vectors))
        self._many(f"INSERT INTO sections VALUES ({_marks(9)})", (section_row(number, section) for section in sections))
        self._many(f"INSERT INTO passages VALUES ({_marks(4)})", ((number, p.start, p.end, p.section) for p in passages))
        self._many(f"INSERT INTO figures VALUES ({_marks(16)})", (figure_row(number, figure) for figure in figures))
        return int(number)

    def delete(self, number: int) -> None:
        """Forget a report; what a keeper set for it stays."""
        for table in TABLES_OF_A_REPORT:
            self._execute(f"DELETE FROM {table} WHERE n = ?", (number,))

    def rename(self, report_id: str, file: str) -> None:
        """Show a report under another file name."""
        self._execute("UPDATE reports SET file = ? WHERE id = ?", (file, report_id))

    # sources and corrections

    def sources(self) -> dict[str, Source]:
        """Every file that the store was made from, by path."""
        carried: dict[str, list[tuple[str, str]]] = {}
        for path, report_id, file in self._execute("SELECT path, report_id, file FROM carries ORDER BY path, file, report_id"):
            carried.setdefault(path, []).append((report_id, file))
        refused: dict[str, list[Rejected]] = {}
        for path, file, reason, lasting in self._execute("SELECT path, file, reason, lasting FROM refusals ORDER BY path, ordinal"):
            refused.setdefault(path, []).append(Rejected(file, reason, bool(lasting)))
        rows = self._execute("SELECT path, name, digest FROM sources ORDER BY path")
        return {
            path: Source(path, name, digest, tuple(carried.get(path, ())), tuple(refused.get(path, ()))) for path, name, digest in rows
        }

    def put_source(self, source: Source) -> None:
        """Write a source in the place of an earlier one of its path."""
        self.drop_source(source.path)
        self._execute("INSERT INTO sources VALUES (?, ?, ?)", (source.path, source.name, source.digest))
        self._many("INSERT OR IGNORE INTO carries VALUES (?, ?, ?)", ((source.path, *carried) for carried in source.carries))
        refused = ((source.path, number, each.file, each.reason, each.lasting) for number, each in enumerate(source.refused))
        self._many("INSERT INTO refusals VALUES (?, ?, ?, ?, ?)", refused)

    def drop_source(self, path: str) -> None:
        for table in ("sources", "carries", "refusals"):
            self._execute(f"DELETE FROM {table} WHERE path = ?", (path,))

    def refused(self) -> tuple[Rejected, ...]:
        """What could not be taken in of every file, ordered by file name."""
        rows = self._execute("SELECT file, reason, lasting FROM refusals ORDER BY file, path")
        return tuple(Rejected(file, reason, bool(lasting)) for file, reason, lasting in rows)

    def carriers(self, report_id: str) -> list[str]:
        """The names under which files carry a report."""
        return [file for (file,) in self._execute("SELECT file FROM carries WHERE report_id = ? ORDER BY file", (report_id,))]

    def origins(self, report_id: str) -> list[tuple[str, str]]:
        """The files that a report was read from: where each lies, and the name it is shown under."""
        return list(self._execute("SELECT path, file FROM carries WHERE report_id = ? ORDER BY path, file", (report_id,)))

    def correction(self, report_id: str) -> Correction | None:
        """What a keeper has set for a report, whether it is in the store now or not."""
        rows = self._execute("SELECT report_id, found, province, city, county, town, year FROM corrections WHERE report_id = ?", (report_id,))
        return Correction(*rows[0]) if rows else None

    def put_correction(self, correction: Correction) -> None:
        self._many(f"INSERT OR REPLACE INTO corrections VALUES ({_marks(7)})", [[getattr(correction, name) for name in Correction.__slots__]])


def _marks(count: int) -> str:
    return ",".join("?" * count)
