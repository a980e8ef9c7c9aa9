"""A frame of a film: pixels, and the exact time at which it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """A frame.

    Attributes:
        pixels: (H, W, 3) uint8, sRGB, upright.
        pts: Ticks of ``time_base`` at which it is shown, on the file's clock.
        duration: Ticks for which it is shown, as far as the file says; 0 where it does not.
        time_base: Seconds of a tick.
        index: 0 for the first frame that was asked for.
    """

    pixels: Pixels
    pts: int
    duration: int
    time_base: Fraction
    index: int

    @property
    def time(self) -> Fraction:
        """Seconds on the file's clock."""
        return self.pts * self.time_base
