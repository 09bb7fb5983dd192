"""The plan of a question over figures of several reports or years: steps, in the order in which the words ask for them.

超过100件的镇里谁最多 is ``Condition(ABOVE, 100, "件"), Top(1)``; 前三名合计 is ``Top(3), Fold(SUM)``; 平均数以上的有几个 is
``AgainstMean(AT_LEAST), Fold(COUNT)``. One executor carries them out (``retrieval/plan/algebra.py``), whatever the width of the scope.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from retrieval.measures import amount


class Comparison(StrEnum):
    """How a value must lie to a bound. ``ABOVE`` and ``BELOW`` exclude the bound, the others include it."""

    ABOVE = ">"
    AT_LEAST = "≥"
    BELOW = "<"
    AT_MOST = "≤"
    EQUAL = "="
    BETWEEN = "between"
    SAME = "same"
    """As the turn before has it, with another bound: 门槛改成40万元; at least, where there is none before."""

    def holds(self, value: float, bound: float, upper: float | None = None) -> bool:
        match self:
            case Comparison.ABOVE:
                return value > bound
            case Comparison.AT_LEAST | Comparison.SAME:
                return value >= bound
            case Comparison.BELOW:
                return value < bound
            case Comparison.AT_MOST:
                return value <= bound
            case Comparison.EQUAL:
                return value == bound
            case Comparison.BETWEEN:
                return bound <= value <= (bound if upper is None else upper)


@dataclass(frozen=True, slots=True)
class Condition:
    """超过100件: the values that are kept. ``upper`` only for BETWEEN. ``unit`` is "" where the question gives none."""

    comparison: Comparison
    value: float
    unit: str = ""
    upper: float | None = None

    def holds(self, scaled: float) -> bool:
        """Whether a value on the common scale (money in yuan) is kept."""
        upper = None if self.upper is None else amount(self.upper, self.unit)
        return self.comparison.holds(scaled, amount(self.value, self.unit), upper)


@dataclass(frozen=True, slots=True)
class Having:
    """Those that had the thing; with ``had`` False those that state that they had none. Silence is neither."""

    had: bool


@dataclass(frozen=True, slots=True)
class Silent:
    """Those that do not state the thing: 哪些镇没有写明."""


@dataclass(frozen=True, slots=True)
class AgainstMean:
    """平均数以上: compared with the mean of what stands before this step."""

    comparison: Comparison


class Direction(StrEnum):
    """Which changes are asked for: any, by size; only rises; only falls, as positive numbers."""

    EITHER = "either"
    RISE = "rise"
    FALL = "fall"


@dataclass(frozen=True, slots=True)
class Change:
    """比上年: each town's value becomes its change from the year before, in percent of it or not."""

    direction: Direction = Direction.EITHER
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Top:
    """The first ``count`` from the most or from the least, those equal to the last one included.

    ``only`` is the one in that place (第三名); ``others`` all but the first (除前三名外).
    """

    count: int = 1
    least: bool = False
    only: bool = False
    others: bool = False


@dataclass(frozen=True, slots=True)
class Sorted:
    """All rows in an order, from the most or, ``rising``, from the least."""

    rising: bool = False


class FoldKind(StrEnum):
    """What many values become one by."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    SPREAD = "spread"
    """The most less the least; of two, the one less the other."""
    TIMES = "times"
    """Of two, the greater by the less."""
    SHARE = "share"
    """The kept ones in all that state the thing."""
    PLACE = "place"
    """Where one town stands among all."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Many values to one."""

    kind: FoldKind


class Grouping(StrEnum):
    """By what values are put together before they are compared."""

    COUNTY = "county"
    YEAR = "year"


Step = Condition | Having | Silent | AgainstMean | Change | Top | Sorted | Fold
FILTERS = (Condition, Having, AgainstMean, Change)
"""Steps that a later turn about 其中 keeps."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps, and by what the values are put together first."""

    steps: tuple[Step, ...] = ()
    group: Grouping | None = None

    def __bool__(self) -> bool:
        return bool(self.steps or self.group)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(step for step in self.steps if isinstance(step, Condition))

    @property
    def folds(self) -> tuple[FoldKind, ...]:
        return tuple(step.kind for step in self.steps if isinstance(step, Fold))

    @property
    def tops(self) -> tuple[Top, ...]:
        return tuple(step for step in self.steps if isinstance(step, Top))

    @property
    def over_many(self) -> bool:
        """Whether the steps make sense of many values only: bounds, places in an order, a mean to compare with, a count."""
        many = any(isinstance(s, Condition | AgainstMean | Change | Sorted | Silent) or (isinstance(s, Top) and s != Top(1, s.least)) for s in self.steps)
        return many or FoldKind.COUNT in self.folds or self.group is Grouping.COUNTY

    @property
    def change(self) -> Change | None:
        return next((step for step in self.steps if isinstance(step, Change)), None)

    @property
    def units(self) -> tuple[str, ...]:
        """The measure words of the conditions: 超过100件 is about 件, 超过3个 about anything. The bound of a change in percent is of
        no measure of the thing."""
        none = ("", "个", "%") if self.change else ("", "个")
        return tuple(dict.fromkeys(c.unit for c in self.conditions if c.unit not in none))

    def without(self, step: Step) -> Plan:
        """The plan but for ``step``."""
        return Plan(tuple(s for s in self.steps if s != step), self.group)

    def after(self, previous: Plan, *, within: bool) -> Plan:
        """The plan of a turn that leans on one before: its own steps, on what the other kept where it says 其中; else the other's."""
        if not self:
            return previous
        if previous.conditions and [c.comparison for c in self.conditions] == [Comparison.SAME]:
            old, new = previous.conditions[-1], self.conditions[0]
            moved = replace(old, value=new.value, unit=new.unit or old.unit)
            return Plan((*(moved if step is old else step for step in previous.steps), *(step for step in self.steps if step is not new)), self.group or previous.group)
        if not within:
            return self
        return Plan((*(s for s in previous.steps if isinstance(s, FILTERS)), *self.steps), self.group or previous.group)


NO_PLAN = Plan()
"""That nothing is to be done with the figures but to say them."""
