"""What is to be doubted in cited words: sums that do not add up, characters that were hard to read."""

from __future__ import annotations

from bot.core import texts
from index.store import Store
from index.sums import inconsistencies


def doubts(store: Store, report_id: str, start: int, end: int) -> list[str]:
    """In words, what in ``text[start:end]`` of a report does not agree, or was read from a picture without certainty.

    Nothing is known of a report that has left the store.
    """
    with store.reading() as now:
        if report_id not in now.numbers:
            return []
        report, figures = now.report(report_id), now.figures([report_id], "")
    within = {figure.ordinal for figure in figures if start <= figure.start < end}
    found = [finding.message for finding in inconsistencies(report, figures) if not within.isdisjoint(finding.ordinals)]
    unsure = [report.text[max(span.start, start) : min(span.end, end)] for span in report.doubtful if span.start < end and span.end > start]
    if unsure:
        found.append(texts.UNSURE.format(words="、".join(unsure)))
    elif report.ocr is not None:
        found.append(texts.RECOGNISED)
    return found
