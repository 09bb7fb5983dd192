"""The one executor of a plan: cells in, rows and results out. Pure; the same for 5 reports that were read and 10,000 of the ledger.

A cell is what one report states of the thing for one year, or what is derived from such cells, which it then holds as its parts.
A stated 无 is 0; a report that is silent has no cell here, and whoever asks counts it apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import NamedTuple

from index.types import ReportInfo
from retrieval.draft import Formula, Given, Member, Operation
from retrieval.evidence.find import Found
from retrieval.measures import MONEY, agree, amount, measures_of, reach
from retrieval.question.plan import (
    AgainstMean,
    Change,
    Condition,
    Direction,
    Fold,
    FoldKind,
    Grouping,
    Having,
    Plan,
    Silent,
    Sorted,
    Step,
    Top,
)

YUAN = frozenset(("元", *MONEY))

Town = tuple[str, str]


class Cell(NamedTuple):
    """``year`` is the one that the figure is about, ``ordinal`` tells it from the others of its report; ``found`` is where it stands.

    ``parts`` and ``operation`` say what a derived value is calculated from; ``name`` what it is of, where that is no report. ``chance`` (0–1)
    is how surely it is what is asked for.
    """

    report: ReportInfo
    year: int
    value: float
    unit: str
    ordinal: int = -1
    indicator: str = ""
    qualifier: str = ""
    found: Found | None = None
    parts: tuple[Cell, ...] = ()
    operation: Operation | None = None
    name: str = ""
    chance: float = 1.0

    @property
    def key(self) -> tuple[str, int, int]:
        return self.report.id, self.year, self.ordinal

    @property
    def town(self) -> Town:
        return self.report.place.county, self.report.town

    @property
    def amount(self) -> float:
        """On the scale on which cells of one measure compare: money in yuan."""
        return amount(self.value, self.unit)

    @property
    def measure(self) -> frozenset[str]:
        return measures_of(self.unit)

    @property
    def member(self) -> Member:
        """The cell as one that is counted; a derived value stands in no report."""
        return Member((self.name,) if self.name else self.town, self.value, self.unit, self.qualifier, "" if self.parts else self.report.id)


@dataclass(frozen=True, slots=True)
class Output:
    """What one step gives: the cells picked by a ``Top``, or those that a ``Fold`` takes together and of which ``whole``."""

    step: Step
    cells: tuple[Cell, ...]
    whole: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """``cells`` are the rows that the plan keeps, ``beyond`` the comparable ones that it does not, ``unlike`` those of another measure.

    ``others`` are second statements of a town and year (two reports that differ); ``alone`` have no earlier year to be compared with.
    ``conditions`` are those that the kept ones meet, a mean among them as a number; ``stated`` the reports that state the very thing.
    """

    cells: tuple[Cell, ...]
    beyond: tuple[Cell, ...] = ()
    unlike: tuple[Cell, ...] = ()
    others: tuple[Cell, ...] = ()
    alone: tuple[Cell, ...] = ()
    outputs: tuple[Output, ...] = ()
    conditions: tuple[Condition, ...] = ()
    stated: tuple[str, ...] = ()

    @property
    def comparable(self) -> tuple[Cell, ...]:
        """All that state the very thing, whether the plan keeps them or not."""
        return (*self.cells, *self.beyond, *self.alone)


def run(plan: Plan, cells: Sequence[Cell], *, indicator: str = "", before: Mapping[Town, Cell] | None = None) -> Result:
    """Carry out the steps of ``plan`` over ``cells``. ``before`` are the cells of the year before, by town, for a plan of changes."""
    same, unlike = comparable(cells, indicator, plan.units)
    first, others = one_each(same)
    stated = tuple(dict.fromkeys(c.report.id for c in same))
    result = Result(tuple(first), unlike=tuple(unlike), others=tuple(others), stated=stated)
    for step in plan.steps:
        match step:
            case Condition() | Having() | AgainstMean():
                result = _filtered(result, step)
            case Change():
                result = _changed(result, step, before or {})
            case Top():
                result = _topped(_grouped(result, plan), step, plan.tops)
            case Sorted():
                result = _grouped(result, plan)
                result = replace(result, cells=tuple(ordered(result.cells, rising=step.rising)))
            case Fold() if not (plan.group and step.kind in GROUPED):
                result = _folded(result, step)
            case Fold():
                result = _grouped(result, plan)
            case Silent():
                result = replace(result, outputs=(*result.outputs, Output(step, ())))
    return _grouped(result, plan)


def comparable(cells: Sequence[Cell], indicator: str, units: Sequence[str] = ()) -> tuple[list[Cell], list[Cell]]:
    """The cells that may be ranked and summed, and the others: of the measure asked for, else of the one that the indicator asked for is
    commonly stated in (法律顾问2名, and not their 147次), else of the commonest one; and, where several are of the very indicator that is asked for, of that one (排查 beside 调解 is related, not equal)."""
    asked = [c for c in cells if agree(units, c.unit)]
    if not asked:
        return [], list(cells)
    known = [c for c in asked if c.indicator == indicator] if indicator else []
    common = commonest(known or asked)
    alike = [c for c in cells if common in c.measure]
    exact = [c for c in alike if c.indicator == indicator] if indicator else []
    same = exact if len(exact) > 1 else alike
    kept = {c.key for c in same}
    return same, [c for c in cells if c.key not in kept]


def commonest(cells: Iterable[Cell]) -> str:
    """The measure that most of the cells have, by how surely each is what is asked for."""
    names: dict[str, float] = {}
    for c in cells:
        for name in sorted(c.measure):
            names[name] = names.get(name, 0.0) + c.chance
    return max(names, key=lambda name: names[name])


def one_each(cells: Iterable[Cell]) -> tuple[list[Cell], list[Cell]]:
    """The first cell of each town and year, and the others that differ from it: two reports may state two numbers."""
    first: dict[tuple[Town, int], Cell] = {}
    others: list[Cell] = []
    for c in cells:
        known = first.setdefault((c.town, c.year), c)
        if known is not c and known.amount != c.amount:
            others.append(c)
    return list(first.values()), others


def _reach(cell: Cell) -> float:
    return reach(cell.value, cell.unit, cell.qualifier)


def _filtered(result: Result, step: Condition | Having | AgainstMean) -> Result:
    if isinstance(step, Having):
        kept = [c for c in result.cells if bool(c.value) == step.had]
        return _keeping(result, kept)
    outputs = result.outputs
    if isinstance(step, AgainstMean):
        if not result.cells:
            return result
        unit = common_unit(result.cells)
        mean = fsum(c.amount for c in result.cells) / len(result.cells) / amount(1.0, unit)
        outputs = (*outputs, Output(Fold(FoldKind.MEAN), result.cells))
        step = Condition(step.comparison, mean, unit)
    kept = [c for c in result.cells if step.holds(_reach(c))]
    return replace(_keeping(result, kept), outputs=outputs, conditions=(*result.conditions, step))


def _keeping(result: Result, kept: Sequence[Cell]) -> Result:
    keys = {c.key for c in kept}
    gone = tuple(c for c in result.cells if c.key not in keys)
    return replace(result, cells=tuple(kept), beyond=(*result.beyond, *gone))


def _changed(result: Result, step: Change, before: Mapping[Town, Cell]) -> Result:
    changes: list[Cell] = []
    alone: list[Cell] = []
    for c in result.cells:
        earlier = before.get(c.town)
        if earlier is None or not one_thing(earlier, c) or (step.percent and not earlier.value):
            alone.append(c)
        else:
            changes.append(change_of(c, earlier, step))
    kept = [c for c in changes if step.direction is Direction.EITHER or c.value > 0]
    keys = {c.key for c in kept}
    gone = (c for c in changes if c.key not in keys)
    return replace(result, cells=tuple(kept), beyond=(*result.beyond, *gone), alone=tuple(alone), others=())


def leaves(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The stated cells that ``cells`` are, or are calculated from."""
    return tuple(leaf for c in cells for leaf in c.parts or (c,))


def one_thing(one: Cell, other: Cell) -> bool:
    """Whether two cells may be set against each other: of one measure, and not known as two indicators (排查 and 调解)."""
    return bool(one.measure & other.measure) and (one.indicator == other.indicator or not (one.indicator and other.indicator))


def change_of(now: Cell, earlier: Cell, step: Change) -> Cell:
    """The change between two years as a cell: a fall asked for is positive, and any change where no way is."""
    scale = amount(1.0, now.unit)
    change = round(now.value - earlier.amount / scale, 9)
    sign = -1 if step.direction is Direction.FALL or (step.direction is Direction.EITHER and change < 0) else 1
    value = sign * (100 * change / (earlier.amount / scale) if step.percent else change)
    operation = Operation.CHANGE if step.percent else Operation.DIFFERENCE
    unit = "%" if step.percent else now.unit
    return now._replace(value=value, unit=unit, qualifier="", parts=(now, earlier), operation=operation)


def ordered(cells: Iterable[Cell], *, rising: bool) -> list[Cell]:
    """From the least to the most, or the other way round; equal ones stay in order."""
    return sorted(cells, key=lambda c: _reach(c) if rising else -_reach(c))


def top(cells: Sequence[Cell], step: Top) -> list[Cell]:
    """The first ones of the order, with those equal to the last; the one in that place; or all but the first."""
    rows = ordered(cells, rising=step.least)
    if step.only:
        return [c for c in rows if _reach(c) == _reach(rows[step.count - 1])] if len(rows) >= step.count else []
    picked = rows[: step.count]
    if picked:
        picked += [c for c in rows[step.count :] if _reach(c) == _reach(picked[-1])]
    return rows[len(picked) :] if step.others else picked


def _topped(result: Result, step: Top, every: Sequence[Top]) -> Result:
    """Each of ``every`` place is one of all cells: after the last, those of all of them are kept (第二名和第一名)."""
    picked = top(result.cells, step)
    result = replace(result, outputs=(*result.outputs, Output(step, tuple(picked))))
    if len(every) > 1 and step == every[-1] and any(each.only for each in every):
        picked = list({cell.key: cell for output in result.outputs if output.step in every for cell in output.cells}.values())
    elif len(every) > 1 or (step.count == 1 and not step.only and not step.others):
        return result
    return _keeping(result, picked)


def _folded(result: Result, step: Fold) -> Result:
    whole = (*result.cells, *result.beyond) if step.kind is FoldKind.SHARE else ()
    return replace(result, outputs=(*result.outputs, Output(step, result.cells, whole)))


GROUPED = {FoldKind.SUM: Operation.SUM, FoldKind.MEAN: Operation.MEAN}


def _grouped(result: Result, plan: Plan) -> Result:
    """The cells put together by county or year, once; each group by its sum, or its mean where that is asked for."""
    if plan.group is None or any(c.name for c in result.cells):
        return result
    operation = next((GROUPED[kind] for kind in plan.folds if kind in GROUPED), Operation.SUM)
    groups: dict[str, list[Cell]] = {}
    for c in result.cells:
        groups.setdefault(c.report.place.county if plan.group is Grouping.COUNTY else f"{c.year}年", []).append(c)
    return replace(result, cells=tuple(_group(name, own, operation) for name, own in groups.items()))


def _group(name: str, cells: Sequence[Cell], operation: Operation) -> Cell:
    formula = formula_of(operation, cells)
    exact = fsum(formula.operands) / (len(cells) if operation is Operation.MEAN else 1)
    return cells[0]._replace(value=exact, unit=formula.unit, qualifier="", found=None, parts=tuple(cells), operation=operation, name=name)


def common_unit(cells: Sequence[Cell]) -> str:
    """The unit that most of the cells are in; of money the largest, so that no operand has more digits than a report writes."""
    units = Counter(c.unit for c in cells)
    if len(units) > 1 and units.keys() <= YUAN:
        return max(units, key=lambda unit: amount(1.0, unit))
    return units.most_common(1)[0][0] if units else ""


def formula_of(operation: Operation, cells: Sequence[Cell], listed: frozenset[tuple[str, int, int]] | None = None, unit: str = "") -> Formula:
    """The calculation over the cells in ``unit``, by default their common one. ``listed`` are the cells that the reply cites: the others are rows of the ledger."""
    unit = unit or common_unit(cells)
    scale = amount(1.0, unit)
    converted = unit in YUAN and any(c.unit != unit for c in cells)
    operands = tuple(round(c.amount / scale, 9) if converted else c.value for c in cells)
    ledger = listed is not None and any(c.key not in listed for c in cells)
    given = tuple(Given(c.value, c.unit, "" if listed is None or c.key in listed else c.report.id) for c in cells) if converted or ledger else ()
    return Formula(operation, operands, unit=unit, given=given)


def per(total: Cell, number: Cell) -> Formula:
    """So much for each; money in yuan where it would be less than one of its own unit."""
    if total.unit not in MONEY or total.value >= number.value:
        return Formula(Operation.TIMES, (total.value, number.value), unit=total.unit)
    given = (Given(total.value, total.unit), Given(number.value, number.unit))
    return Formula(Operation.TIMES, (total.amount, number.value), unit="元", given=given)
