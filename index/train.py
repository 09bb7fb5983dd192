"""How the shipped embedding was made: ``python -m index.train --data DIR --out DIR``.

The texts of DIR teach a Unigram tokenizer its pieces; the pairs of ``index.pairs`` teach a sentence-transformers StaticEmbedding
that texts which belong together lie closer than the others of a batch (multiple negatives ranking). A piece starts as, and stays
tied to, the mean of its characters' vectors, so that a word which is rare in DIR still has a meaning. Saved are int8 rows with a
scale each, in the layout that StaticEmbedding.load reads.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch.nn.utils import parametrize

from index.pairs import Pair, pairs

logger = logging.getLogger(__name__)

PIECES, LONGEST = 24_000, 4  # more pieces load too slowly for one question (0.1 s at 32,000); longer ones are set phrases
DIMENSION = 256
SAMPLE = 40_000  # texts that the tokenizer learns from
SEPARATOR, SINGLE = Regex("[^一-鿿㐀-䶿a-z0-9]+"), Regex(r"[a-z]+|\d")
UNKNOWN = "[UNK]"
EPOCHS, BATCH, RATE, WARM_UP, SCALE = 1, 2048, 0.02, 0.1, 20.0
NEIGHBOURS = 16  # pairs of one document that stay together in a batch: the others are hard negatives
REPEATS = {"messages": 3, "policy": 3, "consultations": 3, "encyclopaedia": 3}  # the small sources in which people ask
DROPPED = 0.2  # share of the pieces left out of a text each time: less learnt by heart
INT8 = 127

Encoded = list[NDArray[np.int64]]
Row = tuple[NDArray[np.int64], ...]
"""The pieces of a query, of what answers it, and of what does not."""


class Composed(torch.nn.Module):
    """A piece's vector is its own part and the mean of its characters' vectors, both weighted by how telling the piece is."""

    def __init__(self, pieces: Sequence[str], weights: torch.Tensor) -> None:
        super().__init__()
        characters = {character: column for column, character in enumerate(sorted(set("".join(pieces))))}
        cells = [(row, characters[character], 1 / len(piece)) for row, piece in enumerate(pieces) for character in piece]
        rows, columns, shares = zip(*cells, strict=True)
        spelling = torch.sparse_coo_tensor(
            torch.tensor([rows, columns]), torch.tensor(shares), (len(pieces), len(characters)), check_invariants=True
        )
        self.spelling = spelling.coalesce().to_sparse_csr()
        self.weights = weights[:, None]
        self.characters = torch.nn.Parameter(torch.randn(len(characters), DIMENSION) / DIMENSION**0.5)

    def forward(self, own: torch.Tensor) -> torch.Tensor:
        composed: torch.Tensor = self.weights * (own + torch.sparse.mm(self.spelling, self.characters))
        return composed


def learn_pieces(texts: Sequence[str]) -> Tokenizer:
    """A Unigram tokenizer: half-width lower case, punctuation left out, digits single."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(SEPARATOR, "removed"), pre_tokenizers.Split(SINGLE, "isolated")]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=PIECES, special_tokens=[UNKNOWN], unk_token=UNKNOWN, max_piece_length=LONGEST, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def learn_vectors(tokenizer: Tokenizer, sources: dict[str, list[Pair]], random: np.random.Generator) -> NDArray[np.float32]:
    """The vectors of the pieces, shape (pieces, DIMENSION)."""
    encoded = {name: tuple(piece_ids(tokenizer, side) for side in zip(*found, strict=True)) for name, found in sources.items()}
    static = StaticEmbedding(tokenizer, embedding_dim=DIMENSION)
    torch.nn.init.normal_(static.embedding.weight, std=0.5 * DIMENSION**-0.5)
    pieces = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)
    parametrize.register_parametrization(static.embedding, "weight", Composed(pieces, _weights(encoded, len(pieces))))
    model = SentenceTransformer(modules=[static, Normalize()], device="cpu")
    loss = MultipleNegativesRankingLoss(model, scale=SCALE, directions=("query_to_doc", "doc_to_query"), partition_mode="per_direction")
    fit(loss, [batch for _ in range(EPOCHS) for batch in _batches(encoded, random)], RATE, random)
    parametrize.remove_parametrizations(static.embedding, "weight")
    return np.asarray(static.embedding.weight.detach().numpy(), np.float32)


def piece_ids(tokenizer: Tokenizer, texts: Sequence[str]) -> Encoded:
    """The pieces of each text; a text without any counts as one unknown piece."""
    return [np.asarray(encoding.ids or [0], np.int64) for encoding in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]


def _weights(encoded: Mapping[str, Sequence[Encoded]], pieces: int) -> torch.Tensor:
    """Where the norms start: about the logarithm of how rare a piece is; the very common ones near zero."""
    counts = np.ones(pieces)
    for sides in encoded.values():
        for side in sides:
            counts += np.bincount(np.concatenate(side), minlength=pieces)
    rarity = -np.log(counts / counts.sum())
    return torch.tensor(np.clip(rarity - 3, 0.3, None) / 8, dtype=torch.float32)


def _batches(encoded: Mapping[str, Sequence[Encoded]], random: np.random.Generator) -> Iterator[list[Row]]:
    """Batches of one source each, in random order; neighbouring pairs of a document stay together."""
    batches = []
    for name, (queries, passages) in encoded.items():
        order = np.concatenate([_shuffled(len(queries), random) for _ in range(REPEATS.get(name, 1))])
        batches += [[(queries[i], passages[i]) for i in order[start : start + BATCH]] for start in range(0, len(order), BATCH)]
    for position in random.permutation(len(batches)):
        yield batches[position]


def _shuffled(size: int, random: np.random.Generator) -> NDArray[np.int64]:
    """The numbers below ``size`` with runs of NEIGHBOURS kept, beginning anywhere."""
    runs = np.array_split((np.arange(size) + random.integers(NEIGHBOURS)) % size, max(1, size // NEIGHBOURS))
    return np.concatenate([runs[position] for position in random.permutation(len(runs))])


def fit(loss: MultipleNegativesRankingLoss, batches: Sequence[Sequence[Row]], rate: float, random: np.random.Generator) -> None:
    """Teach the model of ``loss`` these batches once; ``rate`` is reached after a tenth of them and falls from there."""
    optimizer = torch.optim.Adam(loss.parameters(), lr=rate, betas=(0.9, 0.99))
    warm_up = WARM_UP * len(batches)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm_up, 1) * max(1 - step / len(batches), 0.02)
    )
    for step, batch in enumerate(batches):
        with parametrize.cached():
            value = loss([_features(column, random) for column in zip(*batch, strict=True)], torch.empty(0))
            optimizer.zero_grad()
            value.backward()
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            logger.info("step %d of %d, loss %.3f", step, len(batches), value.item())


def _features(texts: Sequence[NDArray[np.int64]], random: np.random.Generator) -> dict[str, torch.Tensor]:
    """What StaticEmbedding reads, some pieces of each text left out."""
    kept = [ids[random.random(len(ids)) >= DROPPED] for ids in texts]
    kept = [some if len(some) else ids for some, ids in zip(kept, texts, strict=True)]
    offsets = np.cumsum([0, *map(len, kept[:-1])])
    return {"input_ids": torch.from_numpy(np.concatenate(kept)), "offsets": torch.from_numpy(offsets)}


def save(folder: Path, tokenizer: Tokenizer, vectors: NDArray[np.float32]) -> None:
    """Write the folder that ``index.embed`` and sentence-transformers both load."""
    folder.mkdir(parents=True, exist_ok=True)
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=vectors), Normalize()], device="cpu").save(
        str(folder), create_model_card=False
    )
    scales = np.maximum(np.abs(vectors).max(axis=1), np.finfo(np.float32).tiny) / INT8
    rows = np.rint(vectors / scales[:, None]).astype(np.int8)
    save_file({"embeddings": rows, "weights": scales.astype(np.float32)}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def main() -> None:
    """Train and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training texts")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(options.seed)
    random = Random(options.seed)
    sources = pairs(options.data, random)
    logger.info("pairs: %s", json.dumps({name: len(found) for name, found in sources.items()}))
    texts = [passage for found in sources.values() for _, passage in found]
    tokenizer = learn_pieces(random.sample(texts, min(SAMPLE, len(texts))))
    logger.info("pieces: %d", tokenizer.get_vocab_size())
    vectors = learn_vectors(tokenizer, sources, np.random.default_rng(options.seed))
    save(options.out, tokenizer, vectors)


if __name__ == "__main__":
    main()
