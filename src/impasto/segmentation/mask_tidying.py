"""Specks and pinholes of a mask, which no person means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from impasto.segmentation.prompts import Point, pixel_of
from impasto.segmentation.protocol import MaskArray

SPECK = 0.02
"""Pieces, and holes, under this share of the mask's area are removed, unless clicked."""
SMALLEST = 0.0004
"""Those under this share of the photograph are, however small the mask."""


def tidy(mask: MaskArray, points: Sequence[Point] = ()) -> MaskArray:
    """A mask without specks and pinholes.

    Args:
        mask: (H, W).
        points: Clicks; a piece that holds a click to add stays, as does a hole that holds one
            to remove. The largest piece always stays.

    Example:
        >>> mask = np.zeros((30, 30), bool)
        >>> mask[5:20, 5:20], mask[9, 9], mask[25, 25] = True, False, True
        >>> tidied = tidy(mask)
        >>> bool(tidied[9, 9]), bool(tidied[25, 25]), int(tidied.sum())
        (True, False, 225)
    """
    least = max(SPECK * np.count_nonzero(mask), SMALLEST * mask.size)
    kept = _without_small(mask, least, [point for point in points if point.add], keep_largest=True)
    holes = _without_small(
        ~kept, least, [point for point in points if not point.add], keep_largest=False
    )
    return ~holes


def _without_small(
    mask: MaskArray, least: float, points: Sequence[Point], *, keep_largest: bool
) -> MaskArray:
    """The pieces of a mask that are large enough or hold a point."""
    from cv2 import CC_STAT_AREA, connectedComponentsWithStats

    count, pieces, measures, _ = connectedComponentsWithStats(mask.view(np.uint8), connectivity=4)
    areas = measures[:, CC_STAT_AREA]
    stays = areas >= least
    if keep_largest and count > 1:
        stays[1 + int(areas[1:].argmax())] = True
    for point in points:
        stays[pieces[pixel_of(point, (mask.shape[0], mask.shape[1]))]] = True
    if stays[1:].all():
        return mask
    stays[0] = False
    return np.asarray(stays[pieces])
