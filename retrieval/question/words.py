"""The tables of words that questions are made of, read once from ``words.toml`` and ``thesaurus.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

CLAUSE_START = r"(?<![㐀-䶿一-鿿a-z0-9])"


@lru_cache(maxsize=4)
def table(name: str = "words", package: str = "retrieval.question") -> dict[str, Any]:
    """The whole of ``<name>.toml`` of a package."""
    loaded: dict[str, Any] = tomllib.loads(files(package).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=256)
def pattern(group: str, name: str) -> re.Pattern[str]:
    """The entries of ``[group] name`` as one alternation; earlier entries win."""
    entry = table()[group][name]
    parts = entry if isinstance(entry, str) else "|".join(f"(?:{part})" for part in entry)
    return re.compile(parts.replace("START", CLAUSE_START).replace("UNITS", f"(?:{measure_words()[0]})"))


@lru_cache(maxsize=1)
def measure_words() -> tuple[str, dict[str, str]]:
    """The measure words as an alternation, longest first; and the nouns that name their measure (件数 → 件)."""
    loaded = table("units", "index")
    words = sorted({*loaded["units"], *loaded["digits_only"]}, key=len, reverse=True)
    others = loaded["other_words"] | table()["unit"]["other_words"]
    return "|".join(f"{word}(?![{others[word]}])" if word in others else word for word in words), loaded["measures"]


def blank(text: str, start: int, end: int) -> str:
    """``text`` with ``start:end`` blanked, so that no later step reads it again and offsets stay."""
    return text[:start] + " " * (end - start) + text[end:]


def blank_all(text: str, group: str, name: str) -> str:
    """``text`` with every match of a pattern blanked, but for its group ``keep``: 写明罚款的镇 asks about 罚款."""
    return pattern(group, name).sub(_blanked, text)


def _blanked(match: re.Match[str]) -> str:
    start, end = match.span("keep") if "keep" in match.re.groupindex else (-1, -1)
    return "".join(character if start <= at < end else " " for at, character in enumerate(match[0], match.start()))
