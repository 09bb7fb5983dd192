"""Steps of a plan as a language model writes them, and the plan of those that can be meant so."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from index.numerals import quantities
from retrieval.question.plan import (
    AgainstMean,
    Change,
    Comparison,
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

MOST = 6
"""Steps of one plan; a model that writes more is not planning."""
MOST_PICKED = 50


class Written(BaseModel):
    """One step: ``op`` is one of the names in the prompt; the others only where that step takes them."""

    op: str
    value: float | None = None
    upper: float | None = None
    unit: str = ""
    count: int = 1
    percent: bool = False


BOUNDS = {
    "above": Comparison.ABOVE,
    "at_least": Comparison.AT_LEAST,
    "below": Comparison.BELOW,
    "at_most": Comparison.AT_MOST,
    "equal": Comparison.EQUAL,
    "between": Comparison.BETWEEN,
}
MEANS = {"above_mean": Comparison.ABOVE, "below_mean": Comparison.BELOW}
DIRECTIONS = {"change": Direction.EITHER, "rise": Direction.RISE, "fall": Direction.FALL}
PICKS: dict[str, dict[str, Any]] = {"top": {}, "bottom": {"least": True}, "nth": {"only": True}, "others": {"others": True}}
FOLDS = {
    "count": FoldKind.COUNT,
    "sum": FoldKind.SUM,
    "mean": FoldKind.MEAN,
    "difference": FoldKind.SPREAD,
    "times": FoldKind.TIMES,
    "share": FoldKind.SHARE,
    "place": FoldKind.PLACE,
}
PLAIN: dict[str, Step] = {
    "had": Having(had=True),
    "none": Having(had=False),
    "silent": Silent(),
    "descending": Sorted(),
    "ascending": Sorted(rising=True),
}
GROUPS = {"county": Grouping.COUNTY, "year": Grouping.YEAR}


def plan_of(written: Sequence[Written], group: str, said: str) -> Plan:
    """The plan of the steps that can be meant so; a bound must be a number that was ``said``."""
    stated = {quantity.value for quantity in quantities(said)}
    return Plan(tuple(step for each in written[:MOST] if (step := _step(each, stated))), GROUPS.get(group))


def _step(written: Written, stated: Collection[float]) -> Step | None:
    return next((step for make in (_bound, _picked, _other) for step in make(written, stated)), None)


def _bound(written: Written, stated: Collection[float]) -> Iterator[Step]:
    bounds = [bound for bound in (written.value, written.upper) if bound is not None]
    if written.op in BOUNDS and bounds and all(bound in stated for bound in bounds):
        between = BOUNDS[written.op] is Comparison.BETWEEN
        if between == (len(bounds) == 2):
            yield Condition(BOUNDS[written.op], min(bounds), written.unit, max(bounds) if between else None)


def _picked(written: Written, _: Collection[float]) -> Iterator[Step]:
    if written.op in PICKS and 0 < written.count <= MOST_PICKED:
        yield Top(written.count, **PICKS[written.op])


def _other(written: Written, _: Collection[float]) -> Iterator[Step]:
    if written.op in PLAIN:
        yield PLAIN[written.op]
    if written.op in MEANS:
        yield AgainstMean(MEANS[written.op])
    if written.op in DIRECTIONS:
        yield Change(DIRECTIONS[written.op], written.percent)
    if written.op in FOLDS:
        yield Fold(FOLDS[written.op])
