"""Which figure of each report is the measure that a question asks for: told by its name, or read by the marker."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import Judge
from retrieval.evidence.reading import Reading
from retrieval.plan.algebra import Cell
from retrieval.plan.cells import candidates, cell_of
from retrieval.plan.steps import whole_matter

READ_ALL = 12
"""Reports up to which the marker reads the figures: what one report calls 受理 another calls 收到."""


def picked(inquiry: Inquiry, readings: Sequence[Reading], judge: Judge) -> list[list[Cell]]:
    """What each report states, the measure first, then the other figures that it may be; () for one that is silent. ``readings`` keep their order."""
    look, wanted = inquiry.look(), inquiry.wanted
    rows = [candidates(look, reading, reading.report.year or 0) for reading in readings]
    if not inquiry.query.plan.change:
        rows = [[whole, *own] if (whole := whole_matter(inquiry, own)) else own for own in rows]
    counts = wanted.units or wanted.number or inquiry.query.plan or inquiry.levels  # 分别请的什么人 asks for no figure
    if len(readings) > READ_ALL or wanted.rate or not counts:
        return rows
    sure = [own for own in rows if wanted.exact and _unrivalled(own, wanted.indicator)]
    return [row if row in sure else _read(inquiry, reading, row, judge) for row, reading in zip(rows, readings, strict=True)]


def _unrivalled(row: Sequence[Cell], indicator: str) -> bool:
    """Whether a report states the indicator asked for, or what stands for it, in one number: then its words need not be read."""
    if not (row and indicator and row[0].indicator == indicator):
        return False
    figure = row[0].found.figure if row[0].found else None
    stands_for_it = figure is not None and figure.indicator != indicator
    return stands_for_it or len({c.amount for c in row if c.indicator == indicator}) == 1


def _read(inquiry: Inquiry, reading: Reading, row: list[Cell], judge: Judge) -> list[Cell]:
    """``row`` with the figure first that is the measure, whatever the table knows it as; nothing where the report is not likely to state it."""
    wanted = inquiry.wanted
    best = next(iter(judge.choices(inquiry, reading, wanted.units)), None)
    if best is None or best.chance < judge.calibration.figure:
        own = {wanted.indicator, *wanted.relatives} if wanted.exact else {wanted.indicator} - {""}
        return [c for c in row if c.indicator in own and (wanted.exact or not c.value)]  # what is said not to have happened is no other thing
    cell = cell_of(best.figure, reading.report.year or 0)._replace(chance=best.chance, indicator=inquiry.wanted.indicator)
    return [cell, *(c for c in row if c.key != cell.key)]
