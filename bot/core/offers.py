"""Questions that are worth a tap: which town of two of one name, what can be answered where this cannot, what is related.

Every one is tried before it is offered: a button never leads to a refusal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from index.store import Store
from index.text import simplified
from index.types import Kind, ReportInfo
from retrieval.answer import Answerer
from retrieval.question.words import table
from retrieval.types import Answer, Query, Reason, TownRef

MOST = 3
"""Questions offered at once: each is a button as wide as the screen."""
TRIED = 8
"""Candidates looked at: each takes as long as an answer."""
FEW = 6
"""Towns of a collection so small that any of them may be meant."""
LONGEST_WORDS = 12
"""Characters of what may be looked for word by word."""
YEAR = re.compile(r"(?:20)?\d{2}年度?|[去今前]年|上一?年")
OWN = re.compile(r"(?:我们|咱们|我|咱|本)(?:镇|乡|街道)")
UNSAID = (Reason.OUT_OF_SCOPE, Reason.UNSAFE)


@dataclass(frozen=True, slots=True)
class Offer:
    """A question behind a button."""

    label: str
    question: str


def offers(answerer: Answerer, answer: Answer, history: Sequence[str]) -> list[Offer]:
    """The right questions under an answer: the county when two towns share the name; under a refusal the nearest that is answered."""
    catalogue = answerer.reports()
    if not answer.refused and not _shared(answer, catalogue):
        return []
    query = answerer.understand(answer.question, history)
    if which := list(_namesakes(query)):
        return which
    if not answer.refused:
        return []
    if answer.reason in UNSAID:
        return [*_insisted(answerer, answer), *(Offer(question, question) for question in answerer.examples())]
    if answer.reason is Reason.AMBIGUOUS and not query.own:
        return [Offer(question, question) for question in answerer.invited(answer.question, history)]
    return _answered(answerer, _nearest(query, catalogue), answer.question, () if query.carried else history)


def _insisted(answerer: Answerer, answer: Answer) -> list[Offer]:
    """What was taken for talk, looked for in all reports, where one of them says it."""
    words = re.sub(r"[\W_]+", "", answer.question)
    if answer.reason is not Reason.OUT_OF_SCOPE or not 2 <= len(words) <= LONGEST_WORDS:
        return []
    return _answered(answerer, [f"哪些镇写到了“{words}”"], answer.question)


def _shared(answer: Answer, catalogue: Sequence[ReportInfo]) -> bool:
    """Whether a town of the answer has a namesake."""
    return any(len({r.place.county for r in catalogue if r.town == town}) > 1 for town in answer.scope.towns)


def _namesakes(query: Query) -> Iterator[Offer]:
    """One offer a county where a name is taken for towns of several."""
    names = Counter(town.town for town in query.towns)
    for town in query.towns:
        if names[town.town] > 1:
            yield Offer(f"{town.county}{town.town}", _about(query, town, f"{town.county}{town.town}"))


def _about(query: Query, town: TownRef, name: str) -> str:
    """The question with another name for ``town``; a turn that leans on the one before it does not name the town itself."""
    question, asked = simplified(query.question), town.asked or town.town
    return question.replace(asked, name, 1) if asked in question else f"{name}{question}"


def _nearest(query: Query, catalogue: Sequence[ReportInfo]) -> Iterator[str]:
    """The same question about another year of the town, then about towns nearby; in a small collection about any."""
    query = _alone(query)
    question, reports = simplified(query.question), _newest_first(catalogue)
    few = len({report.town for report in reports}) <= FEW
    if query.own and not query.towns:
        yield from (OWN.sub(report.town, question) for report in reports if few)
        return
    for town in query.towns:
        own = [report for report in reports if report.town == town.town]
        for report in own:
            dated = YEAR.sub(f"{report.year}年", question, count=1)
            yield dated if YEAR.search(question) else _about(query, town, f"{report.town}{report.year}年")
        counties = {town.county, *(report.place.county for report in own)} - {""}
        nearby = [report for report in reports if report.town != town.town and (few or report.place.county in counties)]
        yield from (YEAR.sub("", _about(query, town, report.town)) for report in nearby)


def _alone(query: Query) -> Query:
    """A turn that leans on the one before it, as a question that stands alone: a button may be pressed when all else is forgotten."""
    if not query.carried:
        return query
    years = "、".join(f"{year}年" for year in query.years)
    return replace(query, question=f"{'和'.join(town.town for town in query.towns)}{years}的{query.topic.replace(' ', '')}")


def _newest_first(catalogue: Sequence[ReportInfo]) -> list[ReportInfo]:
    return sorted((r for r in catalogue if r.town and r.year), key=lambda r: (-(r.year or 0), r.town))


def _answered(answerer: Answerer, candidates: Iterable[str], said: str, history: Sequence[str] = ()) -> list[Offer]:
    """The first candidates that are answered, not refused."""
    found: list[Offer] = []
    for number, question in enumerate(dict.fromkeys(candidates)):
        if number >= TRIED or len(found) >= MOST:
            break
        if question != said and not answerer.answer(question, history).refused:
            found.append(Offer(question, question))
    return found


def related(answerer: Answerer, store: Store, answer: Answer) -> list[Offer]:
    """Other questions about the same reports, and the same question about all, that the ledger answers."""
    return _answered(answerer, _beside(answerer, store, answer), answer.question)


def _beside(answerer: Answerer, store: Store, answer: Answer) -> Iterator[str]:
    asking: dict[str, str] = table()["examples"]
    cited = dict.fromkeys(citation.report_id for citation in answer.citations)
    for report in (report for report in answerer.reports() if report.id in cited):
        figures = [figure for figure in store.figures([report.id]) if figure.indicator in asking]
        spans = [(c.start, c.end) for c in answer.citations if c.report_id == report.id]
        said = dict.fromkeys(f.indicator for f in figures if any(start <= f.start < end for start, end in spans))
        stated = dict.fromkeys(f.indicator for f in figures if f.kind in (Kind.DONE, Kind.AS_OF) and f.indicator not in said)
        yield from (f"各镇{asking[name]}" for name in said)
        yield from (f"{report.town}{report.year}年{asking[name]}" for name in stated)
        yield f"{report.town}存在哪些问题"
