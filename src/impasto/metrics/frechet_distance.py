"""Fréchet distance of two sets of pictures, and ArtFID, which is made of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.errors import ShapeError


def frechet_distance(ours: npt.NDArray[Any], theirs: npt.NDArray[Any]) -> float:
    """‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½) of two sets of feature vectors.

    With centred features X (rows), tr (Σ₁Σ₂)^½ is the sum of the singular values of
    X₁X₂ᵀ / √((n₁ − 1)(n₂ − 1)), so that no square root of a matrix is needed, and sets
    smaller than their features have dimensions lose no precision.

    Args:
        ours: (N, D), one row a picture; at least two.
        theirs: (M, D), at least two.

    Returns:
        ≥ 0 but for rounding; 0 for equal means and covariances. Small sets give larger
        values than large ones of the same kind.

    Raises:
        ShapeError: if there are fewer than two rows, or the columns differ.

    Source: Heusel et al. 2017; covariances divided by n − 1.
    """
    first, second = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1]:
        raise ShapeError(f"features: expected (N, D) twice, got {first.shape} and {second.shape}.")
    if min(len(first), len(second)) < 2:
        raise ShapeError(
            f"features: expected two pictures or more, got {len(first)} and {len(second)}."
        )
    means = first.mean(0), second.mean(0)
    centred = (
        (first - means[0]) / np.sqrt(len(first) - 1),
        (second - means[1]) / np.sqrt(len(second) - 1),
    )
    shared = np.linalg.svd(centred[0] @ centred[1].T, compute_uv=False).sum()
    spread = sum(float(np.square(each).sum()) for each in centred)
    return float(np.square(means[0] - means[1]).sum() + spread - 2 * shared)


def art_fid(perceptual: float, frechet: float) -> float:
    """(1 + LPIPS) · (1 + FID): content and style in one number, the lower the better.

    Args:
        perceptual: Mean LPIPS between stylised images and their photographs.
        frechet: Fréchet distance between stylised images and style images.

    Source: Wright, Ommer 2022, eq. 4; LPIPS on AlexNet and FID on a network that tells
        artworks apart, as in its code.

    Example:
        >>> art_fid(0.5, 19.0)
        30.0
    """
    return (1 + perceptual) * (1 + frechet)
