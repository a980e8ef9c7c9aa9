"""Changes of feature statistics: adaptive instance normalisation, whitening and colouring."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from impasto.guidance.feature_statistics import (
    EPSILON,
    ChannelStatistics,
    Covariance,
    Doubles,
)

Affine = tuple[Doubles, Doubles]
"""Gain (C,) and offset (C,): x becomes gain · x + offset."""
Linear = tuple[Doubles, Doubles]
"""Matrix (C, C) and offset (C,): x becomes matrix x + offset."""


def adaptive_normalization(
    content: ChannelStatistics,
    styles: Sequence[tuple[float, float, ChannelStatistics]],
) -> Affine:
    """Give channels the means and deviations of styles.

    Args:
        content: Of the photograph's features, where they are to be changed.
        styles: Of each its share, its strength in [0, 1], and its statistics; shares sum to 1.

    Returns:
        Σ share (strength · AdaIN(x, style) + (1 − strength) x) as gain and offset.

    Source: Huang, Belongie 2017, eqs. 8, 14 and 15. Differs: strengths may differ by style.
        Channels that are constant in the photograph are shifted and not amplified.
    """
    gain = np.zeros_like(content.mean)
    offset = np.zeros_like(content.mean)
    alive = content.deviation > np.sqrt(2 * EPSILON)
    for share, strength, style in styles:
        ratio = np.where(alive, style.deviation / content.deviation, 1.0)
        gain += share * (strength * ratio + 1 - strength)
        offset += share * strength * (style.mean - ratio * content.mean)
    return gain, offset


def whitening_coloring(
    content: Covariance, styles: Sequence[tuple[float, float, Covariance]]
) -> Linear:
    """Give channels the means and covariances of styles.

    Args:
        content: Of the photograph's features, where they are to be changed.
        styles: Of each its share, its strength in [0, 1], and its covariance; shares sum to 1.

    Returns:
        Σ share (strength · WCT(x, style) + (1 − strength) x) as matrix and offset.

    Source: Li et al. 2017, eqs. 2 and 3 and section 3.3. Differs: directions in which the
        photograph hardly varies are left out by their share of the variance and not by an
        absolute threshold, so that a mask of few pixels or a flat picture neither divides by
        nothing nor amplifies rounding; a covariance that is no finite matrix counts as none.
    """
    channels = len(content.mean)
    whiten = content.inverse_root
    matrix = np.zeros((channels, channels))
    offset = np.zeros(channels)
    for share, strength, style in styles:
        transfer = style.root @ whiten
        matrix += share * (strength * transfer + (1 - strength) * np.eye(channels))
        offset += share * strength * (style.mean - transfer @ content.mean)
    return matrix, offset
