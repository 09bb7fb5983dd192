"""Is what a store holds what was put into it? Reads all of it, as questions would, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from index.chroma import passage_key
from index.errors import StoreError
from index.identify import identity
from index.sqlite import sound
from index.store import Store
from index.text import grams
from index.types import ReportInfo

LISTED = 3  # names in a message
DAMAGED = "库 {path} 里有 {count} 份报告的内容和收录时不一样：{names}；请把该库的文件夹改个名留底，再用原文件运行 zhenwen index。"
UNSEARCHABLE = "库 {path} 的全文索引搜不到库里的字句；请运行 zhenwen repair，它从目录重建索引。"
NOT_IN_CHROMA = "库 {path} 的向量库和目录对不上；照常答问，只是大库慢些。请运行 zhenwen repair，它从目录重建向量库。"
ITSELF = 0.99  # the cosine of a vector that was kept in halves with itself
UNEVEN = 0.01  # by which the length of a vector that is kept in halves may differ from 1
TRIED = 200  # characters of a passage that is searched for


def verify(store: Store) -> None:
    """Raises StoreError, which says what is damaged and how it is mended."""
    sound(store.path / "catalogue.sqlite")
    with store.reading():
        reports = store.reports()
        if damaged := [report for report in reports if not _whole(store, report)]:
            names = "、".join(report.file for report in damaged[:LISTED]) + ("等" if len(damaged) > LISTED else "")
            raise StoreError(DAMAGED.format(path=store.path, count=len(damaged), names=names))
        if not all(_found(store, report) for report in reports):
            raise StoreError(UNSEARCHABLE.format(path=store.path))
    if any(report.passages for report in reports) and not _in_chroma(store):
        raise StoreError(NOT_IN_CHROMA.format(path=store.path))


def _whole(store: Store, report: ReportInfo) -> bool:
    """Whether a report's text is the one that its id was made from, with everything that was made of it in its place."""
    text = store.report(report.id).text
    apart = ("", report.town, str(report.year or ""))  # what tells reports of one text from each other
    spans_fit = all(0 <= start < end <= len(text) for start, end in _spans(store, report))
    return report.id in {identity(text, of) for of in apart} and spans_fit and _vectors_whole(store, report)


def _vectors_whole(store: Store, report: ReportInfo) -> bool:
    """Whether there is a vector of length 1 for each passage."""
    with store.reading() as now:
        flat = now.catalogue.vectors([now.number(report.id)]).astype(np.float32)
    if not report.passages or len(flat) % report.passages:
        return not len(flat)
    lengths = np.linalg.norm(flat.reshape(report.passages, -1), axis=1)
    return bool(np.all(np.abs(lengths - 1) < UNEVEN))


def _spans(store: Store, report: ReportInfo) -> Iterator[tuple[int, int]]:
    yield from ((passage.start, passage.end) for passage in store.passages([report.id]))
    yield from ((figure.start, figure.end) for figure in store.figures([report.id]))


def _in_chroma(store: Store) -> bool:
    """Whether Chroma holds every passage of the catalogue, and finds one of them by its vector. What it holds besides is ignored by all."""
    with store.reading() as now:
        number, info = next((number, info) for number, info in now.infos.items() if info.passages)
        vector = now.catalogue.vectors([number]).reshape(info.passages, -1)[0].astype(np.float32)
        if not store.in_chroma():
            return False
        present = store.vectors.every_key()
        held = now.catalogue.passage_ids(now.infos).items()
        return all(passage_key(id_, n) in present for n, ids in held for id_ in ids) and store.vectors.nearest(vector, 1)[0][1] > ITSELF


def _found(store: Store, report: ReportInfo) -> bool:
    """Whether the words of a report's first passage lead to the report."""
    passages = store.passages([report.id])
    tokens = grams(passages[0].text[:TRIED]) if passages else []
    return not tokens or bool(store.lexical(tokens, [report.id], 1))
