from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch

from impasto.networks.catalog import Network
from impasto.networks.graphs import PixelGraph
from impasto.networks.onnx_export import random_pixels
from impasto.networks.onnx_stages import StagePlan, network_stages
from impasto.networks.realtime_net import RealtimeNet
from impasto.networks.shapes import RealtimeNetShape, statistics_length
from impasto.networks.transform_net import TransformNet


def chain(net: Network, plan: StagePlan, image: np.ndarray, row: Any) -> np.ndarray:
    """Run every stage on the whole image as one tile."""
    statistics = np.zeros((1, statistics_length(net.shape)), np.float32)
    values: dict[str, Any] = {"image": image, "statistics": statistics, "style": row}
    values["interior"] = np.array([0, 0, image.shape[1] // 8, image.shape[2] // 8])
    for stage in plan.stages:
        session = onnxruntime.InferenceSession(
            plan.graphs[stage.name], providers=["CPUExecutionProvider"]
        )
        feed = {each.name: values[each.name] for each in session.get_inputs()}
        names = [each.name for each in session.get_outputs()]
        values |= dict(zip(names, session.run(names, feed), strict=True))
        if stage.layer is not None:
            layers = net.shape.normalized_layers
            start = 2 * sum(layer.channels for layer in layers[: stage.layer])
            statistics[:, start : start + 2 * layers[stage.layer].channels] = values["measured"]
        for kept in stage.outputs:
            expected = (1, kept.channels, image.shape[1] // kept.stride)
            assert values[kept.name].shape[:3] == expected
    return np.asarray(values["stylized"])


def assert_same(net: Network, row: Any) -> None:
    image = random_pixels((40, 56), 0)[None]
    found = chain(net, network_stages(net), image, None if row is None else row.numpy())
    with torch.inference_mode():
        expected = PixelGraph(net)(torch.from_numpy(image), row).numpy()
    difference = np.abs(found.astype(int) - expected)
    assert difference.max() <= 1
    assert difference.mean() < 0.05


def test_a_realtime_network(realtime_net: RealtimeNet) -> None:
    assert_same(realtime_net, realtime_net.rows[1:])


@pytest.mark.parametrize(("blocks", "quarter_blocks"), [(0, 0), (1, 2), (2, 0)])
def test_other_depths(blocks: int, quarter_blocks: int) -> None:
    torch.manual_seed(0)
    shape = RealtimeNetShape(
        half=3, quarter=4, eighth=5, blocks=blocks, quarter_blocks=quarter_blocks
    )
    net = RealtimeNet(shape).eval().requires_grad_(False)
    net.load_state_dict({key: value.half().float() for key, value in net.state_dict().items()})
    assert_same(net, net.rows)


def test_the_network_of_the_paper(transform_net: TransformNet) -> None:
    assert_same(transform_net, None)


def test_every_layer_is_measured_once(realtime_net: RealtimeNet) -> None:
    stages = network_stages(realtime_net).stages
    layers = [stage.layer for stage in stages]
    assert layers == [*range(len(realtime_net.shape.normalized_layers)), None]
