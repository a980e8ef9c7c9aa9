"""Networks written to ONNX files, and the proof that they compute what torch computes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch

from impasto.errors import WeightsDamagedError
from impasto.image.destination import replace_file
from impasto.networks.catalog import Network
from impasto.networks.graphs import PixelGraph
from impasto.networks.onnx_graphs import whole_graph
from impasto.networks.onnx_stages import network_stages
from impasto.networks.stages import pack_stages
from impasto.weights.style_networks import GRAPH, TILE_GRAPH

CHECKED_SIZES = ((48, 72), (104, 64))
FLOAT_TOLERANCE = 1e-3
"""Largest difference from torch, of values in [0, 1]."""
MEAN_TOLERANCE_LEVELS = 0.1
LEVELS = 255.0

Runner = Callable[[dict[str, Any]], npt.NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class GraphDifference:
    """How far a graph in one engine is from torch in float32.

    Attributes:
        engine: ``onnxruntime`` or ``openvino``, with its version.
        largest: Largest absolute difference before rounding, of values in [0, 1].
        largest_levels: The same of the 8-bit output, in levels.
        mean_levels: Mean absolute difference of the 8-bit output, in levels.
    """

    engine: str
    largest: float
    largest_levels: int
    mean_levels: float


def export_graphs(net: Network, folder: Path) -> list[GraphDifference]:
    """Write ``network.onnx`` and the graphs of its stages, checked, into a folder.

    Weights are stored in half precision, which halves the files; runtimes bring them back
    to float32 when they load a graph. Give a network whose weights are half-precision
    numbers, or within 1e-3 of what they compute.

    Args:
        net: The network in float32.
        folder: Exists; files there are replaced.

    Returns: What :func:`check_graph` found.

    Raises:
        WeightsDamagedError: if a graph does not compute what the network does.
        OutputError: if a file cannot be written.
    """
    net = net.eval()
    graph = whole_graph(net)
    found = check_graph(graph, whole_graph(net, rounded=False), net)
    plan = network_stages(net)
    write_graph(graph, folder / GRAPH)
    with replace_file(folder / TILE_GRAPH) as file:
        file.write(pack_stages(plan.stages, plan.graphs))
    return found


def write_graph(graph: onnx.ModelProto, path: Path) -> None:
    """Write a graph to a file, whole or not at all.

    Raises:
        OutputError: if it cannot be written.
    """
    with replace_file(path) as file:
        file.write(graph.SerializeToString())


def check_graph(
    graph: onnx.ModelProto,
    float_graph: onnx.ModelProto,
    net: Network,
    *,
    row: torch.Tensor | None = None,
    sizes: tuple[tuple[int, int], ...] = CHECKED_SIZES,
) -> list[GraphDifference]:
    """Compare a graph with torch, in ONNX Runtime and in OpenVINO, both in float32.

    Args:
        graph: From :func:`~impasto.networks.onnx_graphs.whole_graph`.
        float_graph: The same with ``rounded=False``.
        net: What it was written from.
        row: The style it holds, if it holds one; else each of the network's is taken in turn.
        sizes: Heights and widths to compare at.

    Raises:
        WeightsDamagedError: if a difference is above 1e-3, above one level of 255, or on average
            above a tenth of one.
    """
    bytes_, float_bytes = graph.SerializeToString(), float_graph.SerializeToString()
    cases = [_case(net, row, size, number) for number, size in enumerate(sizes)]
    found = [
        _difference(engine, start(bytes_), start(float_bytes), cases)
        for engine, start in (
            (f"onnxruntime {_version('onnxruntime')}", _in_onnxruntime),
            (f"openvino {_version('openvino')}", _in_openvino),
        )
    ]
    for each in found:
        within = each.largest <= FLOAT_TOLERANCE and each.largest_levels <= 1
        if not (within and each.mean_levels <= MEAN_TOLERANCE_LEVELS):
            raise WeightsDamagedError(
                f"The exported graph in {each.engine} was expected to be within "
                f"{FLOAT_TOLERANCE:g} of torch, got {each.largest:.2g} ({each.largest_levels} "
                f"levels of 255, {each.mean_levels:.2g} on average); the network "
                "may have weights that half precision cannot hold."
            )
    return found


def random_pixels(size: tuple[int, int], seed: int) -> npt.NDArray[np.uint8]:
    """Pixels (H, W, 3) with structure at every scale, the same for the same seed."""
    generator = np.random.default_rng(seed)
    height, width = size
    coarse = generator.integers(0, 256, (height // 8 + 1, width // 8 + 1, 3))
    grown = coarse.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]
    noise = generator.integers(-40, 41, (height, width, 3))
    return np.asarray((grown + noise).clip(0, 255), np.uint8)


def _case(
    net: Network, row: torch.Tensor | None, size: tuple[int, int], number: int
) -> tuple[dict[str, Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """A feed, and what torch makes of it: levels unrounded and rounded."""
    image = random_pixels(size, number)[None]
    feed = {"image": image}
    style = row
    if row is None and net.shape.row_length:
        table: Any = net.rows
        style = table[number % len(table)][None].detach()
        feed["style"] = style.float().numpy()
    with torch.inference_mode():
        levels = PixelGraph(net, rounded=False)(torch.from_numpy(image), style)
        rounded = levels.clamp(0, LEVELS).round().to(torch.uint8)
    return feed, levels.numpy(), rounded.numpy()


def _difference(
    engine: str,
    run: Runner,
    run_float: Runner,
    cases: list[tuple[dict[str, Any], npt.NDArray[Any], npt.NDArray[Any]]],
) -> GraphDifference:
    floats = [np.abs(run_float(feed) - levels).max() / LEVELS for feed, levels, _ in cases]
    rounded = [np.abs(run(feed).astype(int) - expected) for feed, _, expected in cases]
    return GraphDifference(
        engine=engine,
        largest=float(max(floats)),
        largest_levels=int(max(each.max() for each in rounded)),
        mean_levels=float(max(each.mean() for each in rounded)),
    )


def _in_onnxruntime(graph: bytes) -> Runner:
    import onnxruntime

    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    return lambda feed: np.asarray(session.run(["stylized"], feed)[0])


def _in_openvino(graph: bytes) -> Runner:
    import openvino

    core = openvino.Core()
    model = core.read_model(graph, b"")
    compiled = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda feed: np.array(compiled(feed)["stylized"])


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)
