from collections.abc import Callable

import numpy as np
import pytest

from impasto.errors import ShapeError
from impasto.flow.consistency import consistent, disocclusions, motion_boundaries


def patch_motion(shift: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """A square at [20:40, 20:40] that went ``shift`` pixels right; true flows."""
    backward, forward = (np.zeros((60, 80, 2), np.float32) for _ in range(2))
    forward[20:40, 20 - shift : 40 - shift, 0] = shift
    backward[20:40, 20:40, 0] = -shift
    return backward, forward


def test_what_a_moving_thing_uncovers_was_not_seen() -> None:
    backward, forward = patch_motion()
    hidden = disocclusions(backward, forward)
    # there the backward flow is 0, the forward flow of the same place is 6
    expected = np.zeros((60, 80), bool)
    expected[20:40, 14:20] = True
    np.testing.assert_array_equal(hidden, expected)


def test_what_comes_from_outside_was_not_seen() -> None:
    flow = np.zeros((10, 12, 2), np.float32)
    flow[..., 0] = 3
    hidden = disocclusions(flow, -flow)
    np.testing.assert_array_equal(hidden, np.broadcast_to(np.arange(12) > 8, (10, 12)))


def test_equation_in_float64(moved: Callable[..., np.ndarray]) -> None:
    rng = np.random.default_rng(0)
    backward, forward = (
        np.repeat(np.repeat(rng.integers(-2, 3, (6, 8, 2)), 8, 0), 8, 1).astype(np.float32)
        for _ in range(2)
    )
    returned = moved(forward, backward)
    missed = ((returned + backward) ** 2).sum(-1)
    allowed = 0.01 * ((returned**2).sum(-1) + (backward.astype(float) ** 2).sum(-1)) + 0.5
    y, x = np.mgrid[:48, :64]
    x, y = x + backward[..., 0], y + backward[..., 1]
    outside = (x < 0) | (x > 63) | (y < 0) | (y > 47)
    np.testing.assert_array_equal(disocclusions(backward, forward), (missed > allowed) | outside)


def test_motion_boundaries_are_the_contour() -> None:
    backward, _ = patch_motion()
    found = motion_boundaries(backward)
    u, v = (backward[..., i].astype(float) for i in (0, 1))
    steepness = sum(gradient**2 for flow in (u, v) for gradient in np.gradient(flow))
    np.testing.assert_array_equal(found, steepness > 0.01 * (u**2 + v**2) + 0.002)
    assert found[20, 30]
    assert found[30, 20]
    assert not found[30, 30]
    assert not found[5, 5]


def test_consistent_is_neither() -> None:
    backward, forward = patch_motion()
    hidden, edges = disocclusions(backward, forward), motion_boundaries(backward)
    np.testing.assert_array_equal(consistent(backward, forward), ~hidden & ~edges)
    np.testing.assert_array_equal(consistent(backward, forward, boundaries=False), ~hidden)


def test_one_row() -> None:
    flow = np.zeros((1, 5, 2), np.float32)
    assert consistent(flow, flow).all()


def test_bad_input() -> None:
    flow = np.zeros((4, 5, 2), np.float32)
    with pytest.raises(ShapeError, match="one shape"):
        disocclusions(flow, flow[1:])
    with pytest.raises(ShapeError, match="float32"):
        motion_boundaries(flow.astype(float))
