"""Resizing images and masks without aliasing, and choosing the size to resize to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impasto.errors import OptionError, ShapeError
from impasto.image.contract import MIN_SIDE_PX

if TYPE_CHECKING:
    import torch


def resize(image: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Resize with a bicubic filter as wide as the reduction asks for, clamped to [0, 1].

    Args:
        image: (B, C, H, W), floating point in [0, 1]: an image or a mask.
        size: (H, W) of the result.

    Returns:
        (B, C, *size) of the same dtype and device; ``image`` itself if it has that size.

    Raises:
        ShapeError: if the image is not 4-D floating point.
        OptionError: if a side is not 1 px or more.

    Example:
        >>> import torch
        >>> resize(torch.rand(1, 3, 64, 48), (33, 17)).shape
        torch.Size([1, 3, 33, 17])
    """
    import torch.nn.functional as F

    if image.ndim != 4 or not image.dtype.is_floating_point:
        raise ShapeError(
            f"image: expected (B, C, H, W) floating point, got {tuple(image.shape)} {image.dtype}."
        )
    if min(size) < 1:
        raise OptionError(f"size: expected (H, W) of 1 px or more, got {size}.")
    if tuple(image.shape[-2:]) == tuple(size):
        return image
    resized = F.interpolate(
        image, size=tuple(size), mode="bicubic", align_corners=False, antialias=True
    )
    return resized.clamp(0, 1)


def fit_size(size: tuple[int, int], longest_side: int) -> tuple[int, int]:
    """The size of the same aspect ratio whose longest side is as asked, larger or smaller.

    Args:
        size: (H, W) in pixels.
        longest_side: In pixels, 16 or more.

    Returns:
        (H, W), rounded; a side that would be under 16 px becomes 16 px.

    Raises:
        OptionError: if ``longest_side`` is under 16 px.

    Example:
        >>> fit_size((3000, 4000), 1024)
        (768, 1024)
    """
    if longest_side < MIN_SIDE_PX:
        raise OptionError(f"longest_side: expected {MIN_SIDE_PX} px or more, got {longest_side}.")
    if min(size) < 1:
        raise OptionError(f"size: expected (H, W) of 1 px or more, got {size}.")
    longest = max(size)
    height, width = (
        max(MIN_SIDE_PX, (2 * side * longest_side + longest) // (2 * longest)) for side in size
    )
    return height, width
