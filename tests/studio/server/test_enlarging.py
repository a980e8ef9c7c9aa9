from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from impasto.studio.box import Box
from impasto.studio.server.enlarging import enlarge


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
