"""How the weights of calculations were made: ``python -m retrieval.measure.chosen``, which writes those of ``calibration.toml`` anew.

The calculations that exams ask of one report (``data/train/sat``, those that the marker was not taught) are put through the answerer. Of the
choices of figures that it weighs for each, nothing among them, one is right: a multinomial logit. The chance from which figures are
taken is the one where the calculations that are right, less those that are wrong ``FALSE`` times, are most.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.answer import Answerer
from retrieval.draft import Draft
from retrieval.evidence.calibration import CHOICE, Calibration
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.reading import Reading
from retrieval.measure.calibrate import STEPS, written
from retrieval.measure.sitting import sitting
from retrieval.plan.operands import Choice, choices, chosen, operands
from retrieval.plan.within import places_of
from retrieval.question.derivation import Asked
from retrieval.reader.labels import APART, place_of

logger = logging.getLogger(__name__)

FALSE = 2.0
"""How much worse a wrong calculation is than none: the sentence with the figures is quoted then."""
PENALTY = 0.01
"""Of the squares of the weights."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A calculation that is asked of a report, the choices there are, and where in its text the figures stand that it takes (none: it has none)."""

    asked: Asked
    choices: tuple[Choice, ...]
    places: tuple[int, ...]

    def is_right(self, choice: Choice) -> bool:
        """Whether it takes the figures that are meant, and no other."""
        own = [found.figure for found in choice.figures if found.figure]
        return len(own) == len(self.places) > 0 and all(any(f.start <= place < f.end for f in own) for place in self.places)


def read(exam: Path, labels: Path) -> Iterator[Weighed]:
    """The calculations of ``labels`` that the answerer reads the same relation in, each with the report that it is asked of."""
    with sitting(exam) as answerer, gzip.open(labels, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            with answerer.reading():
                inquiry = answerer.inquire(answerer.understand(row["q"], tuple(row["history"])))
                for reading in inquiry.readings:
                    if told := row["reports"].get(reading.report.file):
                        yield from _weighed(answerer, inquiry, reading, row["op"], [*told["one"], *told["other"]])


def _weighed(answerer: Answerer, inquiry: Inquiry, reading: Reading, op: str, quoted: Sequence[str]) -> Iterator[Weighed]:
    places = places_of(inquiry, [reading], Draft(()), answerer.judge)
    for asked in inquiry.query.relations if places else ():
        if asked.relation.value == op:
            known = [o for o in operands(asked, places, answerer.judge) if o.found.sentence.report.id == reading.report.id]
            units = [unit for unit in inquiry.wanted.units if unit not in ("%", asked.unit)]
            at = (place_of(words, reading.report.text) for words in quoted)
            yield Weighed(asked, tuple(choices(asked, known, units)), tuple(at))


def fitted(known: Sequence[Weighed], calibration: Calibration) -> Calibration:
    """``calibration`` with the weights of choices and the chance from which one is taken."""
    from scipy.optimize import minimize

    cases = [(np.array([(1.0, *choice.features) for choice in one.choices]), np.array([one.is_right(choice) for choice in one.choices])) for one in known if one.choices]

    def loss(weights: NDArray[np.float64]) -> float:
        return sum(_surprise(features @ weights, right) for features, right in cases) / len(cases) + PENALTY * float(weights @ weights)

    found: Any = minimize(loss, np.zeros(1 + len(CHOICE)))
    weighed = replace(calibration, choices=tuple(float(weight) for weight in found.x))

    def gain(chance: float) -> float:
        taken, right, _ = shares(known, replace(weighed, calculated=chance))
        return right * taken - FALSE * (1 - right) * taken

    return replace(weighed, calculated=max((float(chance) for chance in np.linspace(0.01, 0.99, STEPS)), key=gain))


def _surprise(odds: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Minus the log of the chance of what is right, or of nothing where no choice is."""
    every = np.logaddexp.reduce([0.0, *odds])
    return float(every - (np.logaddexp.reduce(odds[right]) if right.any() else 0.0))


def shares(known: Sequence[Weighed], calibration: Calibration) -> tuple[int, float, float]:
    """How many are calculated, the share of them that is right, and of those that have figures the share that is calculated rightly."""
    taken = [(one, choice) for one in known if (choice := chosen(one.asked, one.choices, calibration))]
    right = sum(one.is_right(choice) for one, choice in taken)
    return len(taken), right / max(1, len(taken)), right / max(1, sum(bool(one.places) for one in known))


def main() -> None:
    """Fit, write, and say what it gives on each exam with the weights of the others."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, default=Path("data/train/sat"), help="folder of the questions of exams, with their figures")
    parser.add_argument("--exams", type=Path, default=Path("data/eval/exams"), help="folder of their reports")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "evidence" / "calibration.toml")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    known = {exam: list(read(options.exams / exam, options.labels / f"{exam}.jsonl.gz")) for exam in sorted(APART)}
    for exam, own in known.items():
        others = fitted([one for other, every in known.items() if other != exam for one in every], Calibration.load())
        logger.info("%s by the others, at %.2f: of %d, %d calculated, %.3f of these right, %.3f of what can be", exam, others.calculated, len(own), *shares(own, others))
    every = [one for own in known.values() for one in own]
    calibration = fitted(every, Calibration.load())
    options.out.write_text(written(calibration), encoding="utf-8")
    logger.info("all, at %.2f: of %d, %d calculated, %.3f of these right, %.3f of what can be", calibration.calculated, len(every), *shares(every, calibration))


if __name__ == "__main__":
    main()
