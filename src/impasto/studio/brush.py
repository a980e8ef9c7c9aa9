"""Correcting a mask by hand: a soft round brush drawn along a line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from impasto.errors import OptionError
from impasto.studio.box import EMPTY, Box, Pixels
from impasto.studio.mask import Mask, place_mask

MAX_POINTS = 20_000
"""The most points of one stroke: minutes of drawing."""

MAX_RADIUS_PX = 2_000.0

FARTHEST_PX = 1e6
"""How far outside the picture a point may lie."""


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """One movement of the brush.

    Attributes:
        points: (x, y) in pixels along the line; a pixel's middle is at (x + 0.5, y + 0.5). One
            point gives a dot. They may lie outside the picture.
        radius_px: Distance from the line at which the brush ends.
        hardness: 1 for an edge as sharp as pixels allow, 0 for one that fades from the middle.
        erase: Whether it takes away from the mask instead of adding.

    Raises:
        OptionError: if there is no point, or too many, or a number is out of range.
    """

    points: Sequence[tuple[float, float]]
    radius_px: float
    hardness: float = 0.8
    erase: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.points) <= MAX_POINTS:
            raise OptionError(
                f"points: expected 1 to {MAX_POINTS}, got {len(self.points)}; "
                "lift the brush now and then."
            )
        if not 0.5 <= self.radius_px <= MAX_RADIUS_PX:
            raise OptionError(
                f"radius_px: expected 0.5 to {MAX_RADIUS_PX:g}, got {self.radius_px}."
            )
        if not 0 <= self.hardness <= 1:
            raise OptionError(f"hardness: expected 0 to 1, got {self.hardness}.")
        if not all(_is_point(point) for point in self.points):
            raise OptionError(
                f"points: expected pairs (x, y) of numbers within ±{FARTHEST_PX:g}; "
                "send them in pixels of the photograph."
            )


def brush(mask: Mask, stroke: Stroke) -> Mask:
    """Draw a stroke into a mask.

    Adding takes the larger of mask and brush, erasing the smaller of mask and what the brush
    leaves, so going over a place twice changes nothing.
    """
    box = _stroke_box(stroke, mask.size)
    if box.is_empty:
        return mask
    drawn = brush_values(stroke, box)
    both = mask.box if stroke.erase else mask.box.union(box)
    values = mask.crop(both)
    common = box.intersect(both)
    if common.is_empty:
        return mask
    target, part = values[common.within(both)], drawn[common.within(box)]
    if stroke.erase:
        np.minimum(target, 255 - part, out=target)
    else:
        np.maximum(target, part, out=target)
    return place_mask(values, both, mask.size)


def brush_values(stroke: Stroke, box: Box) -> Pixels:
    """What a stroke covers of each pixel of ``box``, (h, w) uint8.

    With d the distance of the pixel's middle from the line, r the radius and h the hardness:
    255 · min(1, max(0, (r + 1/2 − d) / (r · (1 − h) + 1))).
    """
    values = np.zeros(box.size, np.uint8)
    ends = np.asarray(stroke.points, np.float64)
    for start, end in pairwise(ends) if len(ends) > 1 else [(ends[0], ends[0])]:
        part = _segment_box(start, end, stroke.radius_px).intersect(box)
        if part.is_empty:
            continue
        distance = _distance_to_segment(part, start, end)
        slope = stroke.radius_px * (1 - stroke.hardness) + 1
        covered = np.clip((stroke.radius_px + 0.5 - distance) / slope, 0, 1)
        target = values[part.within(box)]
        np.maximum(target, np.rint(255 * covered).astype(np.uint8), out=target)
    return values


def _distance_to_segment(
    box: Box, start: npt.NDArray[np.float64], end: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    along = end - start
    x = np.arange(box.left, box.right) + 0.5 - start[0]
    y = (np.arange(box.top, box.bottom) + 0.5 - start[1])[:, None]
    length = float(along @ along)
    if length == 0:
        return np.asarray(np.hypot(x, y), np.float64)
    t = np.clip((x * along[0] + y * along[1]) / length, 0, 1)
    return np.asarray(np.hypot(x - t * along[0], y - t * along[1]), np.float64)


def _segment_box(
    start: npt.NDArray[np.float64], end: npt.NDArray[np.float64], radius: float
) -> Box:
    low, high = np.minimum(start, end) - radius - 1, np.maximum(start, end) + radius + 1
    return Box(
        top=math.floor(low[1]),
        left=math.floor(low[0]),
        bottom=math.ceil(high[1]),
        right=math.ceil(high[0]),
    )


def _is_point(point: Sequence[float]) -> bool:
    return len(point) == 2 and all(abs(value) <= FARTHEST_PX for value in point)


def _stroke_box(stroke: Stroke, size: tuple[int, int]) -> Box:
    ends = np.asarray(stroke.points, np.float64)
    box = _segment_box(ends.min(axis=0), ends.max(axis=0), stroke.radius_px).clip(size)
    return EMPTY if box.is_empty else box
