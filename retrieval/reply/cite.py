"""Citations: exact words of a report, with an id that people can read out and that stays while the text stays."""

from __future__ import annotations

import re

from index.types import Report, Section
from retrieval.draft import Source
from retrieval.types import Citation

SUFFIX = re.compile(r"(?<=..)(街道|民族乡|苏木|镇|乡)$")
PREAMBLE = "题首"
UNTITLED = 12
"""Characters of the title that stand for a document which is no town report."""


def citation_id(report: Report, section: Section) -> str:
    """``金井2023·一(三)1``: town, year, and the numbers of the headings; 党委 marks a party committee's report.

    The id names a section; the quote within it is found by its offsets. It is made from the text alone, so it
    is the same in every store.
    """
    name = f"{short_town(report.town)}{report.year or ''}{'' if report.spans_years else report.period}{'党委' if report.party else ''}" if report.town else report.title[:UNTITLED]
    return f"{name}·{section.label or PREAMBLE}"


def short_town(town: str) -> str:
    """金井镇 → 金井; a name of two characters stays whole."""
    return SUFFIX.sub("", town)


def cite(number: int, source: Source) -> Citation:
    """The citation of ``source`` as number ``number`` of an answer."""
    report = source.report
    return Citation(
        n=number,
        id=citation_id(report, source.section),
        report_id=report.id,
        file=report.file,
        title=report.title,
        town=report.town,
        year=report.year,
        section=source.section.path,
        quote=source.quote,
        start=source.start,
        end=source.end,
        url=report.url,
    )
