"""The Gram matrix: which channels of a layer respond together."""

from __future__ import annotations

from typing import Any, cast

import torch

from impasto.errors import ShapeError

POSITIONS_PER_CHUNK = 4096


def gram_matrix(
    features: torch.Tensor, mask: torch.Tensor | None = None, *, skip_empty: bool = False
) -> torch.Tensor:
    """Gram matrix of a layer's features, averaged over positions.

    Args:
        features: (B, C, H, W), unnormalised encoder output of any precision.
        mask: (B, 1, H, W) in [0, 1]; positions weigh by it. ``None``: all weigh 1.
        skip_empty: Leave positions of weight 0 out of the sum; pays off for small masks
            of a single image.

    Returns:
        (B, C, C) float32, Σ_k m_k F_ik F_jk / Σ_k m_k.

    Raises:
        ShapeError: if ``features`` is not 4-D or ``mask`` has another size.

    Source: Gatys et al. 2016, eq. 3 (specification eq. 2). Differs: divided by the
        number of positions here and not in the style loss, so that images of different
        sizes compare. Low precision is summed in chunks whose totals are float32:
        on CPUs that is faster than one long product as well as more exact.

    Example:
        >>> gram_matrix(torch.ones(1, 2, 4, 4)).tolist()
        [[[1.0, 1.0], [1.0, 1.0]]]
    """
    if features.ndim != 4:
        raise ShapeError(f"features: expected (B, C, H, W), got {tuple(features.shape)}.")
    batch, channels, height, width = features.shape
    rows = features.permute(0, 2, 3, 1).reshape(batch, height * width, channels)
    if mask is None:
        return _weighted_product(rows, None) / (height * width)
    if mask.shape[-2:] != features.shape[-2:]:
        raise ShapeError(
            f"mask: expected the size {(height, width)} of the features, "
            f"got {tuple(mask.shape[-2:])}; use guidance.mask.mask_at to resize it."
        )
    weights = mask.reshape(-1, height * width, 1)
    positions = weights.sum(dim=1, keepdim=True).clamp_min(1e-6)
    if skip_empty and batch == 1:
        kept = weights[0, :, 0].nonzero()[:, 0]
        rows, weights = rows[:, kept], weights[:, kept]
    return _weighted_product(rows, weights.to(rows.dtype)) / positions


def _weighted_product(rows: torch.Tensor, weights: torch.Tensor | None) -> torch.Tensor:
    return cast(torch.Tensor, _WeightedProduct.apply(rows, weights))  # type: ignore[no-untyped-call]


class _WeightedProduct(torch.autograd.Function):
    """Σ_k w_k x_ki x_kj of rows (B, M, C), with a gradient that is one product too.

    Autograd's own would be two products, a sum and, for the chunks, zero-filled copies
    of the largest activations there are: a fifth of the time of a whole step.
    """

    @staticmethod
    def forward(ctx: Any, rows: torch.Tensor, weights: torch.Tensor | None) -> torch.Tensor:
        ctx.save_for_backward(rows, weights)
        return _product(rows if weights is None else rows * weights, rows)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor, None]:
        rows, weights = ctx.saved_tensors
        symmetric = (grads[0] + grads[0].transpose(1, 2)).to(rows.dtype)
        gradient = rows @ symmetric
        return gradient if weights is None else gradient * weights, None


def _product(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """leftᵀ right of (B, M, C) rows, summed in float32 or better."""
    if left.dtype not in (torch.bfloat16, torch.float16):
        return left.transpose(1, 2) @ right
    batch, positions, channels = left.shape
    even = positions - positions % POSITIONS_PER_CHUNK
    total = left[:, even:].float().transpose(1, 2) @ right[:, even:].float()
    if even:
        chunks = [
            rows[:, :even].reshape(-1, POSITIONS_PER_CHUNK, channels) for rows in (left, right)
        ]
        products = torch.bmm(chunks[0].transpose(1, 2), chunks[1]).float()
        total = total + products.view(batch, -1, channels, channels).sum(dim=1)
    return total
