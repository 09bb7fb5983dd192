"""How many of a question's words stand together: in one stretch of a passage, a sentence or two long, rather than scattered over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.postings import key, pairs, text_numbers

HALF = 60  # characters; a stretch is two neighbouring halves. Stretches of 30 and 60 characters ranked worse, longer ones are passages
KEPT = 2_000  # texts whose tokens are kept (10 MB): the next question is often about the same passages


def together(weights: Mapping[str, float], texts: Sequence[str]) -> NDArray[np.float64]:
    """The share (0–1) of the ``weights`` of all tokens that stand in one stretch of each of ``texts``, at best; shape (len(texts),)."""
    if not weights or not texts:
        return np.zeros(len(texts))
    keys = np.array([key(token) for token in weights], dtype=np.uint64)
    order = np.argsort(keys)
    sought, worth = keys[order], np.array(list(weights.values()))[order]
    found = [_halves(text) for text in texts]
    held, half = text_numbers(np.concatenate(found))
    owner = np.repeat(np.arange(len(texts)), [len(each) for each in found])
    at = np.minimum(np.searchsorted(sought, held), len(sought) - 1)
    there = sought[at] == held
    width = int(half.max(initial=0)) + 2
    stretch = (owner * width + half)[there]  # the one that this half begins; the next one holds it too
    tokens = np.concatenate([stretch, stretch + 1]) * len(sought) + np.tile(at[there], 2)
    once = np.unique(tokens)
    sums = np.bincount(once // len(sought), worth[once % len(sought)], minlength=len(texts) * width)
    shares: NDArray[np.float64] = sums.reshape(len(texts), width).max(axis=1) / max(worth.sum(), 1e-9)
    return shares


@lru_cache(maxsize=KEPT)
def _halves(text: str) -> NDArray[np.uint64]:
    """The tokens of each half, as ``pairs`` packs them; the first character of the next half is there for the pair across the edge."""
    return pairs([text[at : at + HALF + 1] for at in range(0, max(1, len(text)), HALF)])
