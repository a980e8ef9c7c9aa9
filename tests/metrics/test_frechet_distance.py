import numpy as np
import pytest
import scipy.linalg

from impasto.errors import ShapeError
from impasto.metrics.frechet_distance import art_fid, frechet_distance


def by_definition(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Heusel et al. 2017 with the square root of a matrix, by scipy."""
    moved = ours.mean(0) - theirs.mean(0)
    first, second = np.cov(ours, rowvar=False), np.cov(theirs, rowvar=False)
    root = scipy.linalg.sqrtm(first @ second)
    return float(moved @ moved + np.trace(first + second) - 2 * np.trace(np.real(root)))


def test_against_the_formula() -> None:
    generator = np.random.default_rng(0)
    mixing = generator.normal(size=(5, 5))
    ours = generator.normal(size=(40, 5)) @ mixing + 1
    theirs = generator.normal(size=(30, 5))
    expected = by_definition(ours, theirs)
    assert frechet_distance(ours, theirs) == pytest.approx(expected, rel=1e-9)
    assert frechet_distance(theirs, ours) == pytest.approx(expected, rel=1e-9)


def test_fewer_pictures_than_features() -> None:
    """Diagonal covariances in closed form: each set spreads along one axis of its own."""
    ours, theirs = np.zeros((2, 6)), np.zeros((2, 6))
    ours[:, 0], theirs[:, 1] = (-3, 3), (-1, 1)
    assert frechet_distance(ours, theirs) == pytest.approx(18 + 2)
    assert frechet_distance(ours, ours + 2) == pytest.approx(6 * 4)


@pytest.mark.parametrize(("ours", "theirs"), [((1, 3), (4, 3)), ((4, 3), (4, 2)), ((4,), (4, 3))])
def test_what_are_no_two_sets_is_refused(ours: tuple[int, ...], theirs: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError):
        frechet_distance(np.ones(ours), np.ones(theirs))


def test_art_fid_multiplies() -> None:
    assert art_fid(0.0, 0.0) == 1
    assert art_fid(0.25, 3.0) == 5
