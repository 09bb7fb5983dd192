"""How a question and a sentence are put before the reader: the same while it learns and when it answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.cells import is_row
from index.types import Figure, Span

HEADING, BEFORE, SENTENCE, QUESTION = 16, 20, 120, 64
"""Characters that are read of the heading path, of the sentence before, of the sentence and of the question."""
LEADING, PREVIOUS, FOLLOWING = 56, 24, 24
"""Characters that are read before a figure, of the sentence before among them, and after it."""
MARK = "｜"
TURN = "；"
"""Between an earlier turn and the one that leans on it."""
NAME = re.compile(r"[“「『]([^”」』“「『，。；]{2,10})[”」』]")
LONGEST = 128
"""Tokens of a pair; what is longer is cut at the end."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with what its meaning may hang on: the headings above it and the sentence before."""

    headings: str
    before: str
    sentence: str
    named: str = ""
    """The name in quotation marks that was said last above it in its section: what 它 and 该室 may mean."""


def asked(question: str) -> str:
    """The question as the reader sees it: of a long one the end, which asks."""
    return question[-QUESTION:]


def told(candidate: Candidate) -> str:
    """The candidate as the reader sees it."""
    before = candidate.before[-BEFORE:]
    of = f"“{candidate.named}”" if candidate.named and candidate.named not in before + candidate.sentence else ""
    return MARK.join((candidate.headings[-HEADING:], of + before, candidate.sentence[:SENTENCE]))


def last_named(words: str, named: str) -> str:
    """The name in quotation marks that ``words`` say last, else ``named``, that of the words above."""
    found = NAME.findall(words)
    return found[-1] if found else named


def pointed(text: str, path: Sequence[str], sentence: Span, previous: str, figure: Figure, year: int | None) -> str:
    """A figure as the marker sees it, with the words around it: ``previous`` is the sentence before ``sentence`` in its section, ``year`` that
    of the report. A row of a table is read with the words of its heads."""
    words = text[sentence.start : sentence.end]
    earlier = f"{figure.owner}{figure.subject}{figure.action}：" if is_row(words) else previous[-PREVIOUS:]
    before, after = f"{earlier}{text[sentence.start : figure.start]}"[-LEADING:], text[figure.end : sentence.end][:FOLLOWING]
    past = f"上年{MARK}" if year and figure.year is not None and figure.year < year else ""
    return f"{past}{' › '.join(path)[-HEADING:]}{MARK}{before}【{text[figure.start : figure.end]}】{after}"
