"""Odd questions: where the rules are unsure, a language model says how reports word what was asked. It decides nothing else.

The rules are unsure when the reports in scope seem not to state the matter, and most of the words it was asked with stand nowhere
in them: then it may be the words that are missing, not the matter. What the model says is taken only as far as it can be checked:
the everyday words must stand in the question, the official ones in the reports, towns and years in what the person said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel

from index.text import fold, grams
from index.types import ReportInfo
from retrieval.draft import Draft
from retrieval.inquiry import Inquiry
from retrieval.model import Prompt
from retrieval.prompting import prompt
from retrieval.types import Intent, Query, Reason, TownRef

UNSURE = 0.5
"""Share of the topic's pairs of characters that no report in scope has, from which on the rules are unsure."""
OPEN = (Intent.FACT, Intent.LIST, Intent.PRACTICE, Intent.DEFINITION)
"""Intents that a question may be taken for another of."""
LONGEST, SHORTEST = 12, 2
"""Characters of a wording."""
WORDINGS = 4
"""Wordings that are taken, each with as many official words."""


class Wording(BaseModel):
    """Words of the question, and how reports put them."""

    said: str
    official: list[str] = []


class Meaning(BaseModel):
    """What the model is asked for."""

    intent: str = ""
    words: list[Wording] = []
    towns: list[str] = []
    years: list[int] = []


def doubtful(query: Query, draft: Draft) -> bool:
    """Whether the reply is that the matter is not stated, to a question that may be worded otherwise."""
    return draft.reason is Reason.NOT_STATED and query.intent in OPEN


def unsure(inquiry: Inquiry) -> bool:
    """Whether most of the words that were asked with stand nowhere in scope."""
    pairs = _pairs(inquiry.query.topic)
    return bool(pairs) and len(_strange(pairs, inquiry)) >= UNSURE * len(pairs)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(gram for gram in grams(text) if len(gram) > 1)


def _strange(pairs: frozenset[str], inquiry: Inquiry) -> frozenset[str]:
    """Those of ``pairs`` that stand in no report in scope."""
    texts = [fold(reading.report.text) for reading in (*inquiry.readings, *inquiry.older)]
    return frozenset(pair for pair in pairs if not any(pair in text for text in texts))


def request(inquiry: Inquiry, history: Sequence[str]) -> Prompt:
    """What the model is asked."""
    names = "、".join(row.name for row in inquiry.table.rows)
    return prompt("interpreting", question=inquiry.query.question, history="\n".join(history), indicators=names)


def understood(meaning: Meaning, inquiry: Inquiry, history: Sequence[str]) -> Query | None:
    """The question with what of ``meaning`` can be checked, and a note that says so; None where nothing can."""
    query = inquiry.query
    said = fold("\n".join((*history, query.question)))
    words = _wordings(meaning, inquiry)
    towns = () if query.towns or query.every else _towns(meaning, said, inquiry.catalogue)
    years = () if query.years else tuple(dict.fromkeys(year for year in meaning.years if str(year) in said))
    if not words and not towns and not years:
        return None
    notes = [f"“{surface}”按“{'、'.join(official)}”查找" for surface, official in words]
    notes += ["范围按" + "、".join([*(town.town for town in towns), *(f"{year}年" for year in years)]) + "理解"] * bool(towns or years)
    return replace(
        query,
        intent=next((intent for intent in OPEN if intent == meaning.intent), query.intent),
        expansions=(*query.expansions, *words),
        towns=towns or query.towns,
        years=years or query.years,
        notes=(*query.notes, *notes),
    )


def _wordings(meaning: Meaning, inquiry: Inquiry) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The wordings whose everyday words stand in the topic, and are strange, and whose official words stand in a report in scope."""
    topic = fold(inquiry.query.topic)
    texts = [reading.report.text for reading in (*inquiry.readings, *inquiry.older)]
    found = []
    for wording in meaning.words[:WORDINGS]:
        surface = fold(wording.said).strip()
        official = tuple(word for word in wording.official[:WORDINGS] if _plausible(word) and any(word in text for text in texts))
        if official and _plausible(surface) and surface in topic and _strange(_pairs(surface), inquiry):
            found.append((surface, official))
    return tuple(found)


def _plausible(word: str) -> bool:
    """Whether ``word`` is one, and holds no figure."""
    return SHORTEST <= len(word) <= LONGEST and all("一" <= character <= "鿿" for character in word)


def _towns(meaning: Meaning, said: str, catalogue: Sequence[ReportInfo]) -> tuple[TownRef, ...]:
    """The towns of the catalogue whose full name stands in what was said."""
    names = [name for name in dict.fromkeys(meaning.towns) if fold(name) in said]
    return tuple(TownRef(name) for name in names if any(report.town == name for report in catalogue))
