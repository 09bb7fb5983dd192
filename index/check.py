"""The state of a collection, for whoever keeps it: what is missing, what is there twice, and what does not agree with itself."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Protocol

from index.identify import APART, identity
from index.places import complete_places
from index.sums import inconsistencies
from index.types import Figure, Kind, Place, Rejected, Report, ReportInfo
from index.versions import differing

DOUBTFUL = 0.6  # confidence below which a keeper should look at town and year
UNSURE_OCR = 0.9  # mean confidence of the recognition below which digits may be wrong
SHOWN = 5  # differing figures named of two versions, doubtful lines of a scan
FEW, LONG = 6, 60  # sentences in which two versions differ that are quoted, and characters of each
NUMBER = re.compile(r"\d")


class Matter(StrEnum):
    """What a concern is about, in words for a keeper."""

    REFUSED = "没能收录"
    NO_TOWN = "未识别"
    DOUBTFUL = "识别存疑"
    OPEN_PLACE = "所在地未定"
    OCR = "文字识别不清"
    VERSIONS = "同镇同年多份"
    MISSING_YEARS = "缺年份"
    NO_FIGURES = "没有数字"
    SUMS = "数字不符"


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that a keeper should look at: the reports it is about, by id and file, and what to do about it."""

    matter: Matter
    report_ids: tuple[str, ...]
    files: tuple[str, ...]
    message: str


class Collection(Protocol):
    """What is checked: a store, or anything that holds reports and their figures, and knows what it could not take in."""

    def reports(self) -> tuple[ReportInfo, ...]: ...

    def refused(self) -> tuple[Rejected, ...]: ...

    def report(self, report_id: str) -> Report: ...

    def figures(self, report_ids: Sequence[str]) -> tuple[Figure, ...]: ...


def check(collection: Collection) -> tuple[Concern, ...]:
    """Everything about the collection that a keeper should know, the most urgent kind first."""
    infos = collection.reports()
    places = complete_places(infos)
    found = [
        *(Concern(Matter.REFUSED, (), (each.file,), each.reason) for each in collection.refused()),
        *(concern for info in infos for concern in _identity(info, collection)),
        *_open_places(infos, places),
        *(concern for info in infos for concern in _scan(info, collection)),
        *_versions(infos, places, collection),
        *_same_text(infos, collection),
        *_missing_years(infos, places),
        *(concern for info in infos for concern in _sums(info, collection)),
    ]
    order = list(Matter)
    return tuple(sorted(found, key=lambda concern: order.index(concern.matter)))


def _about(matter: Matter, infos: Sequence[ReportInfo], message: str) -> Concern:
    return Concern(matter, tuple(info.id for info in infos), tuple(info.file for info in infos), message)


def _open_places(infos: Sequence[ReportInfo], places: dict[str, Place]) -> Iterator[Concern]:
    """Towns whose county is not known; what is set for one report holds for the others of this name."""
    towns: dict[str, list[ReportInfo]] = defaultdict(list)
    for info in infos:
        if info.town and not places[info.id].county:
            towns[info.town].append(info)
    for town, group in towns.items():
        yield _about(Matter.OPEN_PLACE, group, f"不知道{town}在哪个县区；可用 zhenwen reports set {group[0].id} --county 县区 补上")


def _scan(info: ReportInfo, collection: Collection) -> Iterator[Concern]:
    """What the recognition of a scan was unsure of: all of it, or lines with digits; and digits that no number can be read from."""
    if info.ocr is not None and info.ocr < UNSURE_OCR:
        yield _about(Matter.OCR, [info], f"扫描件识别把握 {info.ocr:.0%}，数字可能有误；请换更清楚的扫描件或文字版")
    report = collection.report(info.id)
    lines = [text for span in report.doubtful if NUMBER.search(text := report.text[span.start : span.end])]
    if lines:
        quoted = "".join(f"“{line[:LONG]}”" for line in lines[:SHOWN])
        what = "数字与认不出的字符连在一起，没有当作数字" if info.ocr is None else "带数字的文字没有认准"
        yield _about(Matter.OCR, [info], f"有 {len(lines)} 行{what}，请对照原件：{quoted}{'等' * (len(lines) > SHOWN)}")


def _identity(info: ReportInfo, collection: Collection) -> Iterator[Concern]:
    """What is wrong with one report by itself."""
    mend = f"zhenwen reports set {info.id}"
    if not info.town or info.year is None:
        lacking = "乡镇和年份" if not info.town else "年份"
        yield _about(
            Matter.NO_TOWN, [info], f"没有认出{lacking}，不在任何镇的范围里；如是镇的报告，请用 {mend} --town 镇名 --year 年份 补上"
        )
    elif info.confidence < DOUBTFUL:
        why = "".join(f"；{note}" for note in collection.report(info.id).notes if note.startswith(APART))
        yield _about(
            Matter.DOUBTFUL, [info], f"认作{info.town}{info.year}年，把握只有 {info.confidence:.0%}{why}；请核对，不对就用 {mend} 改正"
        )
    if info.town and not info.figures:
        yield _about(Matter.NO_FIGURES, [info], "没有读到任何数字；请看文件是否完整")


def _name(info: ReportInfo, place: Place) -> str:
    return f"{place.county}{info.town}"


def _versions(infos: Sequence[ReportInfo], places: dict[str, Place], collection: Collection) -> Iterator[Concern]:
    """Several reports of one town and year, with what differs."""
    groups: dict[tuple[str, str, str], list[ReportInfo]] = defaultdict(list)
    for info in infos:
        if info.town and info.when:
            groups[places[info.id].county, info.town, info.when].append(info)
    for (county, town, when), group in groups.items():
        for one, other in combinations(group, 2):
            only = differing(collection.report(one.id), collection.report(other.id))
            unlike = _unlike(collection.figures([one.id]), collection.figures([other.id]))
            figures = f"，数字不同：{'；'.join(unlike[:SHOWN])}" if unlike else "，指标数字一致"
            who = "（党委、政府各一份）" if one.party != other.party else ""
            yield _about(Matter.VERSIONS, [one, other], f"{county}{town}{when}有两份报告{who}，{_quoted(one, other, only)}{figures}")


def _same_text(infos: Sequence[ReportInfo], collection: Collection) -> Iterator[Concern]:
    """Reports of different towns with one text that names none of them: one may have been sent in under a wrong name."""
    groups: dict[str, list[ReportInfo]] = defaultdict(list)
    for info in infos:
        if info.town and identity(text := collection.report(info.id).text) != info.id:
            groups[identity(text)].append(info)
    for group in groups.values():
        if len({info.town for info in group}) > 1 and not any(info.town in group[0].title for info in group):
            names = "、".join(info.town for info in group)
            yield _about(Matter.VERSIONS, group, f"{names}的报告文字完全相同，镇名只在文件名里；都已收录，请核对是哪个镇的")


def _quoted(one: ReportInfo, other: ReportInfo, only: tuple[list[str], list[str]]) -> str:
    """How many sentences differ; a few are quoted."""
    count = sum(map(len, only))
    if not 0 < count <= FEW:
        return f"{count} 处文字不同"
    sides = ((info.file, "".join(f"“{text[:LONG]}”" for text in texts)) for info, texts in zip((one, other), only, strict=True))
    return f"{count} 处文字不同（{'；'.join(f'{file} 写{texts}' for file, texts in sides if texts)}）"


def _unlike(one: Sequence[Figure], other: Sequence[Figure]) -> list[str]:
    """The indicators of which both state a total of what was done in their year, and not the same one."""
    left, right = _totals(one), _totals(other)
    shared = [key for key in left if key in right and not set(left[key]) & set(right[key])]
    return [f"{indicator} {left[indicator, unit][0]:g}{unit}／{right[indicator, unit][0]:g}{unit}" for indicator, unit in shared]


def _totals(figures: Sequence[Figure]) -> dict[tuple[str, str], list[float]]:
    totals: dict[tuple[str, str], list[float]] = defaultdict(list)
    for figure in figures:
        if figure.indicator and figure.parent is None and not figure.owner and figure.kind in (Kind.DONE, Kind.AS_OF):
            totals[figure.indicator, figure.unit].append(figure.value)
    return totals


def _missing_years(infos: Sequence[ReportInfo], places: dict[str, Place]) -> Iterator[Concern]:
    """Towns of which the collection has years before and after a year that it has not."""
    held: dict[str, dict[int, ReportInfo]] = defaultdict(dict)
    for info in infos:
        if info.town and info.year is not None:
            held[_name(info, places[info.id])][info.year] = info
    for name, by_year in held.items():
        gaps = [str(year) for year in range(min(by_year), max(by_year)) if year not in by_year]
        if gaps:
            yield _about(
                Matter.MISSING_YEARS,
                list(by_year.values()),
                f"{name}有{min(by_year)}年和{max(by_year)}年的报告，缺{'、'.join(gaps)}年",
            )


def _sums(info: ReportInfo, collection: Collection) -> Iterator[Concern]:
    """Sums that do not add up and percentages that do not follow."""
    if info.figures:
        report = collection.report(info.id)
        for finding in inconsistencies(report, collection.figures([info.id])):
            quote = " ".join(report.text[finding.start : finding.end].split())
            yield _about(Matter.SUMS, [info], f"{finding.message}。原文：{quote}")
