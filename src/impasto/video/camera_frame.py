"""A frame as a camera gave it, converted to pixels only if it is painted, at the size it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Size = tuple[int, int]


class RawFrame(Protocol):
    """What a camera gave, undeveloped: most frames of a fast camera are never painted."""

    @property
    def size(self) -> Size:
        """(H, W) upright."""

    def develop(self, size: Size) -> Pixels:
        """(H, W, 3) uint8 sRGB of ``size``, upright."""


@dataclass(frozen=True, kw_only=True)
class CameraFrame:
    """One frame and when it was taken.

    Attributes:
        raw: What the camera gave.
        captured_s: When it was handed over, by ``time.perf_counter``.
        number: Counts the camera's frames, dropped ones too, from 0.
        stamp_ms: When it was taken by the sender's own clock, where another machine sent it.
    """

    raw: RawFrame = field(repr=False)
    captured_s: float
    number: int
    stamp_ms: float = 0.0

    @property
    def size(self) -> Size:
        """(H, W) upright."""
        return self.raw.size

    def pixels(self, size: Size) -> Pixels:
        """(H, W, 3) uint8 sRGB of ``size``."""
        return self.raw.develop(size)


class ArrayFrame:
    """Pixels that are there already.

    Args:
        pixels: (H, W, 3) uint8, in the order of colours that ``is_bgr`` says.
        is_bgr: Whether blue comes first, as OpenCV has it.
    """

    def __init__(self, pixels: Pixels, *, is_bgr: bool) -> None:
        self._pixels = pixels
        self._is_bgr = is_bgr

    @property
    def size(self) -> Size:
        """(H, W)."""
        return self._pixels.shape[0], self._pixels.shape[1]

    def develop(self, size: Size) -> Pixels:
        """(H, W, 3) uint8 sRGB of ``size``."""
        import cv2

        pixels: Any = self._pixels
        if size != self.size:
            shrinks = size[0] * size[1] < self.size[0] * self.size[1]
            how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
            pixels = cv2.resize(pixels, size[::-1], interpolation=how)
        if self._is_bgr:
            pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
        return np.asarray(pixels, np.uint8)
