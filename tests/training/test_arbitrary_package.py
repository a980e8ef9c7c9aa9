import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from impasto.encoders.vgg import VGG
from impasto.errors import OptionError, WeightsDamagedError
from impasto.networks.feature_decoder import DecoderShape, FeatureDecoder
from impasto.training.arbitrary_package import (
    tensors_to_bytes,
    write_decoder_network,
    write_encoder,
)
from impasto.weights.arbitrary_networks import CARD, read_arbitrary_networks


def test_folder_holds_what_the_card_says(arbitrary_folder: Path) -> None:
    card = json.loads((arbitrary_folder / CARD).read_text())
    assert card["licence"].startswith("Apache-2.0")
    assert card["encoder"]["name"] == "untrained"
    assert card["networks"]["adain"]["level"] == 3
    assert card["networks"]["wct2"]["layer"] == "relu2_1"
    networks = read_arbitrary_networks(arbitrary_folder)
    assert all(networks.file(name).stat().st_size for name in card["sha256"])


def test_weights_are_in_half_precision_and_vectors_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(tensors_to_bytes({"weight": torch.rand(2, 2), "bias": torch.rand(2)}))
    found = load_file(path)
    assert (found["weight"].dtype, found["bias"].dtype) == (torch.float16, torch.float32)


def test_another_encoder_is_refused(arbitrary_folder: Path, slim: VGG) -> None:
    with pytest.raises(OptionError, match="another encoder"):
        write_encoder(arbitrary_folder, slim, {"name": "different"})


def test_weights_that_half_precision_cannot_hold(tmp_path: Path, slim: VGG) -> None:
    write_encoder(tmp_path, slim, {"name": "untrained"})
    decoder = FeatureDecoder(DecoderShape(level=0, channels=4, widths=(4,), blocks=(0,)))
    with torch.no_grad():
        decoder.head.weight.fill_(1e-9)
        decoder.tail.weight.fill_(1e6)
    with pytest.raises(WeightsDamagedError, match="half precision"):
        write_decoder_network(tmp_path, "wct1", decoder, {})
    assert not (tmp_path / "wct1.onnx").exists()
