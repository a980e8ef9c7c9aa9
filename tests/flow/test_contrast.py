import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from impasto.errors import ShapeError
from impasto.flow.contrast import fine_variance, restore_contrast


def strokes(seed: int, amplitude: float = 30) -> np.ndarray:
    noise = gaussian_filter(np.random.default_rng(seed).normal(0, 1, (80, 120)), 0.8)
    levels = 128 + amplitude * noise / noise.std()
    return np.repeat(np.rint(levels.clip(0, 255)).astype(np.uint8)[..., None], 3, axis=2)


def test_variance_by_scipy() -> None:
    frame = strokes(0)
    grey = frame[..., 0].astype(float)
    squares = (grey - np.rint(gaussian_filter(grey, 1.5, mode="mirror", truncate=4))) ** 2
    small = squares.reshape(20, 4, 30, 4).mean(axis=(1, 3))
    expected = sum(np.roll(small, (y, x), axis=(0, 1)) for y in range(-2, 3) for x in range(-2, 3))
    middle = np.s_[4:-4, 4:-4]
    np.testing.assert_allclose(fine_variance(frame)[middle], expected[middle] / 25, rtol=0.03)


def test_the_mean_of_two_paintings_becomes_as_crisp_as_each() -> None:
    one, two = strokes(0), strokes(1)
    mean = np.rint((one.astype(float) + two) / 2).astype(np.uint8)
    restored = restore_contrast(mean, one)
    lost = fine_variance(mean).mean() / fine_variance(one).mean()
    kept = fine_variance(restored).mean() / fine_variance(one).mean()
    assert lost < 0.6
    assert 0.85 < kept < 1.05
    assert restored.mean() == pytest.approx(mean.mean(), abs=0.5)


def test_what_is_crisp_enough_stays() -> None:
    one, two = strokes(0, 30), strokes(1, 20)
    assert np.abs(restore_contrast(one, two).astype(int) - one).max() <= 1


def test_a_plain_area_stays_plain() -> None:
    plain = np.full((40, 60, 3), 77, np.uint8)
    np.testing.assert_array_equal(restore_contrast(plain, strokes(0)[:40, :60]), plain)


@pytest.mark.parametrize("size", [(1, 1), (3, 50), (17, 2)])
def test_small_frames(size: tuple[int, int]) -> None:
    frame = strokes(0)[: size[0], : size[1]].copy()
    assert restore_contrast(frame, frame).shape == frame.shape


def test_bad_input() -> None:
    with pytest.raises(ShapeError, match="one shape"):
        restore_contrast(strokes(0), strokes(0)[1:])
