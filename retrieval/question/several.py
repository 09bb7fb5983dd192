"""Several questions in one message: 金井镇调解了多少纠纷？高观镇有几个法律明白人？"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from retrieval.types import Intent, Query

ENDS = re.compile(r"(?<=[?？])|\n")
MOST = 8
"""Questions of one message that are answered one by one; of more, it is read as one."""


def pieces(message: str) -> list[str]:
    """The questions as they are parted by question marks and line breaks; the message alone where there is one, or too many."""
    found = [piece for part in ENDS.split(message) if (piece := part.strip(" \t\r?？。，,；;"))]
    return found if 1 < len(found) <= MOST else [message]


def stand_apart(queries: Sequence[Query]) -> bool:
    """Whether they are about different reports, or want different kinds of answers, so that one reply cannot be made of all."""
    return any(_apart(one, other) for one, other in pairwise(queries))


def _apart(one: Query, other: Query) -> bool:
    if other.part is not one.part or _of_another_year(one, other):
        return True
    stands = bool(other.towns) and not other.carried
    return stands and bool(one.towns) and bool(other.topic) and any(_differ(one, other))


def _of_another_year(one: Query, other: Query) -> bool:
    """新来的镇长是谁？2023年那个又叫什么: each stands in a report of its own."""
    alone = Intent.TREND not in (one.intent, other.intent)
    return alone and bool(other.years) and one.years != other.years and one.towns == other.towns


def _differ(one: Query, other: Query) -> Iterator[bool]:
    yield set(one.towns).isdisjoint(other.towns)
    yield one.intent is not other.intent
    yield one.years != other.years
