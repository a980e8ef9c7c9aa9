"""Masks at the resolution of features."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from impasto.image.contract import check_mask


def mask_at(mask: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Resize a mask to a layer's (H, W) by averaging, so that it keeps its share of 1s.

    Args:
        mask: (B, 1, H, W) in [0, 1].
        size: (H, W) of the features it will weigh.

    Returns:
        (B, 1, *size) in [0, 1].

    Raises:
        ShapeError: if ``mask`` breaks the contract.
    """
    return F.adaptive_avg_pool2d(check_mask(mask), size)
