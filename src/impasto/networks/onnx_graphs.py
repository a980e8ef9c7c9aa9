"""The networks written as ONNX graphs of a whole image, as their ``forward`` has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import onnx
import torch
from onnx import TensorProto

from impasto.networks.catalog import Network
from impasto.networks.onnx_builder import GraphBuilder
from impasto.networks.onnx_layers import WHITE, LayerWriter
from impasto.networks.realtime_net import RealtimeNet
from impasto.networks.transform_net import TransformNet


def whole_graph(
    net: Network,
    *,
    rounded: bool = True,
    half_weights: bool = True,
    row: torch.Tensor | None = None,
    size: tuple[int, int] | None = None,
) -> onnx.ModelProto:
    """Write the graph of a whole image.

    Args:
        net: The network.
        rounded: Whether ``stylized`` is uint8; otherwise float32 levels, not clamped.
        half_weights: Whether weights are stored in half precision.
        row: (1, row length): the one style to write in; else ``style`` is an input.
        size: The only height and width it shall take; by default any multiples of 8
            from 16 on.

    Returns:
        ``image`` (1, H, W, 3) uint8 and ``style`` (1, row length) to ``stylized``
        (1, H, W, 3).
    """
    builder = GraphBuilder(half_weights=half_weights)
    writer = LayerWriter(builder, net, row=row)
    if isinstance(net, RealtimeNet):
        _write_realtime(writer, net, rounded=rounded)
    else:
        _write_transform(writer, net, rounded=rounded)
    shape = [1, *(size or ("height", "width")), 3]
    inputs: dict[str, tuple[int, Sequence[Any]]] = {"image": (TensorProto.UINT8, shape)}
    if row is None and net.shape.row_length:
        inputs["style"] = (TensorProto.FLOAT, [1, net.shape.row_length])
    kind = TensorProto.UINT8 if rounded else TensorProto.FLOAT
    return builder.model(inputs, {"stylized": (kind, shape)})


def _write_realtime(write: LayerWriter, net: RealtimeNet, *, rounded: bool) -> None:
    seen = write.relu(write.realtime_head(net.head, write.levels()))
    quarter = write.relu(write.norm(0, write.conv(net.down_quarter, seen)))
    eighth = write.relu(write.norm(1, write.conv(net.down_eighth, quarter)))
    eighth = _residual(write, list(net.trunk), eighth, 2)
    number = 2 + len(net.trunk)
    raised = write.norm(number, write.doubled(net.up_quarter, eighth))
    features = write.relu(write.plus(raised, quarter))
    features = _residual(write, list(net.refinement), features, number + 1)
    write_realtime_tail(write, net, features, seen, rounded=rounded)


def write_realtime_tail(
    write: LayerWriter, net: RealtimeNet, features: str, seen: str, *, rounded: bool
) -> None:
    """The last two doublings; levels are rounded before the last depth-to-space."""
    last = len(net.shape.normalized_layers)
    half = write.affine(last, write.doubled(net.up_half, features))
    half = write.relu(write.plus(half, write.affine(last + 1, seen)))
    quadrupled = write.quadrupled(net.tail, half)
    levels = write.to_levels(quadrupled, scale=WHITE, offset=0.5 * WHITE, rounded=rounded)
    write.stylized(write.builder.add("DepthToSpace", levels, blocksize=2, mode="CRD"))


def _write_transform(write: LayerWriter, net: TransformNet, *, rounded: bool) -> None:
    features = transform_levels(write, net)
    for number, layer in enumerate((net.conv1, net.conv2, net.conv3)):
        features = write.relu(write.norm(number, write.conv(layer.conv2d, features)))
    convolutions = transform_trunk(net)
    features = _residual(write, convolutions, features, 3)
    for number, doubling in enumerate((net.deconv1, net.deconv2), start=3 + len(convolutions)):
        features = write.relu(write.norm(number, write.upsampled(doubling, features)))
    write_transform_tail(write, net, features, rounded=rounded)


def transform_levels(write: LayerWriter, net: TransformNet) -> str:
    """The image in the range of values that the network sees."""
    if net.shape.value_range == WHITE:
        return write.levels()
    scale = write.builder.number(net.shape.value_range / WHITE)
    return write.builder.add("Mul", write.levels(), scale)


def transform_trunk(net: TransformNet) -> list[torch.nn.Module]:
    """The convolutions of the residual blocks, in order."""
    return [layer.conv2d for block in net.blocks for layer in (block.conv1, block.conv2)]


def write_transform_tail(
    write: LayerWriter, net: TransformNet, features: str, *, rounded: bool
) -> None:
    """The last convolution, brought to levels."""
    stylized = write.conv(net.deconv3.conv2d, features)
    scale = WHITE / net.shape.value_range
    write.stylized(write.to_levels(stylized, scale=scale, rounded=rounded))


def _residual(
    write: LayerWriter, convolutions: Sequence[torch.nn.Module], features: str, number: int
) -> str:
    """Residual blocks; ``number`` counts their normalised layers."""
    for first, second in zip(convolutions[0::2], convolutions[1::2], strict=True):
        inner = write.relu(write.norm(number, write.conv(first, features)))
        features = write.plus(features, write.norm(number + 1, write.conv(second, inner)))
        number += 2
    return features
