"""What a language model wants calculated: figures of sentences that it chose, and the steps, which the one executor carries out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.cells import NO_ITEM
from index.numerals import with_units
from index.text import fold
from retrieval.assist.candidates import Candidates
from retrieval.assist.reader import Calculation, Operand, Reply
from retrieval.assist.steps import plan_of
from retrieval.draft import Formula, Line, Operation, Source, plain
from retrieval.evidence.find import Found
from retrieval.plan.algebra import Cell, formula_of, per, run
from retrieval.plan.cells import cell_of
from retrieval.plan.results import Telling
from retrieval.question.plan import Fold
from retrieval.reply.compose import OPERATION_WORDS, both, source

FORMULAS = {
    "sum": Operation.SUM,
    "mean": Operation.MEAN,
    "difference": Operation.DIFFERENCE,
    "share": Operation.SHARE,
    "growth": Operation.CHANGE,
    "times": Operation.TIMES,
}
MOST = 6
"""Calculations of one reply that are carried out."""
SAID_ALIKE = frozenset(("cases", "money", "people"))
"""Measures whose units stand for one another in a whole and its part."""
PAIRS = frozenset((Operation.DIFFERENCE, Operation.SHARE, Operation.CHANGE, Operation.TIMES))
"""What is done with two figures."""


def calculated(reply: Reply, candidates: Candidates, said: str) -> list[Line]:
    """The lines that each calculation gives."""
    return [line for calculation in reply.calculations[:MOST] for line in _calculated(calculation, candidates, said)]


def _calculated(calculation: Calculation, candidates: Candidates, said: str) -> Iterator[Line]:
    """What the steps give over the operands; nothing where an operand does not stand in its sentence or the steps do not fit them."""
    cells = [_cell(operand, candidates) for operand in calculation.operands]
    known = _in_unit([cell for cell in cells if cell])
    if not calculation.steps or len(known) < 2 or len(known) < len(cells):
        return
    op = calculation.steps[0].op if len(calculation.steps) == 1 else ""
    if op == "each":
        yield from _each(known)
    elif op == "product":
        yield from _product(known)
    elif op in FORMULAS:
        yield from _formula(FORMULAS[op], known)
    else:
        yield from _carried_out(calculation, known, said)


def _in_unit(cells: Sequence[Cell]) -> list[Cell]:
    """The cells, where the row of a table names no unit in the one that all others have: 338 and 93条."""
    units = {cell.unit for cell in cells if cell.unit}
    return [cell if cell.unit or len(units) != 1 else cell._replace(unit=min(units)) for cell in cells]


def _cell(operand: Operand, candidates: Candidates) -> Cell | None:
    """The figure of the sentence that the operand names, as a cell of its report."""
    piece = candidates.numbered(operand.source)
    stated = [*with_units(f"{NO_ITEM}{fold(operand.value)}")]
    if piece is None or not stated:
        return None
    first, unit = stated[0]
    if any(other.start >= first.end + len(unit) for other, _ in stated[1:]):  # the 万 of 28万元 is no number of its own
        return None
    figure = next((f for f in piece.figures if f.value == first.value and unit in ("", f.unit)), None)
    report = piece.sentence.report
    return (
        cell_of(Found(piece.sentence, piece.start, piece.end, 1.0, 1.0, figure), figure.year or report.year or 0)
        if figure
        else None
    )


def _formula(operation: Operation, cells: Sequence[Cell]) -> Iterator[Line]:
    """The shown formula, where the figures are of one measure and as many as it takes."""
    several = len({cell.report.id for cell in cells}) > 1
    alike = all(cell.measure & cells[0].measure for cell in cells) and (not several or len({cell.indicator for cell in cells if cell.indicator}) <= 1)
    counted_alike = cells[0].unit == cells[1].unit or cells[0].measure & cells[1].measure & SAID_ALIKE
    if operation is Operation.SHARE and (several or cells[0].amount > cells[1].amount or not counted_alike):
        return  # no part of a whole: 15期 of 40场
    if operation is Operation.DIFFERENCE and alike and len(cells) > 2:
        yield from _rest(cells)
        return
    twice = len({cell.key for cell in cells}) < len(cells)
    if not alike or twice or (operation in PAIRS and len(cells) != 2) or (operation in PAIRS and not cells[1].value):
        return
    if operation is Operation.DIFFERENCE:
        cells = sorted(cells, key=lambda cell: -cell.amount)
    formula = formula_of(operation, cells)
    unit = "%" if operation in (Operation.SHARE, Operation.CHANGE) else "倍" if operation is Operation.TIMES else formula.unit
    if operation is Operation.DIFFERENCE:
        unit = unit.replace("%", "个百分点")
    name = (
        "前者是后者的"
        if operation is Operation.TIMES
        else _change(cells)
        if operation is Operation.CHANGE
        else OPERATION_WORDS[operation]
    )
    yield Line(f"{name}{plain(formula.result)}{unit}：{formula}。", _sources(cells), formula)


def _rest(cells: Sequence[Cell]) -> Iterator[Line]:
    """What is left of the first, which is more than all the others together."""
    whole, *parts = cells
    taken = formula_of(Operation.SUM, parts, unit=whole.unit)
    left = Formula(Operation.DIFFERENCE, (whole.value, taken.result), unit=whole.unit, inner=(None, taken))
    if left.result >= 0:
        yield Line(f"其余{plain(left.result)}{whole.unit}：{left}（{taken}）。", _sources(cells), left)


def _each(cells: Sequence[Cell]) -> Iterator[Line]:
    """So much for each: an amount of one report shared out by a number of another measure."""
    if len(cells) != 2 or not cells[1].value or cells[0].report.id != cells[1].report.id or cells[0].measure & cells[1].measure:
        return
    formula = per(*cells)
    yield Line(f"平均每{cells[1].unit}{plain(formula.result)}{formula.unit}：{formula}。", _sources(cells), formula)


def _product(cells: Sequence[Cell]) -> Iterator[Line]:
    """What so much for each comes to for so many, of one report: a price and a number of another measure."""
    if len(cells) != 2 or cells[0].report.id != cells[1].report.id or cells[0].measure & cells[1].measure:
        return
    formula = Formula(Operation.PRODUCT, (cells[0].value, cells[1].value), unit=cells[0].unit)
    yield Line(f"一共{plain(formula.result)}{formula.unit}：{formula}。", _sources(cells), formula)


def _sources(cells: Sequence[Cell]) -> tuple[Source, ...]:
    """Where the figures stand, each place once."""
    return tuple(dict.fromkeys(source(cell.found) for cell in cells if cell.found))


def _change(cells: Sequence[Cell]) -> str:
    return "增长" if cells[0].amount > cells[1].amount else "下降" if cells[0].amount < cells[1].amount else "变化"


def _carried_out(calculation: Calculation, cells: Sequence[Cell], said: str) -> Iterator[Line]:
    """The plan over the cells, one of each town and year."""
    plan = plan_of(calculation.steps, "", said)
    if not plan.steps or plan.change or len({(cell.town, cell.year) for cell in cells}) < len(cells):
        return
    result = run(plan, cells)
    founds = {cell.key: cell.found for cell in cells if cell.found}
    lines = list(Telling(plan, result, founds, both([*founds.values()])).lines())
    if any(isinstance(output.step, Fold) or output.cells for output in result.outputs) or result.conditions:
        yield from lines
