import numpy as np
import pytest

from impasto.errors import ShapeError
from impasto.guidance.feature_statistics import (
    Covariance,
    channel_statistics,
    covariance,
    weights_at,
)
from impasto.guidance.mask_levels import FULL


def some(channels: int = 4, height: int = 5, width: int = 6, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (random.normal(0, 30, (channels, height, width)) + 500).astype(np.float32)


def test_statistics_are_numpys() -> None:
    features = some()
    found = channel_statistics(features)
    np.testing.assert_allclose(found.mean, features.mean((1, 2), dtype=np.float64), rtol=1e-5)
    np.testing.assert_allclose(found.deviation, features.std((1, 2), dtype=np.float64), rtol=1e-4)


def test_covariance_is_numpys() -> None:
    features = some()
    expected = np.cov(features.reshape(4, -1).astype(np.float64), bias=True)
    np.testing.assert_allclose(covariance(features).matrix, expected, rtol=1e-3, atol=0.5)


def test_a_mask_is_as_if_only_what_it_shows_were_there() -> None:
    features, weights = some(), np.zeros((5, 6), np.float32)
    weights[1:3, 2:5] = 1
    inside = features[:, 1:3, 2:5]
    for found, expected in ((channel_statistics(features, weights), channel_statistics(inside)),):
        np.testing.assert_allclose(found.mean, expected.mean, rtol=1e-5)
        np.testing.assert_allclose(found.deviation, expected.deviation, rtol=1e-4)
    np.testing.assert_allclose(
        covariance(features, weights).matrix, covariance(inside).matrix, rtol=1e-3, atol=0.1
    )


def test_weights_count_as_often_as_they_weigh() -> None:
    features = some(height=1, width=3)
    weights = np.array([[1, 0.5, 0.5]], np.float32)
    twice = features[:, :, [0, 0, 1, 2]]
    found, expected = channel_statistics(features, weights), channel_statistics(twice)
    np.testing.assert_allclose(found.mean, expected.mean, rtol=1e-5)
    np.testing.assert_allclose(found.deviation, expected.deviation, rtol=1e-4)


def test_an_empty_mask_counts_everything() -> None:
    features = some()
    found = channel_statistics(features, np.zeros((5, 6), np.float32))
    np.testing.assert_allclose(found.mean, channel_statistics(features).mean)


def test_flat_features_have_no_deviation() -> None:
    found = channel_statistics(np.full((3, 8, 8), 9000.0, np.float32))
    assert found.deviation.max() < 0.01


def test_weights_are_means_of_pixels() -> None:
    mask = np.zeros((5, 8), np.uint16)
    mask[:, :6] = FULL
    found = weights_at(mask, 4, (2, 2))
    # The rows below are mirrored.
    np.testing.assert_allclose(found, [[1, 0.5], [1, 0.5]])
    assert weights_at(None, 4, (2, 2)) is None


def test_wrong_size() -> None:
    with pytest.raises(ShapeError, match=r"expected \(5, 6\)"):
        covariance(some(), np.ones((4, 4), np.float32))


def test_roots_are_those_of_the_matrix_and_computed_once() -> None:
    factors = np.random.default_rng(0).normal(size=(4, 4))
    found = Covariance(mean=np.zeros(4), matrix=factors @ factors.T)
    np.testing.assert_allclose(found.root @ found.root, found.matrix, atol=1e-9)
    np.testing.assert_allclose(found.root @ found.inverse_root, np.eye(4), atol=1e-9)
    assert found.root is found.root
