"""The ledger as a comparison: a row a town, a column a year, in each cell the one figure that states it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Kind
from retrieval.ledger import Entry

LEVELS = (Kind.DONE, Kind.AS_OF)
"""What is compared: what was done, not what is planned or by how much it rose."""


@dataclass(frozen=True, slots=True)
class Row:
    """A town and, in the order of the years, what is stated of it; None where nothing is."""

    county: str
    town: str
    cells: tuple[Entry | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Figures of one indicator side by side. ``units`` are those that the cells are in: of several, unlike things are compared."""

    indicator: str
    years: tuple[int, ...]
    units: tuple[str, ...]
    rows: tuple[Row, ...]


def comparison(entries: Sequence[Entry], indicator: str) -> Comparison:
    """Put the ``entries`` of an indicator side by side; a whole goes before its parts, what stands first in its report before what follows."""
    levels = [entry for entry in entries if entry.kind in LEVELS and entry.year and entry.report.town]
    cells: dict[tuple[str, str, int], Entry] = {}
    for entry in sorted(levels, key=_rank):
        cells.setdefault((entry.report.place.county, entry.report.town, entry.year or 0), entry)
    years = tuple(sorted({year for _, _, year in cells}))
    towns = dict.fromkeys((county, town) for county, town, _ in sorted(cells))
    rows = (Row(county, town, tuple(cells.get((county, town, year)) for year in years)) for county, town in towns)
    return Comparison(indicator, years, tuple(dict.fromkeys(entry.unit for entry in cells.values())), tuple(rows))


def _rank(entry: Entry) -> tuple[bool, bool, bool, str, int]:
    """Named in the table, of its own report's year, whole; then by place."""
    return not entry.listed, entry.year != entry.report.year, bool(entry.whole), entry.report.id, entry.start
