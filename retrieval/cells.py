"""A cell of a table: the one figure that a report states about the topic, for one year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval import find
from retrieval.find import STATED, Found, Look
from retrieval.measures import amount, measures_of
from retrieval.reading import Reading


@dataclass(frozen=True, slots=True)
class Cell:
    """What one report states; ``year`` is the year that the figure is about."""

    found: Found
    year: int

    @property
    def value(self) -> float:
        return self.found.figure.value if self.found.figure else 0.0

    @property
    def amount(self) -> float:
        """``value`` on a scale on which cells of one measure compare: money in yuan."""
        return amount(self.found.figure.value, self.found.figure.unit) if self.found.figure else 0.0

    @property
    def measure(self) -> frozenset[str]:
        return measures_of(self.found.figure.unit) if self.found.figure else frozenset()


def cell(look: Look, reading: Reading, year: int) -> Cell | None:
    """The best figure of one report for the topic, about ``year``."""
    return next(iter(candidates(look, reading, year)), None)


def candidates(look: Look, reading: Reading, year: int) -> list[Cell]:
    """Every figure of one report about ``year`` that the topic may mean, best first."""
    look = replace(look, wanted=replace(look.wanted, years=(year,), number=True))
    found = find.figures(look, reading.sentences)
    return [Cell(f, year) for f in found if find.fits(f, look.wanted) and f.coverage >= STATED]


def alike(rows: Sequence[list[Cell]]) -> list[Cell]:
    """The best figure of each report; where it is of another measure than most, the best of theirs, if there is one."""
    best = [own[0] for own in rows]
    common = commonest(best) if best else ""
    return [next((c for c in own if common in c.measure), own[0]) for own in rows]


def commonest(cells: Sequence[Cell]) -> str:
    """The measure that most of the cells have."""
    return Counter(name for c in cells for name in sorted(c.measure)).most_common(1)[0][0]
