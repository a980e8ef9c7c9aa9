"""How steady a stylised film is: all its measures, while its frames are read."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from impasto.errors import ShapeError
from impasto.flow.consistency import Truth, consistent
from impasto.flow.flow_files import KnownFlow
from impasto.flow.optical_flow import DenseInverseSearch, FlowEstimator, Frame, check_frames
from impasto.flow.scene_cuts import SceneCutDetector
from impasto.flow.warp import inside
from impasto.metrics.flicker import Flicker
from impasto.metrics.warping_error import WarpingError


@dataclass(frozen=True, kw_only=True)
class StabilityFigures:
    """What was measured of a film.

    Attributes:
        frames: Frames that were taken in.
        cuts: Scene cuts, over which nothing is measured.
        warping_error: Of the stylised film; ``None`` where there is nothing to measure.
        photo_warping_error: Of the photographs: what the flow, noise and light leave over.
        flicker: Of the stylised film on what stands still.
        photo_flicker: Of the photographs there: their noise.
        still_share: Share of the film that stands still, 0 to 1.
        known_share: Share of the film whose motion is known, 0 to 1.
    """

    frames: int
    cuts: int
    warping_error: float | None
    photo_warping_error: float | None
    flicker: float | None
    photo_flicker: float | None
    still_share: float
    known_share: float


@dataclass(kw_only=True)
class FilmStability:
    """Takes in a film frame by frame, as it was and stylised.

    Attributes:
        estimator: Finds the motion where it is not given, and what hides its ends.
    """

    estimator: FlowEstimator = field(
        default_factory=lambda: DenseInverseSearch(longest_side_px=None, preset="medium")
    )
    _cuts: SceneCutDetector = field(default_factory=SceneCutDetector)
    _last: tuple[Frame, Frame] | None = None
    _frames: int = 0
    _cut_count: int = 0
    _pixels: int = 0
    _error: WarpingError = field(default_factory=WarpingError)
    _photo_error: WarpingError = field(default_factory=WarpingError)
    _flicker: Flicker = field(default_factory=Flicker)
    _photo_flicker: Flicker = field(default_factory=Flicker)

    def update(self, photo: Frame, stylized: Frame, known_flow: KnownFlow | None = None) -> None:
        """Take in the next frame.

        Args:
            photo: (H, W, 3) uint8.
            stylized: The same frame, stylised, of the same size.
            known_flow: True flow from the frame before to this one, if there is one.

        Raises:
            ShapeError: if shapes differ.
        """
        check_frames(photo, stylized)
        self._frames += 1
        is_cut = self._cuts.is_cut(photo)
        self._cut_count += is_cut
        last, self._last = self._last, (photo, stylized)
        if last is not None and not is_cut:
            check_frames(last[0], photo)
            self._measure(last, (photo, stylized), known_flow)

    @property
    def figures(self) -> StabilityFigures:
        """What was measured so far."""
        return StabilityFigures(
            frames=self._frames,
            cuts=self._cut_count,
            warping_error=self._error.value,
            photo_warping_error=self._photo_error.value,
            flicker=self._flicker.value,
            photo_flicker=self._photo_flicker.value,
            still_share=self._flicker.still_share,
            known_share=self._error.count / 3 / self._pixels if self._pixels else 0.0,
        )

    def _measure(
        self, last: tuple[Frame, Frame], now: tuple[Frame, Frame], given: KnownFlow | None
    ) -> None:
        flow, known = self._motion(last[0], now[0], given)
        self._error.update(last[1], now[1], flow, known)
        self._photo_error.update(last[0], now[0], flow, known)
        photos = (last[0], now[0])
        self._flicker.update(photos, (last[1], now[1]))
        self._photo_flicker.update(photos, photos)
        self._pixels += known.size

    def _motion(
        self, first: Frame, second: Frame, given: KnownFlow | None
    ) -> tuple[np.ndarray, Truth]:
        backward = self.estimator.estimate(second, first)
        if given is None:
            forward = self.estimator.estimate(first, second)
            return forward, consistent(forward, backward)
        if given.flow.shape[:2] != first.shape[:2]:
            raise ShapeError(
                f"flow: expected the film's {first.shape[:2]}, got {given.flow.shape[:2]}."
            )
        seen = consistent(given.flow, backward, boundaries=False) & inside(given.flow)
        return given.flow, given.known & seen
