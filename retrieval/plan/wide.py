"""Figures over more reports than are read for one question: the cells come from the ledger, by indicator, so that none is missed.

Only the rows that a reply shows are read and cited; conditions, counts and sums go over all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from index.store import Store
from index.types import Figure, ReportInfo, Whole
from retrieval.draft import Draft, Line, Member, Tally
from retrieval.evidence.find import Found
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.reading import Sentence, read_figures
from retrieval.measures import agree
from retrieval.plan.algebra import Cell, Result, Town, run
from retrieval.plan.results import SPOKEN_COUNT, Key, Telling
from retrieval.plan.tables import plan_for, told
from retrieval.plan.trends import levels
from retrieval.question.plan import Fold, Plan, Silent

ROWS = 100
"""Rows that a reply shows; the others are counted and calculated with, and stand in the ledger."""
ASIDE = 20
"""Rows of another measure that it shows beside them."""


def answer(inquiry: Inquiry, store: Store) -> Draft | None:
    """The plan over what the ledger has of the indicator; None when no report states it."""
    plan = plan_for(inquiry)
    inquiry = levels(inquiry) if plan.change else inquiry
    reports = _current(inquiry, plan)
    with store.reading() as now:
        known = {report.id: report for report in (*reports, *inquiry.scoped.reports, *inquiry.scoped.older)}

        def cells(indicator: str, ids: Iterable[str], ago: int = 0) -> Iterator[Cell]:
            wholes = now.wholes([*ids], indicator, ago) if indicator else ()
            return (_cell(known[whole.report_id], whole, indicator, ago) for whole in wholes if agree(inquiry.wanted.units, whole.unit))

        named = inquiry.table.named(inquiry.wanted.indicator)
        steps = named.instead if named and inquiry.wanted.exact and not plan.change else ()
        own = _firsts(cells(inquiry.wanted.indicator, (r.id for r in reports)))
        for step in steps:
            standing = (cell._replace(indicator=inquiry.wanted.indicator) for cell in cells(step, (r.id for r in reports if r.id not in own)))
            own = _firsts((*own.values(), *standing))
        if not own and Silent() not in plan.steps:
            return None
        for relative in inquiry.wanted.relatives:
            own = _firsts((*own.values(), *cells(relative, (r.id for r in reports if r.id not in own))))
        before = _before(inquiry, reports, cells) if plan.change else {}
        rows = [own[report.id] for report in reports if report.id in own]
        result = run(plan, rows, indicator=inquiry.wanted.indicator, before=before)
        founds = _founds(store, known, Telling(plan, result, {}, subjects=inquiry.query.subjects), steps)
    draft = told(inquiry, plan, result, founds, reports)
    return Draft((*draft.lines, *_rest(result, founds)), draft.reason, draft.scope, draft.coverage)


def _current(inquiry: Inquiry, plan: Plan) -> tuple[ReportInfo, ...]:
    """The reports whose year is asked about: of a change, the later year's."""
    years = inquiry.query.years
    if plan.change is None or len(years) < 2:
        return inquiry.scoped.reports
    return tuple(report for report in inquiry.scoped.reports if report.year == max(years))


def _firsts(cells: Iterable[Cell]) -> dict[str, Cell]:
    """By report, the first that it states."""
    first: dict[str, Cell] = {}
    for cell in cells:
        first.setdefault(cell.report.id, cell)
    return first


def _cell(report: ReportInfo, whole: Whole, indicator: str, ago: int) -> Cell:
    return Cell(report, (report.year or 0) - ago, whole.value, whole.unit, whole.ordinal, indicator, whole.qualifier)


def _before(inquiry: Inquiry, reports: Sequence[ReportInfo], cells: Callable[..., Iterator[Cell]]) -> dict[Town, Cell]:
    """What each town states for the year before: in the report of that year, else in the later one."""
    indicator = inquiry.wanted.indicator
    wanted = {(report.place.county, report.town, (report.year or 0) - 1) for report in reports}
    pool = (*inquiry.scoped.reports, *inquiry.scoped.older)
    earlier = [report.id for report in pool if (report.place.county, report.town, report.year) in wanted]
    before: dict[Town, Cell] = {}
    for cell in (*cells(indicator, earlier), *cells(indicator, (report.id for report in reports), 1)):
        before.setdefault(cell.town, cell)
    return before


def _founds(store: Store, known: Mapping[str, ReportInfo], telling: Telling, steps: Sequence[str]) -> dict[Key, Found]:
    """Where the rows stand that the reply shows: the first ones in the order asked for, what is picked out of them, some of the others."""
    result = telling.result
    picked = [c for output in result.outputs if not isinstance(output.step, Fold) for c in output.cells[:SPOKEN_COUNT]]
    subjects = [c for c in result.comparable if telling.is_subject(c)]
    aside = [*result.unlike[:ASIDE], *result.others[:ASIDE]]
    leaves = {leaf.key: leaf for c in (*telling.ordered[:ROWS], *picked, *subjects, *aside) for leaf in c.parts or (c,)}
    return dict(zip(leaves, _read(store, known, [*leaves.values()][: 2 * ROWS], steps), strict=False))


def _read(store: Store, known: Mapping[str, ReportInfo], cells: Sequence[Cell], steps: Sequence[str]) -> Iterator[Found]:
    """The sentences of ``cells``, in their order; the figures of one report and indicator, or what may stand for it, are read together."""
    wanted: dict[str, set[str]] = {}
    for cell in cells:
        for indicator in (cell.indicator, *steps):
            wanted.setdefault(indicator, set()).add(cell.report.id)
    figures = {
        (figure.report_id, figure.ordinal): figure for indicator, ids in wanted.items() for figure in store.figures(sorted(ids), indicator)
    }
    places = [(known[cell.report.id], figures[cell.report.id, cell.ordinal]) for cell in cells]
    for sentence, (_, figure) in zip(read_figures(store, places), places, strict=True):
        yield _found(sentence, figure)


def _found(sentence: Sentence, figure: Figure) -> Found:
    start, end = max(figure.clause.start, sentence.start), min(figure.clause.end, sentence.end)
    return Found(sentence, start, end, 1.0, 1.0, figure)


def _rest(result: Result, founds: Mapping[Key, Found]) -> list[Line]:
    """That not all rows are shown, where they are not."""
    told = [c for c in result.cells if all(leaf.key in founds for leaf in c.parts or (c,))]
    if len(told) == len(result.cells):
        return []
    tally = Tally(tuple(Member((*c.key[0:1], str(c.year))) for c in told))
    return [Line(f"以上只列{tally.count}行，其余见台账，可用 zhenwen ledger 导出。", tallies=(tally,))]
