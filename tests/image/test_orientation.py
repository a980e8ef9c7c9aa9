from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageOps

from impasto.image.orientation import turn_upright


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("channels", [(), (3,)])
def test_agrees_with_pillow(orientation: int, channels: tuple[int, ...]) -> None:
    samples = np.random.default_rng(0).integers(0, 256, (5, 7, *channels), np.uint8)
    image = Image.fromarray(samples)
    image.getexif()[0x0112] = orientation
    expected = np.array(ImageOps.exif_transpose(image))
    assert (turn_upright(samples, orientation) == expected).all()


@pytest.mark.parametrize("orientation", [0, -1, 9, 65_535])
def test_nonsense_counts_as_upright(orientation: int) -> None:
    samples = np.arange(6).reshape(2, 3)
    assert (turn_upright(samples, orientation) == samples).all()
