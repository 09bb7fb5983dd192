"""How the reader was taught: ``python -m retrieval.reader.school --base DIR --data DIR --out DIR``.

A cross-encoder of sentence-transformers, begun from a pretrained multilingual encoder, reads a question together with a sentence and
says how likely the sentence answers it. Each lesson is a question with sentences of one text: those that answer shall score above
the others of their lesson, and above nought, the others below it, so that “none answers” is taught and not assumed.
The lower layers and the vectors of the pieces stay as they came; ``--from`` goes on from a reader that was taught before.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import torch
from sentence_transformers import CrossEncoder
from torch.nn import functional

from retrieval.reader.lessons import Fold, Lesson, lessons, ready, texts
from retrieval.reader.pair import LONGEST, asked, told

logger = logging.getLogger(__name__)

BATCH = 8
"""Questions whose gradients are taken together;"""
LOOKED = 16
"""questions that are looked at together before, to find what there is to learn from them."""
WRONG = 3
"""Sentences that do not answer, of one lesson: those that score highest."""
KNOWN = 0.1
"""Loss of a lesson below which nothing is to be learned from it."""
POOL = 256
"""of so many, those of like length come together."""
TOGETHER = 64
"""Pairs that the model reads at once."""
WEIGHT_DECAY, WARM_UP, LEAST, CLIP = 0.01, 60, 0.1, 1.0
POSITIVE = 2.0
"""Weight of a sentence that answers in the loss of each sentence by itself: there are fewer of them."""
TOLD = 20
HALVED = bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())
"""Whether the products are of bfloat16, with float32 sums: seven times as fast where the processor has tiles for it, twice where it has the products,
and no gain elsewhere."""


def loss_of(scores: torch.Tensor, group: Sequence[Lesson]) -> torch.Tensor:
    """The mean loss of the lessons: ``scores`` are those of all their sentences, in order."""
    return torch.stack([lesson_loss(own, lesson.right) for lesson, own in zip(group, apart(scores, group), strict=True)]).mean()


def apart(scores: torch.Tensor, group: Sequence[Lesson]) -> tuple[torch.Tensor, ...]:
    """The scores of each lesson by themselves."""
    return torch.split(scores, [len(lesson.sentences) for lesson in group])


def lesson_loss(scores: torch.Tensor, right: int) -> torch.Tensor:
    """Each sentence by itself, and the first ``right``, which answer, above the others."""
    wanted = torch.zeros_like(scores)
    wanted[:right] = 1
    alone = functional.binary_cross_entropy_with_logits(scores, wanted, pos_weight=torch.tensor(POSITIVE))
    if not right:
        return alone
    return alone + functional.softplus(torch.logsumexp(scores[right:], 0) - scores[:right]).mean()


def worth(model: CrossEncoder, group: Sequence[Lesson]) -> list[Lesson]:
    """The lessons that the model does not know yet, each with those of its wrong sentences that it takes for answers most."""
    with torch.no_grad():
        scores = apart(scored(model, group), group)
    found = []
    for lesson, own in zip(group, scores, strict=True):
        wrong = own[lesson.right :].argsort(descending=True)[:WRONG] + lesson.right
        kept = [*range(lesson.right), *wrong.tolist()]
        if lesson_loss(own[kept], lesson.right).item() > KNOWN:
            found.append(replace(lesson, sentences=tuple(lesson.sentences[place] for place in kept)))
    return found


def batches(taught: Sequence[Lesson], random: Random) -> Iterator[list[Lesson]]:
    """All lessons in batches of like length, in random order."""
    order = random.sample(taught, len(taught))
    found = []
    for start in range(0, len(order), POOL):
        pool = sorted(order[start : start + POOL], key=lambda lesson: sum(len(told(c)) for c in lesson.sentences))
        found += [pool[n : n + LOOKED] for n in range(0, len(pool), LOOKED)]
    yield from random.sample(found, len(found))


def teach(model: CrossEncoder, taught: Sequence[Lesson], rate: float, frozen: int, random: Random) -> None:
    """One pass over the lessons; the ``frozen`` lowest layers do not learn."""
    freeze(model, frozen)
    learning = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learning, lr=rate, weight_decay=WEIGHT_DECAY)
    model.train()
    started, lost, seen, steps = perf_counter(), [], 0, 0
    waiting: list[Lesson] = []
    for group in batches(taught, random):
        seen += len(group)
        waiting += worth(model, group)
        while len(waiting) >= BATCH:
            steps += 1
            for settings in optimiser.param_groups:
                settings["lr"] = rate * min(steps / WARM_UP, max(LEAST, 1 - seen / len(taught)))
            lost.append(step(model, optimiser, learning, waiting[:BATCH]))
            del waiting[:BATCH]
            if steps % TOLD == 0:
                spent = perf_counter() - started
                logger.info("%d of %d, %d steps, loss %.3f, %.0f s", seen, len(taught), steps, sum(lost[-TOLD:]) / TOLD, spent)


def step(model: CrossEncoder, optimiser: torch.optim.Optimizer, learning: list[torch.nn.Parameter], group: Sequence[Lesson]) -> float:
    """Learn from one batch; its loss before."""
    loss = loss_of(scored(model, group), group)
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(learning, CLIP)
    optimiser.step()
    return loss.item()


def scored(model: CrossEncoder, group: Sequence[Lesson]) -> torch.Tensor:
    """A score for each sentence of the lessons, in order; pairs of like length are read together, which saves much padding."""
    pairs = [(asked(lesson.question), told(candidate)) for lesson in group for candidate in lesson.sentences]
    whole: Any = model.model
    order = sorted(range(len(pairs)), key=lambda n: len(pairs[n][0]) + len(pairs[n][1]))
    logits = []
    for start in range(0, len(order), TOGETHER):
        questions, sentences = zip(*(pairs[n] for n in order[start : start + TOGETHER]), strict=True)
        encoded = model.tokenizer(
            list(questions), list(sentences), padding=True, truncation="only_second", max_length=LONGEST, return_tensors="pt"
        )
        with torch.autocast("cpu", torch.bfloat16, enabled=HALVED):
            logits.append(whole(**encoded).logits.squeeze(-1).float())
    return torch.cat(logits)[torch.tensor(order).argsort()]


def freeze(model: CrossEncoder, layers: int) -> None:
    """Let everything learn but the pieces' vectors and the ``layers`` lowest layers."""
    bert: Any = model.model.bert  # type: ignore[union-attr]
    for parameter in model.parameters():
        parameter.requires_grad_(True)
    for module in (bert.embeddings, *bert.encoder.layer[:layers]):
        for parameter in module.parameters():
            parameter.requires_grad_(False)


def curriculum(folders: Sequence[Path], random: Random) -> list[Lesson]:
    """The lessons of one pass over the texts of these folders that are there to be taught."""
    told = (lesson for folder in folders for text in texts(folder) if text.fold is Fold.TAUGHT for lesson in lessons(text, random))
    return [*told, *(lesson for folder in folders for lesson in ready(folder))]


def main() -> None:
    """Teach and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="folder of the pretrained encoder, or of a reader to go on from")
    parser.add_argument("--data", type=Path, required=True, help="folder of the training texts")
    parser.add_argument("--out", type=Path, required=True, help="folder for the reader")
    parser.add_argument("--passes", nargs="+", required=True, help="folders of DATA with + between them, :rate, :frozen layers")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    random = Random(options.seed)
    # the gradients of the other attentions take half of the time on a CPU
    model = CrossEncoder(str(options.base), num_labels=1, device="cpu", max_length=LONGEST, model_kwargs={"attn_implementation": "eager"})
    for step in options.passes:
        names, rate, frozen = step.split(":")
        taught = curriculum([options.data / name for name in names.split("+")], random)
        logger.info("%s: %d lessons", names, len(taught))
        teach(model, taught, float(rate), int(frozen), random)
        model.save_pretrained(str(options.out))


if __name__ == "__main__":
    main()
