"""Training on a handful of pairs: what is saved loads with both loaders, and texts that belong together come closer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.embed import static_encoder

pytestmark = pytest.mark.slow  # torch takes its time to be imported

PAIRS = [("老板不给工资", "用人单位拖欠劳动报酬"), ("路灯坏了", "照明设施维修"), ("邻居吵架", "化解矛盾纠纷"), ("孩子上学", "义务教育入学")] * 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    from index import train

    with pytest.MonkeyPatch.context() as small:
        small.setattr(train, "PIECES", 80)
        small.setattr(train, "EPOCHS", 8)
        small.setattr(train, "BATCH", 8)
        small.setattr(train, "NEIGHBOURS", 1)
        torch.manual_seed(1)
        tokenizer = train.learn_pieces([text for pair in PAIRS for text in pair])
        vectors = train.learn_vectors(tokenizer, {"messages": PAIRS}, np.random.default_rng(1))
        made = tmp_path_factory.mktemp("model")
        train.save(made, tokenizer, vectors)
    return made


def test_both_loaders_give_the_same_vectors(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    texts = [text for pair in PAIRS[:4] for text in pair]
    theirs = SentenceTransformer(str(folder), device="cpu").encode(texts, show_progress_bar=False)
    np.testing.assert_allclose(static_encoder(folder).encode(texts), theirs, atol=1e-5)


def test_what_belongs_together_lies_closest(folder: Path) -> None:
    encoder = static_encoder(folder)
    asked, told = (encoder.encode([pair[side] for pair in PAIRS[:4]]) for side in (0, 1))
    assert (asked @ told.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_rows_are_bytes_with_a_scale_each(folder: Path) -> None:
    encoder = static_encoder(folder)
    assert encoder.matrix.dtype == np.int8
    assert np.abs(encoder.matrix).max(axis=1).min() == 127
