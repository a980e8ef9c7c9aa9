"""Which way up a film is shown: the rotation and mirroring that its container asks for."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

from impasto.image.picture import PixelArray


@dataclass(frozen=True, kw_only=True)
class Turn:
    """How stored frames become upright ones: mirrored first, then turned.

    Attributes:
        quarters: Quarter turns against the clock.
        mirrored: Whether left and right change places before.
    """

    quarters: int = 0
    mirrored: bool = False

    @property
    def swaps_sides(self) -> bool:
        """Whether height becomes width."""
        return self.quarters % 2 == 1

    def size(self, size: tuple[int, int]) -> tuple[int, int]:
        """(H, W) of the upright frame; the way back is the same."""
        return (size[1], size[0]) if self.swaps_sides else size

    def apply(self, pixels: PixelArray) -> PixelArray:
        """The upright frame.

        Args:
            pixels: (H, W, 3) as stored.

        Example:
            >>> Turn(quarters=1).apply(np.arange(6).reshape(1, 2, 3)).shape
            (2, 1, 3)
        """
        if self == Turn():
            return pixels
        stored = pixels[:, ::-1] if self.mirrored else pixels
        return np.ascontiguousarray(np.rot90(stored, self.quarters))


def read_turn(frame: Any) -> Turn:
    """The turn that a decoded frame asks for, to the nearest quarter.

    Args:
        frame: A frame of PyAV.
    """
    side_data = frame.side_data.get("DISPLAYMATRIX")
    return Turn() if side_data is None else turn_of(bytes(side_data))


def turn_of(matrix: bytes) -> Turn:
    """The turn of a display matrix.

    Args:
        matrix: Nine 32-bit integers a b u c d v x y w, row by row, of this machine's order. A
            stored point (p, q) is shown at (a p + c q + x, b p + d q + y).

    Source: ISO 14496-12, section 8.5.2; FFmpeg's ``libavutil/display.h``.
    """
    a, b, _, c, d, *_ = struct.unpack("=9i", matrix[:36])
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    quarters = round(-math.degrees(math.atan2(b, a)) / 90) % 4
    return Turn(quarters=quarters, mirrored=mirrored)
