"""How many of a question's words stand together: in one stretch of a passage, a sentence or two long, rather than scattered over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.text import RUN, fold

HALF = 60  # characters; a stretch is two neighbouring halves. Stretches of 30 and 60 characters ranked worse, longer ones are passages
PLANE = 1 << 16  # all Chinese characters of ``grams`` have lower codes

Numbers = NDArray[np.int64]


def together(weights: Mapping[str, float], texts: Sequence[str]) -> NDArray[np.float64]:
    """The share (0–1) of the ``weights`` of all tokens that stand in one stretch of each of ``texts``, at best; shape (len(texts),)."""
    if not weights or not texts:
        return np.zeros(len(texts))
    places, tokens = standing(list(weights), fold("\n".join(texts)))
    ends = np.cumsum([len(text) + 1 for text in texts])
    owner = np.searchsorted(ends, places, side="right")
    inside = places - np.append(0, ends)[owner]
    edge = np.array([len(token) == 1 for token in weights])[tokens] & (inside % HALF == 0) & (inside > 0)  # the pair over it is of both
    width = max(map(len, texts)) // HALF + 2
    stretch = np.concatenate([owner * width + inside // HALF, (owner * width + inside // HALF - 1)[edge]])  # the one that this half begins
    once = np.unique(np.concatenate([stretch, stretch + 1]) * len(weights) + np.tile(np.append(tokens, tokens[edge]), 2))
    worth = np.array(list(weights.values()))
    sums = np.bincount(once // len(weights), worth[once % len(weights)], minlength=len(texts) * width)
    shares: NDArray[np.float64] = sums.reshape(len(texts), width).max(axis=1) / max(worth.sum(), 1e-9)
    return shares


def standing(tokens: Sequence[str], text: str) -> tuple[Numbers, Numbers]:
    """Where tokens of ``grams`` stand in a folded text: the places, and the number of the token at each.

    Only the characters of the tokens are looked at, all at once: a tenth of the time of making all tokens of the text.
    """
    chinese = [(number, token) for number, token in enumerate(tokens) if not token[0].isascii()]
    known = {character: place for place, character in enumerate(sorted({c for _, token in chinese for c in token}), 1)}
    table = np.zeros(PLANE, np.int64)
    table[[ord(character) for character in known]] = list(known.values())
    pairs = np.full((len(known) + 1, len(known) + 1), -1)  # in column 0 the single characters
    for number, token in chinese:
        pairs[known[token[0]], known[token[1]] if len(token) > 1 else 0] = number
    codes = np.frombuffer(f"{text}\n".encode("utf-32-le", "replace"), np.uint32)
    character = table[np.minimum(codes, PLANE - 1)]
    at = np.flatnonzero(character)
    found = np.stack([pairs[character[at], 0], np.where(character[at + 1], pairs[character[at], character[at + 1]], -1)])
    places, numbers = np.tile(at, 2)[found.ravel() >= 0], found[found >= 0]
    words = {token: number for number, token in enumerate(tokens) if token[0].isascii()}
    runs = [(match.start(), words.get(match[0].strip(".") or match[0])) for match in RUN.finditer(text)] if words else []
    spelt = np.array([run for run in runs if run[1] is not None], np.int64).reshape(-1, 2)
    return np.append(places, spelt[:, 0]), np.append(numbers, spelt[:, 1])
