import numpy as np
import onnxruntime
import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.errors import UnknownNameError
from impasto.training.encoder_graph import encoder_graph


@pytest.mark.parametrize("layers", [("relu4_1",), ("relu1_1", "relu2_2", "relu3_1")])
def test_graph_computes_what_torch_does(slim: VGG, layers: tuple[str, ...]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (1, 32, 48, 3), dtype=np.uint8)
    session = onnxruntime.InferenceSession(encoder_graph(slim, layers).SerializeToString())
    found = dict(zip(layers, session.run(list(layers), {"image": pixels}), strict=True))
    image = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
    expected = slim(image, layers)
    assert [output.name for output in session.get_outputs()] == list(layers)
    for name in layers:
        scale = float(expected[name].abs().max())
        np.testing.assert_allclose(found[name] / scale, expected[name].numpy() / scale, atol=1e-4)


def test_unknown_layer(slim: VGG) -> None:
    with pytest.raises(UnknownNameError, match="relu9_1"):
        encoder_graph(slim, ("relu9_1",))
