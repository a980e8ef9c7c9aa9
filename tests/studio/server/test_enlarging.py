from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from impasto.studio.box import Box
from impasto.studio.mask import make_mask
from impasto.studio.server.enlarging import enlarge, enlarge_mask, enlarge_picture, sharpen_mask


@pytest.mark.parametrize("new", [(20, 30), (37, 61), (200, 300)])
def test_values_are_those_between_the_pixels(new: tuple[int, int]) -> None:
    plane = np.zeros((20, 30), np.float32)
    box = Box(top=4, left=6, bottom=11, right=17)
    plane[box.slices] = np.random.default_rng(0).uniform(0, 255, box.size)
    values, target = enlarge(lambda part: plane[part.slices], box, (20, 30), new)
    rows, columns = np.indices(new)[(slice(None), *target.slices)]
    at = [(rows + 0.5) * 20 / new[0] - 0.5, (columns + 0.5) * 30 / new[1] - 0.5]
    expected = map_coordinates(plane.astype(np.float64), at, order=1, mode="nearest")
    # OpenCV's weights have five bits.
    assert np.abs(values - expected).max() < 255 / 32
    outside = np.ones(new, bool)
    outside[target.slices] = False
    rows, columns = np.nonzero(outside)
    at = [(rows + 0.5) * 20 / new[0] - 0.5, (columns + 0.5) * 30 / new[1] - 0.5]
    assert not map_coordinates(plane, at, order=1, mode="nearest").any()


def test_masks_keep_their_place_when_enlarged() -> None:
    values = np.zeros((40, 60), np.uint8)
    values[10:20, 10:30] = 255
    large = enlarge_mask(make_mask(values), (100, 150)).full()
    expected = np.zeros((100, 150), bool)
    expected[25:50, 25:75] = True
    assert ((large >= 128) != expected).sum() <= 150  # Half a pixel along the edge.
    sharp = sharpen_mask(make_mask(values), (100, 150)).full()
    assert ((sharp >= 128) == (large >= 128)).all()
    assert np.isin(sharp, (0, 255)).sum() > np.isin(large, (0, 255)).sum()
    empty = enlarge_mask(make_mask(np.zeros((4, 4), np.uint8)), (8, 8))
    assert empty.box.is_empty


def test_pictures_keep_their_place_when_enlarged() -> None:
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[10:20, 10:30] = (200, 30, 20)
    large = enlarge_picture(pixels, (100, 150))
    assert (large[30:45, 30:70] == (200, 30, 20)).all()
    assert not large[55:].any()
    assert enlarge_picture(pixels, (40, 60)) is pixels
