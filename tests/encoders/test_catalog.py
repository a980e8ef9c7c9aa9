from collections.abc import Callable

import pytest
import torch

from impasto.device import DeviceChoice
from impasto.encoders.catalog import ENCODERS, get_encoder, load_encoder
from impasto.encoders.vgg import VGG
from impasto.errors import UnknownNameError, WeightsNotFoundError
from impasto.weights.catalog import WEIGHTS


@pytest.mark.parametrize("name", ENCODERS)
def test_weights_are_in_the_catalogue(name: str) -> None:
    assert ENCODERS[name].name == name
    assert ENCODERS[name].weights in WEIGHTS


def test_precision_is_the_devices() -> None:
    choice = DeviceChoice(device=torch.device("cpu"), dtype=torch.bfloat16, reason="test")
    encoder = load_encoder("vgg19", device=choice)
    assert encoder.dtype == torch.bfloat16
    features = encoder(torch.rand(1, 3, 16, 16), ("relu1_1",))["relu1_1"]
    assert features.dtype == torch.bfloat16


@pytest.mark.slow
def test_compact_encoder_is_nearly_vgg19(
    cpu: DeviceChoice, encoder: VGG, smooth_image: Callable[..., torch.Tensor]
) -> None:
    """The same layers, nearly the same features, even of noise that is no photograph."""
    image, layers = smooth_image(96, 128), ("relu1_2", "relu2_1", "relu3_1", "relu4_1")
    expected, found = encoder(image, layers), load_encoder("vgg19-slim", device=cpu)(image, layers)
    for name in layers:
        target = expected[name]
        variance = (target - target.mean((2, 3), keepdim=True)).square().sum()
        assert (found[name] - target).square().sum() / variance < 0.3, name


def test_unknown_name() -> None:
    with pytest.raises(UnknownNameError, match="expected one of vgg19"):
        load_encoder("vgg11")


def test_offline_says_which_file_goes_where(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, cpu: DeviceChoice
) -> None:
    monkeypatch.setenv("IMPASTO_OFFLINE", "1")
    monkeypatch.setenv("IMPASTO_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(WeightsNotFoundError, match=r"vgg16-397923af\.pth"):
        load_encoder("vgg16", device=cpu)


@pytest.mark.parametrize("name", ENCODERS)
def test_get_encoder(name: str) -> None:
    assert get_encoder(name) is ENCODERS[name]
