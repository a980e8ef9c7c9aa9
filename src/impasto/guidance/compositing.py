"""Paintings laid over a photograph by masks, in whole numbers. No torch here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from impasto.errors import ShapeError
from impasto.guidance.mask_levels import FULL
from impasto.image.picture import PixelArray

if TYPE_CHECKING:
    from impasto.guidance.mask_levels import Levels

ROWS_AT_ONCE = 128


def composite(photo: PixelArray, layers: Sequence[tuple[Levels, PixelArray]]) -> PixelArray:
    """Mix a photograph with paintings of it.

    A pixel becomes (Σ level · painting + rest · photograph) / 65 535, rounded. It is the
    photograph's bits where every level is 0 and the painting's where one is 65 535.

    Args:
        photo: (H, W, 3) uint8 or uint16.
        layers: Masks (H, W) uint16 that sum to at most 65 535 at each pixel, and paintings
            like the photograph.

    Returns:
        Like ``photo``.

    Raises:
        ShapeError: if sizes or dtypes differ.
    """
    for mask, painting in layers:
        if painting.shape != photo.shape or painting.dtype != photo.dtype:
            raise ShapeError(
                f"painting: expected {photo.shape} {photo.dtype} like the photograph, "
                f"got {painting.shape} {painting.dtype}."
            )
        if mask.shape != photo.shape[:2]:
            raise ShapeError(f"mask: expected {photo.shape[:2]}, got {mask.shape}.")
    mixed = np.empty_like(photo)
    for top in range(0, photo.shape[0], ROWS_AT_ONCE):
        rows = slice(top, top + ROWS_AT_ONCE)
        left = np.full((*photo[rows].shape[:2], 1), FULL, np.int64)
        total = np.zeros(photo[rows].shape, np.int64)
        for mask, painting in layers:
            level = mask[rows, :, None].astype(np.int64)
            total += level * painting[rows]
            left -= level
        total += left * photo[rows]
        mixed[rows] = (total + FULL // 2) // FULL
    return mixed
