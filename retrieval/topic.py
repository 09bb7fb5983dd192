"""What a question is about, once its towns and years are blanked: content words, measure words, the parts it asks for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from retrieval.intent import says
from retrieval.types import Ask
from retrieval.words import blank_all, pattern, table

QUOTED = re.compile(r"[“\"「『《‘']([^”\"」』》’'“「『《‘]{2,40})[”\"」』》’']")
ANY_UNIT = frozenset(("个",))
"""Asked with these, a number of anything will do: 法律明白人有几个."""
EVERYDAY_LONGEST = 10


@dataclass(frozen=True, slots=True)
class Topic:
    """``text`` are the content words in order, a blank where something was taken out."""

    text: str
    units: tuple[str, ...]
    asks: tuple[Ask, ...]
    quoted: tuple[str, ...]
    expansions: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def weak(self) -> bool:
        """Whether the words say nothing without the turn before."""
        return pattern("topic", "weak").match(self.text) is not None


@lru_cache(maxsize=1)
def _units() -> tuple[str, str]:
    """The measure words as an alternation, longest first, and the same for the nouns that name their measure (件数)."""
    loaded = tomllib.loads(files("index").joinpath("units.toml").read_text(encoding="utf-8"))
    words = sorted({*loaded["units"], *loaded["digits_only"]}, key=len, reverse=True)
    others = loaded["other_words"] | {"人": "民员大口才事"}
    return "|".join(f"{word}(?![{others[word]}])" if word in others else word for word in words), "|".join(loaded["measures"])


@lru_cache(maxsize=1)
def _asked_unit() -> re.Pattern[str]:
    units, nouns = _units()
    return re.compile(rf"(?:多少|几(?!乎))(?:个)?(?P<unit>{units})|(?P<share>百分之[几多]|百分比|几成|比例)|(?P<noun>{nouns})")


@lru_cache(maxsize=1)
def _asking() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{part})" for part in table()["topic"]["asking"]).replace("UNITS", _units()[0]))


@lru_cache(maxsize=1)
def _everyday() -> dict[str, tuple[str, ...]]:
    """Everyday wording → the official words for it."""
    found: dict[str, list[str]] = {}
    for terms in table("thesaurus").values():
        for official, wordings in terms.items():
            for wording in wordings:
                found.setdefault(wording, []).append(official)
    return {wording: tuple(official) for wording, official in found.items()}


def topic_of(text: str) -> Topic:
    """``text`` is the normalised question with towns, places and years blanked."""
    text = blank_all(text, "topic", "issuer")
    words = clean(text)
    return Topic(words, units_of(text), tuple(_asks(text)), tuple(QUOTED.findall(text)), tuple(_expansions(text)))


def clean(text: str) -> str:
    """Take out politeness, question words, pronouns and particles; what was apart before stays apart."""
    for name in ("polite",):
        text = blank_all(text, "topic", name)
    text = _asking().sub(" ", text)
    for name in ("pronouns", "particles", "particles"):
        text = blank_all(text, "topic", name)
    for scope in ("every", "others", "own"):
        text = blank_all(text, "town", scope)
    parts = (pattern("topic", "edges").sub("", part) for part in text.split())
    return " ".join(part for part in parts if part)


def units_of(text: str) -> tuple[str, ...]:
    """The measure words asked for; 个 asks for a number of anything and is left out."""
    nouns = tomllib_measures()
    found = ["%" if match["share"] else match["unit"] or nouns[match["noun"]] for match in _asked_unit().finditer(text)]
    return tuple(dict.fromkeys(unit for unit in found if unit not in ANY_UNIT))


@lru_cache(maxsize=1)
def tomllib_measures() -> dict[str, str]:
    """Nouns that name their measure: 件数 → 件."""
    measures: dict[str, str] = tomllib.loads(files("index").joinpath("units.toml").read_text(encoding="utf-8"))["measures"]
    return measures


def _asks(text: str) -> Iterator[Ask]:
    """The parts of a question that asks for several things; nothing for a question that asks for one."""
    pieces = [piece for piece in re.split(r"[,;。?!]", text) if clean(piece)]
    parts = [part for piece in pieces for part in _parts(piece)]
    asks = [Ask(words, units) for part, units in parts if (words := clean(part))]
    if len(asks) > 1:
        yield from dict.fromkeys(asks)


def _parts(piece: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The asked parts of a clause: each with its own question word (几名甲、几名乙), or one for all (甲和乙各多少)."""
    segments = re.split(pattern("topic", "split"), piece)
    asked = [_asking().search(segment) is not None for segment in segments]
    shared = says("each", piece) or says("together", piece)
    if len(segments) > 1 and (all(asked) or (shared and sum(asked) == 1)):
        yield from ((segment, units_of(segment) or units_of(piece)) for segment in segments)
    elif any(asked):
        yield piece, units_of(piece)


def _expansions(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    at = 0
    while at < len(text):
        size = next((n for n in range(min(EVERYDAY_LONGEST, len(text) - at), 1, -1) if text[at : at + n] in _everyday()), 0)
        if size:
            yield text[at : at + size], _everyday()[text[at : at + size]]
        at += max(size, 1)
