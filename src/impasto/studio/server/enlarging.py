"""Masks, planes and paintings on the grid of a larger picture."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.studio.box import Box, Pixels
from impasto.studio.mask import Mask, place_mask


def enlarge(
    crop: Callable[[Box], npt.NDArray[Any]],
    box: Box,
    old: tuple[int, int],
    new: tuple[int, int],
) -> tuple[npt.NDArray[np.float32], Box]:
    """Interpolate linearly between a plane's pixels, at the middles of those of a larger one.

    Args:
        crop: The plane's values inside a box, (h, w).
        box: Where it is not zero; not empty.
        old: (H, W) of the plane.
        new: (H, W) of the larger one.

    Returns:
        The values, (h, w) float32, and the box of the larger plane that they fill.
    """
    import cv2

    down, across = new[0] / old[0], new[1] / old[1]
    source = box.grow(2).clip(old)
    target = Box(
        top=math.floor(source.top * down),
        left=math.floor(source.left * across),
        bottom=math.ceil(source.bottom * down),
        right=math.ceil(source.right * across),
    ).clip(new)
    x = (np.arange(target.left, target.right) + 0.5) / across - 0.5 - source.left
    y = (np.arange(target.top, target.bottom) + 0.5) / down - 0.5 - source.top
    columns, rows = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    values = crop(source).astype(np.float32)
    fine = cv2.remap(values, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(fine, np.float32), target


def enlarge_mask(mask: Mask, size: tuple[int, int]) -> Mask:
    """A mask for a larger picture of (H, W) ``size``, interpolated: as soft as it was."""
    return _enlarged(mask, size, 1.0)


def sharpen_mask(mask: Mask, size: tuple[int, int]) -> Mask:
    """A mask for a larger picture of (H, W) ``size``, its edges again a pixel wide."""
    return _enlarged(mask, size, max(1.0, min(size[0] / mask.size[0], size[1] / mask.size[1])))


def _enlarged(mask: Mask, size: tuple[int, int], steepness: float) -> Mask:
    if mask.size == size:
        return mask
    if mask.box.is_empty:
        return place_mask(np.zeros((0, 0), np.uint8), mask.box, size)
    fine, target = enlarge(mask.crop, mask.box, mask.size, size)
    values = np.clip((fine - 127.5) * steepness + 127.5, 0, 255)
    return place_mask(np.rint(values).astype(np.uint8), target, size)


def enlarge_picture(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """A picture (h, w, 3) uint8 at (H, W) ``size``, interpolated: its strokes grow with it."""
    import cv2

    if pixels.shape[:2] == size:
        return pixels
    resized = cv2.resize(pixels, size[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(resized, np.uint8)
