import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.segmentation.automatic_masks import point_grid, stability, suppress


def test_points_are_spread_evenly_and_lie_inside() -> None:
    points = point_grid((60, 120), 8)
    assert len(points) == 8 * 4
    assert points.min(0).tolist() == [7.0, 7.0]
    assert points.max(0).tolist() == [112.0, 52.0]
    with pytest.raises(OptionError, match="across"):
        point_grid((60, 120), 0)


def test_stability_is_the_share_that_stays() -> None:
    logits = np.array([[[3, 3], [0.5, -3]], [[0, 0], [0, 0]], [[-9, -9], [-9, -9]]], np.float32)
    assert stability(logits, 1.0).tolist() == [2 / 3, 0, 0]


def test_suppression_keeps_the_first_of_masks_that_agree() -> None:
    masks = np.zeros((4, 10, 10), bool)
    masks[0, :5] = True
    masks[1, :5, 1:] = True
    masks[2, 5:] = True
    assert suppress(masks) == [0, 2]
    assert suppress(masks[:0]) == []
