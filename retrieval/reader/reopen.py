"""From what ships back to what learns: ``python -m retrieval.reader.reopen --model DIR --out DIR``.

The int8 weights of ``lower.onnx`` and ``reader.onnx`` become float32 again and a cross-encoder of sentence-transformers that ``school`` can go on from,
on a machine where the folder that it was exported from is gone. The scores stay those of the shipped model.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn
from transformers import BertConfig, BertForSequenceClassification

from retrieval.reader.base import saved
from retrieval.reader.model import LOWER_FILE, UPPER_FILE

LEARNED = ("bert.", "classifier.", "layers.", "of_")
"""What the names of weights begin with, in the graphs of the reader and of the marker."""
HEADS = 12
"""Attention heads of multilingual-e5-small; the graph does not name their number."""
EPSILON = 1e-12
"""Of its layer normalisation."""


def reopened(folder: Path) -> BertForSequenceClassification:
    """The whole model in ``folder`` as torch has it."""
    return joined({**weights(onnx.load(str(folder / LOWER_FILE))), **weights(onnx.load(str(folder / UPPER_FILE)))})


def remembered(module: nn.Module, file: Path) -> None:
    """Give ``module`` the weights of the graph in ``file``, which was made of it."""
    module.load_state_dict({name: torch.tensor(np.array(values)) for name, values in weights(onnx.load(str(file))).items()})


def weights(model: onnx.ModelProto) -> dict[str, NDArray[np.float32]]:
    """The tensors of a graph by their names in transformers."""
    kept = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "DequantizeLinear":
            values, scales = (kept.pop(name) for name in node.input[:2])
            axis = next(attribute.i for attribute in node.attribute if attribute.name == "axis")
            kept[node.output[0]] = values.astype(np.float32) * np.expand_dims(scales, 1 - axis)
    biases = {name: one for node in model.graph.node if node.op_type == "Add" for name in node.input for one in node.input if one.endswith(".bias")}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in kept:  # the graph has them transposed, under names of its own
            kept[f"{biases[node.output[0]].removesuffix('.bias')}.weight"] = kept.pop(node.input[1]).T
    return {name: values for name, values in kept.items() if name.startswith(LEARNED)}


def joined(found: Mapping[str, NDArray[np.float32]]) -> BertForSequenceClassification:
    """The model with these tensors."""
    pieces, hidden = found["bert.embeddings.word_embeddings.weight"].shape
    config = BertConfig(  # type: ignore[call-arg]  # num_labels is a field of its parent that takes any
        vocab_size=pieces,
        hidden_size=hidden,
        num_hidden_layers=len({name.split(".")[3] for name in found if name.startswith("bert.encoder.layer.")}),
        num_attention_heads=HEADS,
        intermediate_size=found["bert.encoder.layer.0.intermediate.dense.bias"].shape[0],
        max_position_embeddings=found["bert.embeddings.position_embeddings.weight"].shape[0],
        layer_norm_eps=EPSILON,
        pad_token_id=1,
        num_labels=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",  # the gradients of the other attentions take half of the time on a CPU
    )
    whole = BertForSequenceClassification(config)
    whole.load_state_dict({name: torch.tensor(np.array(values)) for name, values in found.items()})
    return whole


def main() -> None:
    """Reopen and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder with lower.onnx, reader.onnx and tokenizer.json")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    options = parser.parse_args()
    saved(reopened(options.model), options.model / "tokenizer.json", options.out)


if __name__ == "__main__":
    main()
