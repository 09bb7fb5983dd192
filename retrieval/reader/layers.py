"""The layers that the marker is made of while it learns: those that it shares with the reader, and its own above them."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import torch
from torch import nn

from retrieval.reader.marker import KINDS, ROLES

LOWER, UPPER = 4, 4
"""Layers that the marker shares with the reader, and those of its own: with two of its own it told the kinds of .82 of the questions
kept apart rightly for .87, and the words of .41 for .45 of the calculations (2,344 questions)."""
SIDES = 2
"""The one and the other of a calculation."""
NEVER = -1e4


class Whole(Protocol):
    """A cross-encoder as transformers has it."""

    bert: Any
    classifier: nn.Module
    config: Any


class Under(nn.Module):
    """The lower layers of a reader, as they ship: tokens and what of them is no padding, shapes (pairs, tokens), to what the layers make of them."""

    def __init__(self, whole: Whole) -> None:
        super().__init__()
        self.bert = whole.bert

    def forward(self, ids: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
        """``known`` is 1 for a token and 0 for padding."""
        return through(self.bert.encoder.layer[:LOWER], self.bert.embeddings(ids), masked(known))


class Over(nn.Module):
    """The layers above them, to the log-odds of an answer, shape (pairs, 1)."""

    def __init__(self, whole: Whole) -> None:
        super().__init__()
        self.bert, self.classifier = whole.bert, whole.classifier
        self.width: int = whole.config.hidden_size

    def forward(self, hidden: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
        """``known`` as in ``Under``."""
        logits: torch.Tensor = self.classifier(self.bert.pooler(through(self.bert.encoder.layer[LOWER:], hidden, masked(known))))
        return logits


class Lower(nn.Module):
    """The layers that the marker shares with the reader: tokens, shape (texts, tokens), to what they make of them; they do not learn."""

    def __init__(self, embeddings: nn.Module, layers: Iterable[nn.Module]) -> None:
        super().__init__()
        self.embeddings = embeddings
        self.layers = nn.ModuleList(layers)

    @torch.no_grad()
    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """``mask`` as in ``Head``."""
        return through(self.layers, self.embeddings(ids), mask)


class Head(nn.Module):
    """The layers of the marker's own: what the lower layers make of a text, shape (texts, tokens, width), to log-odds of kinds, of roles and
    of sides."""

    def __init__(self, layers: Iterable[nn.Module], width: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(copy.deepcopy(layer) for layer in layers)
        self.of_kinds = nn.Linear(width, len(KINDS))
        self.of_roles = nn.Linear(width, 1 + len(ROLES))
        self.of_sides = nn.Linear(width, SIDES)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """``mask`` is what is added to the attention, shape (texts, 1, 1, tokens)."""
        hidden = through(self.layers, hidden, mask)
        return self.of_kinds(hidden[:, 0]), self.of_roles(hidden), self.of_sides(hidden[:, 0])


def through(layers: Iterable[nn.Module], hidden: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """What the layers make of it, one after the other."""
    for layer in layers:
        made = layer(hidden, mask)
        hidden = made[0] if isinstance(made, tuple) else made
    return hidden


def padded(pieces: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """The pieces of texts, shape (texts, tokens), and the mask of ``Head``."""
    longest = max(map(len, pieces))
    ids = torch.tensor([[*own, *[1] * (longest - len(own))] for own in pieces])
    return ids, masked(torch.tensor([[1] * len(own) + [0] * (longest - len(own)) for own in pieces]))


def masked(known: torch.Tensor) -> torch.Tensor:
    """The mask of ``Head``; ``known`` is 1 for a token and 0 for padding, shape (texts, tokens)."""
    return (1.0 - known[:, None, None, :].float()) * NEVER
