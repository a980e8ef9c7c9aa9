"""The image contract: what every function of Impasto may take for granted.

An image is (B, 3, H, W), floating point, sRGB in [0, 1]. A mask is (B, 1, H, W)
in [0, 1], 1 where it applies. Sizes are (H, W); points are (x, y) in pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from impasto.errors import ShapeError

if TYPE_CHECKING:
    import torch

MIN_SIDE_PX = 16
"""The shortest side an image may have: VGG's fifth block sees one position of it."""


def check_image(image: torch.Tensor, *, name: str = "image") -> torch.Tensor:
    """Return ``image`` unchanged, or say which part of the contract it breaks.

    Args:
        image: Should be (B, 3, H, W), floating point, in [0, 1].
        name: How the message calls it.

    Raises:
        ShapeError: if the shape, dtype or range is not the contract's.

    Example:
        >>> import torch
        >>> check_image(torch.zeros(1, 3, 32, 48)).shape
        torch.Size([1, 3, 32, 48])
    """
    return _check(image, channels=3, name=name)


def check_mask(mask: torch.Tensor, *, name: str = "mask") -> torch.Tensor:
    """Return ``mask`` unchanged, or say which part of the contract it breaks.

    Args:
        mask: Should be (B, 1, H, W), floating point, in [0, 1].
        name: How the message calls it.

    Raises:
        ShapeError: if the shape, dtype or range is not the contract's.
    """
    return _check(mask, channels=1, name=name)


def _check(tensor: torch.Tensor, *, channels: int, name: str) -> torch.Tensor:
    if tensor.ndim != 4 or tensor.shape[1] != channels:
        raise ShapeError(
            f"{name}: expected shape (B, {channels}, H, W), got {tuple(tensor.shape)}; "
            "add the batch dimension with [None] or move the channels to the front."
        )
    if not tensor.dtype.is_floating_point:
        raise ShapeError(
            f"{name}: expected floating point in [0, 1], got {tensor.dtype}; "
            "divide 8-bit values by 255 first."
        )
    if tensor.numel() == 0:
        raise ShapeError(f"{name}: expected at least one pixel, got {tuple(tensor.shape)}.")
    low, high = (float(value) for value in tensor.detach().aminmax())
    if not (low >= -1e-4 and high <= 1 + 1e-4):
        raise ShapeError(
            f"{name}: expected values in [0, 1], got [{low:.4g}, {high:.4g}]; "
            "scale or clamp it first."
        )
    return tensor
