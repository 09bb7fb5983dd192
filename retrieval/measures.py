"""Whether the unit that was asked for and the unit that is stated measure the same."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def _classes() -> dict[str, frozenset[str]]:
    """Unit → the classes that it belongs to."""
    table: dict[str, list[str]] = tomllib.loads(files("retrieval").joinpath("measures.toml").read_text(encoding="utf-8"))
    units = {unit for row in table.values() for unit in row}
    return {unit: frozenset(name for name, row in table.items() if unit in row) for unit in units}


MONEY = {"千元": 1e3, "万元": 1e4, "亿元": 1e8}


def amount(value: float, unit: str) -> float:
    """``value`` on the scale on which figures of one measure compare: money in yuan."""
    return value * MONEY.get(unit, 1.0)


MORE, LESS = frozenset(("余", "多", "超过", "突破")), frozenset(("近", "将近", "不足", "不到"))
"""Qualifiers that say on which side of the written number the true one lies."""
HAIR = 1e-9
"""What 80余 lies above 80, so that it is more than 80 and not equal to it."""


def reach(value: float, unit: str, qualifier: str) -> float:
    """A value on the common scale, a hair above or below what is written where 余 or 近 says so."""
    scaled = amount(value, unit)
    if qualifier in MORE:
        return scaled + HAIR * max(abs(scaled), 1.0)
    return scaled - HAIR * max(abs(scaled), 1.0) if qualifier in LESS else scaled


def measures_of(unit: str) -> frozenset[str]:
    """The classes of a unit; a unit that no class has is a class of its own."""
    return _classes().get(unit, frozenset((unit,)))


def agree(asked: Iterable[str], stated: str) -> bool:
    """Whether ``stated`` measures what any of the ``asked`` units measures; nothing asked agrees with everything."""
    wanted = [measures_of(unit) for unit in asked]
    return not wanted or any(classes & measures_of(stated) for classes in wanted)


THINGS = {"cases": "件", "papers": "份", "places": "个", "visits": "批"}
"""Classes whose units people say for one another, each with a unit of it: 罚单开了多少张 is stated in 件."""


def loosely(units: Iterable[str]) -> tuple[str, ...]:
    """``units`` with those that people say for them.

    >>> loosely(["张"])
    ('张', '件', '份', '个', '批')
    >>> loosely(["人"])
    ('人',)
    """
    asked = tuple(units)
    said = THINGS.values() if any(measures_of(unit) & THINGS.keys() for unit in asked) else ()
    return tuple(dict.fromkeys((*asked, *said)))
