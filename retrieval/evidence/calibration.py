"""The weights that turn what is known of a piece into a chance, read from ``calibration.toml``; ``calibrate`` writes it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

FEATURES = ("reader", "covered", "near", "figure", "unmeasured", "heading", "other_part")
"""Of a piece: the reader's log-odds, the share of the topic that its words cover, its cosine to the question, the coverage of the figure
in it that the rules like best, whether a measure is asked and no figure of it stands there, whether it is a heading, whether it tells
plans where none are asked or the other way round."""
QUESTION = ("reader", "second", "covered", "near", "figure", "unmeasured", "number")
"""Of a question: those of its best piece, the reader's log-odds of the next, and whether a number is asked."""
COMPANION = ("chance", "best", "after", "before", "section", "several", "number", "told", "beside_told")
"""Of a piece beside the best of its report: the log-odds of either, whether it stands right after or before it, or in its section; and of
the question, whether it asks several things, a number, a cause or a way, and whether a piece is right beside the best of such a one."""
FIGURE = ("meant", "covered", "near", "figure", "named", "same", "unit")
"""Of a figure that may be the measure asked for: the marker's log-odds, the share of the topic that these cover, their
cosine to the question, the coverage by all words and synonyms, whether the rules would take it, whether the table knows it as the very
indicator, whether it is in the very unit."""

CHOICE = ("one", "others", "least", "told", "unit", "together")
"""Of the figures that a calculation may take: the log-odds of the least sure one and of its others added up, those of the least sure of all; whether they
are told as parts of a whole or as a step, whether what is shared out by is in the unit asked for, whether one sentence tells all."""

CARRIED = -2.6
"""Where ``calibration.toml`` is older than this value: measured on 94 shortened sentences of the sample reports, of which it keeps all but
one in a hundred, and strikes three quarters of those beside another sentence."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic weights, the constant first, and the chances (0–1) at which something is said.

    ``answer``: from here the best piece is the answer; ``near``: from here it is shown as what is nearest;
    ``more``: from here a piece beside the best belongs to the answer; ``figure``: from here a figure is the measure asked for;
    ``calculated``: from here figures are those of a calculation. ``carried``
    are the log-odds of the reader from which a sentence carries
    what was made of it.
    """

    pieces: tuple[float, ...]
    questions: tuple[float, ...]
    companions: tuple[float, ...]
    answer: float
    near: float
    more: float
    carried: float = CARRIED
    figures: tuple[float, ...] = (0.0,) * (1 + len(FIGURE))
    figure: float = 1.0
    choices: tuple[float, ...] = (0.0,) * (1 + len(CHOICE))
    calculated: float = 1.0

    def piece(self, features: Sequence[float]) -> float:
        """The log-odds that a piece answers."""
        return _sum(self.pieces, features)

    def choice(self, features: Sequence[float]) -> float:
        """The log-odds that a figure is the measure asked for."""
        return _sum(self.figures, features)

    def calculation(self, features: Sequence[float]) -> float:
        """The log-odds, beside nothing, that a calculation takes these figures."""
        return _sum(self.choices, features)

    def question(self, features: Sequence[float]) -> float:
        """The log-odds that the best piece answers."""
        return _sum(self.questions, features)

    def companion(self, features: Sequence[float]) -> float:
        """The log-odds that a piece belongs to the answer of which another is the best."""
        return _sum(self.companions, features)

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> Calibration:
        """The one that ships."""
        table = tomllib.loads(files("retrieval.evidence").joinpath("calibration.toml").read_text(encoding="utf-8"))
        weights = {name: (row["constant"], *(row[feature] for feature in order)) for name, row, order in _rows(table)}
        return cls(weights["pieces"], weights["questions"], weights["companions"], figures=weights["figures"], choices=weights["choices"], **table["chances"])


def _rows(table: dict[str, dict[str, float]]) -> list[tuple[str, dict[str, float], tuple[str, ...]]]:
    orders = (("pieces", FEATURES), ("questions", QUESTION), ("companions", COMPANION), ("figures", FIGURE), ("choices", CHOICE))
    return [(name, table[name], order) for name, order in orders]


def _sum(weights: Sequence[float], features: Sequence[float]) -> float:
    return weights[0] + sum(weight * feature for weight, feature in zip(weights[1:], features, strict=True))
