"""The words around a figure: what is counted, what was done to it, and whether it is a plan, a change, a part, a nought."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from index.layout import CELL_MARKS

LEFT_LIMIT = 60
"""Characters before a number that may name what it counts; longer clauses begin with scenery."""
LEAST_SUBJECT = 3
PEOPLE = frozenset({"人", "名", "位"})
SUMS = frozenset({"元", "万元", "亿元"})
"""Units of money, which is of what its own words say: 立案撤销2件，罚款36500元."""
ASIDE = re.compile(r"[（(][^（）()]*[）)]")
RATE = re.compile(r"[率度]$")


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of ``figure_words.toml`` as patterns."""

    openers: re.Pattern[str]
    closers: re.Pattern[str]
    neutral: re.Pattern[str]
    elliptic: re.Pattern[str]
    parts: re.Pattern[str]
    plans: re.Pattern[str]
    compare: re.Pattern[str]
    change: re.Pattern[str]
    last_year: re.Pattern[str]
    fresh: re.Pattern[str]
    each: re.Pattern[str]
    idle: re.Pattern[str]
    nought: re.Pattern[str]
    nought_things: re.Pattern[str]


@lru_cache(maxsize=1)
def _alternations() -> dict[str, str]:
    table: dict[str, list[str]] = tomllib.loads(files("index").joinpath("figure_words.toml").read_text(encoding="utf-8"))
    return {name: "|".join(sorted(entries, key=len, reverse=True)) for name, entries in table.items()}


@lru_cache(maxsize=1)
def verbs() -> re.Pattern[str]:
    """What is done to a thing. Apart from the others: a question needs it alone, and to make them all would take half of its time."""
    return re.compile(f"(?:{_alternations()['verbs']})(?![率员委办])")


@lru_cache(maxsize=1)
def words() -> Words:
    """The patterns, made once."""
    either = _alternations()
    return Words(
        openers=re.compile(f"(?:{either['openers']})+"),
        closers=re.compile(f"(?:{either['closers']})+$"),
        neutral=re.compile(f"(?:{either['openers']}|{either['neutral']})*"),
        elliptic=re.compile(f"(?:{either['openers']}|{either['neutral']}|{either['elliptic']}|{either['change']})+"),
        parts=re.compile(either["parts"]),
        plans=re.compile(either["plans"]),
        compare=re.compile(either["compare"]),
        change=re.compile(f"(?:{either['change']})(?:了|约|近|达)*$"),
        last_year=re.compile(f"(?:{either['last_year']})$"),
        fresh=re.compile(either["fresh"]),
        each=re.compile(either["each"]),
        idle=re.compile(either["idle"]),
        nought=re.compile(
            rf"(?<![一-龥]有)(?<!尚)(?:{either['nought']})(?:{either['nought_verbs']})?(?P<things>[^，。；：！？,;:\n（(“]{{2,24}})(?=[，。；！？,;\n）)]|$)"
            rf"|(?P<before>(?!\s)[^，。；：！？,;:\n（(“0-9零]{{2,24}}?)(?:{either['nought_after']})[零0０〇](?=[，。；、！？,;\n）)]|$)"
        ),
        nought_things=re.compile(f"(?:{either['nought_things']})$"),
    )


def core(left: str) -> str:
    """The words before a number without time, place, totals and connectives: 全年共排查矛盾纠纷 → 排查矛盾纠纷."""
    text = ASIDE.sub("", left)[-LEFT_LIMIT:].rstrip(f"{CELL_MARKS} ")
    part = words().parts.search(text)
    text = text[part.end() :] if part else text
    opener = words().openers.match(text)
    text = text[opener.end() :] if opener else text
    closer = words().closers.search(text)
    return text[: closer.start()] if closer else text


def is_bare(own: str) -> bool:
    """Whether the words are verbs only, or none at all: 化解, 累计开展."""
    return not own or words().elliptic.fullmatch(own) is not None


def is_elliptic(own: str) -> bool:
    """Whether the words lean on something named before: bare ones, and a rate (按期办结率)."""
    return is_bare(own) or RATE.search(own) is not None


def is_neutral(own: str) -> bool:
    """Whether the words say nothing of what is counted: 开展, 达到."""
    return words().neutral.fullmatch(own) is not None


def action_and_subject(own: str) -> tuple[str, str]:
    """The verb and what it acts on: 镇司法所开展法律咨询 → (开展, 法律咨询); 矛盾纠纷调处 → (调处, 矛盾纠纷); 化解 → (化解, "")."""
    if RATE.search(own):
        return "", own
    if is_elliptic(own):
        return own, ""
    found = list(verbs().finditer(own))
    inner = [verb for verb in found if verb.end() < len(own) - 1]
    if not inner:
        tail = next((verb for verb in found if verb.start() and verb.end() == len(own) and is_elliptic(verb[0])), None)
        return (tail[0], own[: tail.start()]) if tail else ("", own)
    first = last = inner[0]
    for verb in inner[1:]:
        if verb.start() == last.end() and verb.end() <= len(own) - LEAST_SUBJECT:
            last = verb  # 排查化解 is one action; in 提出整改建议 the second is part of the thing
    return own[first.start() : last.end()], core(own[last.end() :].lstrip("了各类项种的“"))
