"""Texts to vectors, and the one door to sentence-transformers and torch at run time (``index.train`` is the other half).

The shipped encoder is a sentence-transformers StaticEmbedding: a text is the sum of its pieces' vectors, made a unit vector.
``default_encoder`` reads the same files with numpy and tokenizers alone, and gives the same vectors to 1e-5.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl

import numpy as np
from numpy.typing import NDArray

from index.errors import BadSettings, ModelUnavailable
from index.types import Encoder, Vectors

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer
    from tokenizers import Tokenizer

Model = TypeVar("Model", "SentenceTransformer", "CrossEncoder")

DEFAULT_NAME = "zhenwen-static"
BLOCK = 128  # texts summed at a time: their pieces' vectors (about 10 MB) stay near the processor
UNKNOWN = 0  # the piece for what the tokenizer does not know; also stands for a text without any piece
SAMPLE = 64  # values of each tensor that tell one set of weights from another
PROMPTS = (  # models that expect a prompt and do not declare it; every other model's own configuration decides
    (re.compile(r"bge-(small|base|large)-zh"), {"query": "为这个句子生成表示以用于检索相关文章："}),
    (re.compile(r"multilingual-e5-(small|base|large)$"), {"query": "query: ", "document": "passage: "}),
)


@dataclass(frozen=True, slots=True)
class Loading:
    """How a transformer is run. ``device`` None: the best there is; ``dtype`` "auto": as the weights were saved.

    ``query`` is put before a question; None: what the model declares.
    """

    device: str | None = None
    dtype: str = "auto"
    batch_size: int = 32
    query: str | None = None


DEFAULT_LOADING = Loading()


@dataclass(frozen=True, slots=True)
class StaticEncoder:
    """A StaticEmbedding without torch. ``matrix`` holds int8 rows, one a piece, ``scales`` what each row is multiplied by."""

    name: str
    folder: Path
    tokenizer: Tokenizer
    matrix: NDArray[np.int8]
    scales: NDArray[np.float32]

    @property
    def dimension(self) -> int:
        return int(self.matrix.shape[1])

    def encode(self, texts: list[str], *, query: bool = False) -> Vectors:  # noqa: ARG002 - it knows no prompt
        """Return unit vectors, shape (len(texts), dimension); a text without a known piece counts as one unknown piece."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), BLOCK):
            encodings = self.tokenizer.encode_batch_fast(texts[start : start + BLOCK], add_special_tokens=False)
            vectors[start : start + BLOCK] = self._sums([encoding.ids or [UNKNOWN] for encoding in encodings])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _sums(self, pieces: list[list[int]]) -> NDArray[np.float32]:
        ids = np.concatenate([np.asarray(piece, np.intp) for piece in pieces])
        starts = np.cumsum([0, *(len(piece) for piece in pieces[:-1])])
        rows = self.matrix[ids].astype(np.float32) * self.scales[ids, None]
        return np.add.reduceat(rows, starts, axis=0)


@dataclass(frozen=True, slots=True)
class TransformerEncoder:
    """Any sentence-transformers model, with the prompts that it declares."""

    name: str
    dimension: int
    model: SentenceTransformer
    batch_size: int

    def encode(self, texts: list[str], *, query: bool = False) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension)."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        encode = self.model.encode_query if query else self.model.encode_document
        vectors = encode(texts, batch_size=self.batch_size, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)


@dataclass(frozen=True, slots=True)
class Reranker:
    """A cross-encoder: reads the question together with each text."""

    name: str
    model: CrossEncoder
    batch_size: int

    def scores(self, query: str, texts: list[str]) -> NDArray[np.float32]:
        """Return how well each text answers ``query``, shape (len(texts),); higher is better."""
        if not texts:
            return np.empty(0, np.float32)
        scores = self.model.predict([(query, text) for text in texts], batch_size=self.batch_size, show_progress_bar=False)
        return np.asarray(scores, np.float32)


@lru_cache(maxsize=1)
def default_encoder() -> StaticEncoder:
    """The shipped encoder, loaded once; torch is not imported. Raises ModelUnavailable."""
    return static_encoder(Path(str(importlib.resources.files("index") / "model")))


def static_encoder(folder: Path) -> StaticEncoder:
    """Load a StaticEmbedding that ``index.train`` saved. Raises ModelUnavailable."""
    from safetensors import SafetensorError
    from safetensors.numpy import load
    from tokenizers import Tokenizer

    try:
        weights = (folder / "model.safetensors").read_bytes()
        tensors = load(weights)
        tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
    except (OSError, SafetensorError) as error:
        raise ModelUnavailable(f"内置的向量模型读不出来（{folder}）：{error}。请重新安装镇问。") from error
    digest = hashlib.sha256(weights).hexdigest()[:8]
    return StaticEncoder(f"{DEFAULT_NAME}-{digest}", folder, tokenizer, tensors["embeddings"], tensors["weights"])


def load_encoder(name: str | None = None, loading: Loading = DEFAULT_LOADING) -> Encoder:
    """Return the shipped encoder (None or "default") or a sentence-transformers model by name or folder, as ``asked`` reads it.

    Raises ModelUnavailable, BadSettings.
    """
    if name is None or name == "default":
        return default_encoder()
    from sentence_transformers import SentenceTransformer

    name, loading = asked(name, loading)
    model = _open(SentenceTransformer, name, loading)
    if not any(model.prompts.values()):
        model.prompts.update(next((prompts for pattern, prompts in PROMPTS if pattern.search(name)), {}))
    if loading.query is not None:
        model.prompts["query"] = loading.query
    return TransformerEncoder(_identity(name, model), model.get_embedding_dimension() or 0, model, loading.batch_size)


def load_reranker(name: str, loading: Loading = DEFAULT_LOADING) -> Reranker:
    """Return a cross-encoder by name or folder, as ``asked`` reads it. Raises ModelUnavailable, BadSettings."""
    from sentence_transformers import CrossEncoder

    name, loading = asked(name, loading)
    model = _open(CrossEncoder, name, loading)
    return Reranker(_identity(name, model), model, loading.batch_size)


def asked(name: str, loading: Loading = DEFAULT_LOADING) -> tuple[str, Loading]:
    """A model's name or folder without what stands after its ``?``, and how it is to be run: ``bge-m3?device=cuda&dtype=float16&batch=8``.

    ``query=`` sets the prompt before a question. Raises BadSettings for anything else.
    """
    name, _, options = name.partition("?")
    given = dict(parse_qsl(options, keep_blank_values=True))
    batch = given.pop("batch", str(loading.batch_size))
    if not batch.isdecimal() or not int(batch) or not given.keys() <= {"device", "dtype", "query"}:
        raise BadSettings(f"模型 {name} 后面的“{options}”看不懂；可以写 device、dtype、batch（正整数）、query，如 {name}?device=cuda&batch=8。")
    return name, replace(loading, batch_size=int(batch), **given)


def _open(kind: type[Model], name: str, loading: Loading) -> Model:
    from safetensors import SafetensorError

    try:
        model: Model = kind(_folder(name), device=loading.device, local_files_only=True, model_kwargs={"dtype": loading.dtype})
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise ModelUnavailable(
            f"模型 {name} 打不开：{reason}。请检查名称或路径；本机没有网络时，先在能上网的电脑上运行 hf download {name}"
            " --local-dir 文件夹，拷到本机后填这个文件夹。"
        ) from error
    return model


def _folder(name: str) -> str:
    """The folder of a model: given, downloaded earlier, or downloaded now."""
    from huggingface_hub import snapshot_download

    if Path(name).is_dir():
        return name
    try:
        return snapshot_download(name, local_files_only=True)
    except OSError:
        return snapshot_download(name, ignore_patterns=["onnx/*", "openvino/*"])


def _identity(name: str, model: SentenceTransformer | CrossEncoder) -> str:
    """The name and a hash of a sample of the weights: the same on every device, and in float16 as in float32."""
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        sample = tensor.flatten()[:SAMPLE].float().cpu().numpy().astype(np.float16)
        digest.update(f"{key}{tuple(tensor.shape)}".encode() + sample.tobytes())
    return f"{Path(name).name}-{digest.hexdigest()[:8]}"
