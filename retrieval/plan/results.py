"""What a plan gave, in Chinese: the answer first, then the rows it rests on, then what does not belong beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from retrieval.draft import Formula, Line, Operation, Source, Tally, plain
from retrieval.evidence.find import Found
from retrieval.plan.algebra import Cell, Output, Result, common_unit, formula_of, leaves, ordered, per
from retrieval.question.plan import AgainstMean, Comparison, Condition, Direction, Fold, FoldKind, Having, Plan, Sorted, Top
from retrieval.reply.compose import OPERATION_WORDS, label, shown, source, statement
from retrieval.types import TownRef

Key = tuple[str, int, int]
BOUND_WORDS = {
    Comparison.ABOVE: "超过",
    Comparison.AT_LEAST: "不少于",
    Comparison.SAME: "不少于",
    Comparison.BELOW: "少于",
    Comparison.AT_MOST: "不超过",
    Comparison.EQUAL: "等于",
}
CHANGE_WORDS = {Direction.RISE: "增加", Direction.FALL: "减少", Direction.EITHER: "变化"}
OPERATIONS = {FoldKind.SUM: Operation.SUM, FoldKind.MEAN: Operation.MEAN, FoldKind.TIMES: Operation.TIMES, FoldKind.SPREAD: Operation.DIFFERENCE}
NAMED = 8
"""Towns that a note names; of more it says 等."""
SPOKEN_COUNT = 10
"""Picks that one line names; more stand in rows of their own."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A result with what it takes to tell it: ``founds`` are the cells that may be shown, with where they stand; ``subjects`` the towns
    whose place among all is asked for; ``measure`` is what a derived value of one report is called (化解率)."""

    plan: Plan
    result: Result
    founds: Mapping[Key, Found]
    county: bool = False
    subjects: tuple[TownRef, ...] = ()
    indicator: str = ""
    measure: str = ""

    def lines(self) -> Iterator[Line]:
        """The answer, then the rows, then what is of another measure."""
        yield from self.answers()
        for cell in self.rows:
            yield self._row(cell)
        yield from self._aside()

    def answers(self) -> Iterator[Line]:
        """What the steps give, and what is to be known about it."""
        lines = [line for output in self.result.outputs for line in self._output(output)]
        yield from lines
        if lines:
            yield from self._mixed()
        yield from self._rough()

    @property
    def ordered(self) -> list[Cell]:
        """The kept cells in the order that they are told in."""
        step = next((s for s in self.plan.steps if isinstance(s, Top | Sorted)), None)
        return ordered(self.result.cells, rising=step.least) if isinstance(step, Top) else list(self.result.cells)

    @property
    def rows(self) -> list[Cell]:
        """Those of them that may be shown."""
        return [c for c in self.ordered if all(part.key in self.founds for part in leaves((c,)))]

    def _name(self, cell: Cell, *, year: bool = True) -> str:
        return cell.name or label(cell.report, county=self.county, year=year)

    def _sources(self, cells: Sequence[Cell]) -> tuple[Source, ...]:
        return tuple(dict.fromkeys(source(self.founds[leaf.key]) for leaf in leaves(cells) if leaf.key in self.founds))

    def _output(self, output: Output) -> Iterator[Line]:
        match output.step:
            case Top():
                yield from self._top(output.step, output.cells)
            case Fold(FoldKind.COUNT):
                yield self._count(output.cells)
            case Fold(FoldKind.SHARE):
                yield from self._share(output)
            case Fold(FoldKind.PLACE):
                yield from self._place(output.cells)
            case Fold(kind) if output.cells:
                yield from self._fold(kind, output.cells)

    def _count(self, cells: Sequence[Cell]) -> Line:
        tally = Tally(tuple(c.member for c in cells), self.result.conditions if not self.plan.group else ())
        return Line(f"共{tally.count}个镇（街道、乡）{self._kept()}。", tallies=(tally,))

    def _kept(self) -> str:
        """In words, which cells are counted: 写的超过100件."""
        words = []
        change = self.plan.change
        if change and change.direction is not Direction.EITHER:
            words.append(f"比上年{CHANGE_WORDS[change.direction]}")
        words += [_bound(step) for step in self.plan.steps if isinstance(step, Condition)]
        words += ["写明有" if step.had else "写明没有" for step in self.plan.steps if isinstance(step, Having)]
        words += [f"{BOUND_WORDS[step.comparison]}平均数" for step in self.plan.steps if isinstance(step, AgainstMean)]
        return "、".join(words) or ("两年都写明此项" if change else "写明此项")

    def _top(self, step: Top, cells: Sequence[Cell]) -> Iterator[Line]:
        if not cells or len(self.result.comparable) < 2:
            return
        if step.others or len(cells) > SPOKEN_COUNT:
            return
        word = self._extreme(step, cells[0])
        if len({c.amount for c in cells}) == 1 and step.count == 1:
            names = "、".join(self._name(c) for c in cells)
            together = "（并列）" if len(cells) > 1 else ""
            yield self._derived(f"{word}的是{names}{together}：", cells[0], cells)
        else:
            place = f"第{step.count}" if step.only else f"{word}的{len(cells)}个"
            named = "、".join(self._name(c) if c.parts else f"{self._name(c)}（{self._amount(c)}）" for c in cells)
            tally = Tally(tuple(c.member._replace(key=(*c.member.key, str(c.year))) for c in cells))
            yield Line(f"{place}是：{named}。", self._sources(cells), facts=(float(step.count),), tallies=(tally,), reports=tuple(c.report for c in cells))

    def _extreme(self, step: Top, cell: Cell) -> str:
        change = self.plan.change
        if change:
            word = {Direction.RISE: "增幅", Direction.FALL: "降幅", Direction.EITHER: "变化幅度"}[change.direction] if change.percent else CHANGE_WORDS[change.direction]
            return f"{word}{'最小' if step.least else '最大'}" if change.percent else f"{word}最{'少' if step.least else '多'}"
        rate = cell.unit == "%"
        return ("最低" if rate else "最少") if step.least else ("最高" if rate else "最多")

    def _derived(self, lead: str, cell: Cell, cells: Sequence[Cell]) -> Line:
        """One value after ``lead``, with the formula where it is derived."""
        if not cell.parts or (cell.name and len(cell.parts) == 1):
            return Line(f"{lead}{self._amount(cell.parts[0] if cell.parts else cell)}。", self._sources(cells))
        formula = self._formula(cell)
        return Line(f"{lead}{plain(formula.result)}{_unit(formula, cell.unit)}：{formula}。", self._sources(cells[:1]), formula, _years(cells))

    def _formula(self, cell: Cell) -> Formula:
        parts = cell.parts
        assert cell.operation is not None
        if cell.operation is Operation.TIMES:
            return per(*parts)
        if cell.operation is Operation.DIFFERENCE:
            parts = tuple(sorted(parts, key=lambda part: -part.amount))
        return formula_of(cell.operation, parts, frozenset(self.founds))

    def _amount(self, cell: Cell) -> str:
        """A value as its report writes it; a derived one as calculated."""
        found = self.founds.get(cell.key)
        if cell.parts or found is None or found.figure is None:
            return f"{plain(round(cell.value, 1))}{cell.unit}"
        written = shown(found.sentence.report.text[found.figure.start : found.figure.end])
        return written if written.endswith(cell.unit) or cell.unit == "%" or not cell.value else f"{written}{cell.unit}"

    def _fold(self, kind: FoldKind, cells: Sequence[Cell]) -> Iterator[Line]:
        operation = OPERATIONS[kind]
        if self.plan.group and all(c.name for c in cells):
            return
        if len(cells) < 2:
            return
        if operation in (Operation.DIFFERENCE, Operation.TIMES):
            cells = (max(cells, key=lambda c: c.amount), min(cells, key=lambda c: c.amount))
            if operation is Operation.TIMES and not cells[1].value:
                return
        if any(c.parts for c in cells):
            yield from self._fold_derived(operation, cells)
            return
        formula = formula_of(operation, cells, frozenset(self.founds))
        name = "前者是后者的" if operation is Operation.TIMES else OPERATION_WORDS[operation]
        unit = "倍" if operation is Operation.TIMES else _unit(formula, formula.unit)
        yield Line(f"{name}{plain(formula.result)}{unit}：{formula}。", self._sources(cells), formula)

    def _fold_derived(self, operation: Operation, cells: Sequence[Cell]) -> Iterator[Line]:
        """How far two derived values lie apart; or what follows from all wholes and all parts together, for rates are not added up."""
        if operation is Operation.DIFFERENCE:
            yield self._apart(*cells)
            return
        own = [c for c in cells if c.parts]
        if operation is Operation.TIMES or len(own) < 2:
            return
        inner = tuple(formula_of(Operation.SUM, [c.parts[place] for c in own], frozenset(self.founds)) for place in (0, 1))
        assert own[0].operation is not None
        formula = Formula(own[0].operation, tuple(sum_.result for sum_ in inner), unit=inner[0].unit, inner=inner)
        unit = _unit(formula, inner[0].unit)
        left_out = "、".join(self._name(c) for c in cells if not c.parts)
        aside = f"；不含{left_out}，只写了结果" if left_out else ""
        text = f"合在一起{self.measure}{plain(formula.result)}{unit}：{formula}（{inner[0]}；{inner[1]}{aside}）。"
        yield Line(text, self._sources(own), formula, reports=tuple(c.report for c in cells))

    def _apart(self, high: Cell, low: Cell) -> Line:
        """Which of two is more, and by how much: of one town over the years whether it rose."""
        first, last = (low, high) if low.year < high.year else (high, low)
        over_years = high.town == low.town
        one, other = (last, first) if over_years else (high, low)
        inner = tuple(self._formula(c) if c.parts else None for c in (high, low))
        values = tuple(f.result if f else c.value for f, c in zip(inner, (high, low), strict=True))
        formula = Formula(Operation.DIFFERENCE, values, inner=inner)
        word = ("提高" if one is high else "下降") if over_years else "高"
        unit = "个百分点" if high.unit == "%" else next((f.unit for f in inner if f), high.unit)
        apart = f"{word}{plain(formula.result)}{unit}" if formula.result else f"持平，相差0{unit}"
        names = [f"{c.year}年" if over_years else self._name(c) for c in (one, other)]
        said = "；".join(
            f"{self._name(c)}{self.measure}{plain(v)}{_unit(f, c.unit) if f else c.unit}{f'：{f}' if f else ''}" for c, v, f in zip((high, low), values, inner, strict=True)
        )
        return Line(f"{names[0]}比{names[1]}{apart}：{formula}（{said}）。", self._sources((high, low)), formula, (float(high.year), float(low.year)))

    def _share(self, output: Output) -> Iterator[Line]:
        """The kept ones, or the one town that is asked about, in all that state the thing."""
        kept = [c for c in output.cells if self.is_subject(c)] if self.subjects else list(output.cells)
        if not kept or any(c.parts for c in kept) or len(output.whole) < 2 or len(kept) == len(output.whole):
            return
        unit = common_unit(output.whole)
        parts = [formula_of(Operation.SUM, own, frozenset(self.founds), unit) for own in (kept, output.whole)]
        if not parts[1].result:
            return
        inner = (None if len(kept) == 1 else parts[0], parts[1])
        formula = Formula(Operation.SHARE, (parts[0].result, parts[1].result), inner=inner)
        names = "、".join(self._name(c) for c in kept[:NAMED])
        part = f"{names}{parts[0].result:g}{parts[0].unit}" if len(kept) == 1 else f"{names}合计{plain(parts[0].result)}{parts[0].unit}：{parts[0]}"
        text = f"占比{plain(formula.result)}%：{formula}（{part}；写明此项的合计：{parts[1]}）。"
        yield Line(text, self._sources([*kept, *output.whole]), formula, reports=tuple(c.report for c in kept))

    def is_subject(self, cell: Cell) -> bool:
        return any(cell.report.town == town.town and town.county in ("", cell.report.place.county) for town in self.subjects)

    def _place(self, cells: Sequence[Cell]) -> Iterator[Line]:
        """Where the towns asked about stand among all, those above them counted."""
        for own in (c for c in cells if self.is_subject(c) and not c.parts and len(cells) > 1):
            above = [c for c in cells if c.amount > own.amount]
            place = Tally((*(c.member for c in above), own.member))
            every = Tally(tuple(c.member for c in cells))
            text = f"{self._name(own)}{self._amount(own)}，在写明此项的{every.count}个镇（街道、乡）中排第{place.count}。"
            yield Line(text, self._sources([own]), tallies=(place, every))

    def _row(self, cell: Cell) -> Line:
        if not cell.parts:
            return statement(self.founds[cell.key], county=self.county)
        change = self.plan.change
        if cell.name or change is None:
            return self._derived(f"{self._name(cell)}{self.measure or OPERATION_WORDS[cell.operation or Operation.SUM]}", cell, [cell])
        now, before = cell.parts
        word = "增加" if now.amount > before.amount else "减少" if now.amount < before.amount else "持平，变化"
        return self._derived(f"{self._name(cell, year=False)}{now.year}年比{before.year}年{word}", cell, [cell])

    def _mixed(self) -> Iterator[Line]:
        """Says that the rows are not all of the very thing that is asked for: 调解 asked, some state 化解."""
        names = list(dict.fromkeys(_known_as(c) for c in self.result.comparable))
        if self.indicator and len(names) > 1 and all(names):
            yield Line(f"各镇写的不是同一项（{'、'.join(names)}），只供参考。")

    def _rough(self) -> Iterator[Line]:
        """Approximate values in a calculation are carried as they are written, and that is said; so is a conversion."""
        used = [c for output in self.result.outputs if isinstance(output.step, Fold) and output.step.kind in OPERATIONS for c in output.cells]
        rough = list({c.key: c for c in used if c.qualifier}.values())
        if rough:
            tally = Tally(tuple(c.member for c in rough))
            names = "、".join(f"{self._name(c)}“{self._amount(c)}”" for c in rough[:NAMED] if c.key in self.founds)
            listed = f"（{names}{'等' if len(rough) > NAMED else ''}）" if names else ""
            text = f"其中{tally.count}个镇写的是约数{listed}，按写出的数计入。"
            yield Line(text, self._sources(rough[:NAMED]), tallies=(tally,), reports=tuple(c.report for c in rough[:NAMED]))

    def _aside(self) -> Iterator[Line]:
        """Rows of another measure, and second statements of one town and year, side by side and not ranked."""
        unlike = [c for c in self.result.unlike if not self.plan.change and c.key in self.founds and self._shown_aside(c)]
        for cell in unlike:
            yield statement(self.founds[cell.key], county=self.county)
        if unlike and self.result.stated:
            names = "、".join(dict.fromkeys(self._name(c) for c in unlike))
            yield Line(f"口径不同，只并列，不排名、不相加：{names}。", reports=tuple(c.report for c in unlike))
        for cell in self.result.others:
            if cell.key in self.founds:
                line = statement(self.founds[cell.key], county=self.county)
                yield Line(f"同一年的另一份报告：{line.text}", line.sources, facts=line.facts)

    def _shown_aside(self, cell: Cell) -> bool:
        """Whether a row of another measure is worth showing: one that a condition on numbers would keep, or any where there is none."""
        having = [step.had for step in self.plan.steps if isinstance(step, Having)]
        return all(c.holds(cell.amount) for c in self.plan.conditions) and all(bool(cell.value) == had for had in having)


def _bound(condition: Condition) -> str:
    if condition.upper is not None:
        return f"在{plain(condition.value)}到{plain(condition.upper)}{condition.unit}之间"
    return f"{BOUND_WORDS[condition.comparison]}{plain(condition.value)}{condition.unit}"


def _unit(formula: Formula, unit: str) -> str:
    if formula.operation in (Operation.SHARE, Operation.CHANGE):
        return "%"
    if formula.operation is Operation.TIMES:
        return formula.unit
    return unit.replace("%", "个百分点") if formula.operation is Operation.DIFFERENCE else unit


def _years(cells: Sequence[Cell]) -> tuple[float, ...]:
    return tuple(float(part.year) for cell in cells for part in cell.parts)


def _known_as(cell: Cell) -> str:
    """The name by which the table of indicators knows the figure of a cell, whatever it is taken for."""
    figure = cell.found.figure if cell.found else None
    return figure.indicator if figure and figure.indicator else cell.indicator
