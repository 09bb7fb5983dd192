"""Several measures asked at once: the same calculation for each of them, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from retrieval.draft import Draft
from retrieval.evidence.inquiry import Inquiry
from retrieval.types import Ask


def several(inquiry: Inquiry, calculate: Callable[[Inquiry], Draft | None]) -> Draft | None:
    """行政处罚案件和罚款各镇多少: what ``calculate`` gives for each; None where one thing is asked for, or not all of them are stated."""
    asks = tuple(ask for ask in inquiry.query.asks if len(ask.topic.replace(" ", "")) > 1)  # 谁更多，多几件 asks for one
    if len(asks) < 2:
        return None
    drafts = [draft for ask in asks if (draft := calculate(about(inquiry, ask)))]
    if len(drafts) < len(asks):
        return None
    lines = tuple(dict.fromkeys(line for draft in drafts for line in draft.lines))
    return replace(drafts[0], lines=lines)


def about(inquiry: Inquiry, ask: Ask) -> Inquiry:
    """The inquiry about one of the things asked for; what is calculated of each report only where its own words say so."""
    derived = tuple(asked for asked in inquiry.query.derived if asked.word and asked.word in ask.topic)
    return replace(inquiry, query=replace(inquiry.query, topic=ask.topic, spoken=f"{ask.topic}多少{''.join(ask.units[:1])}", units=ask.units, asks=(), derived=derived))
