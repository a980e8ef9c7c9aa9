import numpy as np
import pytest

from impasto.guidance.feature_statistics import (
    ChannelStatistics,
    Covariance,
    channel_statistics,
    covariance,
)
from impasto.guidance.feature_transfer import adaptive_normalization, whitening_coloring


def some(seed: int, channels: int = 5, count: int = 200) -> np.ndarray:
    random = np.random.default_rng(seed)
    mixing = random.normal(0, 1, (channels, channels))
    rows = mixing @ random.normal(0, 10, (channels, count)) + random.normal(0, 50, (channels, 1))
    return rows.reshape(channels, count, 1).astype(np.float32)


def changed(features: np.ndarray, gain: np.ndarray, offset: np.ndarray) -> np.ndarray:
    return (gain[:, None, None] * features + offset[:, None, None]).astype(np.float32)


def linear(features: np.ndarray, matrix: np.ndarray, offset: np.ndarray) -> np.ndarray:
    rows = matrix @ features.reshape(len(features), -1) + offset[:, None]
    return rows.reshape(features.shape).astype(np.float32)


def test_adain_gives_the_styles_statistics() -> None:
    content, style = some(0), some(1)
    target = channel_statistics(style)
    affine = adaptive_normalization(channel_statistics(content), [(1.0, 1.0, target)])
    found = channel_statistics(changed(content, *affine))
    np.testing.assert_allclose(found.mean, target.mean, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(found.deviation, target.deviation, rtol=1e-3)


def test_wct_gives_the_styles_covariance() -> None:
    content, style = some(0), some(1)
    target = covariance(style)
    found = covariance(
        linear(content, *whitening_coloring(covariance(content), [(1.0, 1.0, target)]))
    )
    np.testing.assert_allclose(found.mean, target.mean, rtol=1e-3, atol=0.05)
    scale = np.abs(target.matrix).max()
    np.testing.assert_allclose(found.matrix / scale, target.matrix / scale, atol=1e-3)


@pytest.mark.parametrize("strength", [0.0, 0.3])
def test_strength_lies_between_photograph_and_style(strength: float) -> None:
    content, style = some(0), some(1)
    ours, theirs = channel_statistics(content), channel_statistics(style)
    full = changed(content, *adaptive_normalization(ours, [(1.0, 1.0, theirs)]))
    part = changed(content, *adaptive_normalization(ours, [(1.0, strength, theirs)]))
    np.testing.assert_allclose(part, strength * full + (1 - strength) * content, atol=0.05)
    both = covariance(content), covariance(style)
    full = linear(content, *whitening_coloring(both[0], [(1.0, 1.0, both[1])]))
    part = linear(content, *whitening_coloring(both[0], [(1.0, strength, both[1])]))
    np.testing.assert_allclose(part, strength * full + (1 - strength) * content, atol=0.05)


def test_blends_are_sums() -> None:
    content = some(0)
    ours = channel_statistics(content)
    styles = [channel_statistics(some(seed)) for seed in (1, 2)]
    alone = [changed(content, *adaptive_normalization(ours, [(1.0, 1.0, s)])) for s in styles]
    both = adaptive_normalization(ours, [(0.25, 1.0, styles[0]), (0.75, 1.0, styles[1])])
    np.testing.assert_allclose(
        changed(content, *both), 0.25 * alone[0] + 0.75 * alone[1], atol=0.05
    )


def test_a_flat_photograph_is_shifted_and_not_amplified() -> None:
    flat = np.full((5, 16, 1), 700.0, np.float32)
    style = some(1)
    gain, offset = adaptive_normalization(
        channel_statistics(flat), [(1.0, 1.0, channel_statistics(style))]
    )
    assert np.isfinite(gain).all()
    assert np.abs(gain).max() <= 1
    np.testing.assert_allclose(
        changed(flat, gain, offset)[:, 0, 0], channel_statistics(style).mean, rtol=1e-3, atol=0.1
    )
    matrix, shift = whitening_coloring(covariance(flat), [(1.0, 1.0, covariance(style))])
    assert np.isfinite(matrix).all()
    np.testing.assert_allclose(
        linear(flat, matrix, shift)[:, 0, 0], covariance(style).mean, rtol=1e-3, atol=0.1
    )


def test_fewer_positions_than_channels() -> None:
    """A mask of three positions: the covariance has two directions, and stays finite."""
    tiny = some(0)[:, :3]
    matrix, offset = whitening_coloring(covariance(tiny), [(1.0, 1.0, covariance(some(1)))])
    painted = linear(tiny, matrix, offset)
    assert np.isfinite(painted).all()
    assert np.abs(painted).max() < 50 * np.abs(some(1)).max()


def test_what_is_not_finite_counts_as_flat() -> None:
    broken = Covariance(mean=np.zeros(5), matrix=np.full((5, 5), np.nan))
    matrix, _ = whitening_coloring(broken, [(1.0, 1.0, covariance(some(1)))])
    assert not matrix.any()


def test_equal_statistics_change_nothing() -> None:
    ours = ChannelStatistics(mean=np.arange(5.0), deviation=np.arange(1.0, 6.0))
    gain, offset = adaptive_normalization(ours, [(1.0, 1.0, ours)])
    np.testing.assert_allclose(gain, 1)
    np.testing.assert_allclose(offset, 0, atol=1e-12)
