"""A mask carried from frame to frame by optical flow, on small copies of the frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.flow.optical_flow import DenseInverseSearch, reduced_size, resize_frame
from impasto.flow.warp import warp
from impasto.live.color_evidence import ColorEvidence
from impasto.video.camera_frame import Pixels

LONGEST_PX = 256
"""Longest side of the copies: a flow takes two thousandths of a second at this size."""

CUT_LEVELS = 28.0
"""Mean difference, of 255, from which on two frames do not show the same any more."""

EDGE_PX = 4.0
"""How far from the carried edge, as a standard deviation, colours may draw it elsewhere."""

FLOW_WEIGHT, COLOR_WEIGHT = 1.6, 1.2
"""How much each says of a pixel near the edge: chosen for the best overlap on a clip of a tennis
player, where flow alone loses the player within a second."""

CERTAIN = 0.03
COLOR_BLUR_PX = 1.2

EDGE_RADIUS_PX = 6
EDGE_EPSILON = 1e-3
SMALL_SHARE = 0.0005
"""A mask of less than this part of the picture is none any more."""

Alpha = npt.NDArray[np.float32]

_SEARCH = DenseInverseSearch(longest_side_px=None)


def small_copy(pixels: Pixels) -> Pixels:
    """(h, w, 3) uint8, the longest side :data:`LONGEST_PX` at most, of (H, W, 3)."""
    return resize_frame(pixels, reduced_size(pixels.shape[:2], LONGEST_PX))


def carry(alpha: Alpha, before: Pixels, now: Pixels, colors: ColorEvidence) -> Alpha | None:
    """The mask of the frame ``before`` on the frame ``now``.

    Args:
        alpha: (h, w) in [0, 1].
        before: (h, w, 3) uint8, a small copy.
        now: The same a moment later.
        colors: What is known of the colours inside and outside.

    Returns:
        (h, w) in [0, 1]; ``None`` if the picture was cut, or nothing of the mask is left.
    """
    import cv2

    if before.shape != now.shape:
        return None
    flow = _SEARCH.estimate(now, before)
    if float(cv2.absdiff(warp(before, flow), now).mean()) > CUT_LEVELS:
        return None
    carried = _settled(warp(alpha, flow), now, colors)
    return None if carried.mean() < SMALL_SHARE else carried


def _settled(alpha: Alpha, frame: Pixels, colors: ColorEvidence) -> Alpha:
    """The carried mask, its edge drawn to where the colours change; far from it, as it is."""
    import cv2

    chance = cv2.GaussianBlur(alpha, (0, 0), EDGE_PX).clip(1e-3, 1 - 1e-3)
    color = cv2.GaussianBlur(colors.read(frame), (0, 0), COLOR_BLUR_PX)
    score = FLOW_WEIGHT * np.log(chance / (1 - chance)) + COLOR_WEIGHT * color
    near = (chance > CERTAIN) & (chance < 1 - CERTAIN)
    return np.where(near, 1 / (1 + np.exp(-score)), chance > 0.5).astype(np.float32)


def follow_edges(alpha: Alpha, frame: Pixels) -> Alpha:
    """The mask with its edge drawn to the frame's edges near it.

    Args:
        alpha: (h, w) in [0, 1].
        frame: (h, w, 3) uint8, the small copy that it lies on.

    Source: He et al. 2013, *Guided Image Filtering*, eqs. 5, 6 and 8.
    """
    import cv2

    guide = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    side = (2 * EDGE_RADIUS_PX + 1,) * 2

    def mean(values: Any) -> Any:
        return cv2.boxFilter(values, cv2.CV_32F, side)

    guide_mean, alpha_mean = mean(guide), mean(alpha)
    variance = mean(guide * guide) - guide_mean * guide_mean
    slope = (mean(guide * alpha) - guide_mean * alpha_mean) / (variance + EDGE_EPSILON)
    offset = alpha_mean - slope * guide_mean
    return np.asarray((mean(slope) * guide + mean(offset)).clip(0, 1), np.float32)


def compose(below: Pixels, above: Pixels, alpha: Alpha) -> Pixels:
    """``above`` where the mask is 1 and ``below`` where it is 0, rounded.

    Args:
        below: (H, W, 3) uint8.
        above: The same.
        alpha: (h, w) in [0, 1], enlarged to fit.
    """
    import cv2

    share = cv2.resize(alpha, below.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.blendLinear(above, below, share, 1 - share), np.uint8)
