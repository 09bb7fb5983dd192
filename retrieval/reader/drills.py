"""How the marker is taught figures: an exercise is a question with figures of a section, some of which are a side of the calculation.

What the lower layers make of a question with a figure is made once, for they do not learn; it takes some gigabytes of memory.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import torch
from tokenizers import Tokenizer
from torch.nn import functional

from retrieval.reader.calculations import ONE, OTHER, Exercise
from retrieval.reader.layers import NEVER, Head, Lower, padded
from retrieval.reader.marker import KINDS, PLAIN
from retrieval.reader.pair import asked
from retrieval.reader.school import HALVED

logger = logging.getLogger(__name__)

TOGETHER, READ, ALIKE = 8, 32, 128
"""Exercises that are learned from together; figures that are read together; exercises of which those of like length come together."""
SIDE_WEIGHT, POSITIVE = 2.0, 2.0
"""Weight of what is asked of each figure by itself; and of a figure that is meant, for there are fewer of them."""
POOL, OTHERS, NEARER = 6, 4, 0.5
"""Figures of a section that are not meant, of one exercise and of one pass over it; and what it adds to the chance of one to be among these that
it stands near those that are."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """An exercise, with what the lower layers make of its question and each of its figures, shape (tokens, width)."""

    exercise: Exercise
    hidden: tuple[torch.Tensor, ...]


@torch.no_grad()
def shown(lower: Lower, tokenizer: Tokenizer, every: Iterable[Exercise], random: Random) -> Iterator[Shown]:
    """Each exercise as the head learns from it, with some of the figures that are not meant; one that is kept apart with all."""
    for whole in every:
        exercise = whole if whole.kept else whole.of(sorted(picked(whole, POOL, random)))
        first = f"{KINDS.get(exercise.kind, PLAIN)}：{asked(exercise.question)}"
        pieces = [pair.ids for pair in tokenizer.encode_batch([(first, figure) for figure in exercise.figures])]
        hidden: dict[int, torch.Tensor] = {}
        order = sorted(range(len(pieces)), key=lambda n: len(pieces[n]))
        for start in range(0, len(order), READ):
            places = order[start : start + READ]
            with torch.autocast("cpu", torch.bfloat16, enabled=HALVED):
                made_of = lower(*padded([pieces[n] for n in places]))
            for n, made in zip(places, made_of, strict=True):
                hidden[n] = made[: len(pieces[n])].to(torch.float16)
        yield Shown(exercise, tuple(hidden[n] for n in range(len(pieces))))


def sides_of(head: Head, hidden: Sequence[torch.Tensor]) -> torch.Tensor:
    """The log-odds of both sides, shape (figures, 2)."""
    longest = max(map(len, hidden))
    together, known = torch.zeros(len(hidden), longest, hidden[0].shape[1]), torch.zeros(len(hidden), longest)
    for n, made in enumerate(hidden):
        together[n, : len(made)], known[n, : len(made)] = made.float(), 1
    with torch.autocast("cpu", torch.bfloat16, enabled=HALVED):
        sides: torch.Tensor = head(together, (1 - known[:, None, None, :]) * NEVER)[2]
    return sides.float()


def picked(exercise: Exercise, count: int, random: Random) -> list[int]:
    """The figures that are meant, and ``count`` of the others, rather those near them."""
    others = [n for n, side in enumerate(exercise.sides) if not side]
    others.sort(key=lambda n: random.random() - NEARER * exercise.close[n])
    return [*(n for n, side in enumerate(exercise.sides) if side), *others[:count]]


def side_loss(scores: torch.Tensor, sides: Sequence[int]) -> torch.Tensor:
    """Each figure by itself, and those of a side above all others."""
    wanted = torch.tensor([[float(side == number) for number in (ONE, OTHER)] for side in sides])
    loss = SIDE_WEIGHT * functional.binary_cross_entropy_with_logits(scores, wanted, pos_weight=torch.tensor(POSITIVE))
    for own, meant in zip(scores.T, wanted.T > 0, strict=True):
        if meant.any() and not meant.all():
            loss = loss + functional.softplus(torch.logsumexp(own[~meant], 0) - own[meant]).mean()
    return loss


def exercise_loss(head: Head, group: Sequence[Shown], random: Random) -> torch.Tensor:
    """The mean loss of some exercises."""
    places = [picked(one.exercise, OTHERS, random) for one in group]
    scores = sides_of(head, [one.hidden[n] for one, own in zip(group, places, strict=True) for n in own])
    each = torch.split(scores, [len(own) for own in places])
    losses = [side_loss(part, [one.exercise.sides[n] for n in own]) for one, own, part in zip(group, places, each, strict=True)]
    return torch.stack(losses).mean()


def groups(exercises: Sequence[Shown], random: Random) -> Iterator[Sequence[Shown]]:
    """All exercises, those of like length together, in random order."""
    mixed = random.sample(exercises, len(exercises))
    for start in range(0, len(mixed), ALIKE):
        alike = sorted(mixed[start : start + ALIKE], key=lambda one: sum(map(len, one.hidden)) / max(1, len(one.hidden)))
        yield from (alike[first : first + TOGETHER] for first in range(0, len(alike), TOGETHER))


@torch.no_grad()
def report_sides(head: Head, kept: Sequence[Shown]) -> None:
    """Of how many exercises kept apart the likeliest figures of every side are those that are meant."""
    asked_for = [one for one in kept if any(one.exercise.sides)]
    right = 0
    for one in asked_for:
        scores = torch.cat([sides_of(head, one.hidden[start : start + READ]) for start in range(0, len(one.hidden), READ)])
        meant = [{n for n, side in enumerate(one.exercise.sides) if side == number} for number in (ONE, OTHER)]
        right += all(set(own.topk(len(wanted)).indices.tolist()) == wanted for own, wanted in zip(scores.T, meant, strict=True))
    logger.info("kept apart: all figures of %d of %d exercises", right, len(asked_for))
