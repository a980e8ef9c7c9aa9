import numpy as np
import pytest

from impasto.errors import ShapeError
from impasto.runtime.padding import pad_pixels, padded_side


@pytest.mark.parametrize("size", [(1, 1), (1, 30), (16, 16), (17, 9), (100, 8), (7, 3)])
def test_the_corner_stays_and_the_rest_is_mirrored(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    padded = pad_pixels(pixels)
    height, width = padded.shape[1:3]
    assert (height % 8, width % 8) == (0, 0)
    assert min(height, width) >= 16
    assert max(height - max(size[0], 16), width - max(size[1], 16)) < 8
    assert padded.flags.c_contiguous
    assert np.array_equal(padded[0, : size[0], : size[1]], pixels)
    if 1 < size[0] < height:
        assert np.array_equal(padded[0, size[0], : size[1]], pixels[-2])


def test_what_fits_is_not_copied() -> None:
    pixels = np.zeros((16, 24, 3), np.uint8)
    assert np.shares_memory(pad_pixels(pixels), pixels)


def test_other_orders_are_made_contiguous() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (24, 16, 3), dtype=np.uint8)
    turned = pixels.transpose(1, 0, 2)
    assert np.array_equal(pad_pixels(turned)[0], turned)


def test_wrong_pixels() -> None:
    with pytest.raises(ShapeError, match="float64"):
        pad_pixels(np.zeros((4, 4, 3)))


def test_padded_side() -> None:
    assert [padded_side(side) for side in (1, 16, 17, 24)] == [16, 16, 24, 24]
