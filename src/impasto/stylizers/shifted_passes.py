"""A painting as the mean of several, each of the picture moved by half a position. No torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from impasto.image.picture import PixelArray
from impasto.stylizers.arbitrary import ArbitraryPlan

SHIFTS = ((0, 0), (4, 4), (4, 0), (0, 4))
"""How far the picture is moved down and to the right in each pass, in px."""

PaintPlan = Callable[[ArbitraryPlan], PixelArray | None]


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
        painted = paint(_moved(plan, down, right))
        if painted is None:
            return None
        total += painted[down:, right:]
    return ((total + passes // 2) // passes).astype(np.uint8)


def _moved(plan: ArbitraryPlan, down: int, right: int) -> ArbitraryPlan:
    """A plan with the picture mirrored above and to the left of itself."""
    if not (down or right):
        return plan
    sides = ((down, 0), (right, 0))
    regions = tuple(
        region
        if region.mask is None
        else replace(region, mask=np.pad(region.mask, sides, mode="symmetric"))
        for region in plan.regions
    )
    pixels = np.pad(plan.pixels, (*sides, (0, 0)), mode="symmetric")
    return replace(plan, pixels=pixels, regions=regions)
