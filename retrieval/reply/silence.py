"""The honest 没有 for a report that is there: it does not state the matter, or states it by another measure."""

from __future__ import annotations

from index.numerals import quantities, with_units
from index.text import grams
from retrieval.draft import Draft, Line
from retrieval.evidence import find
from retrieval.evidence.find import STATED
from retrieval.evidence.inquiry import Inquiry, sentences_of
from retrieval.evidence.judge import Findings, Judge
from retrieval.evidence.match import Needle
from retrieval.reply.compose import TABLE_ROW, cell_words, label, shown, source
from retrieval.types import Reason

NAMED = 5
"""Reports that are named one by one; more are counted."""
SUBJECT_LENGTH = 12
"""Characters of a topic that is echoed whole; of a longer one the words that weigh most."""


def not_stated(inquiry: Inquiry, judge: Judge, findings: Findings | None = None) -> Draft:
    """披露但口径不同 when a figure of the matter is stated by another measure; else 未披露, with the nearest sentence if one is near.

    ``findings`` are what was read for the question already.
    """
    findings = findings or judge.findings(inquiry)
    readings = inquiry.readings
    look = inquiry.look()
    other = [f for f in find.figures(look, sentences_of(readings)) if f.coverage >= STATED and not find.fits(f, look.wanted)]
    county = len({(r.report.place.county, r.report.town) for r in readings}) > len({r.report.town for r in readings})
    names = "、".join(dict.fromkeys(label(r.report, county=county) for r in readings)) if len(readings) <= NAMED else f"范围内{inquiry.total}份报告"
    years = (*(q.value for q in quantities(names)), float(inquiry.total))
    of = "的报告" if len(readings) <= NAMED else "都"
    topic = subject(inquiry, look.needle)
    if other and look.wanted.number:
        first = other[0]
        words = cell_words(first) if TABLE_ROW.search(first.words) else shown(find.widen(first).words)
        line = Line(f"{names}{of}写的是“{words}”，没有写明所问的数。", (source(first),), facts=years)
        return Draft((line,), Reason.DIFFERENT_MEASURE, inquiry.scope(), inquiry.coverage(0))
    lines = [Line(f"{names}{of}没有写明“{topic}”。", facts=(*years, *(q.value for q, _ in with_units(f"“{topic}”"))))]
    if findings.chance >= judge.calibration.near:
        nearest = findings.ranked[0].piece
        lines.append(Line(f"与此最相近的是：{shown(nearest.text)}。", (nearest.sentence.source(nearest.start, nearest.end),)))
    return Draft(tuple(lines), Reason.NOT_STATED, inquiry.scope(), inquiry.coverage(0))


def subject(inquiry: Inquiry, needle: Needle) -> str:
    """What was asked about, short: the topic, or its weightiest words where it is long."""
    pieces = inquiry.query.topic.split()
    while len(pieces) > 1 and sum(map(len, pieces)) > SUBJECT_LENGTH:
        pieces.remove(min(pieces, key=lambda piece: sum(needle.weights.get(gram, 0.0) for gram in grams(piece))))
    said = "".join(pieces)
    return said if said and len(said) <= 2 * SUBJECT_LENGTH else "所问的内容"
