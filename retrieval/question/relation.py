"""What a question about one report asks to be calculated, with the words on its two sides: 甲占乙的几成, 甲之外还有多少, 平均每甲几乙.

The marker has learned to read it; which figures of the report are meant is chosen in ``retrieval/plan/operands.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from retrieval.question.derivation import POPULATION, Asked, Relation, rates_of
from retrieval.question.planning import MEANT, SURE
from retrieval.question.topic import ASKS, clean, units_of
from retrieval.question.words import blank, measure_words
from retrieval.reader.marker import ROLES, Marker

OWN = 0.4
"""Chance from which a character is of a role."""
SEAM = 1
"""Characters between two stretches of one role that do not part them, unless they are those between the names of a list."""
CLAUSE = re.compile("[^,。?;!]{4,}")
MARK = re.compile("[，,。？?；;：:！!]")
RATIO = re.compile("比例|占比|比重|百分比|率(?!领|先)")
EDGE = re.compile(r"^[的被,，]+|[的了,，]+$")
SO_MANY = re.compile("^(?:平均|每|一|个)+|均$")
BETWEEN = re.compile("[、和与及跟,，;；+]")
CASE = {"案": "件", "案子": "件", "案件": "件", "居民": "人", "名": "人", POPULATION: "人", "社区": "村"}
"""What so much for each is called by in a report."""
Span = tuple[int, int]


def relations_of(question: str, own: str, rest: str, chances: Mapping[str, float], marker: Marker) -> tuple[Asked, ...]:
    """What ``question``, normalised, asks to be calculated, sums first, then the surest; ``own`` is the same without its towns and years,
    ``rest`` without politeness, too; ``chances`` those of its kinds.

    Each clause is read by itself, too: 占几成，平均每场几人 asks for two things. A rate is for the report to state; where it does not, it is
    a share (调成率).
    """
    found = list(_read(question, own, rest, chances if _asks(question) else _sure(chances), marker))
    spans = [clause.span() for clause in CLAUSE.finditer(question)]
    for start, end in spans if len(spans) > 1 else ():
        clause = question[start:end]
        known = {asked.relation for asked in found}
        # a clause by itself may only lead to the question
        sure = _sure(marker.kinds(clause)) if _asks(clause) else {}
        found += [asked for asked in _read(clause, own[start:end], rest[start:end], sure, marker) if asked.relation not in known]
    found = list(_related(found))
    if all(asked.relation is not Relation.SHARE for asked in found):
        found += [Asked(Relation.SHARE, rate, clean(rest.replace(f"{rate}率", " ")), name=f"{rate}率") for rate in rates_of(own)]
    every = sorted(dict.fromkeys(found), key=lambda asked: asked.relation is not Relation.SUM)
    return tuple(replace(asked, question=f"{asked.one}占{asked.other}多少") if _among(asked, every) else asked for asked in every)


def _asks(words: str) -> bool:
    """Whether they say that something is asked: 对比一下两镇 says no more than which towns."""
    return ASKS.search(words) is not None or RATIO.search(words) is not None


def _sure(chances: Mapping[str, float]) -> dict[str, float]:
    return {kind: chance for kind, chance in chances.items() if chance >= SURE}


def _among(asked: Asked, every: Sequence[Asked]) -> bool:
    """Whether it is one of several shares: 甲和乙各占多少."""
    return asked.relation is Relation.SHARE and sum(other.relation is Relation.SHARE for other in every) > 1


def _related(found: Sequence[Asked]) -> Iterator[Asked]:
    """A share that is asked with a sum is that of the sum (甲和乙加起来多少, 占全部的多少); with a step, of what it is of (投诉降了几件, 占工单的几成)."""
    known = {asked.relation: asked for asked in found}
    step, share = known.get(Relation.GAP), known.get(Relation.SHARE)
    for asked in found:
        if asked.relation is Relation.SHARE and Relation.SUM in known:
            yield replace(asked, one="", parts=known[Relation.SUM].parts)
        elif asked.relation is Relation.SHARE and step:
            yield replace(asked, one=asked.one or step.one)
        elif asked.relation is Relation.GAP and share and asked.other and asked.other in share.other:
            yield replace(asked, other="")
        else:
            yield asked


def _read(question: str, own: str, rest: str, chances: Mapping[str, float], marker: Marker) -> Iterator[Asked]:
    asked = sorted((relation for relation in Relation if chances.get(relation.value, 0) >= MEANT), key=lambda relation: -chances[relation.value])
    amounts = {unit for unit in units_of(question) if unit != "%"}
    for relation in asked:
        for found in _asked(relation, _sides(question, own, rest, marker.roles(question, relation.value))):
            if relation is Relation.SHARE and amounts and not found.one:
                continue  # 占地多少亩 has no part
            yield replace(found, name=f"{found.one}率") if relation is Relation.SHARE and found.one and f"{found.one}率" in own else found


@dataclass(frozen=True, slots=True)
class Sides:
    """The words of each role, and those of none that stand before the last of them."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    others: str
    listed: bool
    """Whether a mark of a list stands between those of the first role;"""
    beside: bool
    """and whether one alone stands between those of the first and those of the second: 甲和乙各占多少 names no whole."""


def _sides(question: str, own: str, rest: str, roles: NDArray[np.float32]) -> Sides:
    surest = roles == roles.max(axis=1, keepdims=True)
    every = [list(_stretches(question, np.where(surest[:, role], roles[:, role], 0))) for role in range(len(ROLES))]
    stretches = [[inner for inner in found if not any(_inside(inner, outer) for outer in chain(*every))] for found in every]
    rest = rest[: max((start for start, _ in chain(*stretches)), default=len(rest))]
    for start, end in chain(*stretches):
        rest = blank(rest, start, end)
    one, other, _ = (tuple(words for start, end in found if clean(words := EDGE.sub("", "".join(own[start:end].split())))) for found in stretches)
    gaps = (question[left[1] : right[0]] for left, right in pairwise(stretches[0]))
    between = question[stretches[0][-1][1] : stretches[1][0][0]] if stretches[0] and stretches[1] else ""
    return Sides(one, other, clean(MARK.sub(" ", rest)), any(map(BETWEEN.search, gaps)), BETWEEN.fullmatch(between) is not None)


def _inside(inner: Span, outer: Span) -> bool:
    """The 法 of 普法活动 is no name of its own."""
    return inner != outer and outer[0] <= inner[0] and inner[1] <= outer[1]


def _stretches(question: str, chances: NDArray[np.float32]) -> Iterator[Span]:
    """Where the words of a role stand."""
    found: list[Span] = []
    for at in np.flatnonzero(chances >= OWN).tolist():
        if found and at - found[-1][1] <= SEAM and not BETWEEN.search(question[found[-1][1] : at]):
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    yield from found


def _asked(relation: Relation, sides: Sides) -> Iterator[Asked]:
    one, other = " ".join(sides.one), " ".join(sides.other)
    match relation:
        case Relation.EACH:
            per = SO_MANY.sub("", sides.other[-1]) if sides.other else ""
            unit = CASE.get(per, per if re.fullmatch(measure_words()[0], per) else "")
            yield Asked(relation, f"{sides.others} {one}".strip(), POPULATION if unit == "人" else "" if unit else per, unit)
        case Relation.SUM:
            yield Asked(relation, "、".join(sides.one), parts=_parts(sides.one))
        case Relation.REST:
            yield Asked(relation, "、".join(sides.one), f"{sides.others} {other}".strip(), parts=_parts(sides.one))
        case Relation.SHARE:
            if sides.beside:
                yield from (Asked(relation, part, sides.others) for part in (*sides.one, *sides.other))
                return
            for part in sides.one if sides.listed else (one,):
                yield Asked(relation, part, f"{sides.others} {other}".strip())
        case Relation.GAP:
            yield Asked(relation, one or sides.others, other)
        case _:
            yield Asked(relation, one or sides.others)


def _parts(names: Sequence[str]) -> int:
    """How many figures they name; one name may be that of several (这三类)."""
    return len(names) if len(names) > 1 else 0
