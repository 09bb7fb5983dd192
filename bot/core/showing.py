"""A source opened: the sentence in its paragraph, under its headings, and the passages before and after it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from bot.core import texts
from bot.core.answers import head
from bot.core.buttons import Rows, numbers
from bot.core.desk import Call, Desk, Done
from bot.core.doubts import doubts
from bot.core.types import Button, Quote, Reply
from index.errors import StoreError
from index.types import Passage
from retrieval.types import Citation


def opened(desk: Desk, citation: Citation) -> Reply:
    """The passage that a citation stands in, its words marked. Raises StoreError when the report is gone."""
    passages = desk.store.passages([citation.report_id])
    if not passages:
        raise StoreError(texts.NO_REPORT)
    at = max(0, bisect_right([passage.start for passage in passages], citation.start) - 1)
    return _page(desk, passages, at, citation.start, citation.end)


def turned(desk: Desk, call: Call) -> Done:
    """Another passage of the same report: ``page:<report id>:<start>:<marked from>:<marked to>``."""
    report_id, *places = call.words.split(":")
    start, marked_from, marked_to = numbers(":".join(places), 3)
    passages = desk.store.passages([report_id])
    at = next((n for n, passage in enumerate(passages) if passage.start == start), None)
    if at is None:
        return Done(reply=Reply(texts.NO_REPORT))
    return Done(reply=_page(desk, passages, at, marked_from, marked_to))


def _page(desk: Desk, passages: Sequence[Passage], at: int, start: int, end: int) -> Reply:
    passage = passages[at]
    report = next(info for info in desk.store.reports() if info.id == passage.report_id)
    mark = (max(0, start - passage.start), min(len(passage.text), end - passage.start))
    quote = Quote(head(report.title, passage.path), passage.text, (mark,) if mark[0] < mark[1] else ())
    place = " · ".join(filter(None, (texts.PLACE.format(n=at + 1, count=len(passages)), report.issuer, report.url or "")))
    doubted = doubts(desk.store, report.id, passage.start, passage.end)
    notes = (place, *(texts.DOUBT.format(town=report.town, year=report.year or "", message=message) for message in doubted))
    return Reply("", (quote,), note="\n".join(notes), buttons=_turning(passages, at, start, end))


def _turning(passages: Sequence[Passage], at: int, start: int, end: int) -> Rows:
    def to(label: str, n: int) -> Button:
        return Button(label, f"page:{passages[n].report_id}:{passages[n].start}:{start}:{end}")

    row = [to("上一段", at - 1)] if at else []
    row += [to("下一段", at + 1)] if at + 1 < len(passages) else []
    return (tuple(row),) if row else ()
