"""Whether the figures of a report agree with each other: parts with their whole, percentages with the counts beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.types import Figure, Kind, Report

PERCENT = "%"
REMAINDER = ("其他", "其它", "其余")
"""A listing with such a part is complete, and its parts must make up the whole."""
TOLERANCE = 0.051
"""Percent: a rate with one decimal may be rounded or cut (96.03 as 96.0, 98.59 as 98.5)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Figures (by ordinal) that do not agree, in words for a keeper; ``start:end`` covers them in the text."""

    report_id: str
    start: int
    end: int
    ordinals: tuple[int, ...]
    message: str


def inconsistencies(report: Report, figures: Sequence[Figure]) -> tuple[Finding, ...]:
    """Sums that do not add up and percentages that do not follow, in the order of the text."""
    found = [*_sums(report, figures), *_rates(report, figures)]
    return tuple(sorted(found, key=lambda finding: finding.start))


def _sums(report: Report, figures: Sequence[Figure]) -> Iterator[Finding]:
    for whole in figures:
        for parts in _listings(figures, whole):
            total = round(sum(part.value for part in parts), 6)
            complete = any(part.subject.startswith(REMAINDER) for part in parts)
            if total > whole.value or (complete and total != whole.value):
                sum_of = "+".join(f"{part.value:g}" for part in parts)
                yield _finding(report, (whole, *parts), f"分项之和与总数不符：{sum_of}={total:g}，总数写的是{whole.value:g}{whole.unit}")


def _listings(figures: Sequence[Figure], whole: Figure) -> Iterator[list[Figure]]:
    """The parts of ``whole``, one list for each way it is divided (其中成功…; 按类型分…): figures between them part them."""
    parts = [figure for figure in figures if figure.parent == whole.ordinal]
    for _, group in groupby(enumerate(parts), key=lambda numbered: numbered[1].ordinal - numbered[0]):
        listing = _to_remainder([part for _, part in group])
        if len(listing) > 1 and not any(figure.qualifier for figure in (whole, *listing)):
            yield listing


def _to_remainder(parts: list[Figure]) -> list[Figure]:
    """``parts`` up to the one that is the rest of the whole: what comes after it (剩下的2件) divides the whole in another way."""
    ends = (number for number, part in enumerate(parts, 1) if part.subject.startswith(REMAINDER))
    return parts[: next(ends, len(parts))]


def _rates(report: Report, figures: Sequence[Figure]) -> Iterator[Finding]:
    """In 调解204件，成功199件，成功率97.5% the rate must follow from the two counts before it in its sentence."""
    for rate in figures:
        if rate.unit != PERCENT or rate.kind is Kind.CHANGE or rate.qualifier or rate.indicator != "调解成功率":
            continue
        sentence = report.text.rfind("。", 0, rate.start)
        counts = [f for f in figures if sentence < f.start < rate.start and f.indicator.startswith("矛盾纠纷") and _plain(f, rate)]
        if len(counts) != 2 or counts[1].indicator != "矛盾纠纷化解" or counts[0].indicator == counts[1].indicator or not counts[0].value:
            continue
        whole, done = counts
        right = done.value / whole.value * 100
        if abs(right - rate.value) > max(TOLERANCE, _precision(report.text[rate.start : rate.end])):
            message = f"比率与数量不符：{done.value:g}÷{whole.value:g}={right:.1f}%，写的是{rate.value:g}%"
            yield _finding(report, (whole, done, rate), message)


def _plain(count: Figure, rate: Figure) -> bool:
    return count.kind is rate.kind and count.year == rate.year and not count.qualifier and count.parent is None


def _precision(written: str) -> float:
    """Half a unit of the last digit that is written, and as much again for those who cut: 96% may be 96.9%."""
    return 1.0 if "." not in written and "点" not in written and "．" not in written else 0.1


def _finding(report: Report, figures: Sequence[Figure], message: str) -> Finding:
    ordered = sorted(figures, key=lambda figure: figure.start)
    return Finding(report.id, ordered[0].start, ordered[-1].end, tuple(figure.ordinal for figure in ordered), message)
