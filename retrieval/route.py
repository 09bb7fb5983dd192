"""Which kind of reply a question gets: what is calculated from several figures, or what one report says in words or in a figure."""

from __future__ import annotations

from dataclasses import replace

from index.types import Part
from retrieval.draft import Draft
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import Judge
from retrieval.plan import tables, trends
from retrieval.plan.measured import about, several
from retrieval.plan.within import within
from retrieval.question.plan import NO_PLAN
from retrieval.reply import facts, practice, sections
from retrieval.reply.silence import not_stated
from retrieval.types import Intent

LOOKED_UP = frozenset(("where", "which_town", "which_year"))
"""Wants that a number in a question may be looked up for: 2846件是哪里的."""
BELIEVED = 4
"""Pieces that the reader puts first, one of which a calculated answer rests on."""
NAMED = 0.3
"""Share of the topic that its words cover, at least: PM10降了百分之几 is not answered by what else fell."""
OVER_SEVERAL = frozenset((Intent.TREND, Intent.RANK, Intent.COMPARE, Intent.AGGREGATE, Intent.FACT, Intent.LIST))
"""Intents of a question that may be about what follows from figures of several reports."""


def compose(inquiry: Inquiry, judge: Judge) -> Draft:
    """The reply to a question whose reports have been read, not verified yet."""
    query = inquiry.query
    if query.numbers and not query.plan.conditions and not query.towns and not LOOKED_UP.isdisjoint(query.wants) and (draft := tables.reverse(inquiry)):
        return draft
    return within(inquiry, _calculated(inquiry, judge) or _told(inquiry, judge), judge)


def _calculated(inquiry: Inquiry, judge: Judge) -> Draft | None:
    """What follows from figures of several reports or years; None where the question asks for none or no report states them."""
    query = inquiry.query
    over_many = len(inquiry.readings) > 1 and query.intent in (Intent.COMPARE, Intent.AGGREGATE)
    if over_many and (draft := several(inquiry, lambda each: tables.across(each, judge))):
        return draft
    if draft := _relayed(inquiry, judge):
        return draft
    if query.quotient and len(inquiry.readings) > 1 and query.intent in OVER_SEVERAL and (draft := tables.across(inquiry, judge)):
        return draft
    if query.intent is Intent.FACT and query.operation == "growth" and query.base_year and not query.every:
        draft = trends.trend(inquiry)
        return draft if draft and any(line.formula for line in draft.lines) and _believed(draft, inquiry, judge) else None
    match query.intent:
        case Intent.TREND:
            draft = several(inquiry, trends.trend) or trends.trend(inquiry)
            return draft if draft and _believed(draft, inquiry, judge) else None
        case Intent.RANK | Intent.COMPARE | Intent.AGGREGATE if len(inquiry.readings) > 1:
            return tables.across(inquiry, judge)
        case Intent.PROBLEMS | Intent.PLANS | Intent.PRACTICE | Intent.DEFINITION:
            return None
    figures = inquiry.wanted.number or (query.plan and inquiry.wanted.indicator)
    return tables.across(inquiry, judge) if query.every and figures else None


def _relayed(inquiry: Inquiry, judge: Judge) -> Draft | None:
    """哪个镇人次最多，每场又平均多少人: the ranking, and what the rest of the question asks of the first town; None for any other question."""
    query = inquiry.query
    later = any(asked.word and asked.word in ask.topic for asked in query.derived for ask in query.asks[1:])
    if query.intent is not Intent.RANK or not later or any(asked.word in query.asks[0].topic for asked in query.derived):
        return None
    draft = tables.across(about(inquiry, query.asks[0]), judge)
    if draft is None or not draft.lines[0].sources:
        return draft
    own = tuple(r for r in inquiry.readings if r.report.id == draft.lines[0].sources[0].report.id)
    first = query.asks[0]
    of_first = replace(query, plan=NO_PLAN, intent=Intent.LIST, order="", asks=(), topic=first.topic, units=first.units)
    rest = tables.across(replace(inquiry, readings=own, query=of_first), judge)
    told = [line for line in rest.lines if line.formula] if rest else []
    return replace(draft, lines=(*draft.lines[:-1], *told, draft.lines[-1]))


def _believed(draft: Draft, inquiry: Inquiry, judge: Judge) -> bool:
    """Whether the figures of a measure without a name of its own stand in what the reader takes for an answer and the question names, too."""
    sources = [source for line in draft.lines for source in line.sources]
    if inquiry.wanted.indicator or not sources:
        return True
    first = judge.findings(inquiry).ranked[:BELIEVED]
    named = [f for f in first if f.covered >= NAMED]
    return any(s.report.id == f.report_id and s.start <= f.piece.start < s.end for s in sources for f in named)


def _told(inquiry: Inquiry, judge: Judge) -> Draft:
    """What the reports say in words, or in one figure."""
    query = inquiry.query
    whole = query.part is not None and query.intent in (Intent.PROBLEMS, Intent.PLANS) and (query.part is Part.PROBLEMS or not inquiry.wanted.number)
    if whole and query.whole_part:
        return _section(inquiry, judge)
    if query.intent is Intent.PRACTICE and not query.towns:
        return practice.cards(inquiry, judge)
    if query.every:
        return practice.mentions(inquiry, judge)
    draft = facts.fact(inquiry, judge)
    if draft.reason and whole:
        section = _section(inquiry, judge)
        draft = draft if section.reason else section
    return _with_premise(draft, inquiry)


def _with_premise(draft: Draft, inquiry: Inquiry) -> Draft:
    """Where the question takes a rise or a fall for granted, say what the two years state."""
    extra = trends.premise(inquiry) if "why" in inquiry.query.wants and inquiry.query.base_year and not draft.reason else []
    return replace(draft, lines=(*draft.lines, *extra))


def _section(inquiry: Inquiry, judge: Judge) -> Draft:
    part = inquiry.query.part
    assert part is not None
    item = inquiry.query.item
    told = [sections.item(reading, part, item) if item else sections.lines(reading, part) for reading in inquiry.readings]
    lines = [line for own in told for line in own]
    if not lines:
        return not_stated(inquiry, judge)
    return Draft(tuple(lines), scope=inquiry.scope(), coverage=inquiry.coverage(1))
