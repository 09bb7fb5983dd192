"""From what ``school`` saved to what ships: ``python -m retrieval.reader.export --reader DIR --out DIR``.

The model becomes two graphs of ONNX, the lower layers, which the marker shares, and the others above them; the weights become int8 with a scale each row or column: a quarter of the size. They are taken back to float32
when the reader is loaded. To calculate in int8 as well was tried: its activations have outliers, the scores then correlate at .97 with
those of the whole model, differ from processor to processor, and come a quarter sooner at most where there is no VNNI.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from sentence_transformers import CrossEncoder
from torch import nn

from retrieval.reader.layers import Over, Under, Whole
from retrieval.reader.model import LOWER_FILE, UPPER_FILE

OPSET = 17
LEAST = 10_000
"""Numbers of a weight that is made smaller; the others are too few to matter."""
INT8 = 127
PAIRS = {0: "pairs", 1: "tokens"}


def export(reader: Path, out: Path) -> None:
    """Write both graphs of the cross-encoder in ``reader``, and its ``tokenizer.json``, into ``out``."""
    whole: Any = CrossEncoder(str(reader), device="cpu").model.eval()
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(lower_graph(whole), out / LOWER_FILE)
    onnx.save(upper_graph(whole), out / UPPER_FILE)
    shutil.copy(reader / "tokenizer.json", out)


def lower_graph(whole: Whole) -> onnx.ModelProto:
    """``input_ids`` and ``attention_mask`` to ``hidden``, what the lower layers make of pairs: shape (pairs, tokens, width)."""
    ids = torch.ones((2, 8), dtype=torch.int64)
    return graph(Under(whole), {"input_ids": ids, "attention_mask": ids}, {"hidden": PAIRS})


def upper_graph(whole: Whole) -> onnx.ModelProto:
    """``hidden`` and ``attention_mask`` to ``logits``, shape (pairs, 1)."""
    mask = torch.ones((2, 8), dtype=torch.int64)
    over = Over(whole)
    return graph(over, {"hidden": torch.zeros((2, 8, over.width)), "attention_mask": mask}, {"logits": {0: "pairs"}})


def graph(module: nn.Module, inputs: Mapping[str, torch.Tensor], outputs: Mapping[str, Mapping[int, str]]) -> onnx.ModelProto:
    """``module`` as ONNX with small weights; ``inputs`` are examples, ``outputs`` the names of the axes that may be of any length."""
    with TemporaryDirectory() as folder:
        whole = str(Path(folder) / UPPER_FILE)
        axes = {**dict.fromkeys(inputs, PAIRS), **outputs}
        torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            whole,
            input_names=[*inputs],
            output_names=[*outputs],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
        return smaller(onnx.load(whole))


def smaller(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph with each large weight as int8, and a node before it that takes it back to float32."""
    graph = model.graph
    nodes = []
    for weight in list(graph.initializer):
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.ndim != 2 or values.size < LEAST:
            continue
        axis = 0 if values.shape[0] > values.shape[1] and "embeddings" in weight.name else 1
        quantised, scales = halved(values, axis)
        graph.initializer.remove(weight)
        graph.initializer.extend(
            [numpy_helper.from_array(quantised, f"{weight.name}_int8"), numpy_helper.from_array(scales, f"{weight.name}_scales")]
        )
        nodes.append(
            onnx.helper.make_node("DequantizeLinear", [f"{weight.name}_int8", f"{weight.name}_scales"], [weight.name], axis=axis)
        )
    for place, node in enumerate(nodes):
        graph.node.insert(place, node)
    return model


def halved(values: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """``values`` as int8, and the scale of each slice along ``axis``."""
    scales = np.abs(values).max(axis=1 - axis) / INT8
    scales[scales == 0] = 1
    return np.rint(values / np.expand_dims(scales, 1 - axis)).astype(np.int8), scales.astype(np.float32)


def main() -> None:
    """Export and say how large it became."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", type=Path, required=True, help="folder that retrieval.reader.school wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files that ship")
    options = parser.parse_args()
    export(options.reader, options.out)


if __name__ == "__main__":
    main()
