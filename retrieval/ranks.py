"""Most and least: the order that a question asks for, and the line that names the first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.cells import Cell
from retrieval.compose import calculated, label, shown, source
from retrieval.draft import Formula, Line, Operation
from retrieval.inquiry import Inquiry
from retrieval.measures import amount
from retrieval.types import Intent

OPERATIONS = {"sum": Operation.SUM, "difference": Operation.DIFFERENCE, "share": Operation.SHARE, "mean": Operation.MEAN}
COUNTED = re.compile(r"(?<!哪)(?:几|多少)个?(?:乡镇|镇街|镇|乡|街道|单位|地方)")
WHOLE_ORDER = re.compile(r"排一?下|排序|排列|排名|从[高多大低少小]到|依次")
RISING = re.compile(r"从[低少小]到")


def ranked(inquiry: Inquiry) -> bool:
    """Whether the rows are to be put in order."""
    return inquiry.query.intent is Intent.RANK or bool(inquiry.query.order)


def ordered(inquiry: Inquiry, cells: Sequence[Cell]) -> list[Cell]:
    """From the most to the least, or the other way round where that is asked for; equal ones stay in order."""
    question = inquiry.query.question
    rising = bool(RISING.search(question)) if WHOLE_ORDER.search(question) else inquiry.query.order == "least"
    return sorted(cells, key=lambda c: c.amount if rising else -c.amount)


def aggregate(inquiry: Inquiry, cells: Sequence[Cell]) -> list[Line]:
    """The sum or the mean that was asked for, as a shown formula over all the cells."""
    scales = {amount(1.0, c.found.figure.unit) for c in cells if c.found.figure}
    if inquiry.query.operation not in ("sum", "mean") or len(cells) < 2 or len(scales) > 1:
        return []
    formula = Formula(OPERATIONS[inquiry.query.operation], tuple(c.value for c in cells))
    return [calculated(formula, [c.found for c in cells])]


def counted(inquiry: Inquiry, count: int) -> list[Line]:
    """共18个镇写明此项, where the question asks how many towns do."""
    return [Line(f"共{count}个镇（街道、乡）写明此项。", facts=(float(count),))] if COUNTED.search(inquiry.query.question) else []


def extreme(inquiry: Inquiry, cells: Sequence[Cell], *, county: bool = False) -> list[Line]:
    """最多的是…, unless the whole order is asked for or there is nothing to compare."""
    if len(cells) < 2 or WHOLE_ORDER.search(inquiry.query.question):
        return []
    first = ordered(inquiry, cells)[0]
    figure = first.found.figure
    assert figure is not None
    amount = shown(first.found.sentence.report.text[figure.start : figure.end])
    unit = "" if amount.endswith(figure.unit) or figure.unit == "%" else figure.unit
    word = "最少" if inquiry.query.order == "least" else "最多"
    return [Line(f"{word}的是{label(first.found.sentence.report, county=county)}：{amount}{unit}。", (source(first.found),))]
