from pathlib import Path

import onnx
import pytest
import torch

from impasto.errors import WeightsDamagedError
from impasto.networks.onnx_export import (
    CHECKED_SIZES,
    check_graph,
    export_graphs,
    random_pixels,
    write_graph,
)
from impasto.networks.onnx_graphs import whole_graph
from impasto.networks.realtime_net import RealtimeNet
from impasto.networks.shapes import TransformNetShape
from impasto.networks.transform_net import TransformNet
from impasto.weights.style_networks import GRAPH, TILE_GRAPH


def test_a_realtime_network(realtime_net: RealtimeNet, tmp_path: Path) -> None:
    found = export_graphs(realtime_net, tmp_path)
    assert [each.engine.split()[0] for each in found] == ["onnxruntime", "openvino"]
    assert all(each.largest < 1e-4 for each in found)
    onnx.checker.check_model(onnx.load(tmp_path / GRAPH))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([GRAPH, TILE_GRAPH])


def test_the_network_of_the_paper(transform_net: TransformNet, tmp_path: Path) -> None:
    found = export_graphs(transform_net, tmp_path)
    assert all(each.largest < 1e-4 and each.largest_levels <= 1 for each in found)


def test_a_network_that_sees_up_to_255() -> None:
    torch.manual_seed(0)
    net = TransformNet(TransformNetShape(width=3, value_range=255.0)).eval()
    net.deconv3.conv2d.weight.data *= 60
    pair = (whole_graph(net, rounded=rounded, half_weights=False) for rounded in (True, False))
    assert all(each.largest < 1e-3 for each in check_graph(*pair, net))


def test_a_style_written_in(realtime_net: RealtimeNet) -> None:
    row = realtime_net.rows[1:]
    pair = (whole_graph(realtime_net, rounded=rounded, row=row) for rounded in (True, False))
    assert all(each.largest < 1e-4 for each in check_graph(*pair, realtime_net, row=row))


def test_a_graph_of_another_network_is_refused(realtime_net: RealtimeNet) -> None:
    pair = [whole_graph(realtime_net, rounded=rounded) for rounded in (True, False)]
    with torch.no_grad():
        realtime_net.head.weight *= 1.5
    with pytest.raises(WeightsDamagedError, match="of torch, got"):
        check_graph(*pair, realtime_net)


def test_weights_beyond_half_precision_are_refused(
    realtime_net: RealtimeNet, tmp_path: Path
) -> None:
    with torch.no_grad():
        realtime_net.head.weight *= 1e6
    with pytest.raises(WeightsDamagedError, match="half precision"):
        export_graphs(realtime_net, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_checked_sizes_differ_in_shape() -> None:
    assert len({height > width for height, width in CHECKED_SIZES}) == 2
    assert random_pixels((16, 24), 0).shape == (16, 24, 3)


def test_write_graph(realtime_net: RealtimeNet, tmp_path: Path) -> None:
    write_graph(whole_graph(realtime_net), tmp_path / "a.onnx")
    assert onnx.load(tmp_path / "a.onnx").producer_name == "impasto"
