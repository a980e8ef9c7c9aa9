import numpy as np
import onnxruntime
import pytest
import torch

from impasto.networks.feature_decoder import DecoderShape
from impasto.networks.onnx_attention import attention_graph, memory_graph
from impasto.networks.style_attention import StyleAttentionNet, normalized_features


@pytest.mark.parametrize("shape", [((4, 6), (2, 3)), ((2, 2), (1, 1))])
def test_two_graphs_compute_what_the_network_does(
    shape: tuple[tuple[int, int], tuple[int, int]],
) -> None:
    torch.manual_seed(0)
    decoder = DecoderShape(level=3, channels=16, widths=(4, 4, 4, 4), blocks=(0, 0, 0, 0))
    net = StyleAttentionNet((torch.full((16,), 3.0), torch.full((16,), 5.0)), decoder).eval()
    net.load_state_dict({name: value.half().float() for name, value in net.state_dict().items()})
    content = [torch.randn(1, 16, *size) for size in shape]
    style = [torch.randn(1, 16, 4, 4), torch.randn(1, 16, 2, 2)]
    with torch.no_grad():
        expected = net.transform((content[0], content[1]), (style[0], style[1]))
    feed = {}
    for level, features in zip((4, 5), style, strict=True):
        feed[f"style{level}"] = features.flatten(2)[:, :, None].numpy()
        feed[f"normal{level}"] = normalized_features(features).flatten(2)[:, :, None].numpy()
    memory = run(memory_graph(net), feed)
    assert {name: value.shape for name, value in memory.items()} == {
        "key4": (1, 4, 16),
        "value4": (1, 16, 16),
        "key5": (1, 4, 4),
        "value5": (1, 16, 4),
    }
    for level, features in zip((4, 5), content, strict=True):
        memory[f"content{level}"] = features.numpy()
        memory[f"normal{level}"] = normalized_features(features).numpy()
    found = run(attention_graph(net), memory)["features"]
    np.testing.assert_allclose(found, expected.numpy(), rtol=1e-3, atol=1e-3)


def run(graph, feed: dict[str, np.ndarray]) -> dict[str, np.ndarray]:  # type: ignore[no-untyped-def]
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feed), strict=True))
