"""Masks as files and arrays hold them, in one form: levels from 0 to 65 535. No torch here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from impasto.errors import ShapeError
from impasto.image.picture import Picture, change_bit_depth
from impasto.image.picture_resize import resize_samples

if TYPE_CHECKING:
    Levels = npt.NDArray[np.uint16]
    MaskSource: TypeAlias = Picture | npt.NDArray[Any]

FULL = 65_535
"""The level of a pixel that is styled wholly."""

LUMA = (0.299, 0.587, 0.114)
SAME_SHAPE = 0.01
"""Masks whose aspect ratio differs from the photograph's by less than this part fit it."""


def mask_levels(mask: MaskSource) -> Levels:
    """A mask as levels, whatever it came as.

    Args:
        mask: A picture, whose brightness counts and whose transparent parts are 0; or an
            array (H, W) of bool, uint8, uint16, or floating point in [0, 1].

    Returns:
        (H, W) uint16: 0 where the mask is 0, :data:`FULL` where it is 1.

    Raises:
        ShapeError: if the array is not (H, W), has another dtype or leaves the range.

    Example:
        >>> mask_levels(np.array([[0.0, 0.5, 1.0]])).tolist()
        [[0, 32768, 65535]]
    """
    if isinstance(mask, Picture):
        return _brightness(mask)
    if mask.ndim != 2 or not mask.size:
        raise ShapeError(f"mask: expected shape (H, W), got {mask.shape}.")
    if mask.dtype == np.bool_:
        return np.where(mask, FULL, 0).astype(np.uint16)
    if mask.dtype in (np.uint8, np.uint16):
        return np.asarray(change_bit_depth(mask, 16), np.uint16)
    if not np.issubdtype(mask.dtype, np.floating):
        raise ShapeError(
            f"mask: expected bool, uint8, uint16 or floating point, got {mask.dtype}; convert it."
        )
    low, high = float(mask.min()), float(mask.max())
    if not (low >= 0 and high <= 1):
        raise ShapeError(f"mask: expected values in [0, 1], got [{low:.4g}, {high:.4g}].")
    return np.asarray(np.rint(mask * FULL), np.uint16)


def fit_mask(levels: Levels, size: tuple[int, int]) -> Levels:
    """A mask at a size it was drawn for: the same shape, larger or smaller.

    Args:
        levels: (H, W) of another resolution, but of the same aspect ratio.
        size: (H, W) of the picture.

    Returns:
        ``size`` uint16; ``levels`` itself if it has that size.

    Raises:
        ShapeError: if the aspect ratio differs: the mask was made for another picture.
    """
    if levels.shape == tuple(size):
        return levels
    ratio = (levels.shape[0] * size[1]) / (levels.shape[1] * size[0])
    slack = max(SAME_SHAPE, 1 / min(*size, *levels.shape))
    if not 1 - slack <= ratio <= 1 + slack:
        raise ShapeError(
            f"mask: expected the shape of the photograph, {size[1]}x{size[0]} px or a multiple, "
            f"got {levels.shape[1]}x{levels.shape[0]} px; draw the mask on this photograph."
        )
    return np.asarray(resize_samples(levels, size), np.uint16)


def _brightness(picture: Picture) -> Levels:
    pixels = change_bit_depth(picture.pixels, 16).astype(np.float64)
    grey = pixels @ np.array(LUMA)
    if picture.alpha is not None:
        grey *= change_bit_depth(picture.alpha, 16) / FULL
    return np.asarray(np.rint(grey.clip(0, FULL)), np.uint16)
