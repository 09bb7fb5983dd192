"""Figures over more reports than are read for one question: the rows come from the ledger, by indicator, so that none is missed.

Only the rows that a reply shows are read and cited; the coverage counts all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.types import Figure, Kind, ReportInfo
from retrieval.cells import Cell
from retrieval.compose import both, statement
from retrieval.draft import Draft, Line
from retrieval.find import Found, Wanted
from retrieval.inquiry import Inquiry
from retrieval.measures import agree, amount
from retrieval.ranks import aggregate, counted, extreme, ordered, ranked
from retrieval.reading import Sentence
from retrieval.types import Scope

ROWS = 100
"""Rows that a reply shows and calculates over; the others are counted, and stand in the ledger."""


def pick(figures: Iterable[Figure], reports: Iterable[ReportInfo], wanted: Wanted) -> dict[str, Figure]:
    """The figure of each report: done, about the report's own year, a whole, of the unit asked for; the first that is."""
    years = {report.id: report.year for report in reports}
    picked: dict[str, Figure] = {}
    for figure in figures:
        whole = figure.parent is None and figure.kind in (Kind.DONE, Kind.AS_OF)
        if whole and figure.report_id in years and figure.year == years[figure.report_id] and agree(wanted.units, figure.unit):
            picked.setdefault(figure.report_id, figure)
    return picked


def shown(inquiry: Inquiry, picked: dict[str, Figure]) -> list[str]:
    """The ids of the reports whose rows are shown: the first in the order asked for, else in the order of the scope."""
    ids = [report.id for report in inquiry.scoped.reports if report.id in picked]
    if ranked(inquiry):
        least = inquiry.query.order == "least"
        ids.sort(key=lambda id_: amount(picked[id_].value, picked[id_].unit) * (1 if least else -1))
    return ids[:ROWS]


def across(inquiry: Inquiry, sentences: Iterable[Sentence], picked: dict[str, Figure]) -> Draft:
    """The rows to show, each from the sentence of its figure, ordered as asked; and how many of all reports state the figure."""
    cells = [_cell(sentence, picked[sentence.report.id]) for sentence in sentences]
    rows = ordered(inquiry, cells) if ranked(inquiry) else cells
    county = both([c.found for c in rows])
    lines = extreme(inquiry, rows, county=county) if ranked(inquiry) else counted(inquiry, len(picked))
    if len(rows) == len(picked):
        lines += aggregate(inquiry, rows)
    lines += [statement(c.found, county=county) for c in rows]
    lines += _rest(inquiry, picked, rows)
    reports = [c.found.sentence.report for c in rows]
    scope = Scope(tuple(dict.fromkeys(r.town for r in reports)), tuple(sorted({r.year for r in reports if r.year})))
    return Draft(tuple(lines), scope=scope, coverage=inquiry.coverage(len(picked)))


def _cell(sentence: Sentence, figure: Figure) -> Cell:
    start, end = max(figure.clause.start, sentence.start), min(figure.clause.end, sentence.end)
    return Cell(Found(sentence, start, end, 1.0, 1.0, figure), figure.year or 0)


def _rest(inquiry: Inquiry, picked: dict[str, Figure], rows: Sequence[Cell]) -> list[Line]:
    total, stated, listed = inquiry.total, len(picked), len(rows)
    text = f"覆盖：范围内{total}份报告，{stated}份写明此项，{total - stated}份没有写明。"
    if stated > listed:
        text += f"以上只列{listed}份，其余和合计请用 zhenwen ledger 导出。"
    return [Line(text, facts=tuple(map(float, (total, stated, total - stated, listed))))]
