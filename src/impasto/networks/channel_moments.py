"""Mean and standard deviation of every channel, cheap in both directions."""

from __future__ import annotations

from typing import Any, cast

import torch

from impasto.errors import ShapeError

EPSILON = 1e-5
"""Added to variances before the root."""


def channel_moments(features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and standard deviation of every channel over positions.

    Args:
        features: (B, C, H, W), any floating type; fastest in channels-last order.

    Returns:
        Both (B, C, 1, 1), float32, or float64 where the features are. The deviation is
        √(variance + :data:`EPSILON`).

    Raises:
        ShapeError: if ``features`` is not 4-D.

    Source: Huang, Belongie 2017, eqs. 5 and 6.
    """
    if features.ndim != 4:
        raise ShapeError(f"features: expected (B, C, H, W), got {tuple(features.shape)}.")
    mean, variance = cast("tuple[torch.Tensor, torch.Tensor]", _Moments.apply(features))  # type: ignore[no-untyped-call]
    return mean, (variance + EPSILON).sqrt()


class _Moments(torch.autograd.Function):
    """Mean and variance; the gradient of both together is one pass over the features.

    Autograd's own would keep and walk through float32 copies of the largest layers.
    """

    @staticmethod
    def forward(context: Any, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        wide = torch.float64 if features.dtype == torch.float64 else torch.float32
        rows = _rows(features)
        mean = rows.mean(1, dtype=wide)
        norm = torch.linalg.vector_norm(rows, dim=1, dtype=wide)
        variance = (norm.square() / rows.shape[1] - mean.square()).clamp_min(0)
        context.save_for_backward(features, mean)
        return mean[:, :, None, None], variance[:, :, None, None]

    @staticmethod
    def backward(context: Any, *gradients: torch.Tensor) -> torch.Tensor:
        features, mean = context.saved_tensors
        of_mean, of_variance = (each.flatten(1) for each in gradients)
        count = features.shape[2] * features.shape[3]
        slope = 2 * of_variance / count
        offset = of_mean / count - slope * mean
        kind = features.dtype
        return torch.addcmul(
            offset[:, :, None, None].to(kind), features, slope[:, :, None, None].to(kind)
        )


def _rows(features: torch.Tensor) -> torch.Tensor:
    """(B, H·W, C): positions by channels, without a copy in channels-last order."""
    return features.permute(0, 2, 3, 1).flatten(1, 2)
