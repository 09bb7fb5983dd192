"""Figures over more reports than are read for one question: the rows come from the ledger, by indicator, so that none is missed.

Only the rows that a reply shows are read and cited; the coverage counts all.
"""

from __future__ import annotations

from collections.abc import Iterable

from index.store import Store
from index.types import Figure, ReportInfo, Whole
from retrieval.cells import Cell
from retrieval.compose import both, statement
from retrieval.draft import Draft, Line
from retrieval.find import Found, Wanted
from retrieval.inquiry import Inquiry
from retrieval.measures import agree, amount
from retrieval.ranks import aggregate, counted, extreme, ordered, ranked
from retrieval.reading import Sentence, read_figures
from retrieval.types import Scope

ROWS = 100
"""Rows that a reply shows and calculates over; the others are counted, and stand in the ledger."""


def answer(inquiry: Inquiry, store: Store) -> Draft | None:
    """The rows that the reply shows, and how many reports state the figure; None when none does."""
    indicator = inquiry.wanted.indicator
    with store.reading() as now:
        picked = _picked(now.wholes([report.id for report in inquiry.scoped.reports], indicator), inquiry.wanted)
        rows = _shown(inquiry, picked)
        figures = {figure.report_id: figure for figure in now.figures([r.id for r in rows], indicator) if figure.ordinal == picked[figure.report_id].ordinal}
        return _across(inquiry, read_figures(store, [(report, figures[report.id]) for report in rows]), len(picked)) if picked else None


def _picked(stated: Iterable[Whole], wanted: Wanted) -> dict[str, Whole]:
    """What each report states in a unit of those asked for, the first that it does."""
    picked: dict[str, Whole] = {}
    for one in stated:
        if agree(wanted.units, one.unit):
            picked.setdefault(one.report_id, one)
    return picked


def _shown(inquiry: Inquiry, picked: dict[str, Whole]) -> list[ReportInfo]:
    """The reports whose rows are shown: the first in the order asked for, else in the order of the scope."""
    reports = [report for report in inquiry.scoped.reports if report.id in picked]
    if ranked(inquiry):
        sign = 1 if inquiry.query.order == "least" else -1
        reports.sort(key=lambda report: sign * amount(picked[report.id].value, picked[report.id].unit))
    return reports[:ROWS]


def _across(inquiry: Inquiry, sentences: Iterable[Sentence], stated: int) -> Draft:
    """The rows to show, each from the sentence of its figure, ordered as asked; and how many of all reports state the figure."""
    cells = [_cell(sentence, figure) for sentence in sentences for figure in sentence.figures]
    rows = ordered(inquiry, cells) if ranked(inquiry) else cells
    county = both([c.found for c in rows])
    lines = extreme(inquiry, rows, county=county) if ranked(inquiry) else counted(inquiry, stated)
    if len(rows) == stated:
        lines += aggregate(inquiry, rows)
    lines += [statement(c.found, county=county) for c in rows]
    lines += _rest(inquiry, stated, len(rows))
    reports = [c.found.sentence.report for c in rows]
    scope = Scope(tuple(dict.fromkeys(r.town for r in reports)), tuple(sorted({r.year for r in reports if r.year})))
    return Draft(tuple(lines), scope=scope, coverage=inquiry.coverage(stated))


def _cell(sentence: Sentence, figure: Figure) -> Cell:
    start, end = max(figure.clause.start, sentence.start), min(figure.clause.end, sentence.end)
    return Cell(Found(sentence, start, end, 1.0, 1.0, figure), figure.year or 0)


def _rest(inquiry: Inquiry, stated: int, listed: int) -> list[Line]:
    total = inquiry.total
    text = f"覆盖：范围内{total}份报告，{stated}份写明此项，{total - stated}份没有写明。"
    if stated > listed:
        text += f"以上只列{listed}份，其余和合计请用 zhenwen ledger 导出。"
    return [Line(text, facts=tuple(map(float, (total, stated, total - stated, listed))))]
