"""What paints the frames of a film, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

import numpy.typing as npt

if TYPE_CHECKING:
    from impasto.video.frame import Pixels

PainterState = Mapping[str, npt.NDArray[Any]]
"""What a painter remembers of the frames before: arrays by name; empty where nothing."""


class FramePainter(Protocol):
    """Paints frames, in order.

    A painter may remember frames, as one that holds a film still does. What it remembers can
    be taken out and put into another of its kind, so that a film that was interrupted goes on
    as if it had not been.
    """

    def paint(self, pixels: Pixels, *, index: int, time: Fraction) -> Pixels:
        """Paint a frame.

        Args:
            pixels: (H, W, 3) uint8, sRGB.
            index: Of the frame in the film.
            time: Seconds from the film's start.

        Returns:
            The same size; never the same memory.
        """
        ...

    def reset(self) -> None:
        """Forget the frames before: the next one is of another scene."""
        ...

    def state(self) -> PainterState:
        """What is remembered after the last frame."""
        ...

    def restore(self, state: PainterState) -> None:
        """Remember what :meth:`state` gave."""
        ...
