"""What people say in passing (在忙吗, 发错了, 怎么上传) told from what they ask of reports.

A linear model over the shipped embedding and the length; ``learn_everyday`` made its weights. It is asked only about words that name
no town and no year, and is meant to err on the side of the question: what it takes for talk is answered 没看懂, with a way to insist.
"""

from __future__ import annotations

import importlib.resources
import tomllib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.types import Encoder

LONGEST = 30
"""Characters beyond which the length says nothing more."""
SCALE, TEN = 3.0, 10.0
"""How far the vector counts beside the length, in tens of characters."""


@dataclass(frozen=True, slots=True)
class Everyday:
    """``weights``, shape (dimension + 2,), are those of the vector, of the length and of the constant.

    Below 0 it is talk; up to ``unsure`` it is where no report answers it.
    """

    weights: NDArray[np.float32]
    unsure: float
    encoder: Encoder

    @classmethod
    def load(cls, encoder: Encoder) -> Everyday:
        """The shipped weights, for the shipped ``encoder``."""
        text = importlib.resources.files("retrieval.question").joinpath("everyday.toml").read_text(encoding="utf-8")
        made = tomllib.loads(text)
        return cls(np.asarray(made["weights"], np.float32), made["unsure"], encoder)

    def __call__(self, said: str) -> bool:
        """Whether ``said``, normalised and without blanks, asks nothing of reports."""
        return not said or self._score(said) < 0

    def likely(self, said: str) -> bool:
        """Whether it is talk when no report answers it."""
        return not said or self._score(said) < self.unsure

    def _score(self, said: str) -> float:
        return float((features([said], self.encoder) @ self.weights)[0])


def features(texts: list[str], encoder: Encoder) -> NDArray[np.float32]:
    """What the model looks at, shape (len(texts), dimension + 2)."""
    lengths = [[min(len(text), LONGEST) / TEN, 1.0] for text in texts]
    return np.hstack([SCALE * encoder.encode(texts, query=True), np.asarray(lengths, np.float32)])
