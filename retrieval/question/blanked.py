"""A question without the names of its towns, and without its years."""

from __future__ import annotations

import re

from retrieval.question.areas import bare
from retrieval.question.towns import Towns

BLANKED = re.compile("_+")
YEAR_NUMBER = re.compile(r"\d|[〇零○]|[一二三四五六七八九]{2}")
OF_TOWN = re.compile(r"(?<= )(的|那边的?|这边的?|那儿的?|镇里的?)(?=[^ ]|$)")
"""What leads from a town's name to what is asked of it."""
EMPTY = re.compile(r"\( *\)")
"""What is left of the county in 白鹭镇(澄源)."""


def without_towns(text: str, undated: str, rest: str) -> str:
    """``text`` with only the towns blanked, which ``rest`` lacks and ``undated`` has; all three are of one length."""
    return "".join(" " if after != before else character for character, before, after in zip(text, undated, rest, strict=True))


def own_words(text: str, undated: str, rest: str, towns: Towns) -> str:
    """``text`` without the towns of the store that it names, however it writes them, and without years by their numbers: 明年, 哪个镇
    and what only looked like a town (老乡) are words that a report may use."""
    names = [*(bare(name) for ref in towns.refs if ref.known for name in (ref.town, ref.asked, ref.county) if name), *(area.name for area in towns.areas)]
    kept = list(text)
    for before, after, goes in ((text, undated, YEAR_NUMBER.search), (undated, rest, lambda words: any(name in words for name in names))):
        for run in BLANKED.finditer("".join("_" if new != old else "." for old, new in zip(before, after, strict=True))):
            if goes(text[run.start() : run.end()]):
                kept[run.start() : run.end()] = " " * (run.end() - run.start())
    return OF_TOWN.sub(" ", EMPTY.sub(lambda match: " " * len(match[0]), "".join(kept)))
