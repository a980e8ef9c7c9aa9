from collections import Counter

import pytest
import torch

from impasto.networks.onnx_graphs import whole_graph
from impasto.networks.realtime_net import RealtimeNet
from impasto.networks.transform_net import TransformNet


def test_no_shape_arithmetic_and_fusible_normalisation(realtime_net: RealtimeNet) -> None:
    counts = Counter(node.op_type for node in whole_graph(realtime_net).graph.node)
    assert not counts.keys() & {"Shape", "Gather", "ReduceMean", "Loop", "If", "Einsum"}
    assert counts["InstanceNormalization"] == len(realtime_net.shape.normalized_layers)


def test_inputs_and_outputs(realtime_net: RealtimeNet) -> None:
    graph = whole_graph(realtime_net).graph
    assert [each.name for each in graph.input] == ["image", "style"]
    assert [each.name for each in graph.output] == ["stylized"]
    sides = [each.dim_param for each in graph.input[0].type.tensor_type.shape.dim]
    assert sides == ["", "height", "width", ""]


def test_a_style_written_in(realtime_net: RealtimeNet) -> None:
    graph = whole_graph(realtime_net, row=realtime_net.rows[1:], size=(16, 24)).graph
    assert [each.name for each in graph.input] == ["image"]
    sides = [each.dim_value for each in graph.input[0].type.tensor_type.shape.dim]
    assert sides == [1, 16, 24, 3]


def test_one_style_needs_no_row(transform_net: TransformNet) -> None:
    assert [each.name for each in whole_graph(transform_net).graph.input] == ["image"]


@pytest.mark.parametrize("half", [True, False])
def test_the_same_network_gives_the_same_bytes(realtime_net: RealtimeNet, half: bool) -> None:
    first, second = (
        whole_graph(realtime_net, half_weights=half).SerializeToString() for _ in range(2)
    )
    assert first == second
    assert torch.is_grad_enabled()
