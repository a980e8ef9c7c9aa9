"""Bringing pictures to the sizes that networks take, and back."""

from __future__ import annotations

import numpy as np

from impasto.errors import ShapeError
from impasto.networks.shapes import SIZE_MULTIPLE, SMALLEST_SIDE
from impasto.runtime.protocol import Pixels


def pad_pixels(pixels: Pixels) -> Pixels:
    """Extend pixels to the next size that networks take, mirrored at the right and below.

    Args:
        pixels: (H, W, 3) uint8 of any size.

    Returns:
        (1, H', W', 3), C-contiguous; a view where nothing had to be done.

    Raises:
        ShapeError: if it is no such array, or empty.
    """
    return pad_to_multiple(pixels, SIZE_MULTIPLE)


def pad_to_multiple(pixels: Pixels, multiple: int) -> Pixels:
    """Extend pixels to multiples of a number of px, mirrored at the right and below.

    Args:
        pixels: (H, W, 3) uint8 of any size.
        multiple: What both sides shall be multiples of; they are at least 16 px.

    Returns:
        (1, H', W', 3), C-contiguous; a view where nothing had to be done.

    Raises:
        ShapeError: if it is no such array, or empty.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
        raise ShapeError(
            f"pixels: expected (H, W, 3) uint8 with at least one pixel, got {pixels.shape} "
            f"{pixels.dtype}."
        )
    height, width = pixels.shape[:2]
    below = padded_side(height, multiple) - height
    right = padded_side(width, multiple) - width
    if below or right:
        pixels = np.pad(pixels, ((0, below), (0, right), (0, 0)), mode="reflect")
    return np.ascontiguousarray(pixels)[None]


def padded_side(side: int, multiple: int = SIZE_MULTIPLE) -> int:
    """The smallest side a network takes that is not below ``side``.

    Example:
        >>> padded_side(1), padded_side(16), padded_side(1081)
        (16, 16, 1088)
    """
    return max(SMALLEST_SIDE, -(-side // multiple) * multiple)
