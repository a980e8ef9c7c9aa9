"""Optical flow: for every pixel of one frame, where it lies in another."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from impasto.errors import OptionError, ShapeError
from impasto.flow.opencv_library import import_opencv
from impasto.flow.warp import Flow, resize_flow

Frame = npt.NDArray[np.uint8]
"""(H, W, 3), sRGB."""

LEAST_SIDE_PX = 16
"""Smaller frames are enlarged to this: the search compares patches of 8 pixels."""


class FlowEstimator(Protocol):
    """Estimates optical flow. Learned flow takes part by having this method."""

    def estimate(self, first: Frame, second: Frame) -> Flow:
        """Flow from one frame to another.

        Args:
            first: (H, W, 3) uint8.
            second: Of the same shape.

        Returns:
            (H, W, 2) float32, x then y, in pixels: what is at (x, y) in ``first`` is at
            (x, y) + flow in ``second``.
        """
        ...


class DenseInverseSearch:
    """Dense inverse search, by OpenCV: fast, without a network and without weights.

    Args:
        longest_side_px: Frames are reduced to this before the search; ``None`` for never.
        preset: ``ultrafast``, ``fast`` or ``medium``, from quick to exact.

    Raises:
        OptionError: if the side is below 16 or the preset unknown.

    Source: Kroeger et al. 2016, *Fast Optical Flow using Dense Inverse Search*.
    """

    PRESETS = ("ultrafast", "fast", "medium")

    def __init__(self, *, longest_side_px: int | None = 320, preset: str = "fast") -> None:
        if preset not in self.PRESETS:
            raise OptionError(f"preset: expected one of {', '.join(self.PRESETS)}, got {preset!r}.")
        if longest_side_px is not None and longest_side_px < LEAST_SIDE_PX:
            raise OptionError(
                f"longest_side_px: expected {LEAST_SIDE_PX} or more, got {longest_side_px}."
            )
        self.longest_side_px, self.preset = longest_side_px, preset

    def estimate(self, first: Frame, second: Frame) -> Flow:
        """See :meth:`FlowEstimator.estimate`.

        Raises:
            ShapeError: if the frames are not (H, W, 3) uint8 of one shape.
        """
        cv2 = import_opencv()
        check_frames(first, second)
        size = first.shape[:2]
        reduced = reduced_size(size, self.longest_side_px)
        presets = (
            cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST,
            cv2.DISOPTICAL_FLOW_PRESET_FAST,
            cv2.DISOPTICAL_FLOW_PRESET_MEDIUM,
        )
        search: Any = cv2.DISOpticalFlow.create(presets[self.PRESETS.index(self.preset)])
        found = search.calc(_grey(first, reduced), _grey(second, reduced), None)
        return resize_flow(np.asarray(found, np.float32), size)


def reduced_size(size: tuple[int, int], longest_side_px: int | None) -> tuple[int, int]:
    """The size (H, W) that flow is searched at.

    Args:
        size: (H, W) of the frames.
        longest_side_px: The most that the longer side may have; ``None`` for any.

    Example:
        >>> reduced_size((720, 1280), 320), reduced_size((100, 90), 320), reduced_size((2, 40), 320)
        ((180, 320), (100, 90), (16, 40))
    """
    share = min(1.0, (longest_side_px or max(size)) / max(size))
    return (
        max(LEAST_SIDE_PX, round(size[0] * share)),
        max(LEAST_SIDE_PX, round(size[1] * share)),
    )


def check_frames(*frames: Frame) -> None:
    """Refuse what are no frames of one shape.

    Raises:
        ShapeError: if one is not (H, W, 3) uint8, or they differ in shape.
    """
    for frame in frames:
        if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8 or not frame.size:
            raise ShapeError(f"frame: expected (H, W, 3) uint8, got {frame.shape} {frame.dtype}.")
        if frame.shape != frames[0].shape:
            raise ShapeError(
                f"frames: expected one shape, got {frames[0].shape} and {frame.shape}."
            )


def resize_frame(frame: Frame, size: tuple[int, int]) -> Frame:
    """A frame at another size (H, W), by averages where it is reduced."""
    cv2 = import_opencv()
    if frame.shape[:2] == size:
        return frame
    smaller = size[0] <= frame.shape[0] and size[1] <= frame.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(frame, size[::-1], interpolation=how), np.uint8)


def _grey(frame: Frame, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    cv2 = import_opencv()
    return np.asarray(cv2.cvtColor(resize_frame(frame, size), cv2.COLOR_RGB2GRAY), np.uint8)
