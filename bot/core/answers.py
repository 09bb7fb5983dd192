"""An answer as a reply: its text, its sources with the words that answer marked, what can be done with it next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher

from bot.core import texts
from bot.core.buttons import Rows, answer_buttons, rows
from bot.core.citing import COPY_LIMIT, place_of, reference
from bot.core.desk import Desk
from bot.core.doubts import doubts
from bot.core.offers import Offer, offers
from bot.core.records import Record
from bot.core.types import Button, Quote, Reply, Who
from bot.receipts import note
from retrieval.reply.compose import HALF_MARKS
from retrieval.types import Answer, Citation, Reason

LOOKED_INTO = 8  # sources whose report is read for what does not agree in it
NAME = 10  # characters of a button, two of which fit beside each other on a phone
HEADING = 24  # characters of a heading in a source line; some headings run into their paragraph
MOST_COMPARED = 1_000_000  # characters of a line times those of a quote
SHORTEST_MARK = 4  # characters in common that are no chance


def answer_reply(desk: Desk, record: Record, who: Who | None = None) -> Reply:
    """What is sent for an answer, to who asked or to ``who``; one that is no answer offers what can be answered instead."""
    answer = record.answer
    further = _rows(desk, who or record.who, offers(desk.answerer, answer, record.history))
    return Reply(
        text=answer.text,
        quotes=tuple(Quote(f"{head(citation.title, citation.section)} · {citation.id}", citation.quote, marks(answer, citation)) for citation in answer.citations),
        note="\n".join(_notes(desk, answer)),
        buttons=(*further, *answer_buttons(record.id, answer, _short(references(desk, answer)))),
    )


def _notes(desk: Desk, answer: Answer) -> Iterator[str]:
    if answer.citations and answer.numbers.total:
        yield texts.CHECKED
    if written := note(answer.written):
        yield written
    if answer.reason is Reason.AMBIGUOUS and not answer.scope.towns:
        yield texts.WHOSE
    said = ((c, message) for c in answer.citations[:LOOKED_INTO] for message in doubts(desk.store, c.report_id, c.start, c.end))
    yield from dict.fromkeys(texts.DOUBT.format(town=c.town, year=c.year or "", message=message) for c, message in said)


def references(desk: Desk, answer: Answer) -> list[str]:
    """Its sources as lines of references, looked up today."""
    reports = {report.id: report for report in desk.answerer.reports()}
    today = date.fromtimestamp(desk.now())
    return [reference(reports[c.report_id], place_of(c), today) for c in answer.citations if c.report_id in reports]


def _short(lines: Sequence[str]) -> str:
    """The only reference, when a button can carry it."""
    return lines[0] if len(lines) == 1 and len(lines[0]) <= COPY_LIMIT else ""


def _rows(desk: Desk, who: Who, found: Sequence[Offer]) -> Rows:
    """Names of places two in a row, whole questions one: they are long."""
    buttons = [Button(offer.label, f"q:{desk.records.offer(who, offer.question)}") for offer in found]
    return rows(buttons, 2 if all(len(offer.label) <= NAME for offer in found) else 1)


def head(title: str, path: Sequence[str]) -> str:
    """《title》 › heading › heading."""
    return f"《{title}》" + "".join(f" › {_shortened(heading)}" for heading in path)


def _shortened(heading: str) -> str:
    return heading if len(heading) <= HEADING else heading[:HEADING] + "…"


def marks(answer: Answer, citation: Citation) -> tuple[tuple[int, int], ...]:
    """Where the words of the lines that cite it stand in the quote."""
    label = re.compile(f"{re.escape(citation.town)}|{citation.year}年")  # whose figure it is says the reply, not the quote
    lines = [label.sub("\n", line) for line in answer.text.splitlines() if f"[{citation.n}]" in line]
    quote = citation.quote.translate(HALF_MARKS)
    found = {span for line in lines for span in _common(line.translate(HALF_MARKS), quote)}
    return tuple(_merged(sorted(found)))


def _common(line: str, quote: str) -> list[tuple[int, int]]:
    if len(line) * len(quote) > MOST_COMPARED:
        return []  # a sentence that no person reads; the time would grow with the square of its length
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
