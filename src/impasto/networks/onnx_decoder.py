"""Decoders written into an ONNX graph."""

from __future__ import annotations

from typing import Any, cast

import onnx
import torch
from onnx import TensorProto

from impasto.networks.feature_decoder import FeatureDecoder
from impasto.networks.onnx_builder import GraphBuilder
from impasto.networks.upsampling import BilinearDoubling

WHITE = 255.0


def decoder_graph(decoder: FeatureDecoder, *, rounded: bool = True) -> onnx.ModelProto:
    """The graph of a decoder that changes the statistics of its features first.

    Inputs are ``features`` (1, C, h, w), and ``gain`` and ``offset``, (1, C, 1, 1) or
    (1, C, h, w): what is decoded is gain · features + offset. Where finer features join,
    ``skip``, ``skip_gain`` and ``skip_offset`` are the same for them. The output ``stylized`` is
    (1, H, W, 3) uint8, or float32 levels where it is not ``rounded``.

    Args:
        decoder: The decoder.
        rounded: Whether to round and clamp.
    """
    builder = GraphBuilder()
    inputs, changed = {}, {}
    for name, prefix, channels, size in (
        ("features", "", decoder.shape.channels, ("height", "width")),
        ("skip", "skip_", decoder.shape.skip_channels, ("skip_height", "skip_width")),
    ):
        if channels:
            gain, offset = f"{prefix}gain", f"{prefix}offset"
            changed[name] = builder.add("Add", builder.add("Mul", name, gain), offset)
            change = (TensorProto.FLOAT, (1, channels, f"{prefix}rows", f"{prefix}columns"))
            inputs[name] = (TensorProto.FLOAT, (1, channels, *size))
            inputs |= {gain: change, offset: change}
    image = write_decoder(builder, decoder, **changed)
    write_levels(builder, image, rounded=rounded)
    kind = TensorProto.UINT8 if rounded else TensorProto.FLOAT
    return builder.model(
        inputs,
        {"stylized": (kind, (1, "image_height", "image_width", 3))},
    )


def write_decoder(
    builder: GraphBuilder, decoder: FeatureDecoder, features: str, skip: str | None = None
) -> str:
    """Write a decoder; gives the name of its image, (1, 3, H, W) about [−0.5, 0.5]."""
    layers = cast(Any, decoder)
    scaled = _divided(builder, features, decoder.scale)
    x = builder.add("Relu", _convolution(builder, layers.head, scaled))
    for level in reversed(range(decoder.shape.level + 1)):
        found = list(layers.blocks[level].children())
        for first, second in zip(found[0::2], found[1::2], strict=True):
            inner = builder.add("Relu", _convolution(builder, first, x))
            x = builder.add("Relu", builder.add("Add", x, _convolution(builder, second, inner)))
        if level:
            x = write_doubling(builder, layers.doublings[level - 1], x)
            if skip is not None and level == decoder.shape.level:
                joining = _divided(builder, skip, decoder.skip_scale)
                x = builder.add("Add", x, _convolution(builder, layers.skip, joining))
            x = builder.add("Relu", x)
    return _convolution(builder, layers.tail, x)


def write_doubling(builder: GraphBuilder, doubling: BilinearDoubling, features: str) -> str:
    """Write a bilinear doubling; its four kernels are combined when the graph is loaded."""
    conv = doubling.conv
    outs, ins = conv.weight.shape[:2]
    phases = torch.einsum("pui,qvj->ijpquv", doubling.phases, doubling.phases)
    flat = builder.weight(conv.weight.reshape(outs, ins, 9))
    kernels = builder.add("MatMul", flat, builder.floats(phases.reshape(9, 36)))
    apart = builder.add("Reshape", kernels, builder.integers([outs, ins, 4, 9]))
    by_phase = builder.add("Transpose", apart, perm=[0, 2, 1, 3])
    weight = builder.add("Reshape", by_phase, builder.integers([4 * outs, ins, 3, 3]))
    bias = torch.zeros(outs) if conv.bias is None else conv.bias
    x = builder.convolution(
        features, weight, builder.floats(bias.repeat_interleave(4)), kernel_px=3
    )
    return builder.add("DepthToSpace", x, blocksize=2, mode="CRD")


def write_levels(builder: GraphBuilder, image: str, *, rounded: bool) -> str:
    """Write the way from an image about [−0.5, 0.5] to the output ``stylized``."""
    levels = builder.add(
        "Mul", builder.add("Add", image, builder.number(0.5)), builder.number(WHITE)
    )
    if rounded:
        clipped = builder.add("Clip", levels, builder.number(0.0), builder.number(WHITE))
        levels = builder.add("Cast", builder.add("Round", clipped), to=TensorProto.UINT8)
    return builder.add("Transpose", levels, name="stylized", perm=[0, 2, 3, 1])


def _divided(builder: GraphBuilder, features: str, scale: torch.Tensor) -> str:
    """Not folded into the convolution: half precision could not hold its weights then."""
    return builder.add("Mul", features, builder.floats(1 / scale.view(1, -1, 1, 1)))


def _convolution(builder: GraphBuilder, layer: Any, features: str) -> str:
    if int(layer.kernel_size[0]) == 1:
        inputs = (builder.weight(layer.weight), builder.floats(layer.bias))
        return builder.add("Conv", features, *inputs)
    return builder.convolution(
        features,
        builder.weight(layer.weight),
        builder.floats(layer.bias if layer.bias is not None else torch.zeros(layer.out_channels)),
        kernel_px=int(layer.kernel_size[0]),
    )
