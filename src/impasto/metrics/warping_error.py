"""Warping error: how far a film's frames are from each other along the motion they show."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from impasto.errors import ShapeError
from impasto.flow.consistency import Truth
from impasto.flow.optical_flow import Frame, check_frames
from impasto.flow.warp import Flow, warp


@dataclass(kw_only=True)
class WarpingError:
    """Root of the mean squared difference of frames along the motion, over a film.

    √(Σ c (x − ω)² / (3 Σ c)), where ω is the second frame fetched along the flow from the
    first frame x, and c is 1 where the flow is known and nothing hides its end.

    Attributes:
        squared_sum: Σ c (x − ω)² so far, of values in [0, 1].
        count: 3 Σ c so far.

    Source: the temporal error of Ruder et al. 2018 and of Gao et al. 2018 (ReCoNet).
        Differs: divided by the pixels that count and not by all, so that a film with many
        occlusions is not the better for them; and frames are fetched backwards along the
        forward flow, which is what data sets give.
    """

    squared_sum: float = 0.0
    count: int = 0

    def update(self, first: Frame, second: Frame, flow: Flow, known: Truth) -> None:
        """Take in a pair of frames.

        Args:
            first: (H, W, 3) uint8.
            second: The frame after it.
            flow: (H, W, 2), from the first to the second.
            known: (H, W) bool, where the flow is known and its end to be seen.

        Raises:
            ShapeError: if the shapes are not these.
        """
        difference = moved_difference(first, second, flow)
        if known.shape != difference.shape[:2]:
            raise ShapeError(
                f"known: expected the frames' {difference.shape[:2]}, got {known.shape}."
            )
        chosen = difference[known]
        self.squared_sum += float(np.square(chosen, dtype=np.float64).sum())
        self.count += chosen.size

    @property
    def value(self) -> float | None:
        """The error, 0 to 1; 0 where everything moves as it should. ``None`` without pixels."""
        return math.sqrt(self.squared_sum / self.count) if self.count else None


def moved_difference(first: Frame, second: Frame, flow: Flow) -> npt.NDArray[np.float32]:
    """The first frame less the second as the flow fetches it.

    Args:
        first: (H, W, 3) uint8.
        second: (H, W, 3) uint8.
        flow: (H, W, 2), from the first to the second.

    Returns:
        (H, W, 3) float32, −1 to 1.

    Raises:
        ShapeError: if the shapes are not these.
    """
    check_frames(first, second)
    if flow.shape[:2] != first.shape[:2]:
        raise ShapeError(f"flow: expected the frames' {first.shape[:2]}, got {flow.shape[:2]}.")
    moved = warp(second.astype(np.float32), flow)
    difference: npt.NDArray[np.float32] = (first - moved) / np.float32(255)
    return difference
