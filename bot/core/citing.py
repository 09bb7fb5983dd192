"""A source as a line of references, in the form of GB/T 7714 (2015 and 2025 agree on all that is used here)."""

from __future__ import annotations

from datetime import date

from index.types import ReportInfo
from retrieval.reply.cite import PREAMBLE, UNTITLED
from retrieval.types import Citation

COPY_LIMIT = 256
"""Characters that a copy button can carry; a longer reference is sent as a message."""


def reference(report: ReportInfo, place: str, cited: date) -> str:
    """责任者. 题名[R/OL]. 出版年: 引文位置(发布日期)[引用日期]. 网址.

    ``place`` is where in the report the words stand, by the numbers of its headings (一(三)1), or "". ``cited`` is the day on which
    they were looked up; it counts only for what is online. What the report does not tell is left out, as the standard asks.
    """
    issued = report.published or report.written
    kind = "R/OL" if report.url else "R"
    author = f"{_plain(report.issuer)}. " if report.issuer else ""
    year = f"{issued.year}" if issued else ""
    where = ": ".join(filter(None, (year, _plain(place)))) if place else ""
    dates = (f"({issued.isoformat()})" if issued else "") + (f"[{cited.isoformat()}]" if report.url else "")
    parts = [f"{author}{_plain(report.title)}[{kind}]", where + dates, report.url or ""]
    return ". ".join(part for part in parts if part) + "."


def place_of(citation: Citation) -> str:
    """Where in its report a citation stands: 金井2023·一(三)1 → 一(三)1; "" before the first heading."""
    place = citation.id.removeprefix(citation.title[:UNTITLED]).partition("·")[2]
    return "" if place == PREAMBLE else place


def _plain(words: str) -> str:
    """One line, without white space around it or a stop at its end, which the form sets itself."""
    return " ".join(words.split()).rstrip(".。")
