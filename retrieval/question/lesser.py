"""Places that are no 镇, 乡 or 街道 in a question: 砚台街, 红星农场, 某某开发区, 柳湾村, 全国.

Those that a report is about are found by their full names. Others that look like an author of reports are strangers, so that
their figures are never taken from a town's report; villages and communities may be spoken of in one, and are handed on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from index.vocabulary import vocabulary
from retrieval.question.areas import HAN
from retrieval.question.words import pattern, table

Stretch = tuple[int, int]

LONGEST = 12  # characters of a name, ending included
FEWEST, MOST = 2, 6  # characters before the ending of a name that nobody knows


def known(text: str, names: Collection[str]) -> Iterator[Stretch]:
    """Where ``text`` names one of ``names`` that ends as such places do; the longest where several end together."""
    floor = 0
    for match in pattern("lesser", "ending").finditer(text):
        start = next((at for at in range(max(floor, match.end() - LONGEST), match.start()) if text[at : match.end()] in names), None)
        if start is not None:
            floor = match.end()
            yield start, floor


def strangers(text: str) -> Iterator[Stretch]:
    """Where ``text`` names a street, a farm, an area with an office of its own, or the whole country, that no report is about."""
    for match in pattern("lesser", "whole").finditer(text):
        yield match.span("name")
    yield from _named(text, "author")


def is_lesser(name: str) -> bool:
    """Whether a name ends as a street, a farm or an area does that may lie in a town.

    >>> is_lesser("糕点街"), is_lesser("柳湾镇")
    (True, False)
    """
    return any(match.end() == len(name) for match in pattern("lesser", "author").finditer(name))


def villages(text: str) -> Iterator[Stretch]:
    """Where ``text`` names a village or a community."""
    yield from _named(text, "village")


def _named(text: str, kind: str) -> Iterator[Stretch]:
    floor = 0
    for match in pattern("lesser", kind).finditer(text):
        start = _begin(text, floor, match.start())
        stem = text[start : match.start()]
        if FEWEST <= len(stem) <= MOST and not pattern("lesser", "general").search(stem) and stem not in vocabulary():
            yield start, match.end()
        floor = match.end()


def _begin(text: str, floor: int, end: int) -> int:
    """Where the name before an ending begins: at the head of its run, past a word that leads in, or where it reads best."""
    head = end
    while head > floor and HAN.match(text[head - 1]):
        head -= 1
    led = next((at + 1 for at in range(end - FEWEST - 1, head - 1, -1) if text[at] in table()["town"]["lead_ins"]), head)
    if end - led <= FEWEST + 1:
        return led
    run = text[led:end]
    sizes = range(FEWEST, min(len(run), MOST) + 1)
    return end - max(sizes, key=lambda size: vocabulary().apart(run, len(run) - size, len(run)))
