"""Flicker: how restless a stylised film is where its photographs stand still."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from impasto.flow.consistency import Truth
from impasto.flow.opencv_library import import_opencv
from impasto.flow.optical_flow import Frame, check_frames

STILL_LEVELS = 4.0
"""What changes less than this from frame to frame stands still; noise of cameras does."""

NEIGHBOURHOOD_PX = 5
"""Side of the square over which changes of the photograph are averaged."""


@dataclass(kw_only=True)
class Flicker:
    """Root of the mean squared change from frame to frame, where the photographs stand still.

    Attributes:
        squared_sum: Sum of squared changes so far, of values in [0, 1].
        count: Values that were summed.
        pixels: Pixels of all pairs, still or not.
    """

    squared_sum: float = 0.0
    count: int = 0
    pixels: int = 0

    def update(self, photos: tuple[Frame, Frame], stylized: tuple[Frame, Frame]) -> None:
        """Take in two frames that follow each other, as photographs and stylised.

        Raises:
            ShapeError: if the frames are not (H, W, 3) uint8 of one shape.
        """
        check_frames(*photos, *stylized)
        still = still_pixels(*photos)
        before, now = (frame[still].astype(np.float32) / 255 for frame in stylized)
        self.squared_sum += float(np.square(now - before, dtype=np.float64).sum())
        self.count += before.size
        self.pixels += still.size

    @property
    def value(self) -> float | None:
        """0 to 1; 0 where nothing flickers. ``None`` where nothing stands still."""
        return math.sqrt(self.squared_sum / self.count) if self.count else None

    @property
    def still_share(self) -> float:
        """Share of the film that stands still, 0 to 1."""
        return self.count / 3 / self.pixels if self.pixels else 0.0


def still_pixels(before: Frame, now: Frame) -> Truth:
    """Where a photograph stays as it was.

    Args:
        before: (H, W, 3) uint8.
        now: The next one.

    Returns:
        (H, W) bool: the change of the channel that changes most, averaged over
        :data:`NEIGHBOURHOOD_PX`, is below :data:`STILL_LEVELS`.
    """
    cv2 = import_opencv()
    change = cv2.absdiff(before, now).max(axis=-1).astype(np.float32)
    side = NEIGHBOURHOOD_PX
    around = np.asarray(cv2.blur(change, (side, side), borderType=cv2.BORDER_REPLICATE))
    still: Truth = np.less(around, STILL_LEVELS)
    return still
