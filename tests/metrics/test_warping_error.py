import numpy as np
import pytest

from impasto.errors import ShapeError
from impasto.metrics.warping_error import WarpingError, moved_difference


def pair() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A frame, the same two pixels to the right, and the flow between them."""
    first = np.random.default_rng(0).integers(0, 256, (12, 16, 3)).astype(np.uint8)
    flow = np.zeros((12, 16, 2), np.float32)
    flow[..., 0] = 2
    return first, np.roll(first, 2, axis=1), flow


def test_0_where_everything_moves_as_it_should() -> None:
    first, second, flow = pair()
    error = WarpingError()
    assert error.value is None
    known = np.ones((12, 16), bool)
    known[:, -2:] = False
    error.update(first, second, flow, known)
    assert error.value == 0


def test_formula_over_several_pairs_in_float64() -> None:
    first, second, flow = pair()
    rng = np.random.default_rng(1)
    error, squares, count = WarpingError(), 0.0, 0
    for _ in range(2):
        other = rng.integers(0, 256, second.shape).astype(np.uint8)
        known = rng.random((12, 16)) > 0.5
        known[:, -2:] = False
        error.update(first, other, flow, known)
        for y, x in zip(*np.nonzero(known), strict=True):
            squares += float((((first[y, x] - other[y, x + 2].astype(float)) / 255) ** 2).sum())
            count += 3
    assert error.value == pytest.approx((squares / count) ** 0.5, rel=1e-6)


def test_bad_input() -> None:
    first, second, flow = pair()
    with pytest.raises(ShapeError, match="known"):
        WarpingError().update(first, second, flow, np.ones((12, 15), bool))
    with pytest.raises(ShapeError, match="flow"):
        moved_difference(first, second, flow[1:])
    with pytest.raises(ShapeError, match="one shape"):
        moved_difference(first, second[1:], flow)
