"""纪要: answers that somebody collects, to be taken away as a Word file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Source:
    """What ``[n]`` in an entry leads to: where it stands, its exact words, and the source as a reference."""

    head: str
    quote: str
    reference: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its answer; ``sources[n - 1]`` is what ``[n]`` in the text leads to."""

    question: str
    text: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Memo:
    """A collection of answers under a title."""

    title: str
    made: date
    entries: tuple[Entry, ...]
