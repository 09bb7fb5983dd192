"""Cells from reports that were read: the one figure that a report states about the topic, for one year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.types import Figure, Kind
from retrieval.evidence import find
from retrieval.evidence.find import STATED, Found, Look, Wanted
from retrieval.evidence.reading import Reading
from retrieval.measures import agree
from retrieval.plan.algebra import Cell, commonest

LEVELS = frozenset((Kind.DONE, Kind.AS_OF))


def cell(look: Look, reading: Reading, year: int) -> Cell | None:
    """The best figure of one report for the topic, about ``year``."""
    return next(iter(candidates(look, reading, year)), None)


def candidates(look: Look, reading: Reading, year: int) -> list[Cell]:
    """Every figure of one report about ``year`` that the topic may mean, best first; the very indicator, where the question speaks of
    nothing else, before all others, as in the ledger."""
    look = replace(look, wanted=replace(look.wanted, years=(year,), number=True))
    own = year == reading.report.year  # what no year is said of is of the report's own
    found = [f for f in find.figures(look, reading.sentences) if find.fits(f, look.wanted) and f.coverage >= STATED and find.of_the_whole(f, look.wanted) and (own or (f.figure and f.figure.year))]
    exact = [f for f in found if f.figure and is_whole(f.figure, look.wanted, year)] if look.wanted.exact else []
    exact.sort(key=lambda f: f.figure.ordinal if f.figure else 0)
    return [cell_of(f, year) for f in (*exact, *(f for f in found if f not in exact))]


def is_whole(figure: Figure, wanted: Wanted, year: int) -> bool:
    """Whether a figure is the indicator asked for as done in ``year``, and no part of another: a row that the ledger compares."""
    same = figure.indicator == wanted.indicator and figure.year == year
    return same and figure.parent is None and figure.kind in LEVELS and agree(wanted.units, figure.unit)


def cell_of(found: Found, year: int) -> Cell:
    """A figure that was found, as the cell of its report for ``year``."""
    figure, report = found.figure, found.sentence.report
    assert figure is not None
    return Cell(report, year, figure.value, figure.unit, figure.ordinal, figure.indicator, figure.qualifier, found)


def alike(rows: Sequence[list[Cell]], indicator: str = "") -> list[Cell]:
    """The best figure of each report; where it is of another measure than most (that are of ``indicator``), the best of theirs, if there is one."""
    best = [own[0] for own in rows]
    known = [c for c in best if c.indicator == indicator] if indicator else []
    common = commonest(known or best) if best else ""
    return [next((c for c in own if common in c.measure), own[0]) for own in rows]
