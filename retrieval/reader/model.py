"""The reader that ships, and the one door to onnxruntime: a small cross-encoder that runs without torch.

It is loaded when it is first asked, which takes a few tenths of a second and some tens of megabytes.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.embed import Reranker
from index.errors import ModelUnavailable
from retrieval.reader.pair import LONGEST, Candidate, asked, told

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

LOWER_FILE, UPPER_FILE = "lower.onnx", "reader.onnx"
"""The lower layers, which the marker shares, and those above them."""
TOGETHER = 8
"""Pairs that are read at once: more need more padding, fewer more calls."""
NEVER = -20.0
"""Log-odds of what is no answer."""
LEAST = 1e-6


class Reader(Protocol):
    """Reads a question together with each candidate."""

    def read(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """Return how likely each of ``candidates`` answers ``question``: log-odds, shape (len(candidates),)."""
        ...


class Graph:
    """A graph of ONNX. All of it is calculated whatever is asked for."""

    def __init__(self, path: Path) -> None:
        """Raises ModelUnavailable when the file cannot be read."""
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.add_session_config_entry(
            "session.disable_quant_qdq", "1"
        )  # the int8 weights become float32 once, not at every call
        # threads that wait in a loop take half of the time from the other graphs, and from whatever else the machine does
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: InferenceSession = InferenceSession(content(path), options, providers=["CPUExecutionProvider"])

    def run(self, outputs: Sequence[str], **inputs: NDArray[np.generic]) -> list[NDArray[np.float32]]:
        """The tensors that ``outputs`` name."""
        found: list[NDArray[np.float32]] = self._session.run(outputs, inputs)
        return found


def content(path: Path) -> bytes:
    """A file of the shipped models; raises ModelUnavailable."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelUnavailable(f"内置的阅读模型读不出来（{path}）：{error.strerror}。请重新安装镇问。") from error


class LocalReader:
    """The cross-encoder in ``folder``: ``lower.onnx``, ``reader.onnx`` and ``tokenizer.json``. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(content(self.folder / "tokenizer.json").decode())
        tokenizer.no_padding()  # a batch is padded here, and its mask made; the file of a trained model may ask for padding of its own
        tokenizer.enable_truncation(LONGEST, strategy="only_second")
        return tokenizer

    @cached_property
    def _lower(self) -> Graph:
        return Graph(self.folder / LOWER_FILE)

    @cached_property
    def _upper(self) -> Graph:
        return Graph(self.folder / UPPER_FILE)

    def lower(self, first: str, second: str) -> tuple[NDArray[np.float32], Encoding]:
        """What the lower layers make of two texts read together, shape (1, tokens, width), and the tokens. Raises ModelUnavailable."""
        pair = self._tokenizer.encode(first, second)
        (hidden,) = self._lower.run(["hidden"], input_ids=np.asarray([pair.ids]), attention_mask=np.ones((1, len(pair.ids)), np.int64))
        return hidden, pair

    def read(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """As ``Reader.read``; pairs of like length are read together. Raises ModelUnavailable when the files cannot be read."""
        scores = np.empty(len(candidates), np.float32)
        pairs = self._tokenizer.encode_batch([(asked(question), told(candidate)) for candidate in candidates])
        order = sorted(range(len(pairs)), key=lambda place: len(pairs[place].ids))
        for start in range(0, len(order), TOGETHER):
            places = order[start : start + TOGETHER]
            longest = len(pairs[places[-1]].ids)
            ids, mask = np.ones((len(places), longest), np.int64), np.zeros((len(places), longest), np.int64)
            for row, place in enumerate(places):
                known = pairs[place].ids
                ids[row, : len(known)], mask[row, : len(known)] = known, 1
            (hidden,) = self._lower.run(["hidden"], input_ids=ids, attention_mask=mask)
            (logits,) = self._upper.run(["logits"], hidden=hidden, attention_mask=mask)
            scores[places] = logits[:, 0]
        return scores


class ForeignReader:
    """Any cross-encoder of sentence-transformers in the place of the reader that ships."""

    def __init__(self, reranker: Reranker) -> None:
        self._reranker = reranker

    def read(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """As ``Reader.read``, for a model that gives probabilities."""
        chances = self._reranker.scores(asked(question), [told(candidate) for candidate in candidates]).clip(LEAST, 1 - LEAST)
        return np.asarray(np.log(chances / (1 - chances)), np.float32)


class SilentReader:
    """Takes no sentence for an answer: what the rules find without a reader."""

    def read(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:  # noqa: ARG002
        """As ``Reader.read``."""
        return np.full(len(candidates), NEVER, np.float32)


@lru_cache(maxsize=1)
def default_reader() -> LocalReader:
    """The reader that ships; nothing is loaded yet."""
    return LocalReader(Path(str(importlib.resources.files("retrieval.reader") / "model")))
