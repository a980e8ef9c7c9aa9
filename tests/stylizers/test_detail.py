import numpy as np
import pytest

from impasto.stylizers.detail import restore_detail


def some(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (150, 20, 3), np.uint8)


@pytest.mark.parametrize("detail", [0.0, 0.3, 1.0])
def test_what_was_lost_is_added(detail: float) -> None:
    painted, photo, decoded = some(0), some(1), some(2)
    wanted = painted + detail * (photo.astype(float) - decoded)
    found = restore_detail(painted, photo, decoded, detail)
    assert found.dtype == np.uint8
    assert np.abs(found - wanted.clip(0, 255)).max() <= 0.5 + 1e-5


def test_where_nothing_was_painted_the_photograph_comes_back() -> None:
    photo, decoded = some(1), some(2)
    assert np.array_equal(restore_detail(decoded, photo, decoded, 1.0), photo)
