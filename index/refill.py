"""What can be made again from the catalogue: the vectors in Chroma, and the lexical index."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from index.chroma import ChromaVectors, passage_key
from index.snapshot import Snapshot
from index.text import simplified
from index.types import Passage

TOGETHER = 100  # reports whose passages are handed to Chroma at once


def refill_vectors(now: Snapshot, vectors: ChromaVectors) -> None:
    """Give Chroma what it lacks of a state, and take out what is not of it."""
    present = vectors.every_key()
    live = now.catalogue.passage_ids(now.infos)
    vectors.delete(sorted(present - {passage_key(id_, number) for number, ids in live.items() for id_ in ids}))
    lacking = [number for number, ids in live.items() if any(passage_key(id_, number) not in present for id_ in ids)]
    for first in range(0, len(lacking), TOGETHER):
        _restore(now, vectors, lacking[first : first + TOGETHER], present)


def _restore(now: Snapshot, vectors: ChromaVectors, numbers: Sequence[int], present: Collection[str]) -> None:
    """Give Chroma those passages of some reports that it has lost."""
    passages = list(now.catalogue.passages({number: now.infos[number] for number in numbers}))
    keys = [passage_key(passage.id, now.numbers[passage.report_id]) for passage in passages]
    rows = [row for row, key in enumerate(keys) if key not in present]
    stored = now.catalogue.vectors(numbers).reshape(len(passages), -1)
    vectors.add([keys[row] for row in rows], [passages[row] for row in rows], stored[rows].astype(np.float32))


def refill_words(now: Snapshot) -> None:
    """Write the lexical index of a state anew."""
    passages = now.passages(None)
    now.lexical.update(passages, searched(passages), removed=now.lexical.reports, state=now.state)


def searched(passages: Sequence[Passage]) -> list[str]:
    """The texts for the lexical index: headings and text; town and year are the scope's business."""
    return [simplified(f"{' '.join(passage.path)}\n{passage.text}") for passage in passages]
