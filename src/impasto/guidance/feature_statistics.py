"""Means, deviations and covariances of features, where a mask counts. No torch here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from impasto.errors import ShapeError
from impasto.guidance.mask_levels import FULL

if TYPE_CHECKING:
    from impasto.guidance.mask_levels import Levels

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

EPSILON = 1e-5

LEAST_SHARE = 1e-4
"""Directions with less than this part of the strongest one's variance are left out."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ChannelStatistics:
    """Mean and standard deviation of each channel, (C,) float64."""

    mean: Doubles
    deviation: Doubles


@dataclass(frozen=True, kw_only=True, eq=False)
class Covariance:
    """Mean (C,) and covariance (C, C) of channels, float64; its roots are computed once."""

    mean: Doubles
    matrix: Doubles

    @cached_property
    def root(self) -> Doubles:
        """The symmetric root, (C, C), on the directions that vary."""
        return _power(self.matrix, 0.5)

    @cached_property
    def inverse_root(self) -> Doubles:
        """The inverse of the root on the directions that vary, and 0 on the others."""
        return _power(self.matrix, -0.5)


def weights_at(mask: Levels | None, stride: int, size: tuple[int, int]) -> Floats | None:
    """How much each position of features counts: the mean of the mask's pixels there.

    Args:
        mask: (H, W) levels; ``None`` for everywhere.
        stride: Pixels of a position.
        size: (h, w) of the features, whose picture was mirrored at the right and below.

    Returns:
        (h, w) float32 in [0, 1]; ``None`` where every position counts 1.
    """
    if mask is None:
        return None
    below, right = (side * stride - own for side, own in zip(size, mask.shape, strict=True))
    padded = np.pad(mask, ((0, below), (0, right)), mode="reflect")
    blocks = padded.reshape(size[0], stride, size[1], stride)
    return np.asarray(blocks.mean((1, 3), dtype=np.float64) / FULL, np.float32)


def channel_statistics(features: Floats, weights: Floats | None = None) -> ChannelStatistics:
    """Weighted mean and standard deviation of every channel.

    Args:
        features: (C, h, w).
        weights: (h, w), ≥ 0; ``None`` for 1 everywhere. Where all are 0, all count 1.

    Raises:
        ShapeError: if the sizes differ.

    Source: Huang, Belongie 2017, eqs. 5 to 7, with the variance over positions that a mask
        weighs.
    """
    rows, share = _rows(features, weights)
    mean = (rows @ share).astype(np.float64)
    # About the mean, not E[x²] − E[x]²: features are large, and a flat picture's are alike.
    centred = rows - mean.astype(np.float32)[:, None]
    np.square(centred, out=centred)
    variance = (centred @ share).astype(np.float64)
    return ChannelStatistics(mean=mean, deviation=np.sqrt(variance + EPSILON))


def covariance(features: Floats, weights: Floats | None = None) -> Covariance:
    """Weighted mean and covariance of the channels.

    Args: As for :func:`channel_statistics`.

    Raises:
        ShapeError: if the sizes differ.
    """
    rows, share = _rows(features, weights)
    mean = (rows @ share).astype(np.float64)
    centred = rows - mean.astype(np.float32)[:, None]
    matrix = (centred * share) @ centred.T
    return Covariance(mean=mean, matrix=matrix.astype(np.float64))


def _rows(features: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    """Features (C, N) and what part of the whole each position is, (N,)."""
    channels, height, width = features.shape
    if weights is not None and weights.shape != (height, width):
        raise ShapeError(f"weights: expected {(height, width)}, got {weights.shape}.")
    rows = features.reshape(channels, height * width)
    flat = np.ones(height * width, np.float32) if weights is None else weights.ravel()
    total = float(flat.sum(dtype=np.float64))
    if total <= 0:
        flat, total = np.ones_like(flat), float(flat.size)
    return rows, np.asarray(flat / total, np.float32)


def _power(matrix: npt.NDArray[np.float64], exponent: float) -> Doubles:
    """A power of a covariance on the directions that vary."""
    if not np.isfinite(matrix).all():
        return np.zeros_like(matrix)
    variances, directions = np.linalg.eigh((matrix + matrix.T) / 2)
    kept = variances > max(LEAST_SHARE * float(variances[-1]), EPSILON)
    powers = np.where(kept, np.maximum(variances, EPSILON) ** exponent, 0.0)
    return np.asarray((directions * powers) @ directions.T)
