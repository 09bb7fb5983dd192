"""The tables of words that questions are made of, read once from ``words.toml`` and ``thesaurus.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=4)
def table(name: str = "words") -> dict[str, Any]:
    """The whole of ``<name>.toml`` of this package."""
    loaded: dict[str, Any] = tomllib.loads(files("retrieval").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=256)
def pattern(group: str, name: str) -> re.Pattern[str]:
    """The entries of ``[group] name`` as one alternation; earlier entries win."""
    entry = table()[group][name]
    return re.compile(entry if isinstance(entry, str) else "|".join(f"(?:{part})" for part in entry))


def blank(text: str, start: int, end: int) -> str:
    """``text`` with ``start:end`` blanked, so that no later step reads it again and offsets stay."""
    return text[:start] + " " * (end - start) + text[end:]


def blank_all(text: str, group: str, name: str) -> str:
    """``text`` with every match of a pattern blanked."""
    return pattern(group, name).sub(lambda match: " " * len(match[0]), text)
