"""How a question and a sentence are put before the reader: the same while it learns and when it answers."""

from __future__ import annotations

from dataclasses import dataclass

HEADING, BEFORE, SENTENCE, QUESTION = 16, 20, 120, 64
"""Characters that are read of the heading path, of the sentence before, of the sentence and of the question."""
MARK = "｜"
TURN = "；"
"""Between an earlier turn and the one that leans on it."""
LONGEST = 128
"""Tokens of a pair; what is longer is cut at the end."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with what its meaning may hang on: the headings above it and the sentence before."""

    headings: str
    before: str
    sentence: str


def asked(question: str) -> str:
    """The question as the reader sees it: of a long one the end, which asks."""
    return question[-QUESTION:]


def told(candidate: Candidate) -> str:
    """The candidate as the reader sees it."""
    return MARK.join((candidate.headings[-HEADING:], candidate.before[-BEFORE:], candidate.sentence[:SENTENCE]))
