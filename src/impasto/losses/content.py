"""Content loss: how far features moved from the photograph's."""

from __future__ import annotations

import torch

from impasto.errors import ShapeError
from impasto.losses.normalization import Normalization, check_normalization

EPSILON = 1e-12


def content_loss(
    features: torch.Tensor,
    target: torch.Tensor,
    *,
    normalization: Normalization = "gatys",
    mask: torch.Tensor | None = None,
) -> torch.Tensor:
    """Squared distance between the features of two images at one layer.

    Args:
        features: (B, C, H, W), F, the generated image's.
        target: (B, C, H, W), P, the content image's.
        normalization: Scale of the result; see
            :data:`~impasto.losses.normalization.Normalization`. ``gatys`` is equation (1).
        mask: (B, 1, H, W) in [0, 1], the weight of each position; ``None`` for all 1.

    Returns:
        Scalar, float32 or better, ≥ 0.

    Raises:
        ShapeError: if the two differ in shape.

    Source: Gatys et al. 2016, eq. 1 (specification eq. 1).

    Example:
        >>> content_loss(torch.ones(1, 2, 2, 2), torch.zeros(1, 2, 2, 2)).item()
        4.0
    """
    check_normalization(normalization)
    if features.shape != target.shape:
        raise ShapeError(
            f"features and target: expected one shape, got {tuple(features.shape)} "
            f"and {tuple(target.shape)}."
        )
    wide = torch.promote_types(features.dtype, torch.float32)
    difference = (features - target).to(wide)
    reference = target
    if mask is not None:
        difference = difference * mask.sqrt()
        reference = target * mask.sqrt()
    total = difference.square().sum()
    match normalization:
        case "gatys":
            return 0.5 * total
        case "relative":
            return total / (reference.to(wide).square().sum() + EPSILON)
        case "mean" | "tutorial":
            return total / difference.numel()
