"""One committed state of a store, and all that is read from it. Values out of the catalogue, ids out of the indexes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.errors import StoreError
from index.lexical import LexicalIndex
from index.types import Figure, Passage, Report, ReportInfo, Section, Whole


@dataclass(frozen=True)
class Snapshot:
    """The reports of one state by number, ordered by file name, with the lexical index of that state."""

    state: str
    catalogue: Catalogue
    infos: Mapping[int, ReportInfo]
    lexical: LexicalIndex

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Report id → number."""
        return {info.id: number for number, info in self.infos.items()}

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """Report id → its place in the order of file names."""
        return {info.id: place for place, info in enumerate(self.reports)}

    @cached_property
    def _items(self) -> tuple[tuple[int, ReportInfo], ...]:
        return tuple(self.infos.items())

    @cached_property
    def reports(self) -> tuple[ReportInfo, ...]:
        return tuple(self.infos.values())

    @cached_property
    def size(self) -> int:
        """How many passages there are."""
        return sum(info.passages for info in self.reports)

    @property
    def whole(self) -> bool:
        """Whether the lexical index is of this state; it is not when its folder was lost or damaged."""
        return self.lexical.state == self.state or not self.infos

    def number(self, report_id: str) -> int:
        """A report's number. Raises StoreError when there is no such report."""
        if report_id not in self.numbers:
            raise StoreError(f"库里没有编号为 {report_id} 的报告；zhenwen reports 列出现有的报告。")
        return self.numbers[report_id]

    def scope(self, report_ids: Collection[str] | None) -> Mapping[int, ReportInfo]:
        """Those of the reports that are in the store, by number, ordered by file name."""
        if report_ids is None:
            return self.infos
        places = {self._places.get(id_, -1) for id_ in report_ids} - {-1}
        return dict(map(self._items.__getitem__, sorted(places)))

    def report(self, report_id: str) -> Report:
        number = self.number(report_id)
        return self.catalogue.report(number, self.infos[number])

    def sections(self, report_id: str) -> tuple[Section, ...]:
        return self.catalogue.sections(self.number(report_id), report_id)

    def at(self, places: Sequence[tuple[ReportInfo, int]]) -> list[tuple[Report, Section]]:
        """For each report and character of its text, the report as it is given here and the section that holds the character."""
        numbers = [self.number(info.id) for info, _ in places]
        reports = self.catalogue.reports({number: info for number, (info, _) in zip(numbers, places, strict=True)})
        return [(reports[n], self.catalogue.section_at(n, info.id, place)) for n, (info, place) in zip(numbers, places, strict=True)]

    def passages(self, report_ids: Collection[str] | None) -> tuple[Passage, ...]:
        return tuple(self.catalogue.passages(self.scope(report_ids)))

    def passages_by_id(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        """The passages of these ids, in this order; ids that are not in the store are left out."""
        named = [(report_id, int(span.partition("-")[0])) for report_id, _, span in (id_.partition(":") for id_ in ids)]
        places = {(self.numbers[report_id], start) for report_id, start in named if report_id in self.numbers}
        infos = {number: self.infos[number] for number, _ in places}
        found = {passage.id: passage for passage in self.catalogue.passages(infos, places)}
        return tuple(found[id_] for id_ in ids if id_ in found)

    def figures(self, report_ids: Collection[str] | None, indicator: str) -> tuple[Figure, ...]:
        return tuple(self.catalogue.figures(self.scope(report_ids), indicator))

    def wholes(self, report_ids: Collection[str], indicator: str, ago: int = 0) -> Iterator[Whole]:
        return self.catalogue.wholes(self.scope(report_ids), indicator, ago)

    def cosines(self, vector: NDArray[np.float32], ids: Sequence[str]) -> list[float]:
        """The cosines of ``vector`` (dimension,) with the passages ``ids``, in this order: exact. Raises StoreError for a report that is not there."""
        numbers = list(dict.fromkeys(self.number(id_.partition(":")[0]) for id_ in ids))
        held = self.catalogue.passage_ids({number: self.infos[number] for number in numbers})
        rows = {id_: row for row, id_ in enumerate(id_ for number in numbers for id_ in held[number])}
        matrix = self.catalogue.vectors(numbers).reshape(-1, len(vector))[[rows[id_] for id_ in ids]]
        cosines: list[float] = (matrix.astype(np.float32) @ vector).tolist()
        return cosines

    def nearest(self, vector: NDArray[np.float32], scope: Mapping[int, ReportInfo], k: int) -> list[tuple[str, float]]:
        """The ids of the ``k`` passages of ``scope`` nearest to ``vector`` (dimension,), with their cosines: exact."""
        numbers = np.array([number for number, info in scope.items() if info.passages], np.int64)
        matrix = self.catalogue.vectors(numbers.tolist()).reshape(-1, len(vector))
        cosines = matrix.astype(np.float32) @ vector
        best = np.argsort(-cosines, kind="stable")[:k]
        counts = np.array([scope[number].passages for number in numbers.tolist()], np.int64)
        ends = np.cumsum(counts)
        owners = np.searchsorted(ends, best, side="right")
        places = zip(numbers[owners].tolist(), (best - (ends - counts)[owners]).tolist(), cosines[best].tolist(), strict=True)
        ids = self.catalogue.passage_ids({number: scope[number] for number in set(numbers[owners].tolist())})
        return [(ids[number][row], cosine) for number, row, cosine in places]
