"""Where optical flow can be trusted: not where something was hidden, nor at its contours."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from impasto.errors import ShapeError
from impasto.flow.warp import Flow, check_flow, inside, warp

Truth = npt.NDArray[np.bool_]


def disocclusions(backward: Flow, forward: Flow) -> Truth:
    """Pixels of the current frame that were not to be seen in the previous one.

    Following the flow there and back must lead home:
    |w̃ + ŵ|² > 0.01 (|w̃|² + |ŵ|²) + 0.5, where w̃ is the forward flow fetched along the
    backward flow ŵ. What comes from outside of the frame was not seen either.

    Args:
        backward: (H, W, 2), from the current frame to the previous one.
        forward: (H, W, 2), from the previous frame to the current one.

    Returns:
        (H, W) bool, true where there is nothing to be taken from the previous frame.

    Raises:
        ShapeError: if the flows differ in shape.

    Source: Sundaram, Brox, Keutzer 2010; Ruder et al. 2016, eq. 5.
    """
    check_flow(backward)
    if backward.shape != forward.shape:
        raise ShapeError(f"flows: expected one shape, got {backward.shape} and {forward.shape}.")
    returned = warp(forward, backward)
    missed = _squared_length(returned + backward)
    allowed = 0.01 * (_squared_length(returned) + _squared_length(backward)) + 0.5
    hidden: Truth = missed > allowed
    return hidden | ~inside(backward)


def motion_boundaries(backward: Flow) -> Truth:
    """Pixels where the motion changes abruptly, so that its contour is not to be trusted.

    |∇u|² + |∇v|² > 0.01 |ŵ|² + 0.002.

    Args:
        backward: (H, W, 2), from the current frame to the previous one.

    Returns:
        (H, W) bool.

    Source: Sundaram, Brox, Keutzer 2010; Ruder et al. 2016, eq. 6.
    """
    check_flow(backward)
    steepness = np.zeros(backward.shape[:2], np.float32)
    for axis in (0, 1):
        if backward.shape[axis] > 1:
            steepness += _squared_length(np.gradient(backward, axis=axis))
    found: Truth = steepness > 0.01 * _squared_length(backward) + 0.002
    return found


def consistent(backward: Flow, forward: Flow, *, boundaries: bool = True) -> Truth:
    """Pixels whose past is known: neither disoccluded nor, if asked, at a motion boundary.

    Args:
        backward: (H, W, 2), from the current frame to the previous one.
        forward: (H, W, 2), from the previous frame to the current one.
        boundaries: Also distrust motion boundaries.

    Returns:
        (H, W) bool: the weights c of Ruder et al. 2016, section 4.2.
    """
    trusted = ~disocclusions(backward, forward)
    return trusted & ~motion_boundaries(backward) if boundaries else trusted


def _squared_length(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    squared: npt.NDArray[np.float32] = np.einsum("hwc,hwc->hw", vectors, vectors)
    return squared
