"""The style-attentional network written into ONNX graphs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import onnx
import torch
from onnx import TensorProto

from impasto.networks.onnx_builder import GraphBuilder
from impasto.networks.style_attention import StyleAttention, StyleAttentionNet

LEVELS = (4, 5)


def memory_graph(net: StyleAttentionNet) -> onnx.ModelProto:
    """What the network keeps of a style.

    Inputs are ``style4``, ``style5``, features of relu4_1 and relu5_1, (1, C, 1, N): any
    choice of positions; and ``normal4``, ``normal5``, the same with mean 0 and deviation 1.
    Outputs are ``key4``, ``key5``, (1, k, N), and ``value4``, ``value5``, (1, C, N).
    """
    builder = GraphBuilder()
    for level, attention, scale in net.levels():
        style = _scaled(builder, f"style{level}", scale)
        for name, layer, given in (
            (f"key{level}", attention.key, f"normal{level}"),
            (f"value{level}", attention.value, style),
        ):
            flat = [_convolution(builder, layer, given), builder.integers([0, 0, -1])]
            builder.add("Reshape", *flat, name=name)
    channels, inner = net.decoder.shape.channels, net.attention4.key.out_channels
    outputs = {
        f"{name}{level}": (TensorProto.FLOAT, (1, width, f"positions{level}"))
        for level in LEVELS
        for name, width in (("key", inner), ("value", channels))
    }
    names = [f"{name}{level}" for level in LEVELS for name in ("style", "normal")]
    return builder.model(
        {name: (TensorProto.FLOAT, (1, channels, 1, f"positions{name[-1]}")) for name in names},
        outputs,
    )


def attention_graph(net: StyleAttentionNet) -> onnx.ModelProto:
    """Features of a photograph with what matches them in a style added.

    Inputs are ``content4``, ``content5``, (1, C, h, w), ``normal4`` and ``normal5``, the same
    normalised, and the four outputs of :func:`memory_graph`. The output ``features`` is
    (1, C, h, w), for the decoder.
    """
    builder = GraphBuilder()
    add = builder.add
    found = [
        _attention(builder, level, attention, scale) for level, attention, scale in net.levels()
    ]
    scales = builder.constant(_numbers([1, 1, 2, 2]))
    how = {"nearest_mode": "floor", "coordinate_transformation_mode": "asymmetric"}
    joined = add("Add", found[0], add("Resize", found[1], "", scales, mode="nearest", **how))
    weight, bias = builder.weight(net.merge.weight), builder.floats(_bias(net.merge))
    padded = builder.reflect_pad(joined, 1)
    add("Add", joined, add("Conv", padded, weight, bias, group=net.merge.groups), name="features")
    channels, inner = net.decoder.shape.channels, net.attention4.key.out_channels
    inputs: dict[str, tuple[int, Sequence[Any]]] = {}
    for level in LEVELS:
        for name in ("content", "normal"):
            shape = (1, channels, f"height{level}", f"width{level}")
            inputs[f"{name}{level}"] = (TensorProto.FLOAT, shape)
        for name, width in (("key", inner), ("value", channels)):
            inputs[f"{name}{level}"] = (TensorProto.FLOAT, (1, width, f"positions{level}"))
    maps = (TensorProto.FLOAT, (1, channels, "height", "width"))
    return builder.model(inputs, {"features": maps})


def _attention(
    builder: GraphBuilder, level: int, attention: StyleAttention, scale: torch.Tensor
) -> str:
    add = builder.add
    content = _scaled(builder, f"content{level}", scale)
    query = _convolution(builder, attention.query, f"normal{level}")
    rows = add("Transpose", add("Reshape", query, builder.integers([0, 0, -1])), perm=[0, 2, 1])
    root = attention.key.out_channels**0.5
    scores = add("Mul", add("MatMul", rows, f"key{level}"), builder.number(1 / root))
    shares = add("Transpose", add("Softmax", scores, axis=-1), perm=[0, 2, 1])
    mixed = add("MatMul", f"value{level}", shares)
    shaped = add("Reshape", mixed, add("Shape", content))
    return add("Add", content, _convolution(builder, attention.result, shaped))


def _scaled(builder: GraphBuilder, features: str, scale: torch.Tensor) -> str:
    return builder.add("Mul", features, builder.floats(1 / scale))


def _convolution(builder: GraphBuilder, layer: torch.nn.Conv2d, features: str) -> str:
    inputs = (builder.weight(layer.weight), builder.floats(_bias(layer)))
    return builder.add("Conv", features, *inputs)


def _bias(layer: torch.nn.Conv2d) -> torch.Tensor:
    return torch.zeros(layer.out_channels) if layer.bias is None else layer.bias


def _numbers(values: Sequence[float]) -> Any:
    return torch.tensor(values, dtype=torch.float32).numpy()
