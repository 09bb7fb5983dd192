"""Is what a store holds what was put into it? Reads all of it, as questions would, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from index.errors import StoreError
from index.identify import identity
from index.store import Store
from index.text import grams
from index.types import ReportInfo

LISTED = 3  # names in a message
DAMAGED = "库 {path} 里有 {count} 份报告的内容和收录时不一样：{names}；请把该库的文件夹改个名留底，再用原文件运行 zhenwen index。"
UNSEARCHABLE = "库 {path} 的全文索引搜不到库里的字句；请把其中的 lexical 文件夹改个名，再运行 zhenwen index，会自行补齐。"
TRIED = 200  # characters of a passage that is searched for


def verify(store: Store) -> None:
    """Raises StoreError, which says what is damaged and how it is mended."""
    with store.reading():
        reports = store.reports()
        if damaged := [report for report in reports if not _whole(store, report)]:
            names = "、".join(report.file for report in damaged[:LISTED]) + ("等" if len(damaged) > LISTED else "")
            raise StoreError(DAMAGED.format(path=store.path, count=len(damaged), names=names))
        if not all(_found(store, report) for report in reports):
            raise StoreError(UNSEARCHABLE.format(path=store.path))


def _whole(store: Store, report: ReportInfo) -> bool:
    """Whether a report's text is the one that its id was made from, with everything that was made of it in its place."""
    text = store.report(report.id).text
    apart = ("", report.town, str(report.year or ""))  # what tells reports of one text from each other
    return report.id in {identity(text, of) for of in apart} and all(0 <= start < end <= len(text) for start, end in _spans(store, report))


def _spans(store: Store, report: ReportInfo) -> Iterator[tuple[int, int]]:
    yield from ((passage.start, passage.end) for passage in store.passages([report.id]))
    yield from ((figure.start, figure.end) for figure in store.figures([report.id]))


def _found(store: Store, report: ReportInfo) -> bool:
    """Whether the words of a report's first passage lead to the report."""
    passages = store.passages([report.id])
    tokens = grams(passages[0].text[:TRIED]) if passages else []
    return not tokens or bool(store.lexical(tokens, [report.id], 1))
