"""Which of the towns of one name a question means, by the counties, cities and provinces that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from index.types import Place
from retrieval.question.alike import AlikeIndex, Likeness
from retrieval.question.areas import Area, bare, gazetteer, real_areas
from retrieval.types import TownRef

LEVELS = ("province", "city", "county")


ALL_TOWNS = re.compile(r"(?:各个?|所有|每个|哪[些几]个?)(?:乡镇|镇街|镇|乡|街道)[^,;。?]*[,;。?]")
"""All towns, to the end of the clause, where others follow;"""
SOME_TOWNS = re.compile(r"(?:的|那)几[个家](?:乡镇|镇街|镇|乡|街道)?[^,;。?:]*[,;。?]")
"""and those of which something is so (写了罚款数的几个乡镇), where one follows."""


def in_passing(question: str, refs: Sequence[TownRef]) -> bool:
    """Whether a question about all towns only goes on to speak of ``refs``: 各镇合计多少,栈头没写就说明一下. What is compared with one is about that one.

    >>> in_passing("各镇合计多少,栈头没写就说明一下", [TownRef("栈头镇", asked="栈头")])
    True
    >>> in_passing("写了罚款数的几个乡镇合起来罚了多少,栈头的罚没款也算", [TownRef("栈头镇", asked="栈头")])
    True
    >>> in_passing("哪些镇调解最多,比栈头多几件", [TownRef("栈头镇", asked="栈头")])
    False
    """
    every = ALL_TOWNS.search(question) or (SOME_TOWNS.search(question) if len(refs) == 1 else None)
    if every is None or any(not ref.known or ref.asked in question[: every.end()] for ref in refs):
        return False
    return bool(refs) and not any(re.search(f"[比跟和与同]{ref.asked}", question) for ref in refs)


def refs_of(name: str, places: Sequence[Place], bounds: Sequence[tuple[Area, ...]], asked: str) -> list[TownRef]:
    """The towns meant, as the areas decide; a county that contradicts makes a town that the store has not.

    Each of ``bounds`` is one place that was named, with all that its name may mean.
    """
    held = {place: [_held(place, alternatives) for alternatives in bounds] for place in places}
    possible = [place for place, verdicts in held.items() if False not in verdicts]
    meant = [place for place in possible if True in held[place]] or possible
    if meant:
        return [TownRef(place.town, place.county, True, asked) for place in meant]
    named = [area for alternatives in bounds for area in alternatives]
    county = next((area.name for area in named if area.level == "county"), named[0].name if named else "")
    return [TownRef(name, county, False, asked)]


def as_heard(bounds: Sequence[tuple[Area, ...]], places: Sequence[Place]) -> tuple[list[tuple[Area, ...]], list[str]]:
    """``bounds`` with a county that is none of ``places`` read as the one of theirs that sounds or looks like it, and what to say of it."""
    known = AlikeIndex.of(dict.fromkeys(bare(place.county) for place in places if place.county))
    read: list[tuple[Area, ...]] = []
    notes: list[str] = []
    for alternatives in bounds:
        said = alternatives[0].name
        fits = any(area.holds(place) for area in alternatives for place in places)
        near, found = (Likeness.NONE, []) if fits else known.find(bare(said))
        if near is not Likeness.TONE and is_place(bare(said)):
            near = Likeness.NONE  # a real county is never taken for another unless it sounds exactly the same
        meant = next((place.county for place in places if found == [bare(place.county)]), "") if near else ""
        read.append((Area(meant, "county"),) if meant else alternatives)
        notes += [f"“{said}”按{meant}理解"] if meant else []
    return read, notes


def unconfirmed(ref: TownRef, places: Sequence[Place], bounds: Sequence[tuple[Area, ...]]) -> Iterator[str]:
    """The county or city that was said and that nothing known of the town confirms: it may be another town of that name."""
    own = [_completed(place) for place in places if ref.known and place.county == ref.county]
    open_areas = [alternatives[0] for alternatives in bounds if own and not any(_held(place, alternatives) for place in own)]
    if open_areas:
        names = "".join(area.name for area in sorted(open_areas, key=lambda area: LEVELS.index(area.level)))
        yield f"报告没有写明{ref.town}属于{names}，是否同一个{ref.town}没有核实"


def _completed(place: Place) -> Place:
    """``place`` with the city and province of its county, where the gazetteer knows just one of that name."""
    counties = gazetteer().counties_named(place.county) if place.county else ()
    known = counties[0] if len(counties) == 1 else place
    return replace(place, province=place.province or known.province, city=place.city or known.city)


def by_level(named: Iterable[tuple[Area, ...]]) -> list[tuple[Area, ...]]:
    """Of two counties said apart from a town either may be its own: 同样叫望潮镇，云岫的和滨棠的."""
    levels: dict[str, tuple[Area, ...]] = {}
    for areas in named:
        levels[areas[0].level] = levels.get(areas[0].level, ()) + areas
    return list(levels.values())


def _held(place: Place, alternatives: Sequence[Area]) -> bool | None:
    verdicts = {area.holds(place) for area in alternatives}
    return True if True in verdicts else None if None in verdicts else False


def is_place(name: str) -> bool:
    """Whether a real town, county or city bears the bare name."""
    return gazetteer().contains_bare(name) or bool(real_areas(name))
