"""The networks written as ONNX graphs of stages, for images that pass through in tiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from onnx import TensorProto

from impasto.networks.catalog import Network
from impasto.networks.onnx_builder import GraphBuilder
from impasto.networks.onnx_graphs import (
    transform_levels,
    transform_trunk,
    write_realtime_tail,
    write_transform_tail,
)
from impasto.networks.onnx_layers import LayerWriter
from impasto.networks.realtime_net import RealtimeNet
from impasto.networks.shapes import SIZE_MULTIPLE, statistics_length
from impasto.networks.stages import IMAGE, MEASURED, STYLIZED, FeatureMap, Stage
from impasto.networks.transform_net import TransformNet

Emit = Callable[["StageWriter"], str]


@dataclass(frozen=True)
class Stream:
    """Features that stages begin with: which maps they need and how they follow from these."""

    inputs: tuple[str, ...]
    emit: Emit

    def then(self, step: Callable[[StageWriter, str], str], *more: str) -> Stream:
        """The stream after another step, which may need more maps."""
        inputs = (*self.inputs, *(name for name in more if name not in self.inputs))
        return Stream(inputs, lambda write: step(write, self.emit(write)))


class StageWriter(LayerWriter):
    """Writes the layers of one stage, taking maps and giving maps."""

    def __init__(self, builder: GraphBuilder, net: Network) -> None:
        super().__init__(builder, net, given_statistics=True)

    def map(self, name: str) -> str:
        """A map that an earlier stage kept, in float32."""
        return self.builder.add("Cast", name, to=TensorProto.FLOAT)

    def keep(self, name: str, features: str) -> None:
        """Give features as a map."""
        self.builder.add("Cast", features, name=name, to=TensorProto.FLOAT16)

    def measure(self, features: str, stride: int) -> None:
        """Give mean and variance of the rectangle ``interior`` as ``measured``, (1, 2C)."""
        add, integers = self.builder.add, self.builder.integers
        edges = add("Mul", "interior", integers([SIZE_MULTIPLE // stride]))
        begin = add("Slice", edges, integers([0]), integers([2]))
        end = add("Slice", edges, integers([2]), integers([4]))
        inside = add("Slice", features, begin, end, integers([2, 3]))
        mean = add("ReduceMean", inside, axes=[2, 3])
        centred = add("Sub", inside, mean)
        variance = add("ReduceMean", add("Mul", centred, centred), axes=[2, 3])
        both = add("Concat", mean, variance, axis=1)
        add("Squeeze", both, integers([2, 3]), name=MEASURED)


@dataclass
class StagePlan:
    """Collects the stages of one network with their graphs, serialised."""

    net: Network
    stages: list[Stage] = field(default_factory=list)
    graphs: dict[str, bytes] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)

    def add(
        self,
        name: str,
        stream: Stream,
        convolve: Callable[[StageWriter, str], str],
        *,
        layer: int,
        keep: str = "",
        keep_stream: str = "",
    ) -> None:
        """Add a stage that ends with the features normalised as number ``layer``.

        Args:
            name: Of the stage.
            stream: What it begins with.
            convolve: What follows, up to the features to be measured.
            layer: Number of the normalised layer.
            keep: Name of the map to keep these features in; empty to measure only.
            keep_stream: Name of the map to keep the stream in.
        """
        channels, stride = self.net.shape.normalized_layers[layer]
        builder = GraphBuilder()
        write = StageWriter(builder, self.net)
        features = stream.emit(write)
        raw = convolve(write, features)
        kept = []
        if keep_stream:
            write.keep(keep_stream, features)
            kept.append(FeatureMap(name=keep_stream, channels=channels, stride=stride))
        if keep:
            write.keep(keep, raw)
            kept.append(FeatureMap(name=keep, channels=channels, stride=stride))
        write.measure(raw, stride)
        outputs = {each.name: _map_type(each.channels) for each in kept}
        outputs[MEASURED] = (TensorProto.FLOAT, [1, 2 * channels])
        self._finish(builder, name, stream.inputs, tuple(kept), layer, outputs)

    def add_last(self, stream: Stream, paint: Callable[[StageWriter, str], None]) -> None:
        """Add the stage that gives the stylised tile."""
        builder = GraphBuilder()
        write = StageWriter(builder, self.net)
        paint(write, stream.emit(write))
        outputs = {STYLIZED: (TensorProto.UINT8, [1, "height", "width", 3])}
        self._finish(builder, "paint", stream.inputs, (), None, outputs)

    def _finish(
        self,
        builder: GraphBuilder,
        name: str,
        inputs: tuple[str, ...],
        kept: tuple[FeatureMap, ...],
        layer: int | None,
        outputs: dict[str, Any],
    ) -> None:
        types: dict[str, tuple[int, Sequence[Any]]] = {
            each: (TensorProto.UINT8, [1, "height", "width", 3])
            if each == IMAGE
            else _map_type(self.channels[each])
            for each in inputs
        }
        if self.net.shape.row_length:
            types["style"] = (TensorProto.FLOAT, [1, self.net.shape.row_length])
        types["statistics"] = (TensorProto.FLOAT, [1, statistics_length(self.net.shape)])
        if layer is not None:
            types["interior"] = (TensorProto.INT64, [4])
        self.channels.update({each.name: each.channels for each in kept})
        self.stages.append(Stage(name=name, inputs=inputs, outputs=kept, layer=layer))
        self.graphs[name] = builder.model(types, outputs).SerializeToString()

    def add_blocks(
        self,
        name: str,
        convolutions: Sequence[Any],
        stream: Stream,
        layer: int,
        *,
        again: bool = False,
    ) -> Stream:
        """Add the stages of residual blocks; give the stream after them.

        Args:
            name: Their stages' and maps' names begin with it.
            convolutions: Two a block.
            stream: What goes into the first.
            layer: Number of the first normalised layer.
            again: Whether to compute the last convolution again instead of keeping a map.
        """
        for number, (first, second) in enumerate(
            zip(convolutions[0::2], convolutions[1::2], strict=True)
        ):
            inner, added, summed = (f"{name}_{number}_{part}" for part in ("inner", "add", "sum"))
            fresh, last = number == 0, again and second is convolutions[-1]
            self.add(
                f"{name}_{number}_first",
                stream,
                _convolving(first),
                layer=layer,
                keep=inner,
                keep_stream="" if fresh else summed,
            )
            if not fresh:
                stream = kept_stream(summed)
            self.add(
                f"{name}_{number}_second",
                normalized_stream(inner, layer),
                _convolving(second),
                layer=layer + 1,
                keep="" if last else added,
            )
            if last:
                step = _adding(normalized_stream(inner, layer).then(_convolving(second)), layer + 1)
                stream = stream.then(step, inner)
            else:
                stream = stream.then(_adding(kept_stream(added), layer + 1), added)
            layer += 2
        return stream


def realtime_stages(net: RealtimeNet) -> StagePlan:
    """Cut a real-time network; what it saw at a quarter is computed again where needed."""
    plan = StagePlan(net)
    head = Stream((IMAGE,), lambda write: write.relu(write.realtime_head(net.head, write.levels())))
    plan.add("quarter", head, lambda write, each: write.conv(net.down_quarter, each), layer=0)
    quarter = head.then(
        lambda write, each: write.relu(write.norm(0, write.conv(net.down_quarter, each)))
    )
    plan.add(
        "eighth",
        quarter,
        lambda write, each: write.conv(net.down_eighth, each),
        layer=1,
        keep="eighth",
    )
    stream = plan.add_blocks("trunk", list(net.trunk), normalized_stream("eighth", 1), 2)
    up = 2 + len(net.trunk)
    plan.add(
        "raise",
        stream,
        lambda write, each: write.doubled(net.up_quarter, each),
        layer=up,
        keep="raised",
    )
    merged = quarter.then(
        lambda write, each: write.relu(write.plus(write.norm(up, write.map("raised")), each)),
        "raised",
    )
    stream = plan.add_blocks("refine", list(net.refinement), merged, up + 1, again=True)

    def paint(write: StageWriter, features: str) -> None:
        write_realtime_tail(write, net, features, head.emit(write), rounded=True)

    plan.add_last(stream.then(lambda _, each: each, *head.inputs), paint)
    return plan


def transform_stages(net: TransformNet) -> StagePlan:
    """Cut the paper's network; its full-resolution layers are computed again where needed."""
    plan = StagePlan(net)
    stream = Stream((IMAGE,), lambda write: transform_levels(write, net))
    layers = (net.conv1, net.conv2, net.conv3)
    for number, layer in enumerate(layers):
        convolve = _convolving(layer.conv2d)
        keep = "quarter" if layer is net.conv3 else ""
        plan.add(f"conv{number + 1}", stream, convolve, layer=number, keep=keep)
        stream = stream.then(_normalizing(number, convolve))
    trunk = transform_trunk(net)
    stream = plan.add_blocks("trunk", trunk, normalized_stream("quarter", 2), 3)
    up = 3 + len(trunk)
    plan.add("half", stream, _upsampling(net.deconv1), layer=up, keep="half")
    stream = normalized_stream("half", up)
    plan.add("full", stream, _upsampling(net.deconv2), layer=up + 1)
    stream = stream.then(_normalizing(up + 1, _upsampling(net.deconv2)))
    plan.add_last(stream, lambda write, each: write_transform_tail(write, net, each, rounded=True))
    return plan


def network_stages(net: Network) -> StagePlan:
    """Cut a network into stages."""
    return realtime_stages(net) if isinstance(net, RealtimeNet) else transform_stages(net)


def kept_stream(name: str) -> Stream:
    """A map as it is."""
    return Stream((name,), lambda write: write.map(name))


def normalized_stream(name: str, layer: int) -> Stream:
    """A map of raw features, normalised and clipped below zero."""
    return Stream((name,), lambda write: write.relu(write.norm(layer, write.map(name))))


def _adding(raw: Stream, layer: int) -> Callable[[StageWriter, str], str]:
    return lambda write, each: write.plus(each, write.norm(layer, raw.emit(write)))


def _convolving(conv: torch.nn.Module) -> Callable[[StageWriter, str], str]:
    return lambda write, each: write.conv(conv, each)


def _upsampling(layer: torch.nn.Module) -> Callable[[StageWriter, str], str]:
    return lambda write, each: write.upsampled(layer, each)


def _normalizing(
    layer: int, convolve: Callable[[StageWriter, str], str]
) -> Callable[[StageWriter, str], str]:
    return lambda write, each: write.relu(write.norm(layer, convolve(write, each)))


def _map_type(channels: int) -> tuple[int, Sequence[Any]]:
    return TensorProto.FLOAT16, [1, channels, None, None]
