"""How ``everyday.toml`` was made: ``python -m retrieval.question.learn_everyday --data data/train``, which writes it anew.

Questions to the invented reports, their headings and the official words of the thesaurus are one side, ``everyday.txt`` is the other: what
people say in a chat that is no question to a report. Of each side a fifth is kept apart. The bar lies where one in ``LOST`` of the
questions kept apart would be taken for talk, the bar of what no report answers where one in ``UNSURE`` would.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.embed import default_encoder
from retrieval.question.everyday import features
from retrieval.question.thesaurus import Thesaurus
from retrieval.question.understand import normalise, plain

logger = logging.getLogger(__name__)

APART = 5  # one in so many is kept apart
LOST, UNSURE = 40, 7  # questions of which one may be taken for talk; and where no report answers
RIDGE, STEPS, STEEP = 1e-3, 20, 30.0
Rows = NDArray[np.float64]
YEAR = re.compile(r"(?:20)?\d\d年度?")
NUMBER = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[）)、.．是]*")


def questions(folder: Path) -> Iterator[str]:
    """What may be asked of a report, without its town and year."""
    for file in sorted((folder / "reports").glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                report = json.loads(line)
                names = "|".join(map(re.escape, (report["town"], report["town"].rstrip("镇乡街道"))))
                said = [one["q"] for one in report["qa"]] + report["none"]
                said += [NUMBER.sub("", heading) for path, _ in report["sents"] for heading in path.split(" › ") if heading]
                yield from (re.sub(names, "", YEAR.sub("", each)) for each in said)


def sides(folder: Path) -> tuple[list[str], list[str]]:
    """Questions and talk, each as the understanding sees it."""
    names = Thesaurus.load().vocabulary
    talk = (folder / "everyday.txt").read_text(encoding="utf-8").splitlines()
    return _seen([*questions(folder), *names]), _seen(talk)


def _seen(texts: Sequence[str]) -> list[str]:
    return sorted({said for text in texts if (said := "".join(plain(normalise(text)).split()))})


def learned(rows: Rows, asks: Rows) -> Rows:
    """Logistic regression with both sides of one weight, by Newton's method."""
    share = np.where(asks > 0, 0.5 / asks.sum(), 0.5 / (1 - asks).sum())
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        sure = 1 / (1 + np.exp(-np.clip(rows @ weights, -STEEP, STEEP)))
        slope = rows.T @ (share * (sure - asks)) + RIDGE * weights
        bend = (rows * (share * sure * (1 - sure))[:, None]).T @ rows + RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    return weights


def apart(text: str) -> bool:
    """Whether a text is kept apart."""
    return crc32(text.encode()) % APART == 0


def main(argv: Sequence[str] | None = None) -> None:
    """Learn, say how well, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    encoder = default_encoder()
    asked, talk = sides(args.data)
    kept = [[text for text in side if not apart(text)] for side in (asked, talk)]
    weights = learned(features([*kept[0], *kept[1]], encoder).astype(np.float64), np.repeat([1.0, 0.0], [len(side) for side in kept]))
    of_asked, of_talk = (features([text for text in side if apart(text)], encoder) @ weights for side in (asked, talk))
    bar = np.quantile(of_asked, 1 / LOST)
    weights[-1] -= bar
    unsure = np.quantile(of_asked, 1 / UNSURE) - bar
    logger.info("%d questions, %d of talk; of those apart %.1f%% and %.1f%% of the talk are missed", len(asked), len(talk), *(100 * (of_talk - bar >= most).mean() for most in (0.0, unsure)))
    lines = ",\n".join("  " + ", ".join(f"{value:.3f}" for value in weights[start : start + 16]) for start in range(0, len(weights), 16))
    target = files("retrieval.question").joinpath("everyday.toml")
    Path(str(target)).write_text(f"# Made by python -m retrieval.question.learn_everyday.\nunsure = {unsure:.3f}\nweights = [\n{lines},\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
