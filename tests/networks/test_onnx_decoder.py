import numpy as np
import onnxruntime
import pytest
import torch

from impasto.networks.feature_decoder import DecoderShape, FeatureDecoder
from impasto.networks.onnx_decoder import decoder_graph


@pytest.fixture
def decoder() -> FeatureDecoder:
    torch.manual_seed(0)
    shape = DecoderShape(level=2, channels=6, widths=(3, 4, 5), blocks=(0, 1, 1))
    made = FeatureDecoder(shape, torch.linspace(1, 300, 6)).eval()
    made.load_state_dict({name: value.half().float() for name, value in made.state_dict().items()})
    return made


@pytest.mark.parametrize("maps", [False, True])
def test_graph_changes_statistics_and_decodes(decoder: FeatureDecoder, maps: bool) -> None:
    random = np.random.default_rng(0)
    scale = decoder.scale.numpy()[None, :, None, None]
    features = random.random((1, 6, 4, 5), np.float32) * scale
    size = (4, 5) if maps else (1, 1)
    gain = random.random((1, 6, *size), np.float32)
    offset = random.random((1, 6, *size), np.float32) * scale
    feed = {"features": features, "gain": gain, "offset": offset}
    with torch.no_grad():
        image = decoder(torch.from_numpy(gain * features + offset))
    expected = (image * 255).permute(0, 2, 3, 1).numpy()
    for rounded in (False, True):
        graph = decoder_graph(decoder, rounded=rounded).SerializeToString()
        found = onnxruntime.InferenceSession(graph).run(["stylized"], feed)[0]
        assert found.shape == (1, 16, 20, 3)
        if rounded:
            assert found.dtype == np.uint8
            assert np.abs(found - expected.clip(0, 255)).max() <= 0.52
        else:
            np.testing.assert_allclose(found, expected, atol=0.05)


def test_graph_lets_finer_features_join() -> None:
    torch.manual_seed(0)
    shape = DecoderShape(level=2, channels=6, widths=(3, 4, 5), blocks=(0, 1, 0), skip_channels=7)
    decoder = FeatureDecoder(shape, torch.full((6,), 3.0), torch.linspace(1, 50, 7)).eval()
    decoder.load_state_dict({k: v.half().float() for k, v in decoder.state_dict().items()})
    random = np.random.default_rng(0)
    feed = {
        name: random.random((1, channels, *size), np.float32)
        for prefix, channels, size in (("", 6, (4, 5)), ("skip_", 7, (8, 10)))
        for name in (prefix.rstrip("_") or "features", f"{prefix}gain", f"{prefix}offset")
    }
    tensors = {name: torch.from_numpy(value) for name, value in feed.items()}
    with torch.no_grad():
        image = decoder(
            tensors["gain"] * tensors["features"] + tensors["offset"],
            tensors["skip_gain"] * tensors["skip"] + tensors["skip_offset"],
        )
    graph = decoder_graph(decoder, rounded=False).SerializeToString()
    found = onnxruntime.InferenceSession(graph).run(["stylized"], feed)[0]
    np.testing.assert_allclose(found, (image * 255).permute(0, 2, 3, 1).numpy(), atol=0.05)
