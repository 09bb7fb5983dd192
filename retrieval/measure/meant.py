"""How the weights of figures were made: ``python -m retrieval.measure.meant``, which writes those of ``calibration.toml`` anew.

The questions over several towns of ``data/train/asked`` are put through the answerer, over the reports of each exam that the marker was
not taught on. What is known of each figure that it reads for a report is weighed in one logistic regression: whether it is the one meant.
The chance from which a figure is taken is the one where those taken rightly, less those taken wrongly ``FALSE`` times, are most.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path

import numpy as np

from retrieval.evidence.calibration import Calibration
from retrieval.evidence.judge import Choice
from retrieval.measure.calibrate import STEPS, fit, written
from retrieval.measure.sitting import sitting
from retrieval.reader.labels import APART, place_of

logger = logging.getLogger(__name__)

FALSE = 1.5
"""How much worse a figure of another thing is in a sum over towns than one town that is said not to state it."""
OVER_ALL = "各镇"


@dataclass(frozen=True, slots=True)
class Told:
    """The figures that were read for one report, and where in its text those stand that answer; none where it states nothing."""

    choices: tuple[Choice, ...]
    places: tuple[int, ...]

    def is_meant(self, choice: Choice) -> bool:
        """Whether the figure is one of those that answer."""
        figure = choice.figure.figure
        return figure is not None and any(figure.start <= place < figure.end for place in self.places)


def read(exam: Path, labels: Path) -> Iterator[Told]:
    """The questions of ``labels`` for one stated figure, each with each report of ``exam``."""
    with sitting(exam) as answerer, gzip.open(labels, "rt", encoding="utf-8") as lines:
        for row in (row for row in map(json.loads, lines) if row["op"] == "plain"):
            with answerer.reading():
                query = answerer.understand(row["q"])
                inquiry = answerer.inquire(query if query.every else answerer.understand(OVER_ALL + row["q"]))
                for reading in inquiry.readings:
                    quoted = row["reports"][reading.report.file]["one"]
                    yield Told(tuple(answerer.judge.choices(inquiry, reading, inquiry.wanted.units)), tuple(place_of(words, reading.report.text) for words in quoted))


def figures(known: Sequence[Told], calibration: Calibration) -> Calibration:
    """``calibration`` with the weights of figures and the chance from which one is taken."""
    weights = fit(*zip(*((choice.features, told.is_meant(choice)) for told in known for choice in told.choices), strict=True))
    fitted = replace(calibration, figures=weights)
    best = [max((fitted.choice(choice.features), told.is_meant(choice)) for choice in told.choices) for told in known if told.choices]

    def gain(chance: float) -> float:
        odds = log(chance / (1 - chance))
        return sum(1.0 if right else -FALSE for value, right in best if value >= odds)

    return replace(fitted, figure=max((float(chance) for chance in np.linspace(0.01, 0.99, STEPS)), key=gain))


def shares(known: Sequence[Told], calibration: Calibration) -> tuple[float, float, float]:
    """Of the reports that state the measure the share whose figure is taken, of what is taken the share that is right, and of the
    reports that do not state it the share of which nothing is."""
    best = [(told, max(told.choices, key=lambda choice: calibration.choice(choice.features), default=None)) for told in known]
    odds = log(calibration.figure / (1 - calibration.figure))
    taken = [(told, choice) for told, choice in best if choice and calibration.choice(choice.features) >= odds]
    right = sum(told.is_meant(choice) for told, choice in taken)
    stated = sum(bool(told.places) for told in known)
    return right / stated, right / len(taken), 1 - sum(not told.places for told, _ in taken) / (len(known) - stated)


def main() -> None:
    """Fit, write, and say what it gives on each exam with the weights of the others."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, default=Path("data/train/asked"), help="folder of the questions over several towns")
    parser.add_argument("--exams", type=Path, default=Path("data/eval/exams"), help="folder of the reports that they ask about")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "evidence" / "calibration.toml")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    known = {exam: list(read(options.exams / exam, options.labels / f"{exam}.jsonl.gz")) for exam in sorted(APART)}
    for exam, own in known.items():
        others = figures([told for other, tolds in known.items() if other != exam for told in tolds], Calibration.load())
        logger.info("%s by the others, at %.2f: taken %.3f of what is stated, right %.3f of what is taken, declined %.3f", exam, others.figure, *shares(own, others))
    calibration = figures([told for tolds in known.values() for told in tolds], Calibration.load())
    options.out.write_text(written(calibration), encoding="utf-8")
    logger.info("all, at %.2f: %.3f, %.3f, %.3f", calibration.figure, *shares([told for tolds in known.values() for told in tolds], calibration))


if __name__ == "__main__":
    main()
