from pathlib import Path

import pytest
import torch

from impasto.encoders import alexnet
from impasto.encoders.vgg import CHANNELS_PER_BLOCK
from impasto.errors import WeightsNotFoundError
from impasto.metrics.perceptual_distance import perceptual_distance
from impasto.metrics.perceptual_judges import (
    ALEX_LAYERS,
    VGG_LAYERS,
    load_alex_judge,
    load_vgg_judge,
)
from impasto.weights.catalog import get_weights
from impasto.weights.store import ensure, load_tensors


@pytest.mark.parametrize(
    ("name", "layers", "channels"),
    [
        ("lpips-vgg", VGG_LAYERS, CHANNELS_PER_BLOCK),
        ("lpips-alex", ALEX_LAYERS, (64, 192, 384, 256, 256)),
    ],
)
def test_the_published_weights_ship_and_fit(
    name: str, layers: tuple[str, ...], channels: tuple[int, ...]
) -> None:
    stored = load_tensors(ensure(get_weights(name)))
    assert tuple(stored[layer].numel() for layer in layers) == channels
    assert all(bool((each >= 0).all()) for each in stored.values())


def test_some_published_values_are_those_of_the_package() -> None:
    """Minimum and mean of lin0 and lin4 in lpips 0.1.4, read there by hand."""
    vgg = load_tensors(ensure(get_weights("lpips-vgg")))
    assert float(vgg["relu1_2"].min()) == pytest.approx(0.0210177, rel=1e-4)
    assert float(vgg["relu5_3"].mean()) == pytest.approx(0.0918649, rel=1e-4)


def test_without_its_backbone_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPASTO_OFFLINE", "1")
    with pytest.raises(WeightsNotFoundError, match="vgg16"):
        load_vgg_judge(path=tmp_path)


def test_on_alexnet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = torch.Generator().manual_seed(0)
    state, channels = {}, 3
    for width, kernel, _, _, place in alexnet.CONVOLUTIONS.values():
        shape = (width, channels, kernel, kernel)
        scale = (2 / (channels * kernel**2)) ** 0.5
        state[f"features.{place}.weight"] = torch.randn(shape, generator=generator) * scale
        state[f"features.{place}.bias"] = torch.zeros(width)
        channels = width
    torch.save(state, tmp_path / "alexnet.pth")
    monkeypatch.setattr(alexnet, "SHA256_BEGINS", "")
    judge = load_alex_judge(tmp_path / "alexnet.pth")
    image, other = (torch.rand((1, 3, 64, 80), generator=generator) for _ in range(2))
    assert perceptual_distance(image, image, judge=judge) == 0
    assert 0.01 < perceptual_distance(image, other, judge=judge) < 10
