"""The values that flow through ``index/``: frozen, slotted, and made of plain Python.

file ─load→ Document ─identify→ Report ─outline→ Section… ─chunk→ Passage… ─embed→ store
                                   └────────────figures→ Figure… ──────────────→ store

Offsets are Python string offsets into ``Report.text``: ``text[start:end]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Shape (n, dimension), every row of length 1."""


class Part(StrEnum):
    """What a section of a report talks about; decided by its headings."""

    DONE = "done"
    PROBLEMS = "problems"
    PLANS = "plans"


class Kind(StrEnum):
    """What a stated number claims. ``CHANGE`` is a difference to another year (比上年增加9起, 同比下降12%) and never a level."""

    DONE = "done"
    PLANNED = "planned"
    AS_OF = "as_of"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that a container states itself (Word style, bold line, HTML tag); ``level`` counts from 1."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Document:
    """What a loader read: the canonical text, and what the container says about it.

    ``text`` is what a reader sees, newlines normalised to ``\\n`` and nothing else altered.
    ``file`` is the name shown to people (``报告.docx``, ``全部.zip/报告.docx``); ``digest`` the SHA-256 of the source bytes.
    ``noise`` are spans of ``text`` that belong to the page and not to the report (浏览量, 扫一扫, page numbers).
    ``doubtful`` are spans that OCR was unsure of; ``ocr`` its mean confidence (0–1), None when no OCR was used.
    """

    file: str
    digest: str
    text: str
    format: str = "txt"
    url: str | None = None
    title: str | None = None
    issuer: str | None = None
    published: date | None = None
    written: date | None = None
    headings: tuple[Heading, ...] = ()
    noise: tuple[Span, ...] = ()
    doubtful: tuple[Span, ...] = ()
    ocr: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A township-level place; empty where unknown. ``town`` is the full name (金井镇, 解放桥街道, 白土坡乡)."""

    province: str = ""
    city: str = ""
    county: str = ""
    town: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInfo:
    """The identity of a report, without its text. ``place.town`` is "" and ``year`` None for a document that is no town report.

    ``id`` is the first 16 hex digits of the SHA-256 of the text, and of the town or year that tells it from others of the same text:
    the same report has the same id in every store.
    ``party`` tells a party committee's report from the government's of the same town and year.
    ``confidence`` (0–1) of town and year as found; 1.0 once a keeper has set them.
    ``passages`` and ``figures`` are counts, known once the report is in a store.
    ``period`` is what it covers where that is not its year: a part of it (第三季度), or several of which it is the last (2021—2025年).
    """

    id: str
    file: str
    digest: str
    title: str
    place: Place
    year: int | None
    issuer: str = ""
    party: bool = False
    written: date | None = None
    published: date | None = None
    url: str | None = None
    format: str = "txt"
    confidence: float = 1.0
    ocr: float | None = None
    passages: int = 0
    figures: int = 0
    period: str = ""

    @property
    def town(self) -> str:
        return self.place.town

    @property
    def spans_years(self) -> bool:
        """Whether it covers several years in a row."""
        return self.period[:4].isdigit()

    @property
    def when(self) -> str:
        """The time it covers, in words: 2024年, 2024年第三季度, 2021—2025年; "" where no year is known."""
        if self.year is None:
            return ""
        return self.period if self.spans_years else f"{self.year}年{self.period}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(ReportInfo):
    """A report with its canonical text; ``noise``, ``doubtful`` and ``notes`` as its Document had them."""

    text: str
    noise: tuple[Span, ...] = ()
    doubtful: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a report under one heading, from the heading to the next heading of any level.

    The sections of a report tile its text: no gap, no overlap, in order.
    ``path`` holds the heading texts above and including its own (empty for the preamble), ``label`` their numbers
    (``一(三)1``), ``heading`` the span of its own heading. ``level`` is ``len(path)``.
    """

    report_id: str
    ordinal: int
    start: int
    end: int
    path: tuple[str, ...] = ()
    label: str = ""
    heading: Span | None = None
    part: Part = Part.DONE

    @property
    def level(self) -> int:
        return len(self.path)


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of search: whole sentences of one section. ``report.text[start:end] == text``, always.

    ``id`` is ``<report id>:<start>-<end>``. What is embedded is ``embeddable``; what is shown is ``text``.
    """

    id: str
    report_id: str
    section: int
    start: int
    end: int
    text: str
    path: tuple[str, ...] = ()
    part: Part = Part.DONE
    town: str = ""
    year: int | None = None

    @property
    def embeddable(self) -> str:
        year = f"{self.year}年" if self.year else ""
        return "\n".join(line for line in (f"{self.town}{year}", " ".join(self.path), self.text) if line)


@dataclass(frozen=True, slots=True)
class Figure:
    """One stated number. ``start:end`` is the number with its unit, ``clause`` the words around it that give it sense.

    ``subject`` is what is counted, in the report's own words (矛盾纠纷, 法治宣传); ``action`` the verb before it
    (排查, 化解, 开展); ``indicator`` the name from the table of indicators, "" when the table has none.
    ``value`` of a percentage is in percent (97.5), of 1.3万 is 13000. ``unit`` as written (起, 人次, %).
    ``qualifier`` is 余, 约, 以上, 近 … or "". ``year`` is the year the number is about (the report's, unless the words say another).
    ``parent`` is the ordinal of the whole that this is a part of (其中…), within the report.
    ``owner`` is whose it is where it is not the report's own town's: 石桥村, 全县, 县司法局; "" for the town's.
    """

    report_id: str
    ordinal: int
    start: int
    end: int
    clause: Span
    subject: str
    action: str
    indicator: str
    value: float
    unit: str
    qualifier: str = ""
    kind: Kind = Kind.DONE
    year: int | None = None
    parent: int | None = None
    owner: str = ""


class Whole(NamedTuple):
    """As much of a figure as it takes to compare thousands: the ``ordinal`` tells which of its report's it is."""

    report_id: str
    ordinal: int
    value: float
    unit: str
    qualifier: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that was not taken in, and why, in words for a person.

    ``lasting`` when the reason lies in the file itself, so that reading it again would change nothing.
    """

    file: str
    reason: str
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What one run of ``index`` did, by file name."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = ()


class Encoder(Protocol):
    """Texts to vectors. ``name`` is kept in the store, which refuses another encoder's vectors."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: list[str], *, query: bool = False) -> Vectors:
        """Return the unit vectors of ``texts``, shape (len(texts), dimension); ``query`` adds the query prompt."""
        ...
