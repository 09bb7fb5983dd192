"""An answer as a reply: its text, its sources with the words that answer marked, what can be done with it next."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from bot.core import texts
from bot.core.buttons import answer_buttons
from bot.core.desk import Desk
from bot.core.offers import Offer, offers
from bot.core.records import Record
from bot.core.types import Button, Quote, Reply
from retrieval.compose import HALF_MARKS
from retrieval.types import Answer, Citation

HEADING = 24  # characters of a heading in a source line; some headings run into their paragraph
SHORTEST_MARK = 4  # characters in common that are no chance


def answer_reply(desk: Desk, record: Record) -> Reply:
    """What is sent for an answer; one that is no answer offers what can be answered instead."""
    answer = record.answer
    further = _rows(desk, offers(desk.answerer, answer, record.history))
    return Reply(
        text=answer.text,
        quotes=tuple(Quote(f"{head(citation.title, citation.section)} · {citation.id}", citation.quote, marks(answer, citation)) for citation in answer.citations),
        note=texts.CHECKED.format(count=answer.numbers.total) if answer.citations and answer.numbers.total else "",
        buttons=(*further, *answer_buttons(record.id, answer)),
    )


def _rows(desk: Desk, found: Sequence[Offer]) -> tuple[tuple[Button, ...], ...]:
    """One question a row: they are long."""
    return tuple((Button(offer.label, f"q:{desk.records.offer(offer.question)}"),) for offer in found)


def head(title: str, path: Sequence[str]) -> str:
    """《title》 › heading › heading."""
    return f"《{title}》" + "".join(f" › {_shortened(heading)}" for heading in path)


def _shortened(heading: str) -> str:
    return heading if len(heading) <= HEADING else heading[:HEADING] + "…"


def marks(answer: Answer, citation: Citation) -> tuple[tuple[int, int], ...]:
    """Where the words of the lines that cite it stand in the quote."""
    lines = [line for line in answer.text.splitlines() if f"[{citation.n}]" in line]
    quote = citation.quote.translate(HALF_MARKS)
    found = {span for line in lines for span in _common(line.translate(HALF_MARKS), quote)}
    return tuple(_merged(sorted(found)))


def _common(line: str, quote: str) -> list[tuple[int, int]]:
    blocks = SequenceMatcher(None, line, quote, autojunk=False).get_matching_blocks()
    return [(b.b, b.b + b.size) for b in blocks if b.size >= SHORTEST_MARK]


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
