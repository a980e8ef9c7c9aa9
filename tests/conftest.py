"""What the tests share: pictures made by code, the real encoder, and the optional data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.device import DeviceChoice, choose_device
from impasto.encoders.catalog import load_encoder
from impasto.encoders.vgg import VGG

DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def data() -> Path:
    """The photographs and paintings beside the checkout; tests that need them skip without."""
    if not DATA.is_dir():
        pytest.skip("needs the optional photographs and paintings in ../shared/data")
    return DATA


@pytest.fixture(scope="session")
def cpu() -> DeviceChoice:
    """The CPU in float32: the same on every machine."""
    return choose_device("cpu", "float32")


@pytest.fixture(scope="session")
def encoder(cpu: DeviceChoice) -> VGG:
    """The real VGG-19 with average pooling, in float32."""
    return load_encoder("vgg19", device=cpu)


@pytest.fixture
def smooth_image() -> Callable[..., torch.Tensor]:
    """Makes a smooth colourful image (1, 3, H, W), different for each seed."""

    def make(height: int = 48, width: int = 64, seed: int = 0) -> torch.Tensor:
        generator = torch.Generator().manual_seed(seed)
        coarse = torch.rand((1, 3, 6, 8), generator=generator)
        image = torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic")
        noise = torch.rand((1, 3, height, width), generator=generator)
        return (0.9 * image + 0.1 * noise).clamp(0, 1)

    return make


@pytest.fixture
def photo(tmp_path: Path, smooth_image: Callable[..., torch.Tensor]) -> Path:
    """A small picture on disk, 64 wide and 48 high."""
    pixels = (smooth_image(48, 64, seed=1)[0].permute(1, 2, 0) * 255).round().byte().numpy()
    path = tmp_path / "photo.png"
    Image.fromarray(np.ascontiguousarray(pixels)).save(path)
    return path
