"""Encoders written to ONNX graphs: 8-bit pixels in, features of some layers out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import onnx
import torch
from onnx import TensorProto
from torch import nn

from impasto.encoders.slim import LowRankConvolution
from impasto.encoders.vgg import CHANNELS_PER_BLOCK, VGG
from impasto.networks.onnx_builder import GraphBuilder

WHITE = 255.0


def encoder_graph(encoder: VGG, layers: Sequence[str]) -> onnx.ModelProto:
    """The graph of an encoder.

    The input ``image`` is (1, H, W, 3) uint8; outputs are named as their layers, rectified
    ones, (1, C, h, w) float32.

    Args:
        encoder: VGG-19 or the compact encoder, with its pooling; borders are zeros.
        layers: ``reluB_I`` each.

    Raises:
        UnknownNameError: if the encoder has no such layer.
    """
    encoder.check_layers(layers)
    builder, add = GraphBuilder(), None
    add = builder.add
    x = add("Transpose", add("Cast", "image", to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
    if encoder.preprocessing.channel_order == "BGR":
        x = add("Gather", x, builder.integers([2, 1, 0]), axis=1)
    scale = encoder.preprocessing.scale / WHITE
    std = torch.tensor(encoder.preprocessing.std).view(1, 3, 1, 1)
    mean = torch.tensor(encoder.preprocessing.mean).view(1, 3, 1, 1)
    x = add("Sub", add("Mul", x, builder.floats(scale / std)), builder.floats(mean / std))
    wanted = set(layers)
    for name in encoder.layers[::2]:
        if name.endswith("_1") and not name.startswith("conv1_"):
            operation = "AveragePool" if encoder.pooling == "average" else "MaxPool"
            x = add(operation, x, kernel_shape=[2, 2], strides=[2, 2])
        relu = name.replace("conv", "relu")
        response = _response(builder, encoder.convolutions[name], x)
        x = add("Relu", response, name=relu if relu in wanted else "")
        wanted.discard(relu)
        if not wanted:
            break
    outputs = {
        name: (
            TensorProto.FLOAT,
            (1, CHANNELS_PER_BLOCK[int(name[4]) - 1], f"{name}_height", f"{name}_width"),
        )
        for name in layers
    }
    return builder.model({"image": (TensorProto.UINT8, (1, "height", "width", 3))}, outputs)


def _response(builder: GraphBuilder, convolution: nn.Module, x: str) -> str:
    if isinstance(convolution, LowRankConvolution):
        x = _convolution(builder, convolution.reduce, x)
        x = _convolution(builder, convolution.mix, x)
        return _convolution(builder, convolution.expand, x)
    return _convolution(builder, convolution, x)


def _convolution(builder: GraphBuilder, layer: Any, x: str) -> str:
    margin = layer.kernel_size[0] // 2
    inputs = [x, builder.weight(layer.weight)]
    if layer.bias is not None:
        inputs.append(builder.floats(layer.bias))
    return builder.add("Conv", *inputs, pads=[margin] * 4)
