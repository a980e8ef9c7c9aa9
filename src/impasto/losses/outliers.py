"""Outlier loss: single positions that outshine the rest of a feature map."""

from __future__ import annotations

import torch

from impasto.errors import ShapeError

LIMIT = 5.0
EPSILON = 1e-5


def outlier_loss(features: torch.Tensor, *, limit: float = LIMIT) -> torch.Tensor:
    """How far features lie beyond so many standard deviations of their channel.

    A network with instance normalisation can carry the brightness of a photograph past it
    by one extreme activation in a smooth bright place: it dominates the statistics, and
    shows as a blot in the picture. What has no outliers has no blots.

    Args:
        features: (B, C, H, W), before they are normalised.
        limit: Standard deviations from the channel's mean that are free.

    Returns:
        Scalar ≥ 0, the mean over all of max(0, |x − μ| / σ − limit)².

    Raises:
        ShapeError: if ``features`` is not 4-D.

    Source: Karras et al. 2020, *Analyzing and improving the image quality of StyleGAN*,
        section 2, for the cause. Differs: they change the normalisation, we penalise what
        takes advantage of it, so that nothing changes at run time.

    Example:
        >>> float(outlier_loss(torch.zeros(1, 1, 8, 8)))
        0.0
    """
    if features.ndim != 4:
        raise ShapeError(f"features: expected (B, C, H, W), got {tuple(features.shape)}.")
    values = features.float()
    variance, mean = torch.var_mean(values, dim=(2, 3), correction=0, keepdim=True)
    deviations = (values - mean) * torch.rsqrt(variance + EPSILON)
    return (deviations.abs() - limit).clamp_min(0).square().mean()
