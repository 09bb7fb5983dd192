"""Which reports are meant by a question that names no town, but a thing that only they name: 白鹭哨, 背篓法庭."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.reading import Reading


def of_its_name(inquiry: Inquiry) -> Inquiry:
    """``inquiry`` about the reports alone that have the name, where some have it and others not: what another town calls otherwise does
    not answer. A name is what a report puts in quotation marks."""
    query = inquiry.query
    if query.towns or query.place or query.every:
        return inquiry
    every = (*inquiry.readings, *inquiry.older)
    said = {name for reading in every for name in reading.names if name in query.spoken}
    own = [name for name in said if not any(name != other and name in other for other in said)]
    readings, older = _having(own, inquiry.readings), _having(own, inquiry.older)
    if not (readings or older) or len(readings) + len(older) == len(every):
        return inquiry
    readings = readings or older
    ids = {reading.report.id for reading in readings}
    scoped = replace(inquiry.scoped, reports=tuple(r for r in (*inquiry.scoped.reports, *inquiry.scoped.older) if r.id in ids))
    return replace(inquiry, scoped=scoped, readings=readings, older=tuple(reading for reading in older if reading.report.id not in ids))


def _having(names: Sequence[str], readings: Sequence[Reading]) -> tuple[Reading, ...]:
    return tuple(reading for reading in readings if any(name in reading.report.text for name in names))
