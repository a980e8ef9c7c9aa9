from collections.abc import Callable

import numpy as np
import pytest

from impasto.errors import ShapeError
from impasto.flow.flow_files import KnownFlow
from impasto.metrics.film_stability import FilmStability

Maker = Callable[..., np.ndarray]


@pytest.fixture
def pan() -> list[np.ndarray]:
    """Five frames of a camera that goes 3 pixels to the right each."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (14, 24, 3)).astype(np.uint8)
    large = np.asarray(np.kron(coarse, np.ones((7, 7, 1))), np.uint8)
    return [large[:, 3 * i : 3 * i + 128].copy() for i in range(5)]


def figures(photos: list[np.ndarray], painted: list[np.ndarray], known: object = None) -> object:
    measure = FilmStability()
    for photo, frame in zip(photos, painted, strict=True):
        measure.update(photo, frame, known)  # type: ignore[arg-type]
    return measure.figures


def true_flow(known: bool = True) -> KnownFlow:
    flow = np.zeros((98, 128, 2), np.float32)
    flow[..., 0] = -3
    return KnownFlow(flow=flow, known=np.full((98, 128), known))


def test_a_film_that_moves_as_its_photographs(pan: list[np.ndarray]) -> None:
    found = figures(pan, [255 - frame for frame in pan], true_flow())
    assert found.warping_error < 1e-3
    assert found.photo_warping_error == pytest.approx(found.warping_error, abs=1e-4)
    assert found.frames == 5
    assert found.known_share > 0.9


def test_noise_is_found_with_true_and_with_estimated_flow(pan: list[np.ndarray]) -> None:
    rng = np.random.default_rng(1)
    noisy = [
        np.clip(128 + rng.normal(0, 10, frame.shape), 0, 255).astype(np.uint8) for frame in pan
    ]
    expected = 10 / 255 * 2**0.5
    assert figures(pan, noisy, true_flow()).warping_error == pytest.approx(expected, rel=0.03)
    # estimated vectors are not whole: what is fetched between pixels is smoother
    assert 0.7 * expected < figures(pan, noisy).warping_error < 1.05 * expected


def test_nothing_is_measured_over_a_cut(pan: list[np.ndarray]) -> None:
    film = [*pan[:2], *(np.full_like(frame, 255) - frame // 8 for frame in pan[2:])]
    found = figures(film, film)
    assert found.cuts == 1
    assert found.warping_error < 0.1


def test_nothing_known_is_nothing_measured(pan: list[np.ndarray]) -> None:
    found = figures(pan, pan, true_flow(known=False))
    assert found.warping_error is None
    assert found.known_share == 0


def test_flicker_of_a_still_film() -> None:
    photo = np.full((40, 60, 3), 90, np.uint8)
    painted = [np.full_like(photo, level) for level in (100, 110, 100)]
    found = figures([photo] * 3, painted)
    assert found.flicker == pytest.approx(10 / 255)
    assert found.photo_flicker == 0
    assert found.still_share == 1


def test_bad_input(pan: list[np.ndarray]) -> None:
    measure = FilmStability()
    with pytest.raises(ShapeError, match="one shape"):
        measure.update(pan[0], pan[0][1:])
    measure.update(pan[0], pan[0])
    small = KnownFlow(flow=np.zeros((9, 9, 2), np.float32), known=np.ones((9, 9), bool))
    with pytest.raises(ShapeError, match="film's"):
        measure.update(pan[1], pan[1], small)
