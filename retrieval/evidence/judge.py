"""Which sentences answer, and how likely any of them does: the reader's word weighed together with what else is known of each.

The pool comes first: the pieces in scope that share the most words with the question, or lie nearest to it, or hold the figure that
the rules would take. The reader reads these. Its log-odds and a few plain features make one calibrated chance a piece
(``calibration.toml``, written by ``retrieval.measure.calibrate``), and the best pieces together the chance that the question is
answered at all.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from index.text import fold
from index.types import Encoder, Kind, Part
from retrieval.evidence import find
from retrieval.evidence.bounds import admits
from retrieval.evidence.calibration import Calibration
from retrieval.evidence.find import Found
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.measure import OwnWords, as_marked, by_rule, how_many, own_words
from retrieval.evidence.pieces import Piece, pieces
from retrieval.evidence.reading import Reading
from retrieval.measures import loosely
from retrieval.reader.marker import PLAIN, Marker
from retrieval.reader.model import Reader
from retrieval.reader.pair import Candidate as Pair
from retrieval.types import Query

READ = (12, 16)
"""Pieces that are read for one question: the first that the pool puts in front, and as many more where none of these answers for sure."""
SURE = 0.8
"""Chance of the best piece from which no more are read."""
LEAST = 1e-6
"""Chance below which nothing is told apart."""
KEPT_FINDINGS = 16
"""Questions whose findings are kept: several steps of one answer ask for the same."""
KEPT = 256
"""Reports whose pieces and vectors are kept ready between questions."""
MEASURED, NEAREST = 12, 5
"""Figures of one report that are read for a measure which the report may give another name: the likeliest by rule, and the nearest by vector."""
BY_RULE = 2
"""Figures that the rules would take, whose pieces are read whatever else is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece that was read. ``features`` are in the order of ``calibration.FEATURES``; ``chance`` (0–1) that it answers."""

    piece: Piece
    features: tuple[float, ...]
    chance: float
    figure: Found | None = None

    @property
    def report_id(self) -> str:
        return self.piece.sentence.report.id

    @property
    def unmeasured(self) -> bool:
        """Whether a measure is asked for, and no number of it stands there."""
        return self.features[4] > 0

    @property
    def covered(self) -> float:
        """The share (0–1) of the topic that its words cover."""
        return self.features[1]


@dataclass(frozen=True, slots=True)
class Choice:
    """A figure that was read for a measure. ``features`` are in the order of ``calibration.FIGURE``; ``chance`` (0–1) that it is the measure."""

    figure: Found
    features: tuple[float, ...]
    chance: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What was read for a question, best first, and the chance (0–1) that the best of it answers."""

    ranked: tuple[Finding, ...] = ()
    chance: float = 0.0

    def of(self, report_id: str) -> tuple[Finding, ...]:
        """Those of one report, best first."""
        return tuple(finding for finding in self.ranked if finding.report_id == report_id)


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """The pieces of a report with their vectors, shape (pieces, dimension)."""

    pieces: tuple[Piece, ...]
    vectors: NDArray[np.float32]


class Judge:
    """Finds evidence with one reader, one marker, one encoder and one calibration. Safe to use from several threads."""

    def __init__(self, reader: Reader, encoder: Encoder, calibration: Calibration, marker: Marker) -> None:
        self.calibration = calibration
        self._reader = reader
        self._marker = marker
        self._encoder = encoder
        self._known: dict[Hashable, Findings] = {}
        self._shelf = lru_cache(maxsize=KEPT)(self._shelved)

    def findings(self, inquiry: Inquiry, readings: Sequence[Reading] | None = None, *, each: bool = False) -> Findings:
        """What answers ``inquiry`` in ``readings`` (None: in all that were read); with ``each`` something of every report is read."""
        chosen = inquiry.readings if readings is None else readings
        around = tuple(tuple(reading.report.id for reading in part) for part in (chosen, inquiry.readings, inquiry.older))
        key = (inquiry.query, inquiry.levels, around, each)
        found = self._known.get(key) or self._read(inquiry, chosen, each=each)
        if len(self._known) >= KEPT_FINDINGS:
            self._known.clear()
        self._known[key] = found
        return found

    def _read(self, inquiry: Inquiry, chosen: Sequence[Reading], *, each: bool) -> Findings:
        candidates = self.pool(inquiry, chosen, each=each)
        first = max(READ[0], len({c.piece.sentence.report.id for c in candidates}) if each else 0)
        found = Findings()
        read: list[Read] = []
        for part in (candidates[:first], candidates[first:]):
            if part and found.chance < SURE:
                scores = self._scores(inquiry.query.spoken, [known.piece for known in part])
                read += [(c.piece, (score, *c.features), c.figure) for c, score in zip(part, scores, strict=True)]
                found = ranked(read, self.calibration, number=inquiry.wanted.number)
        return found

    def _scores(self, question: str, pieces: Sequence[Piece]) -> list[float]:
        """How surely each piece answers (log-odds): the surest of its parts."""
        shown = [tuple(piece.candidates) for piece in pieces]
        scores = self._reader.read(question, [candidate for parts in shown for candidate in parts])
        ends = np.cumsum([len(parts) for parts in shown])
        return [float(own.max()) for own in np.split(scores, ends[:-1])]

    def measured(self, inquiry: Inquiry, reading: Reading, units: Sequence[str]) -> Found | None:
        """The figure of one report that is the measure asked for, whatever the report calls it; ``units`` are those that it is counted in.
        None where none of them is likely enough."""
        best = next(iter(self.choices(inquiry, reading, units)), None)
        return best.figure if best and best.chance >= self.calibration.figure else None

    def choices(self, inquiry: Inquiry, reading: Reading, units: Sequence[str]) -> list[Choice]:
        """The figures of a report that may be the measure, the likeliest first, as the marker reads them with the question; where a change is
        asked for, with what is asked of one year, too."""
        own = self._measurable(inquiry, reading, units)
        topic = "".join(inquiry.query.topic.split()) if inquiry.levels else ""  # 一年里多了多少, as what there was
        asked = [inquiry.query.spoken, *([f"{topic}多少{''.join(units[:1])}"] if topic else [])]
        shown = [as_marked(words.figure, reading) for words in own]
        odds = np.max([self._marker.sides(question, PLAIN, shown)[:, 0] for question in asked], axis=0).tolist()
        read = [(words.figure, (meant, *words.features)) for words, meant in zip(own, odds, strict=True)]
        choices = (Choice(figure, features, chance_of(self.calibration.choice(features))) for figure, features in read)
        return sorted(choices, key=lambda choice: -choice.chance)

    def _measurable(self, inquiry: Inquiry, reading: Reading, units: Sequence[str]) -> list[OwnWords]:
        """The figures of a report that may be the measure by their unit and time, those first that lie nearest to it."""
        look = inquiry.look()
        wanted = replace(look.wanted, units=loosely(units), years=(reading.report.year or 0,), number=True)
        fitting = [f for f in find.figures(replace(look, wanted=wanted), reading.sentences, least=0.0) if find.fits(f, wanted)]
        wholes = [f for f in fitting if find.of_the_whole(f, wanted)]
        needle = inquiry.strict_needle()
        told = [own_words(f)[1] for f in wholes]
        if not told:
            return []
        vector = self._encoder.encode([how_many(inquiry, "")], query=True)[0]
        near = (self._encoder.encode(told) @ vector).tolist()
        named = next((f for f in wholes if f.coverage >= find.STATED), None)
        found = [
            OwnWords(f, (needle.coverage(fold(own), own), n, *by_rule(f, look.wanted, named=f is named)))
            for f, own, n in zip(wholes, told, near, strict=True)
        ]
        likely = sorted(found, key=lambda one: -self.calibration.choice((0.0, *one.features)))[:MEASURED]
        return [*likely, *(one for one in sorted(found, key=lambda one: -one.features[1])[:NEAREST] if one not in likely)]

    def shortlist(self, inquiry: Inquiry, readings: Sequence[Reading]) -> tuple[Findings, tuple[Piece, ...]]:
        """What answers in ``readings``, and all their pieces: those that were read first, the best first, then those with a figure that is
        asked for, then the others by their words and by their vectors in turn."""
        several = len(readings) > 1
        found = self.findings(inquiry, readings, each=several)
        rated = self._rated(inquiry, readings, every=True)
        figures = _figures(inquiry.look(), readings) if inquiry.wanted.number else {}
        known = {one.place: one.piece for one in _ordered(rated, _first(rated, set(), each=several))}
        first = [(f.report_id, f.piece.start) for f in found.ranked] + [place for place in figures if place in known]
        return found, tuple(known[place] for place in dict.fromkeys((*first, *known)))

    def sides(self, question: str, kind: str, figures: Sequence[Found], readings: Mapping[str, Reading]) -> NDArray[np.float32]:
        """As ``Marker.sides``, for figures of ``readings``, by the id of the report."""
        return self._marker.sides(question, kind, [as_marked(f, readings[f.sentence.report.id]) for f in figures])

    def carries(self, text: str, pieces: Sequence[Pair]) -> float:
        """How surely one of ``pieces`` tells what ``text`` says (log-odds)."""
        return float(self._reader.read(text, pieces).max())

    def pool(self, inquiry: Inquiry, readings: Sequence[Reading], *, each: bool = False) -> list[Candidate]:
        """The pieces that would be read for ``inquiry``, the most promising first."""
        look = inquiry.look()
        rated = self._rated(inquiry, readings)
        if look.wanted.number and look.wanted.indicator:
            rated = _of_its_time(rated, plans=look.wanted.plans)
        figures = _figures(look, readings) if look.wanted.number else {}
        taken = _chosen(rated, set(figures), each=each)
        return [Candidate(one.piece, _features(one, figures.get(one.place), inquiry), figures.get(one.place)) for one in taken]

    def _rated(self, inquiry: Inquiry, readings: Sequence[Reading], *, every: bool = False) -> list[Rated]:
        """The pieces that may answer; with ``every`` also those of others and of other times."""
        look = inquiry.look()
        query = inquiry.query
        official = " ".join(words[0] for _, words in query.expansions)
        vector = self._encoder.encode([f"{query.spoken} {official}"], query=True)[0]
        rated: list[Rated] = []
        for reading in readings:
            shelf = self._shelf(reading)
            near = shelf.vectors @ vector
            covered = [look.needle.coverage(piece.words, piece.text, piece.sentence.above) for piece in shelf.pieces]
            rated += [Rated(piece, c, float(n)) for piece, c, n in zip(shelf.pieces, covered, near, strict=True)]
        return rated if every else [one for one in rated if admits(one.piece, query.villages, query.period, _years(query, one), number=look.wanted.number, said=query.spoken)]

    def _shelved(self, reading: Reading) -> Shelf:
        own = pieces(reading)
        words = [f"{piece.sentence.section.path[-1] if piece.sentence.section.path else ''} {piece.text}" for piece in own]
        return Shelf(own, self._encoder.encode(words) if words else np.empty((0, self._encoder.dimension), np.float32))


Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Rated:
    """A piece before it is read: how much of the topic it covers (0–1), and its cosine to the question."""

    piece: Piece
    covered: float
    near: float

    @property
    def place(self) -> Place:
        return self.piece.sentence.report.id, self.piece.start


@dataclass(frozen=True, slots=True)
class Candidate:
    """A piece that is to be read, with its features but the reader's, and the figure in it that the rules like best."""

    piece: Piece
    features: tuple[float, ...]
    figure: Found | None


def _figures(look: find.Look, readings: Sequence[Reading]) -> dict[Place, Found]:
    """The best figure that fits what is asked, of each piece that has one."""
    best: dict[Place, Found] = {}
    for reading in readings:
        for found in find.figures(look, reading.sentences):
            if found.figure and find.fits(found, look.wanted):
                place = next(((reading.report.id, p.start) for p in pieces(reading) if p.start <= found.figure.start < p.end), None)
                if place and place not in best:
                    best[place] = found
    return best


def _chosen(rated: Sequence[Rated], sure: set[Place], *, each: bool) -> list[Rated]:
    """The pieces to read: those that come first in any case, and the best others."""
    first = _first(rated, sure, each=each)
    return _ordered(rated, first)[: max(sum(READ), len({one.place for one in first}))]


def _ordered(rated: Sequence[Rated], first: Sequence[Rated]) -> list[Rated]:
    """All pieces: ``first``, then the best by words and by vector in turn."""
    pairs = zip(sorted(rated, key=lambda one: -one.covered), sorted(rated, key=lambda one: -one.near), strict=True)
    return list({one.place: one for one in (*first, *(one for pair in pairs for one in pair))}.values())


def _first(rated: Sequence[Rated], sure: set[Place], *, each: bool) -> list[Rated]:
    """What is read whatever else is: pieces that hold a figure the rules like; with ``each`` the best of every report by words and by vector."""
    by_words, by_vector = sorted(rated, key=lambda one: -one.covered), sorted(rated, key=lambda one: -one.near)
    first = [one for one in by_words if one.place in sure][:BY_RULE]
    for ranking in (by_words, by_vector) if each else ():
        seen: set[str] = set()
        for one in ranking:
            if one.place[0] not in seen:
                seen.add(one.place[0])
                first.append(one)
    return first


def _of_its_time(rated: list[Rated], *, plans: bool) -> list[Rated]:
    """Plans never answer how much was done, nor what was done how much is planned; where there are none of either, all are left."""
    kept = [one for one in rated if _planned(one.piece) == plans]
    return kept or rated


def _years(query: Query, one: Rated) -> tuple[int, ...]:
    """The years that are asked about, of a change both: none where only the report's own is."""
    own = query.years or tuple(filter(None, (one.piece.sentence.report.year,)))
    return (*own, query.base_year) if query.base_year else query.years


def _planned(piece: Piece) -> bool:
    return piece.sentence.section.part is Part.PLANS or any(figure.kind is Kind.PLANNED for figure in piece.figures)


def _features(one: Rated, figure: Found | None, inquiry: Inquiry) -> tuple[float, ...]:
    wanted, piece = inquiry.wanted, one.piece
    return (
        one.covered,
        one.near,
        min(1.0, max(0.0, figure.coverage)) if figure else 0.0,
        float(bool(wanted.number and wanted.units and not piece.measures(wanted.units))),
        float(piece.is_title),
        float((piece.sentence.section.part is Part.PLANS) != wanted.plans),
    )


Read = tuple[Piece, tuple[float, ...], Found | None]
"""A piece with all its features and the figure in it that the rules like best."""


def ranked(read: Sequence[Read], calibration: Calibration, *, number: bool) -> Findings:
    """The pieces that were read, by the chance that ``calibration`` gives them; ``number`` tells whether a number is asked."""
    found = [Finding(piece, features, chance_of(calibration.piece(features)), figure) for piece, features, figure in read]
    found.sort(key=lambda f: (-f.chance, f.report_id, f.piece.start))
    return Findings(tuple(found), chance_of(calibration.question(ranked_features(found, number=number))))


def ranked_features(ranked: Sequence[Finding], *, number: bool) -> tuple[float, ...]:
    """What tells whether a question is answered at all, in the order of ``calibration.QUESTION``."""
    best = ranked[0].features
    second = ranked[1].features[0] if len(ranked) > 1 else best[0]
    return (best[0], second, *best[1:5], float(number))


def chance_of(odds: float) -> float:
    """The chance (0–1) that log-odds stand for."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, odds))))


def odds_of(chance: float) -> float:
    """The log-odds that a chance (0–1) stands for."""
    return log(max(LEAST, chance) / max(LEAST, 1 - chance))
