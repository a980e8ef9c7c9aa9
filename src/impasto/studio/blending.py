"""Equation (8) on a few rows of pixels, in integers, into memory that is used again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.studio.box import Pixels

_LUMA = (0.299, 0.587, 0.114)
"""Rec. 601, the Y of YIQ."""


class Scratch:
    """Arrays that grow to the largest size asked for and are handed out again.

    Allocating and clearing memory would cost as much as the arithmetic.
    """

    def __init__(self) -> None:
        self._memory: dict[str, npt.NDArray[Any]] = {}
        self._arrays: dict[str, npt.NDArray[Any]] = {}

    def take(self, name: str, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """An array of that shape with arbitrary values: the one handed out as ``name`` before."""
        held = self._arrays.get(name)
        if held is not None and held.shape == shape:
            return held
        count = math.prod(shape)
        memory = self._memory.get(name)
        if memory is None or memory.size < count:
            memory = self._memory[name] = np.empty(count, dtype)
        self._arrays[name] = memory[:count].reshape(shape)
        return self._arrays[name]


def add_region(
    total: npt.NDArray[np.uint16],
    pixels: Pixels,
    alpha: Pixels,
    scratch: Scratch,
    *,
    is_first: bool = False,
) -> None:
    """Add style · α of one region to the sum of equation (8), in place.

    Args:
        total: (h, w, 3) uint16, at most 255 · 255 after all regions, since α sums to 255.
        pixels: (h, w, 3) uint8 of the region's style.
        alpha: (h, w) uint8, 255 where the pixel is the region's alone.
        scratch: Memory to work in.
        is_first: Whether ``total`` holds nothing yet and is to be overwritten.
    """
    import cv2

    height, width = alpha.shape
    weights = scratch.take("weights", (height, width, 3), np.uint8)
    cv2.cvtColor(alpha, cv2.COLOR_GRAY2RGB, dst=weights)
    if is_first:
        np.multiply(pixels, weights, out=total, dtype=np.uint16)
        return
    product = scratch.take("product", (height, width, 3), np.uint16)
    np.multiply(pixels, weights, out=product, dtype=np.uint16)
    np.add(total, product, out=total)


def finish(total: npt.NDArray[np.uint16], out: Pixels) -> None:
    """Divide the sum of equation (8) by 255 and round to the nearest, into ``out``.

    Args:
        total: (h, w, 3) uint16, at most 255 · 255.
        out: (h, w, 3) uint8, which may be part of a larger picture.
    """
    import cv2

    cv2.convertScaleAbs(total, dst=out, alpha=1 / 255)


def strengthen(photo: Pixels, stylized: Pixels, strength: float, scratch: Scratch) -> Pixels:
    """Compute photo + s · (stylized − photo), rounded and held within 0 and 255.

    Args:
        photo: (h, w, 3) uint8.
        stylized: (h, w, 3) uint8.
        strength: 0 for the photograph, 1 for the style, more to exaggerate.
        scratch: Memory to work in; the result lies in it.

    Returns:
        (h, w, 3) uint8, good until the next call.
    """
    import cv2

    blended = scratch.take("blended", photo.shape, np.uint8)
    cv2.addWeighted(stylized, strength, photo, 1 - strength, 0, dst=blended)
    return blended


def keep_colors(photo: Pixels, stylized: Pixels, strength: float, scratch: Scratch) -> Pixels:
    """Y of the stylised image, I and Q of the photograph, rounded and held within 0 and 255.

    R, G and B are each Y plus something of I and Q alone. So keeping I and Q means adding
    s · (Y_stylized − Y_photo) to all three.

    Args:
        photo: (h, w, 3) uint8.
        stylized: (h, w, 3) uint8.
        strength: How much of the change in brightness.
        scratch: Memory to work in; the result lies in it.

    Returns:
        (h, w, 3) uint8, good until the next call.

    Source:
        Gatys et al. 2016b, "Preserving Color in Neural Artistic Style Transfer", section 4.
    """
    import cv2

    change = scratch.take("change", photo.shape, np.int16)
    np.subtract(stylized, photo, out=change, dtype=np.int16)
    brighter = scratch.take("brighter", photo.shape, np.int16)
    to_luma = np.array([_LUMA] * 3, np.float32) * np.float32(strength)
    cv2.transform(change, to_luma, dst=brighter)
    np.add(brighter, photo, out=brighter)
    np.clip(brighter, 0, 255, out=brighter)
    blended = scratch.take("blended", photo.shape, np.uint8)
    np.copyto(blended, brighter, casting="unsafe")
    return blended
