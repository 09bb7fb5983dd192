"""The layers that the marker is made of while it learns: those that it shares with the reader, and its own above them."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence

import torch
from torch import nn

from retrieval.reader.marker import KINDS, ROLES

SIDES = 2
"""The one and the other of a calculation."""
NEVER = -1e4


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
    known = torch.tensor([[1.0] * len(own) + [0.0] * (longest - len(own)) for own in pieces])
    return ids, (1 - known[:, None, None, :]) * NEVER
