"""Temporal loss: a film's next frame must look like the one before, moved, where that is known."""

from __future__ import annotations

import torch

from impasto.errors import ShapeError


def temporal_loss(image: torch.Tensor, moved: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Weighted squared difference of an image from the previous result, moved.

    1/D · Σ c_k (x_k − ω_k)² with D = B·C·H·W.

    Args:
        image: (B, C, H, W), the image x of the current frame, any range.
        moved: (B, C, H, W), ω: the previous result, warped by optical flow.
        weights: (B, 1, H, W) in [0, 1], c: 0 where nothing is known of the past, that is at
            disocclusions and motion boundaries.

    Returns:
        Scalar ≥ 0.

    Raises:
        ShapeError: if the shapes are not these.

    Source: Ruder, Dosovitskiy, Brox 2016, *Artistic Style Transfer for Videos*, eq. 7.
    """
    expected = (image.shape[0], 1, *image.shape[2:])
    if image.ndim != 4 or moved.shape != image.shape or weights.shape != expected:
        raise ShapeError(
            "image, moved and weights: expected (B, C, H, W) twice and (B, 1, H, W), got "
            f"{tuple(image.shape)}, {tuple(moved.shape)} and {tuple(weights.shape)}."
        )
    return (weights * (image - moved).square()).mean()
