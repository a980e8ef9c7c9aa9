"""Turning pictures upright, as EXIF says they were taken."""

from __future__ import annotations

from impasto.image.picture import PixelArray

UPRIGHT = 1
"""The EXIF orientation of pixels stored as they are to be seen."""


def turn_upright(samples: PixelArray, orientation: int) -> PixelArray:
    """Undo an EXIF orientation.

    Args:
        samples: (H, W) or (H, W, C).
        orientation: 1 to 8; anything else, as damaged files say, counts as upright.

    Returns:
        A view, (W, H) or (W, H, C) for orientations 5 to 8.

    Source:
        Exif 2.3, tag 274.

    Example:
        >>> import numpy as np
        >>> turn_upright(np.array([[1, 2, 3]]), 6).tolist()
        [[1], [2], [3]]
    """
    transposed = samples.swapaxes(0, 1) if 5 <= orientation <= 8 else samples
    if orientation in (3, 4, 7, 8):
        transposed = transposed[::-1]
    if orientation in (2, 3, 6, 7):
        transposed = transposed[:, ::-1]
    return transposed
