"""How the marker was taught: ``python -m retrieval.reader.marking --model DIR --data DIR --out DIR``.

Its layers begin as those of the reader above the lower ones, which stay as they are: a question is read once for the kinds of
calculation that it asks for, once for each of them to tell which of its words name the figures, and with each figure of a report to
tell which side of the calculation it is. One question in ten, and one section in eight, is kept apart for what is printed at the end.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import onnx
import torch
from tokenizers import Tokenizer
from torch.nn import functional

from retrieval.question.understand import normalise
from retrieval.reader.calculations import Exercise, exercises
from retrieval.reader.drills import TOGETHER, Shown, exercise_loss, groups, report_sides, shown
from retrieval.reader.export import PAIRS, graph
from retrieval.reader.labels import APART as EXAMS_APART
from retrieval.reader.labels import labelled, of_counties
from retrieval.reader.layers import LOWER, UPPER, Head, Lower, padded
from retrieval.reader.marker import ANY, FILE, KINDS
from retrieval.reader.pair import LONGEST
from retrieval.reader.reopen import remembered, reopened
from retrieval.reader.school import HALVED

logger = logging.getLogger(__name__)

BATCH, PASSES, RATE, WARM_UP, LEAST, CLIP = 32, 8, 3e-4, 60, 0.05, 1.0
KIND_WEIGHT, ROLE_WEIGHT = 8.0, 2.0
"""Of the losses."""
APART = 10
SOME = 3
"""Of what it was taught before one in so many is taught again when it goes on."""
LOOKED_AT = 3
"""Of the exercises kept apart one in so many is looked at: all figures of its report are read."""
FOLDERS = ("questions", "calculations", "asked", "sat", "counties")
LETTERS = "abc"
"""The roles in the files, in the order of ROLES."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question read with a word: ``kinds`` are those that it asks for, or ``roles`` the role of each token (0 is none, -100 not asked)."""

    ids: tuple[int, ...]
    kinds: tuple[float, ...] = ()
    roles: tuple[int, ...] = ()
    kept: bool = False


Taught = TypeVar("Taught", Lesson, Exercise)


def lessons(folder: Path, tokenizer: Tokenizer) -> Iterator[Lesson]:
    """Each question once for its kinds, and once for each calculation."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["asks"] is None:  # nobody could tell
                    continue
                question, kept = normalise(row["q"]), sum(map(ord, row["q"])) % APART == 0 or path.name.split(".")[0] in EXAMS_APART
                asked = {ask["op"] for ask in row["asks"]}
                yield Lesson(tuple(tokenizer.encode(ANY, question).ids), tuple(float(kind in asked) for kind in KINDS), kept=kept)
                for ask in row["asks"]:
                    pair = tokenizer.encode(KINDS[ask["op"]], question)
                    named = [(role, *span) for role, letter in enumerate(LETTERS, 1) for span in spans(question, [*map(normalise, ask.get(letter, ()))])]
                    roles = (role_of(o, named) if s == 1 else -100 for o, s in zip(pair.offsets, pair.sequence_ids, strict=True))
                    yield Lesson(tuple(pair.ids), roles=tuple(roles), kept=kept)


def kinds_of(every: Iterable[Exercise], tokenizer: Tokenizer) -> Iterator[Lesson]:
    """The question of each exercise once for its kind."""
    for one in every:
        yield Lesson(tuple(tokenizer.encode(ANY, one.question).ids), tuple(float(kind == one.kind) for kind in KINDS), kept=one.kept)


def _again(every: Iterable[Taught], *, told: bool) -> Iterator[Taught]:
    """All of them, or of what was ``told`` before one in ``SOME``, and what is kept apart."""
    yield from (one for n, one in enumerate(every) if not told or one.kept or n % SOME == 0)


def gathered(data: Path, exams: Path, tokenizer: Tokenizer, new: Sequence[str]) -> tuple[list[Lesson], list[list[Exercise]]]:
    """The lessons, and the exercises of each folder; all of those that are ``new``, of the others a part."""
    every = [lesson for name in ("questions", "sat") for lesson in _again(lessons(data / name, tokenizer), told=name not in new)]
    found: dict[str, Iterator[Exercise]] = {
        "calculations": exercises(data / "calculations"),
        "asked": labelled(data / "asked", exams),
        "sat": labelled(data / "sat", exams),
        "counties": of_counties(data / "counties"),
    }
    drills = [[*_again(own, told=name not in new)] for name, own in found.items()]
    return [*every, *kinds_of((one for one in drills[0] if not one.chained), tokenizer)], drills


def spans(question: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand; the same words twice are two places."""
    after: dict[str, int] = {}
    for word in filter(None, words):
        start = question.find(word, after.get(word, 0))
        if start < 0:  # normalised it is another
            continue
        after[word] = start + len(word)
        yield start, start + len(word)


def role_of(offsets: tuple[int, int], named: Sequence[tuple[int, int, int]]) -> int:
    """The role of a piece: that of the words which have half of it."""
    start, end = offsets
    return next((role for role, first, last in named if 2 * (min(end, last) - max(start, first)) >= end - start > 0), 0)


def batches(taught: Sequence[Lesson], random: Random) -> Iterator[Sequence[Lesson]]:
    """All lessons, those of like length together, in random order."""
    order = sorted(random.sample(taught, len(taught)), key=lambda lesson: len(lesson.ids))
    starts = range(0, len(order), BATCH)
    yield from (order[start : start + BATCH] for start in random.sample(starts, len(starts)))


def read(lower: Lower, head: Head, group: Sequence[Lesson]) -> tuple[torch.Tensor, torch.Tensor]:
    """The log-odds of kinds and of roles."""
    ids, mask = padded([lesson.ids for lesson in group])
    with torch.autocast("cpu", torch.bfloat16, enabled=HALVED):
        kinds, roles, _ = head(lower(ids, mask), mask)
    return kinds.float(), roles.float()


def loss_of(kinds: torch.Tensor, roles: torch.Tensor, group: Sequence[Lesson]) -> torch.Tensor:
    """The loss of both kinds of lessons, each by its share of the batch."""
    asked = [n for n, lesson in enumerate(group) if lesson.kinds]
    marked = [n for n, lesson in enumerate(group) if lesson.roles]
    loss = torch.zeros(())
    if asked:
        wanted = torch.tensor([group[n].kinds for n in asked])
        loss = loss + KIND_WEIGHT * len(asked) / len(group) * functional.binary_cross_entropy_with_logits(kinds[asked], wanted)
    if marked:
        wanted = torch.tensor([[*group[n].roles, *[-100] * (roles.shape[1] - len(group[n].roles))] for n in marked])
        loss = loss + ROLE_WEIGHT * len(marked) / len(group) * functional.cross_entropy(roles[marked].flatten(0, 1), wanted.flatten())
    return loss


def teach(lower: Lower, head: Head, taught: Sequence[Lesson], drilled: Sequence[Shown], random: Random, passes: int, rate: float) -> None:
    """The passes over the lessons and the exercises."""
    optimiser = torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=0.01)
    steps, whole = 0, passes * (len(taught) // BATCH + len(drilled) // TOGETHER + 2)
    for number in range(passes):
        lost = []
        jobs: list[tuple[Sequence[Lesson], Sequence[Shown]]] = [(group, ()) for group in batches(taught, random)]
        jobs += [((), group) for group in groups(drilled, random)]
        for lessons_of, exercises_of in random.sample(jobs, len(jobs)):
            steps += 1
            for settings in optimiser.param_groups:
                settings["lr"] = rate * min(steps / WARM_UP, max(LEAST, 1 - steps / whole))
            loss = loss_of(*read(lower, head, lessons_of), lessons_of) if lessons_of else exercise_loss(head, exercises_of, random)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(head.parameters(), CLIP)
            optimiser.step()
            lost.append(loss.item())
        logger.info("pass %d of %d, loss %.3f", number + 1, passes, sum(lost) / len(lost))


def report(lower: Lower, head: Head, kept: Sequence[Lesson]) -> None:
    """How many questions kept apart have all their kinds told rightly, and how many of their tokens the right role."""
    right, asked, same, marked = 0, 0, 0, 0
    with torch.no_grad():
        for start in range(0, len(kept), BATCH):
            group = kept[start : start + BATCH]
            kinds, roles = read(lower, head, group)
            for number, lesson in enumerate(group):
                if lesson.kinds:
                    asked += 1
                    right += [odds > 0 for odds in kinds[number].tolist()] == [wanted > 0 for wanted in lesson.kinds]
                else:
                    told = roles[number].argmax(-1).tolist()
                    pairs = [(one, other) for one, other in zip(lesson.roles, told, strict=False) if one >= 0 and (one or other)]
                    marked += len(pairs)
                    same += sum(one == other for one, other in pairs)
    logger.info("kept apart: kinds of %d of %d questions, roles of %d of %d tokens", right, asked, same, marked)


def export(head: Head, width: int, out: Path) -> None:
    """Write ``marker.onnx``: ``hidden`` to the log-odds of kinds, of roles and of sides."""
    out.mkdir(parents=True, exist_ok=True)
    outputs = {"kinds": {0: "pairs"}, "roles": PAIRS, "sides": {0: "pairs"}}
    onnx.save(graph(head, {"hidden": torch.zeros((1, 8, width))}, outputs), out / FILE)


def main() -> None:
    """Teach, print what was reached, and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder with lower.onnx, reader.onnx and tokenizer.json")
    parser.add_argument("--data", type=Path, required=True, help=f"folder with the folders {', '.join(FOLDERS)}")
    parser.add_argument("--exams", type=Path, default=Path("data/eval/exams"), help="folder of the reports that DATA/asked and DATA/sat ask about")
    parser.add_argument("--out", type=Path, required=True, help="folder for the graph")
    parser.add_argument("--passes", type=int, default=PASSES)
    parser.add_argument("--rate", type=float, default=RATE, help="of learning, at its highest")
    parser.add_argument("--new", nargs="+", choices=FOLDERS, help="go on from the marker of MODEL, which was taught the folders but these")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    bert: Any = reopened(options.model).bert
    tokenizer = Tokenizer.from_file(str(options.model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST, strategy="only_second")
    every, drills = gathered(options.data, options.exams, tokenizer, options.new or FOLDERS)
    head = Head(bert.encoder.layer[LOWER : LOWER + UPPER], bert.config.hidden_size)
    if options.new:
        remembered(head, options.model / FILE)
    lower = Lower(bert.embeddings, bert.encoder.layer[:LOWER])
    looked_at = [one for n, one in enumerate(chain(*drills)) if not one.kept or n % LOOKED_AT == 0]
    drilled = list(shown(lower, tokenizer, looked_at, Random(1)))
    logger.info("%d exercises", len(drilled))
    taught = [lesson for lesson in every if not lesson.kept]
    teach(lower, head.train(), taught, [one for one in drilled if not one.exercise.kept], Random(1), options.passes, options.rate)
    report(lower, head.eval(), [lesson for lesson in every if lesson.kept])
    for own in drills:
        report_sides(head, [one for one in drilled if one.exercise.kept and one.exercise in own])
    export(head, bert.config.hidden_size, options.out)


if __name__ == "__main__":
    main()
