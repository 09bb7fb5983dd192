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
from retrieval.question.derivation import Relation
from retrieval.question.plan import NO_PLAN
from retrieval.reply import facts, practice, sections
from retrieval.reply.silence import not_stated
from retrieval.types import Intent

LOOKED_UP = frozenset(("where", "which_town", "which_year"))
"""Wants that a number in a question may be looked up for: 2846件是哪里的."""
CHANGES = frozenset((Relation.GAP, Relation.GROWTH))
OVER_SEVERAL = frozenset((Intent.TREND, Intent.RANK, Intent.COMPARE, Intent.AGGREGATE, Intent.FACT, Intent.LIST))
"""Intents of a question that may be about what follows from figures of several reports."""


def compose(inquiry: Inquiry, judge: Judge) -> Draft:
    """The reply to a question whose reports have been read, not verified yet."""
    query = inquiry.query
    if query.numbers and not query.plan.conditions and not query.towns and not LOOKED_UP.isdisjoint(query.wants) and (draft := tables.reverse(inquiry)):
        return draft
    draft = within(inquiry, _calculated(inquiry, judge) or _told(inquiry, judge), judge)
    return _with_change(draft, inquiry, judge)


def _with_change(draft: Draft, inquiry: Inquiry, judge: Judge) -> Draft:
    """代写文书为啥少了，少几份: where a change is asked for that no line tells, what the two years leave, before what the report says of it."""
    query = inquiry.query
    changes = any(asked.relation in CHANGES and not asked.other for asked in query.relations) and query.base_year and not query.every
    if not changes or any(line.formula for line in draft.lines):
        return draft
    change = trends.trend(inquiry, judge)
    told = [line for line in change.lines if line.formula] if change else []
    kept = () if draft.reason else draft.lines
    return replace(change, lines=(*told, *(line for line in kept if line not in told)) if kept else change.lines) if change and told else draft


def _calculated(inquiry: Inquiry, judge: Judge) -> Draft | None:
    """What follows from figures of several reports or years; None where the question asks for none or no report states them."""
    query = inquiry.query
    over_many = len(inquiry.readings) > 1 and query.intent in (Intent.COMPARE, Intent.AGGREGATE)
    if over_many and (draft := several(inquiry, lambda each: tables.across(each, judge))):
        return draft
    if draft := _relayed(inquiry, judge):
        return draft
    if query.quotient and query.intent is Intent.TREND and len(inquiry.readings) == 1:
        before = tuple(r for r in inquiry.older if r.report.year == (inquiry.readings[0].report.year or 0) - 1)
        inquiry = replace(inquiry, readings=(*before, *inquiry.readings))
    several_meant = query.every or query.towns or query.intent is not Intent.FACT  # a thing that one of the reports tells of is asked of that one
    if query.quotient and several_meant and len(inquiry.readings) > 1 and query.intent in OVER_SEVERAL and (draft := tables.across(inquiry, judge)):
        return draft
    if query.intent is Intent.FACT and query.operation == "growth" and query.base_year and not query.every:
        draft = trends.trend(inquiry, judge)
        return draft if draft and any(line.formula for line in draft.lines) else None
    over_years = query.intent is Intent.FACT and len(query.years) > 1 and len(query.towns) == 1 and query.plan.folds
    match query.intent:
        case _ if over_years:
            return trends.trend(inquiry, judge)
        case Intent.TREND if query.quotient:
            return None
        case Intent.TREND:
            draft = several(inquiry, lambda each: trends.trend(each, judge)) or trends.trend(inquiry, judge)
            told = draft and (len(query.years) > 1 or any(line.formula for line in draft.lines))
            return draft if told else None  # of one year alone the words of the report may tell more: 上年同期138次
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
    return _with_premise(draft, inquiry, judge)


def _with_premise(draft: Draft, inquiry: Inquiry, judge: Judge) -> Draft:
    """Where the question takes a rise or a fall for granted, say what the two years state."""
    extra = trends.premise(inquiry, judge) if "why" in inquiry.query.wants and inquiry.query.base_year and not draft.reason else []
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
