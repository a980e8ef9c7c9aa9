"""The photograph's detail that a decoder loses, put back into a painting. No torch here."""

from __future__ import annotations

import numpy as np

from impasto.image.picture import PixelArray

ROWS_AT_ONCE = 64
"""So many rows fit the processor's cache."""


def restore_detail(
    painted: PixelArray, photo: PixelArray, decoded: PixelArray, detail: float
) -> PixelArray:
    """Add to a painting what decoding the photograph itself took from it.

    A decoder that gave every image back would take nothing. What ours blurs, it blurs in the
    painting as in the photograph, and so do its patterns: painting + detail · (photograph −
    decoded). Where the painting is what was decoded, all of the photograph is left.

    Args:
        painted: (H, W, 3) uint8, decoded from changed features.
        photo: The same of the photograph.
        decoded: The same decoded from the photograph's own features.
        detail: How much of it, 0 to 1.

    Returns:
        Like ``painted``, rounded.
    """
    if detail == 0:
        return painted
    result = np.empty_like(photo)
    for top in range(0, len(photo), ROWS_AT_ONCE):
        rows = slice(top, top + ROWS_AT_ONCE)
        lost = photo[rows].astype(np.float32) - decoded[rows]
        lost *= detail
        lost += painted[rows]
        result[rows] = np.rint(lost, out=lost).clip(0, 255)
    return result
