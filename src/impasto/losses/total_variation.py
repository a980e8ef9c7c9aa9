"""Total variation: how much neighbouring pixels differ."""

from __future__ import annotations

import torch


def total_variation(image: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
    """Anisotropic total variation of an image: equation (4).

    Args:
        image: (B, C, H, W), any range.
        mask: (B or 1, 1, H, W) in [0, 1]; a difference weighs as the mean of its two
            pixels. ``None``: all weigh 1.

    Returns:
        Scalar ≥ 0: 1/(2HW) Σ (|x[i+1,j] − x[i,j]| + |x[i,j+1] − x[i,j]|), summed over
        channels, mean over the batch.

    Source: specification eq. 4.

    Example:
        >>> total_variation(torch.tensor([[[[0.0, 1.0], [0.0, 1.0]]]])).item()
        0.25
    """
    batch, _, height, width = image.shape
    vertical = (image[:, :, 1:] - image[:, :, :-1]).abs()
    horizontal = (image[:, :, :, 1:] - image[:, :, :, :-1]).abs()
    if mask is not None:
        vertical = vertical * (mask[:, :, 1:] + mask[:, :, :-1]) / 2
        horizontal = horizontal * (mask[:, :, :, 1:] + mask[:, :, :, :-1]) / 2
    return (vertical.sum() + horizontal.sum()) / (2 * height * width * batch)
