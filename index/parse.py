"""A document → a report with all that is made of its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from index.chunk import chunk
from index.figures import figures
from index.headings import Table
from index.identify import identify
from index.indicators import Indicators
from index.outline import outline
from index.places import Gazetteer
from index.shares import shares
from index.types import Document, Encoder, Figure, Passage, Rejected, Report, Section, Vectors

HALF_CHARACTER = re.compile("[\ud800-\udfff]")  # cannot be written as UTF-8: neither stored nor shown


@dataclass(frozen=True, slots=True)
class Parsed:
    """A report with what is made of its text. ``vectors`` are None when its passages have yet to be encoded."""

    report: Report
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    figures: tuple[Figure, ...]
    vectors: Vectors | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Tables:
    """What reading goes by: the shipped tables, with a keeper's own from the store's folder."""

    gazetteer: Gazetteer
    indicators: Indicators
    headings: Table


@lru_cache(maxsize=1)
def tables(store: Path, rules: str) -> Tables:  # noqa: ARG001 - other rules, other tables
    """The tables of a store, read once a process as long as the ``rules`` stay."""
    return Tables(
        Gazetteer.load(store / "places.csv"), Indicators.load(store / "indicators.toml"), Table.load(store / "headings.toml")
    )


def derive(report: Report, sections: tuple[Section, ...], indicators: Indicators) -> Parsed:
    """All that depends on whose report it is and of which year."""
    return Parsed(report, sections, chunk(report, sections), figures(report, sections, indicators))


def parse(item: Document | Rejected, by: Tables) -> Parsed | Rejected:
    """One document, identified, outlined, cut and counted."""
    if isinstance(item, Rejected):
        return item
    if HALF_CHARACTER.search(item.text):
        return Rejected(item.file, "文字里有不完整的字符，编码有误；请用原来的软件打开后另存一份再试")
    report = identify(item, by.gazetteer)
    return derive(report, outline(report, item.headings, by.headings), by.indicators)


def parse_all(item: Document | Rejected, by: Tables) -> list[Parsed | Rejected]:
    """One document, as the report or reports that it is made of."""
    whole = parse(item, by)
    if isinstance(item, Rejected) or isinstance(whole, Rejected):
        return [whole]
    own = shares(whole.report, whole.sections, by.gazetteer)
    if len(own) == 1:
        return [whole]
    return [derive(report, outline(report, item.headings, by.headings), by.indicators) for report in own]


def encoded(item: Parsed | Rejected, encoder: Encoder) -> Parsed | Rejected:
    """A document with the vectors of its passages."""
    if isinstance(item, Rejected):
        return item
    return replace(item, vectors=encoder.encode([passage.embeddable for passage in item.passages]))
