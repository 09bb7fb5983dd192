"""The steps of one matter: what one report counts as 受理, another counts as 调解, and what came of it is told beside either.

Across towns each report gives the figure of the whole matter: of the step that is asked for, else of the one that stands for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.indicators import Indicator
from retrieval.evidence.inquiry import Inquiry
from retrieval.plan.algebra import Cell


def restated(inquiry: Inquiry) -> Inquiry:
    """The question by the name of one step where it names several (受理、化解矛盾纠纷) or none (纠纷)."""
    step = _meant(inquiry)
    if step is None:
        return inquiry
    return replace(inquiry, query=replace(inquiry.query, topic=f"{step.action[0]}{step.subject[0][0]}"))


def _meant(inquiry: Inquiry) -> Indicator | None:
    wanted, table, topic = inquiry.wanted, inquiry.table, "".join(inquiry.query.topic.split())
    steps = [row for name in wanted.relatives if (row := table.named(name)) and row.instead]
    if not wanted.indicator:
        return next((row for row in reversed(steps) if table.speaks_only_of(row.name, topic)), None)
    own = table.named(wanted.indicator)
    if not (own and own.action and wanted.exact) or own.instead:
        return None
    for action in sorted(own.action, key=len, reverse=True):
        topic = topic.replace(action, " ")
    return next((row for row in steps if any(action in topic for action in row.action)), None)


def whole_matter(inquiry: Inquiry, row: Sequence[Cell]) -> Cell | None:
    """Of the figures of one report the one that counts the whole matter asked about; None where no step of it is asked for, or stated.

    What comes to less than its outcome is a part of it: 就地调处54起 of 化解142起.
    """
    own = inquiry.table.named(inquiry.wanted.indicator)
    if not (own and own.instead and inquiry.wanted.exact):
        return None
    wholes = [c for c in row if c.found and c.found.figure and c.found.figure.parent is None]
    steps = (own.name, *own.instead)
    outcome = max((c.amount for c in wholes if c.indicator == steps[-1]), default=0.0)
    found = (c for step in steps for c in wholes if c.indicator == step and c.amount >= outcome)
    return next((c._replace(indicator=own.name) for c in found), None)
