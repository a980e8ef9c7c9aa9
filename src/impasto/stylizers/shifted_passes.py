"""A painting as the mean of several, each of the picture moved by half a position. No torch."""

from __future__ import annotations

import numpy as np

from impasto.image.picture import PixelArray
from impasto.stylizers.arbitrary import ArbitraryPlan
from impasto.stylizers.mirrored_margin import PaintPlan, mirrored

SHIFTS = ((0, 0), (4, 4), (4, 0), (0, 4))
"""How far the picture is moved down and to the right in each pass, in px."""


def paint_shifted(plan: ArbitraryPlan, passes: int, paint: PaintPlan) -> PixelArray | None:
    """The mean of paintings of a picture and of the same moved by 4 px.

    The features of all methods for any style have positions 8 px apart. Patterns that a decoder
    repeats at each of them fall between each other and cancel.

    Args:
        plan: What is painted.
        passes: 1 to 4.
        paint: Paints a plan of any size, (H, W, 3) uint8; ``None`` where it was cancelled.

    Returns:
        (H, W, 3) uint8 of the plan's size; ``None`` where it was cancelled.

    Source: Coifman, Donoho 1995, cycle spinning.
    """
    if passes == 1:
        return paint(plan)
    total = np.zeros(plan.pixels.shape, np.uint16)
    for down, right in SHIFTS[:passes]:
        painted = paint(mirrored(plan, (down, 0), (right, 0)))
        if painted is None:
            return None
        total += painted[down:, right:]
    return ((total + passes // 2) // passes).astype(np.uint8)
