"""The layers of the networks, written into an ONNX graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from onnx import TensorProto

from impasto.networks.catalog import Network
from impasto.networks.onnx_builder import EPSILON, GraphBuilder
from impasto.networks.realtime_net import RealtimeNet
from impasto.networks.transform_net import InstanceNorm, ResizeConvolution
from impasto.networks.upsampling import BilinearDoubling

WHITE = 255.0


class LayerWriter:
    """Writes layers of one network; every method gives the name of what it computes.

    Layers that a style scales and shifts are counted from 0, in the order of ``forward``.

    Args:
        builder: Collects the nodes.
        net: Whose layers these are.
        row: (1, row length): the style to write in; ``None`` to take the input ``style``.
        given_statistics: Whether to normalise by the input ``statistics`` and not by a
            layer's own.
    """

    def __init__(
        self,
        builder: GraphBuilder,
        net: Network,
        *,
        row: torch.Tensor | None = None,
        given_statistics: bool = False,
    ) -> None:
        self.builder, self.net = builder, net
        self._affines = self._write_affines(row)
        self._statistics: list[str] = []
        if given_statistics:
            sizes = [layer.channels for layer in net.shape.normalized_layers for _ in range(2)]
            self._statistics = builder.split("statistics", sizes)

    def _write_affines(self, row: torch.Tensor | None) -> list[tuple[str, str]]:
        """Names of every layer's scale and shift, (1, C) each."""
        if isinstance(self.net, RealtimeNet):
            source = "style" if row is None else self.builder.floats(row)
            sizes = [count for count in self.net.shape.modulated_channels for _ in range(2)]
            parts = self.builder.split(source, sizes)
            return list(zip(parts[0::2], parts[1::2], strict=True))
        norms = [layer for layer in self.net.modules() if isinstance(layer, InstanceNorm)]
        floats = self.builder.floats
        return [(floats(norm.weight[None]), floats(norm.bias[None])) for norm in norms]

    def levels(self) -> str:
        """The image as (1, 3, H, W) float32 levels from 0 to 255."""
        planes = self.builder.add("Transpose", "image", perm=[0, 3, 1, 2])
        return self.builder.add("Cast", planes, to=TensorProto.FLOAT)

    def relu(self, features: str) -> str:
        """Clip below zero."""
        return self.builder.add("Relu", features)

    def plus(self, features: str, others: str) -> str:
        """Add two maps."""
        return self.builder.add("Add", features, others)

    def norm(self, number: int, features: str) -> str:
        """Normalise a layer, scale and shift it."""
        if not self._statistics:
            channels = self.net.shape.normalized_layers[number].channels
            return self.affine(number, self.builder.instance_norm(features, channels))
        add, (scale, shift) = self.builder.add, self._affines[number]
        mean, variance = self._statistics[2 * number : 2 * number + 2]
        deviation = add("Sqrt", add("Add", variance, self.builder.number(EPSILON)))
        gain = add("Div", scale, deviation)
        offset = add("Sub", shift, add("Mul", mean, gain))
        return self.builder.scale_and_shift(features, gain, offset)

    def affine(self, number: int, features: str) -> str:
        """Scale and shift a layer without normalising it."""
        return self.builder.scale_and_shift(features, *self._affines[number])

    def conv(self, layer: Any, features: str) -> str:
        """A convolution with reflected borders."""
        return self.builder.convolution(
            features,
            self.builder.weight(layer.weight),
            self.builder.floats(_bias(layer)),
            kernel_px=int(layer.kernel_size[0]),
            stride=int(layer.stride[0]),
        )

    def realtime_head(self, head: torch.nn.Conv2d, levels: str) -> str:
        """Space-to-depth and the head, which takes levels 0 to 255 instead of −0.5 to 0.5.

        Space-to-depth is a convolution that copies: runtimes fuse the change of layout into
        it, and levels are whole numbers that even bfloat16 holds exactly.
        """
        builder, weight = self.builder, head.weight.detach()
        copying = torch.eye(12).reshape(12, 3, 2, 2)
        folded = builder.add("Conv", levels, builder.floats(copying), strides=[2, 2])
        stored = weight.half().float() if builder.half_weights else weight
        bias = _bias(head) - 0.5 * stored.sum(dim=(1, 2, 3))
        scaled = builder.add("Mul", builder.weight(weight), builder.number(1 / WHITE))
        return builder.convolution(folded, scaled, builder.floats(bias), kernel_px=3)

    def doubled(self, doubling: BilinearDoubling, features: str) -> str:
        """A bilinear doubling."""
        quadrupled = self.quadrupled(doubling, features)
        return self.builder.add("DepthToSpace", quadrupled, blocksize=2, mode="CRD")

    def quadrupled(self, doubling: BilinearDoubling, features: str) -> str:
        """A bilinear doubling up to depth-to-space.

        Its four kernels are combined from the one when the graph is loaded.
        """
        builder, conv = self.builder, doubling.conv
        outs, ins = conv.weight.shape[:2]
        phases = torch.einsum("pui,qvj->ijpquv", doubling.phases, doubling.phases)
        flat = builder.weight(conv.weight.reshape(outs, ins, 9))
        kernels = builder.add("MatMul", flat, builder.floats(phases.reshape(9, 36)))
        apart = builder.add("Reshape", kernels, builder.integers([outs, ins, 4, 9]))
        by_phase = builder.add("Transpose", apart, perm=[0, 2, 1, 3])
        weight = builder.add("Reshape", by_phase, builder.integers([4 * outs, ins, 3, 3]))
        bias = builder.floats(_bias(conv).repeat_interleave(4))
        return builder.convolution(features, weight, bias, kernel_px=3)

    def upsampled(self, layer: torch.nn.Module, features: str) -> str:
        """A doubling of the paper's network, by resizing or transposed."""
        conv: Any = layer.conv2d
        builder = self.builder
        if isinstance(layer, ResizeConvolution):
            scales = builder.constant(np.array([1, 1, 2, 2], np.float32))
            how = {"nearest_mode": "floor", "coordinate_transformation_mode": "asymmetric"}
            return self.conv(
                conv, builder.add("Resize", features, "", scales, mode="nearest", **how)
            )
        return builder.add(
            "ConvTranspose",
            features,
            builder.weight(conv.weight),
            builder.floats(_bias(conv)),
            strides=[2, 2],
            pads=[1, 1, 1, 1],
            output_padding=[1, 1],
        )

    def to_levels(self, stylized: str, *, scale: float, offset: float = 0.0, rounded: bool) -> str:
        """Bring the network's values to levels, as uint8 if they shall be rounded."""
        add, number = self.builder.add, self.builder.number
        levels = add("Mul", stylized, number(scale)) if scale != 1 else stylized
        levels = add("Add", levels, number(offset)) if offset else levels
        if not rounded:
            return levels
        clipped = add("Clip", levels, number(0.0), number(WHITE))
        return add("Cast", add("Round", clipped), to=TensorProto.UINT8)

    def stylized(self, levels: str) -> str:
        """The output ``stylized``, (1, H, W, 3)."""
        return self.builder.add("Transpose", levels, name="stylized", perm=[0, 2, 3, 1])


def _bias(layer: Any) -> torch.Tensor:
    bias: torch.Tensor | None = layer.bias
    return torch.zeros(layer.out_channels) if bias is None else bias.detach()
