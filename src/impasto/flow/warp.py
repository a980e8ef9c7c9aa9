"""Backward warping: an image as it would look, moved by optical flow. No torch here."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from impasto.errors import OptionError, ShapeError
from impasto.flow.opencv_library import import_opencv

Flow = npt.NDArray[np.float32]
"""(H, W, 2), x then y, in pixels."""

Interpolation = Literal["linear", "cubic"]
Pixel = TypeVar("Pixel", np.uint8, np.uint16, np.float32, np.float64)

MOST_SIDE_PX = 32766
"""OpenCV addresses pixels with 16 bits."""


def warp(
    image: npt.NDArray[Pixel], flow: Flow, *, interpolation: Interpolation = "linear"
) -> npt.NDArray[Pixel]:
    """Fetch each pixel from where the flow points: result(x, y) = image((x, y) + flow(x, y)).

    Moves the previous frame onto the current one where the flow goes from the current to
    the previous. Beyond the border the nearest pixel is repeated; positions are rounded to
    1/32 of a pixel, as OpenCV does.

    Args:
        image: (H', W') or (H', W', C) with C from 1 to 4, of any range.
        flow: (H, W, 2) float32, x then y, in pixels of ``image``.
        interpolation: ``linear``, or ``cubic``, which blurs less when it is repeated.

    Returns:
        (H, W) or (H, W, C) of the image's type; integers are rounded.

    Raises:
        ShapeError: if the shapes are not these, or a side is longer than 32766 pixels.
        OptionError: if there is no such interpolation.
    """
    cv2 = import_opencv()
    check_flow(flow)
    if image.ndim not in (2, 3) or (image.ndim == 3 and not 1 <= image.shape[2] <= 4):
        raise ShapeError(f"image: expected (H, W) or (H, W, 1 to 4), got {image.shape}.")
    if max(image.shape[:2]) > MOST_SIDE_PX:
        raise ShapeError(f"image: expected sides up to {MOST_SIDE_PX} px, got {image.shape}.")
    codes = {"linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC}
    if interpolation not in codes:
        raise OptionError(
            f"interpolation: expected one of {', '.join(codes)}, got {interpolation!r}."
        )
    places = cv2.add(flow, _grid(flow.shape[0], flow.shape[1]))
    move: Any = cv2.remap  # its types forget that the second map may be missing
    moved = move(image, places, None, codes[interpolation], borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, image.dtype).reshape(flow.shape[:2] + image.shape[2:])


def inside(flow: Flow, size: tuple[int, int] | None = None) -> npt.NDArray[np.bool_]:
    """Whether the flow points into the image.

    Args:
        flow: (H, W, 2).
        size: (H, W) of the image; ``None`` for the flow's own.

    Returns:
        (H, W) bool.
    """
    height, width = size or flow.shape[:2]
    x, y = np.moveaxis(flow + _grid(flow.shape[0], flow.shape[1]), -1, 0)
    found: npt.NDArray[np.bool_] = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return found


def resize_flow(flow: Flow, size: tuple[int, int]) -> Flow:
    """Flow for frames of another size: interpolated, its vectors lengthened or shortened.

    Args:
        flow: (H', W', 2).
        size: (H, W).

    Returns:
        (H, W, 2) float32, in pixels of the new size.
    """
    cv2 = import_opencv()
    check_flow(flow)
    if flow.shape[:2] == size:
        return flow
    resized = np.asarray(cv2.resize(flow, size[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
    resized *= np.array([size[1] / flow.shape[1], size[0] / flow.shape[0]], np.float32)
    return resized


def check_flow(flow: Flow) -> None:
    """Refuse what is no flow.

    Raises:
        ShapeError: if it is not (H, W, 2) float32.
    """
    if flow.ndim != 3 or flow.shape[2] != 2 or flow.dtype != np.float32 or not flow.size:
        raise ShapeError(f"flow: expected (H, W, 2) float32, got {flow.shape} {flow.dtype}.")


@lru_cache(maxsize=4)
def _grid(height: int, width: int) -> Flow:
    """(H, W, 2): the place of every pixel; kept, since films have one size."""
    grid = np.empty((height, width, 2), np.float32)
    grid[..., 0] = np.arange(width, dtype=np.float32)
    grid[..., 1] = np.arange(height, dtype=np.float32)[:, None]
    grid.flags.writeable = False
    return grid
