"""Total variation: how much neighbouring pixels differ."""

from __future__ import annotations

import torch


def total_variation(image: torch.Tensor) -> torch.Tensor:
    """Anisotropic total variation of an image: equation (4).

    Args:
        image: (B, C, H, W), any range.

    Returns:
        Scalar ≥ 0: 1/(2HW) Σ (|x[i+1,j] − x[i,j]| + |x[i,j+1] − x[i,j]|), summed over
        channels, mean over the batch.

    Source: specification eq. 4.

    Example:
        >>> total_variation(torch.tensor([[[[0.0, 1.0], [0.0, 1.0]]]])).item()
        0.25
    """
    batch, _, height, width = image.shape
    vertical = (image[:, :, 1:] - image[:, :, :-1]).abs().sum()
    horizontal = (image[:, :, :, 1:] - image[:, :, :, :-1]).abs().sum()
    return (vertical + horizontal) / (2 * height * width * batch)
