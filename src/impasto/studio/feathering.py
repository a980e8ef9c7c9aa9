"""Softening the edge of a plane with a Gaussian that ends after three standard deviations."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from impasto.studio.box import Box, Pixels

LARGEST_DIRECT_PX = 8.0
"""Wider Gaussians are computed at half the resolution, or a quarter, or an eighth."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Crop:
    """Part of a plane of the photograph.

    Attributes:
        values: (h, w) uint8 of the box.
        box: Where they lie.
    """

    values: Pixels
    box: Box

    def inside(self, box: Box) -> Pixels:
        """The values of a smaller box: a view."""
        return self.values[box.within(self.box)]


def feather(plane: Crop, box: Box, size: tuple[int, int], sigma: float) -> Pixels:
    """A Gaussian of a plane of the photograph, inside a box alone.

    Every pixel depends on what is at most 3 σ from it, and beyond the photograph's border its
    outermost pixels continue. So boxes that overlap give the same values where they do.

    Args:
        plane: Holds all values within 3 σ and 8 pixels of ``box`` that the photograph has.
        box: Which values are wanted; inside the photograph.
        size: (H, W) of the photograph.
        sigma: Standard deviation in pixels; under 1/3 nothing is softened.

    Returns:
        (h, w) uint8 of ``box``.
    """
    radius = math.floor(3 * sigma)
    if radius < 1 or box.is_empty:
        return plane.inside(box)
    factor = _reduction(sigma)
    if factor > 1:
        return _feather_reduced(plane, box, size, sigma, factor)
    source = box.grow(radius).clip(size)
    return np.ascontiguousarray(_blur(plane.inside(source), radius, sigma)[box.within(source)])


def _blur(values: Pixels, radius: int, sigma: float) -> Pixels:
    import cv2

    side = 2 * radius + 1
    blurred = cv2.GaussianBlur(values, (side, side), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.uint8)


def _reduction(sigma: float) -> int:
    factor = 1
    while sigma / factor > LARGEST_DIRECT_PX:
        factor *= 2
    return factor


def _feather_reduced(
    plane: Crop, box: Box, size: tuple[int, int], sigma: float, factor: int
) -> Pixels:
    """The same from means of ``factor`` x ``factor`` pixels, on one grid for all boxes."""
    import cv2

    # The means and the interpolation between them reach one and a half means farther.
    radius = math.floor(3 * sigma / factor - 1.5)
    aligned = _align(box.grow((radius + 1) * factor).clip(size), factor)
    inside = aligned.clip(size)
    below, right = aligned.bottom - inside.bottom, aligned.right - inside.right
    values = cv2.copyMakeBorder(plane.inside(inside), 0, below, 0, right, cv2.BORDER_REPLICATE)
    height, width = aligned.size
    coarse = cv2.resize(values, (width // factor, height // factor), interpolation=cv2.INTER_AREA)
    # Each mean has itself a variance of (factor² − 1)/12, interpolation about twice that.
    spread = math.sqrt(sigma**2 - (factor**2 - 1) / 4) / factor
    blurred = _blur(np.asarray(coarse, np.uint8), radius, spread)
    fine = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(np.asarray(fine, np.uint8)[box.within(aligned)])


def _align(box: Box, factor: int) -> Box:
    return Box(
        top=box.top // factor * factor,
        left=box.left // factor * factor,
        bottom=-(-box.bottom // factor) * factor,
        right=-(-box.right // factor) * factor,
    )
