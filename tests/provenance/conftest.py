"""Results with records, made quickly."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from impasto.image.codec import save_image
from impasto.image.picture import Picture


@pytest.fixture
def picture() -> Callable[..., Picture]:
    """Makes a picture of noise, different for each seed."""

    def make(seed: int = 0, size: tuple[int, int] = (24, 32)) -> Picture:
        pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
        return Picture(pixels=pixels)

    return make


@pytest.fixture
def folder(
    tmp_path: Path, picture: Callable[..., Picture], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The current folder, with a photograph and two styles."""
    monkeypatch.chdir(tmp_path)
    for seed, name in enumerate(("photo", "style", "other")):
        save_image(picture(seed), tmp_path / f"{name}.png")
    return tmp_path
