import numpy as np
import pytest

from impasto.errors import ShapeError
from impasto.guidance.compositing import composite
from impasto.guidance.mask_levels import FULL

SIZE = (150, 9)


def noise(seed: int, dtype: type) -> np.ndarray:
    return np.random.default_rng(seed).integers(
        0, np.iinfo(dtype).max, (*SIZE, 3), dtype=dtype, endpoint=True
    )


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_equals_the_formula(dtype: type) -> None:
    photo, first, second = (noise(seed, dtype) for seed in range(3))
    generator = np.random.default_rng(9)
    a = generator.integers(0, FULL // 2, SIZE).astype(np.uint16)
    b = generator.integers(0, FULL // 2, SIZE).astype(np.uint16)
    exact = (
        a[..., None] * first.astype(np.float64)
        + b[..., None] * second.astype(np.float64)
        + (FULL - a.astype(np.float64) - b)[..., None] * photo
    ) / FULL
    mixed = composite(photo, [(a, first), (b, second)])
    assert mixed.dtype == dtype
    np.testing.assert_allclose(mixed, exact, atol=0.5 + 1e-9)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_both_ends_are_bit_for_bit(dtype: type) -> None:
    photo, painting = noise(0, dtype), noise(1, dtype)
    mask = np.zeros(SIZE, np.uint16)
    mask[:, 4:] = FULL
    mixed = composite(photo, [(mask, painting)])
    np.testing.assert_array_equal(mixed[:, :4], photo[:, :4])
    np.testing.assert_array_equal(mixed[:, 4:], painting[:, 4:])


def test_without_paintings_the_photograph_stays() -> None:
    photo = noise(0, np.uint8)
    np.testing.assert_array_equal(composite(photo, []), photo)


def test_refuses_what_does_not_fit() -> None:
    photo, mask = noise(0, np.uint8), np.zeros(SIZE, np.uint16)
    with pytest.raises(ShapeError, match="painting: expected"):
        composite(photo, [(mask, noise(0, np.uint16))])
    with pytest.raises(ShapeError, match="mask: expected"):
        composite(photo, [(mask[1:], photo)])
