"""What is made of a store once and kept between questions: its catalogue with every place, what questions are understood with, examples."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeVar

from index.store import Store
from index.types import Part, ReportInfo
from retrieval.question.everyday import Everyday
from retrieval.question.thesaurus import Thesaurus
from retrieval.question.understand import Understanding
from retrieval.reply import chat

Given = TypeVar("Given")
Made = TypeVar("Made")
NEWEST = 40
"""Reports that examples are thought up for."""


def kept(make: Callable[[Given], Made]) -> Callable[[Given], Made]:
    """``make``, not called again while it is given the very same value: to hash or compare a large catalogue takes milliseconds."""
    last: tuple[Given, Made] | None = None

    def get(given: Given) -> Made:
        nonlocal last
        known = last  # another thread may replace it meanwhile
        if known is None or known[0] is not given:
            known = last = (given, make(given))
        return known[1]

    return get


def understood(reports: tuple[ReportInfo, ...], thesaurus: Thesaurus, everyday: Everyday) -> Understanding:
    """What questions to these reports are understood with.

    With it all is made that lasts until the store changes. The garbage collector is told to pass it by: to look through what belongs
    to 10,000 reports takes several times as long as an answer, and it would do so in most of them. What lasted until now it looks
    through once more, or a process in which stores change for months would keep all of it.
    """
    understanding = Understanding.of(reports, thesaurus, everyday)
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    return understanding


def examples(store: Store, catalogue: tuple[ReportInfo, ...]) -> tuple[str, ...]:
    """Questions that the store answers."""
    newest = sorted((r for r in catalogue if r.town and r.year), key=lambda r: -(r.year or 0))[:NEWEST]
    troubled = next((r.id for r in newest if any(s.part is Part.PROBLEMS for s in store.sections(r.id))), "")
    return chat.examples(catalogue, store.figures([r.id for r in newest]), (troubled,))
