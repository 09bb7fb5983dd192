"""The second reader: a language model is given the numbered sentences of the scope and says which answer, and how it would put it.

What it chooses is quoted as it stands; what it words goes through the lock; what is to be calculated the executor calculates, from
figures of the sentences. Nothing of its own reaches a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import BaseModel, BeforeValidator

from retrieval.assist.candidates import Candidates
from retrieval.assist.lock import visible
from retrieval.assist.model import Prompt
from retrieval.assist.prompting import prompt
from retrieval.assist.steps import Written
from retrieval.evidence.pieces import Piece

MOST = 40
"""Sentences that are quoted in one reply."""
INLINE = re.compile(r"[\[［【](?P<tag>[A-Za-z]?\d{1,4})[\]］】]")
SAID = re.compile(r'"text"\s*:\s*"(?P<text>(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*)')
Tag = Annotated[str, BeforeValidator(str)]
"""The number of a sentence; models write 3, "3", "[3]"."""


class Sentence(BaseModel):
    """One sentence of the answer, and the numbers of the sentences that it rests on."""

    text: str
    sources: list[Tag] = []


class Operand(BaseModel):
    """A number to calculate with: in which sentence it stands, and how it is written there."""

    source: Tag
    value: Tag


class Calculation(BaseModel):
    """One thing to be calculated: with which numbers, and how."""

    operands: list[Operand] = []
    steps: list[Written] = []


class Reply(BaseModel):
    """What the model is asked for. ``none`` says that no sentence answers, ``differs`` that they say otherwise than the question takes for
    granted."""

    none: bool = False
    differs: bool = False
    answers: list[Tag] = []
    sentences: list[Sentence] = []
    calculations: list[Calculation] = []

    @property
    def silent(self) -> bool:
        """Whether it says neither what answers nor that nothing does."""
        return not (self.none or self.answers or self.sentences or self.calculations)


def request(question: str, history: Sequence[str], candidates: Candidates) -> Prompt:
    """What the model is asked, with the sentences as material."""
    return prompt("reading", question=question, history="\n".join(history), material="\n".join(candidates.lines))


def preview(raw: str) -> str:
    """The sentences in what has been received of the model's JSON so far."""
    return "\n".join(visible(json.loads(f'"{match["text"]}"', strict=False)) for match in SAID.finditer(raw) if match["text"])


def tags_of(sentence: Sentence) -> list[str]:
    """The numbers that a sentence cites; those within its text count as those beside it."""
    return list(dict.fromkeys([*sentence.sources, *(match["tag"] for match in INLINE.finditer(sentence.text))]))


def without_tags(text: str) -> str:
    """``text`` without the numbers written into it."""
    return INLINE.sub("", text)


def chosen(reply: Reply, candidates: Candidates) -> tuple[Piece, ...]:
    """The sentences that the model says answer, or words its own from, or calculates with; numbers that are none are nobody's."""
    tags: Iterable[str] = (
        *reply.answers,
        *(tag for sentence in reply.sentences for tag in tags_of(sentence)),
        *(operand.source for calculation in reply.calculations for operand in calculation.operands),
    )
    found = (candidates.numbered(tag) for tag in tags)
    places = {(piece.sentence.report.id, piece.start): piece for piece in found if piece}
    return tuple(places.values())[:MOST]
