"""Masks that change from frame to frame: those of films, and regions followed as they move."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from impasto.flow.optical_flow import DenseInverseSearch, reduced_size, resize_frame
from impasto.flow.scene_cuts import CutState, SceneCutDetector
from impasto.flow.warp import resize_flow, warp
from impasto.guidance.mask_levels import FULL, fit_mask, mask_levels
from impasto.image.picture import Picture
from impasto.video.frame import Frame
from impasto.video.frame_painter import PainterState
from impasto.video.painters import FrameMasks
from impasto.video.reader import VideoReader
from impasto.video.segments import ticks

if TYPE_CHECKING:
    from impasto.flow.optical_flow import Frame as SmallFrame
    from impasto.guidance.mask_levels import Levels
    from impasto.video.frame import Pixels

Size = tuple[int, int]

FLOW_SIDE_PX = 480
"""Regions are followed on frames of this longest side."""
SHARPEN = 1.25
"""What the edge of a region is steepened by with every frame: moving it softens it."""
LOOK_BACK_S = Fraction(2)
"""A mask is looked for so long before the time it is wanted at: it may have been long there."""


@dataclass(frozen=True, kw_only=True)
class MaskFilms:
    """Masks from films: what is white there is painted, at the same time of the film.

    Attributes:
        paths: One film for all styles, or one for each.
    """

    paths: tuple[Path, ...]

    def __call__(self, size: Size) -> FrameMasks:
        """The masks for frames of a size (H, W)."""
        return _FilmMasks([_MaskFilm(path, size) for path in self.paths])


@dataclass(frozen=True, kw_only=True, eq=False)
class FollowedMasks:
    """Masks drawn on the first frame, which follow what they cover by optical flow.

    Attributes:
        masks: One for all styles, or one for each, (H, W) levels.
    """

    masks: tuple[Levels, ...]

    def __call__(self, size: Size) -> FrameMasks:
        """The masks for frames of a size (H, W)."""
        return _MovingMasks([fit_mask(mask, size) for mask in self.masks])


class _FilmMasks:
    """Masks of several films."""

    def __init__(self, films: Sequence[_MaskFilm]) -> None:
        self._films = films

    def at(self, pixels: Pixels, *, index: int, time: Fraction) -> Sequence[Levels]:
        return [film.at(time) for film in self._films]

    def reset(self) -> None:
        """Nothing is remembered: the time tells which mask it is."""

    def state(self) -> PainterState:
        return {}

    def restore(self, state: PainterState) -> None:
        self.reset()


class _MaskFilm:
    """The frames of one film, each of which holds until the next; the last one for ever."""

    def __init__(self, path: Path, size: Size) -> None:
        self._reader = VideoReader(path)
        self._size = size
        # A film of another shape was made for another film.
        fit_mask(np.zeros(self._reader.size, np.uint16), size)
        self._ahead: Iterator[Frame] = iter(())
        self._next: Frame | None = None
        self._mask: Levels | None = None
        self._time = Fraction(-1)

    def at(self, time: Fraction) -> Levels:
        if self._mask is None or time < self._time:
            self._begin(time)
        self._time = time
        while self._next is not None and self._film_time(self._next) <= time:
            self._mask = self._levels(self._next)
            self._next = next(self._ahead, None)
        if self._mask is None:
            # Nothing is shown yet: the first frame counts for all that comes before it.
            self._mask = (
                np.zeros(self._size, np.uint16) if self._next is None else self._levels(self._next)
            )
        return self._mask

    def _begin(self, time: Fraction) -> None:
        info, self._mask = self._reader.info, None
        for start in (ticks(info, time - LOOK_BACK_S), None):
            if start is not None and start <= info.first_pts:
                continue
            self._ahead = self._reader.frames(start)
            self._next = next(self._ahead, None)
            if self._next is not None and self._film_time(self._next) <= time:
                return

    def _film_time(self, frame: Frame) -> Fraction:
        return frame.time - self._reader.info.start

    def _levels(self, frame: Frame) -> Levels:
        return fit_mask(mask_levels(Picture(pixels=frame.pixels)), self._size)


class _MovingMasks:
    """Masks moved from frame to frame; at a scene cut they stay where they are."""

    def __init__(self, masks: Sequence[Levels]) -> None:
        self._masks = [mask.astype(np.float32) / FULL for mask in masks]
        self._search = DenseInverseSearch(longest_side_px=None, preset="medium")
        self._cuts = SceneCutDetector()
        self._frame: SmallFrame | None = None
        self._given = [mask.copy() for mask in self._masks]

    def at(self, pixels: Pixels, *, index: int, time: Fraction) -> Sequence[Levels]:
        size = (pixels.shape[0], pixels.shape[1])
        small = resize_frame(pixels, reduced_size(size, FLOW_SIDE_PX))
        is_cut = self._cuts.is_cut(pixels)
        if self._frame is not None and not is_cut:
            backward = resize_flow(self._search.estimate(small, self._frame), size)
            self._masks = [_sharpened(warp(mask, backward)) for mask in self._masks]
        self._frame = small
        return [np.rint(mask * FULL).astype(np.uint16) for mask in self._masks]

    def reset(self) -> None:
        self._frame, self._cuts = None, SceneCutDetector()
        self._masks = [mask.copy() for mask in self._given]

    def state(self) -> PainterState:
        if self._frame is None:
            return {}
        cuts = self._cuts.state
        thumbnail = {} if cuts.thumbnail is None else {"masks.thumbnail": cuts.thumbnail}
        return {
            "masks.frame": self._frame,
            "masks.usual_change": np.array(cuts.usual_change),
            **thumbnail,
            **{f"masks.{number}": mask for number, mask in enumerate(self._masks)},
        }

    def restore(self, state: PainterState) -> None:
        self.reset()
        if "masks.frame" not in state:
            return
        self._frame = state["masks.frame"]
        self._masks = [state[f"masks.{number}"] for number in range(len(self._masks))]
        self._cuts = SceneCutDetector(
            state=CutState(
                thumbnail=state.get("masks.thumbnail"),
                usual_change=float(state["masks.usual_change"]),
            )
        )


def _sharpened(mask: np.ndarray) -> np.ndarray:
    return ((mask - 0.5) * np.float32(SHARPEN) + 0.5).clip(0, 1)
