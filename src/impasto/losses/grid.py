"""Grid loss: what a network's upsampling repeats every few pixels."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from impasto.errors import ShapeError

PERIOD_PX = 4
"""A period of 4 holds 2 and 1 too: all that two doublings of the size can leave."""


def phase_deviations(images: torch.Tensor, *, period_px: int = PERIOD_PX) -> torch.Tensor:
    """How far the mean of each phase lies from the image's mean.

    A phase is the set of pixels with the same (y mod period, x mod period). Where nothing
    repeats, each has the same mean.

    Args:
        images: (B, C, H, W); H and W are multiples of the period.
        period_px: The period looked for.

    Returns:
        (B, C, period²), of mean 0 over the phases.

    Raises:
        ShapeError: if a side is no multiple of the period.
    """
    if images.ndim != 4 or images.shape[-2] % period_px or images.shape[-1] % period_px:
        raise ShapeError(
            f"images: expected (B, C, H, W) with H and W multiples of {period_px}, "
            f"got {tuple(images.shape)}."
        )
    means = F.pixel_unshuffle(images, period_px).mean((2, 3))
    means = means.view(len(images), images.shape[1], period_px**2)
    return means - means.mean(2, keepdim=True)


def grid_loss(stylized: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
    """Variance between phases that a network added.

    Args:
        stylized: (B, C, H, W), the network's output; H and W are multiples of 4.
        images: (B, C, H, W), its input, whose own variance is not held against it.

    Returns:
        Scalar ≥ 0, in squared units of the image's range; 0 where no image has more of it
        than it came with.

    Raises:
        ShapeError: if the two differ in shape, or a side is no multiple of 4.

    Source: Odena et al. 2016 for the artefact. The variance between phase means is, by
        Parseval, the power at all frequencies of period 4 and 2 together.
    """
    if stylized.shape != images.shape:
        raise ShapeError(
            f"stylized and images: expected one shape, got {tuple(stylized.shape)} "
            f"and {tuple(images.shape)}."
        )
    added, own = (phase_deviations(each).square().mean((1, 2)) for each in (stylized, images))
    return (added - own).clamp_min(0).mean()
