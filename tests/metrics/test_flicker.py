from itertools import pairwise

import numpy as np
import pytest

from impasto.errors import ShapeError
from impasto.metrics.flicker import Flicker, still_pixels


def test_only_what_stands_still_counts() -> None:
    photo = np.full((30, 40, 3), 100, np.uint8)
    after = photo.copy()
    after[:, :20] = 180
    painted = np.full_like(photo, 50)
    painted_after = painted.copy()
    painted_after[:, :20] = 250
    painted_after[:, 20:] = 60
    flicker = Flicker()
    assert flicker.value is None
    assert flicker.still_share == 0
    flicker.update((photo, after), (painted, painted_after))
    assert flicker.value == pytest.approx(10 / 255)
    # two columns near the change are not still: their neighbourhood changed
    assert flicker.still_share == pytest.approx(18 / 40)


def test_formula_in_float64() -> None:
    rng = np.random.default_rng(0)
    photo = np.full((16, 16, 3), 100, np.uint8)
    films = rng.integers(0, 256, (3, 16, 16, 3)).astype(np.uint8)
    flicker = Flicker()
    for before, now in pairwise(films):
        flicker.update((photo, photo), (before, now))
    expected = np.sqrt(np.mean((np.diff(films.astype(float), axis=0) / 255) ** 2))
    assert flicker.value == pytest.approx(expected, rel=1e-6)
    assert flicker.still_share == 1


def test_noise_of_a_camera_stands_still() -> None:
    rng = np.random.default_rng(0)
    frames = [
        np.clip(100 + rng.normal(0, 1.5, (20, 20, 3)), 0, 255).astype(np.uint8) for _ in range(2)
    ]
    assert still_pixels(*frames).mean() > 0.9
    assert not still_pixels(frames[0], frames[0] + np.uint8(5)).any()


def test_bad_input() -> None:
    frame = np.zeros((16, 16, 3), np.uint8)
    with pytest.raises(ShapeError, match="one shape"):
        Flicker().update((frame, frame), (frame, frame[1:]))
