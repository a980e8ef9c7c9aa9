"""Pictures that are mirrored beyond their ends before they are painted. No torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from impasto.image.picture import PixelArray
from impasto.stylizers.arbitrary import ArbitraryPlan

MARGIN_PX = 16
"""How far a picture is mirrored beyond its ends before it is painted."""

PaintPlan = Callable[[ArbitraryPlan], PixelArray | None]
"""Paints a plan, (H, W, 3) uint8 of its size; ``None`` where it was cancelled."""


def paint_with_margin(plan: ArbitraryPlan, paint: PaintPlan) -> PixelArray | None:
    """A painting without the frame that a picture's end leaves in features.

    An encoder sees nothing beyond the picture, and a decoder paints that as lines along it. So
    the picture is mirrored there, painted, and cut.
    """
    painted = paint(mirrored(plan, (MARGIN_PX, MARGIN_PX), (MARGIN_PX, MARGIN_PX)))
    return None if painted is None else painted[MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX]


def mirrored(plan: ArbitraryPlan, rows: tuple[int, int], columns: tuple[int, int]) -> ArbitraryPlan:
    """A plan whose picture and masks are mirrored beyond their ends.

    Args:
        plan: The plan.
        rows: How far above and below, in px.
        columns: How far to the left and the right.
    """
    regions = tuple(
        region
        if region.mask is None
        else replace(region, mask=np.pad(region.mask, (rows, columns), mode="symmetric"))
        for region in plan.regions
    )
    pixels = np.pad(plan.pixels, (rows, columns, (0, 0)), mode="symmetric")
    return replace(plan, pixels=pixels, regions=regions)
