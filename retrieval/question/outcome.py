"""Whether a plan was kept: 2022年说要新增3名，第二年做到了吗. What was planned stands in the one report, what came of it in the next."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from index.types import Part
from retrieval.question.plan import NO_PLAN
from retrieval.types import Intent, Query

KEPT = re.compile(
    r"(?:说要?|说过|计划|打算|提出|[定许]的|目标|承诺|要求).{0,40}"
    r"(?:兑现|做到|实现|完成|落实|建成|达到|达标|办成|做成)(?:到位)?了?(?:没有?|吗|不|否)"
)
LAST_YEAR = re.compile("上一?年|前一年|去年")
"""Said of the plan, it is the year before the one that is named."""


def with_outcome(query: Query, question: str, available: Collection[int]) -> Query:
    """``query`` about both years, where ``question``, normalised, asks whether the plan of one was kept and there are reports of both."""
    if not (query.towns and query.years and KEPT.search(question)):
        return query
    last = LAST_YEAR.search(question) is not None
    named = f"{min(query.years) % 100:02}" in question
    before = last and named and query.part is not Part.PLANS and len(query.years) == 1
    # 前一年说要… is said of the report that plans, where no other year is named
    first = query.plan_year if last and query.plan_year and not named else min(query.years) - before
    if not {first, first + 1} <= set(available):
        return query
    return replace(
        query,
        years=(first, first + 1),
        part=None,
        intent=Intent.FACT,
        plan_year=None,
        newest=False,
        base_year=None,
        whole_part=False,
        plan=NO_PLAN,
        kept=True,
    )
