import numpy as np
import pytest

from impasto.errors import ShapeError
from impasto.guidance.mask_levels import FULL, fit_mask, mask_levels
from impasto.image.picture import Picture


@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.uint16, np.float32, np.float64])
def test_both_ends_are_exact_whatever_a_mask_came_as(dtype: type) -> None:
    top = {np.bool_: True, np.uint8: 255, np.uint16: 65_535}.get(dtype, 1.0)
    levels = mask_levels(np.array([[0, top], [top, 0]], dtype=dtype))
    assert levels.dtype == np.uint16
    assert levels.tolist() == [[0, FULL], [FULL, 0]]


def test_levels_stay_the_same_array() -> None:
    levels = np.zeros((4, 5), np.uint16)
    assert mask_levels(levels) is levels


def test_a_picture_counts_by_brightness_and_opacity() -> None:
    pixels = np.zeros((1, 4, 3), np.uint8)
    pixels[0, 1:] = 255
    pixels[0, 3] = (255, 0, 0)
    alpha = np.array([[255, 255, 0, 255]], np.uint8)
    levels = mask_levels(Picture(pixels=pixels, alpha=alpha))
    assert levels.tolist() == [[0, FULL, 0, round(0.299 * FULL)]]


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((2, 2, 3), np.uint8),
        np.zeros((0, 2)),
        np.full((2, 2), 1.5),
        np.full((2, 2), np.nan),
        np.zeros((2, 2), np.int64),
    ],
)
def test_refuses_what_is_no_mask(wrong: np.ndarray) -> None:
    with pytest.raises(ShapeError, match="mask: expected"):
        mask_levels(wrong)


def test_a_mask_of_the_same_shape_is_resized() -> None:
    levels = mask_levels(np.repeat([[0.0, 1.0]], 40, axis=0).repeat(30, axis=1))
    assert fit_mask(levels, (40, 60)) is levels
    smaller = fit_mask(levels, (20, 30))
    assert smaller.shape == (20, 30)
    assert smaller[:, :12].max() == 0
    assert smaller[:, 18:].min() == FULL
    assert fit_mask(levels, (27, 41)).shape == (27, 41)


def test_a_mask_of_another_shape_is_refused() -> None:
    with pytest.raises(ShapeError, match="60x40 px or a multiple, got 40x60 px"):
        fit_mask(np.zeros((60, 40), np.uint16), (40, 60))
