"""Several questions in one message: 金井镇调解了多少纠纷？高观镇有几个法律明白人？"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from retrieval.question.topic import ASKS
from retrieval.types import Intent, Query

ENDS = re.compile(r"(?<=[?？])")
MOST = 8
"""Questions of one message that are answered one by one; of more, it is read as one."""


def pieces(message: str) -> list[str]:
    """The questions as they are parted by question marks and line breaks; the message alone where there is one, or too many.

    What asks nothing after a question mark belongs to the question before it: 哪些镇不足70名？只看2024年.
    """
    found = [piece for line in message.split("\n") for piece in _asking(line)]
    return found if 1 < len(found) <= MOST else [message]


def _asking(line: str) -> list[str]:
    found: list[str] = []
    for part in filter(None, (part.strip(" \t\r?？。，,；;") for part in ENDS.split(line))):
        if found and not ASKS.search(part):
            found[-1] = f"{found[-1]}，{part}"
        else:
            found.append(part)
    return found


def stand_apart(queries: Sequence[Query]) -> bool:
    """Whether they are about different reports, or want different kinds of answers, so that one reply cannot be made of all."""
    return any(_apart(one, other) for one, other in pairwise(queries))


def _apart(one: Query, other: Query) -> bool:
    if other.part is not one.part or _of_another_year(one, other):
        return True
    stands = bool(other.towns) and (one.every or not other.carried)
    return stands and (bool(one.towns) or one.every) and bool(other.topic) and any(_differ(one, other))


def _of_another_year(one: Query, other: Query) -> bool:
    """新来的镇长是谁？2023年那个又叫什么: each stands in a report of its own."""
    alone = Intent.TREND not in (one.intent, other.intent)
    return alone and bool(other.years) and one.years != other.years and one.towns == other.towns


def _differ(one: Query, other: Query) -> Iterator[bool]:
    yield set(one.towns).isdisjoint(other.towns)
    yield one.intent is not other.intent
    yield one.years != other.years
