"""The second planner: where the rules are unsure what is asked, a language model says it in full, and what to do with the figures.

What it says is a proposal. It is read by the rules and checked against what was said, the catalogue and the types of a plan: a town, a
year or a number that nobody said is dropped, a step that is none is dropped, and where nothing of it holds the rules' plan stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel

from index.indicators import Indicators
from index.numerals import quantities, years
from index.text import fold
from index.types import ReportInfo
from retrieval.assist.model import Prompt
from retrieval.assist.prompting import prompt
from retrieval.assist.steps import Written, plan_of
from retrieval.draft import Draft
from retrieval.question import LONGEST_QUESTION
from retrieval.question.areas import gazetteer
from retrieval.question.plan import NO_PLAN
from retrieval.question.understand import UNCLEAR
from retrieval.types import Intent, Query, Reason, TownRef

LONGEST, SHORTEST = 12, 2
"""Characters of a wording."""
WORDINGS = 4
"""Wordings that are taken, each with as many official words."""
TOWNS = 200
"""Towns that the model is told of; of more, only those that were named."""
TALK = frozenset((Intent.GREETING, Intent.OUT_OF_SCOPE, Intent.META))


class Wording(BaseModel):
    """Words of the question, and how reports put them."""

    said: str
    official: list[str] = []


class Proposal(BaseModel):
    """What the model is asked for."""

    question: str = ""
    towns: list[str] = []
    years: list[int] = []
    every: bool = False
    indicator: str = ""
    words: list[Wording] = []
    steps: list[Written] = []
    group: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the planner starts from: the rules' reading of a question, with its earlier turns and all that there is."""

    query: Query
    history: Sequence[str]
    catalogue: Sequence[ReportInfo]
    table: Indicators

    @property
    def said(self) -> str:
        """All that the person said."""
        return "\n".join((*self.history, self.query.question))


def unsure(query: Query, draft: Draft, history: Sequence[str]) -> bool:
    """Whether the rules may have misread: a turn that leans on others, a place left open, or many reports asked for and nothing calculated."""
    if query.unsafe or query.intent in TALK:
        return query.chat == UNCLEAR
    calculated = any(line.formula or line.tallies for line in draft.lines)
    over_many = query.every or len(query.towns) > 1 or len(query.years) > 1
    nowhere = draft.reason is Reason.NO_TOWN or (draft.reason in (Reason.AMBIGUOUS, Reason.NOT_STATED) and not query.towns)
    return bool(history) or nowhere or (over_many and not calculated and (bool(query.plan) or "quantity" in query.wants))


def request(asked: Asked) -> Prompt:
    """What the model is asked."""
    towns: dict[str, list[str]] = {}
    for report in asked.catalogue:
        if report.town and report.year:
            towns.setdefault(report.place.county + report.town, []).append(str(report.year))
    named = {name: own for name, own in towns.items() if len(towns) <= TOWNS or any(ref.town in name for ref in asked.query.towns)}
    return prompt(
        "planning",
        question=asked.query.question,
        history="\n".join(asked.history),
        towns="；".join(f"{name} {'、'.join(sorted(set(own)))}" for name, own in named.items()) or "很多",
        indicators="、".join(row.name for row in asked.table.rows),
    )


def planned(proposal: Proposal, asked: Asked, understand: Callable[[str], Query]) -> Query | None:
    """The question with what of ``proposal`` holds, and a note that says how it was read; None where that changes nothing."""
    rules = asked.query
    query = _in_full(proposal, asked, understand) or rules
    if query.intent in TALK:
        return None
    towns, stated = _towns(proposal, asked), _years(proposal, asked)
    if towns and not proposal.every and not any(ref.known for ref in query.towns):
        query = replace(query, towns=towns, every=False)
    if not query.years and stated:
        query = replace(query, years=stated, newest=False)
    if query.years and not proposal.years and not years(asked.said):  # 第二年 tells a story, and no year
        query = replace(query, years=(), newest=not query.every, base_year=None)
    plan = plan_of(proposal.steps, proposal.group, asked.said)
    if plan and plan != query.plan:
        query = replace(query, plan=plan, every=query.every or (proposal.every and not query.towns), intent=_intent(query))
    words = _wordings(proposal, query)
    query = replace(
        query, question=rules.question, expansions=(*query.expansions, *words), carried=rules.carried, notes=rules.notes
    )
    if query == replace(rules, expansions=query.expansions) and not words:
        return None
    return replace(query, notes=(*rules.notes, _note(proposal, query, rules)))


def _in_full(proposal: Proposal, asked: Asked, understand: Callable[[str], Query]) -> Query | None:
    """The question in full as the rules read it, where it names no town, year or number that was not said, and still names what may be a town
    that the store has not: of 养鸭棚那个案子镇政府凭什么赔钱 the model says that there is none in it."""
    text = proposal.question.strip()
    if not text or len(text) > LONGEST_QUESTION:
        return None
    said = {quantity.value for quantity in quantities(asked.said)} | {float(year) for year in _known_years(asked)}
    if any(
        quantity.value not in said for quantity in quantities(text) if not quantity.chinese or quantity.end - quantity.start > 1
    ):
        return None
    query = understand(text)
    known = {ref.town for ref in asked.query.towns}
    foreign = any(ref.town not in known and not _named(ref.town, asked.said) for ref in query.towns)
    missing = any(not ref.known and (ref.town in text or gazetteer().contains_town(ref.town)) for ref in asked.query.towns)
    lost = any(ref.known for ref in asked.query.towns) and not query.towns and not proposal.every
    return None if foreign or lost or missing or query.intent in TALK else query


def _known_years(asked: Asked) -> set[int]:
    """The years that were said, as the rules and the words have them."""
    query = asked.query
    read = {year.value for year in years(asked.said)}
    return read | {*query.years} | {year for year in (query.base_year, query.plan_year) if year}


def _years(proposal: Proposal, asked: Asked) -> tuple[int, ...]:
    return tuple(year for year in dict.fromkeys(proposal.years) if year in _known_years(asked))


def _towns(proposal: Proposal, asked: Asked) -> tuple[TownRef, ...]:
    """The towns of the catalogue that were said."""
    there = {report.town for report in asked.catalogue}
    return tuple(TownRef(name) for name in dict.fromkeys(proposal.towns) if name in there and _named(name, asked.said))


def _named(town: str, said: str) -> bool:
    """Whether a town was named, with its 镇 or without."""
    return fold(town) in fold(said) or (len(town) > SHORTEST and fold(town).removesuffix("街道").rstrip("镇乡") in fold(said))


def _intent(query: Query) -> Intent:
    """A plan over several reports is carried out as such, whatever kind of question the rules took it for."""
    return query.intent if query.intent in (Intent.TREND, Intent.COMPARE, Intent.RANK) else Intent.AGGREGATE


def _wordings(proposal: Proposal, query: Query) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The everyday words that stand in the topic, with official ones that hold no figure."""
    topic = fold(query.topic)
    known = {surface for surface, _ in query.expansions}
    found = []
    for wording in proposal.words[:WORDINGS]:
        surface, official = fold(wording.said).strip(), tuple(word for word in wording.official[:WORDINGS] if _plausible(word))
        if official and _plausible(surface) and surface in topic and surface not in known:
            found.append((surface, official))
    return tuple(found)


def _plausible(word: str) -> bool:
    """Whether ``word`` is one, and holds no figure."""
    return SHORTEST <= len(word) <= LONGEST and all("一" <= character <= "鿿" for character in word)


def _note(proposal: Proposal, query: Query, rules: Query) -> str:
    """In words, how the question was read."""
    full = f"“{query.topic.strip()}”" if query.topic != rules.topic else ""
    scope = (
        "、".join([*(ref.town for ref in query.towns), *(f"{year}年" for year in query.years)])
        if (query.towns, query.years) != (rules.towns, rules.years)
        else ""
    )
    words = "；".join(
        f"“{surface}”按“{'、'.join(official)}”查找"
        for surface, official in query.expansions
        if surface not in dict(rules.expansions)
    )
    plan = "按要求计算" if query.plan not in (rules.plan, NO_PLAN) else ""
    read = "；".join(part for part in (f"按{scope}{full}理解" if scope or full else "", words, plan) if part)
    return read or f"按“{proposal.question.strip()}”理解"
