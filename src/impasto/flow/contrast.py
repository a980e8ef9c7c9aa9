"""Crisp strokes: fine contrast that blending and resampling took away is given back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from impasto.errors import ShapeError
from impasto.flow.opencv_library import import_opencv
from impasto.flow.optical_flow import Frame

FINE_SIGMA_PX = 1.5
"""What a Gaussian of this width takes away is fine contrast: strokes, not shapes."""

MOST_GAIN = 2.0
"""Fine contrast is raised by at most this, since noise is raised with it."""

REDUCTION = 4
"""The gain varies slowly: it is computed for squares of this side."""

NEIGHBOURHOOD = 5
"""Side, in such squares, of the area that contrast is compared over."""

NOISE = 1.0
"""Variance, in squared levels, under which there is nothing worth restoring."""


def restore_contrast(blended: Frame, painted: Frame) -> Frame:
    """A frame with the fine contrast of another, area by area.

    Two paintings of the same thing differ in their strokes. Their mean has less contrast
    than either, and what is moved by fractions of a pixel again and again grows soft.

    Args:
        blended: (H, W, 3) uint8, a mean of paintings.
        painted: (H, W, 3) uint8, how crisp it ought to be.

    Returns:
        (H, W, 3) uint8: b + (g − 1)(b − G b), with G a Gaussian and g the square root of
        the ratio of the local variances of fine luminance, between 1 and 2.

    Raises:
        ShapeError: if the shapes differ.

    Source: the idea of blending that preserves variance is Heitz, Neyret 2018. Differs: the
        variance is measured, since how alike the paintings are is not known.
    """
    cv2 = import_opencv()
    if blended.shape != painted.shape:
        raise ShapeError(
            f"blended and painted: expected one shape, got {blended.shape} and {painted.shape}."
        )
    has, ought = fine_variance(blended), fine_variance(painted)
    gain = np.sqrt((ought + NOISE) / (has + NOISE)).clip(1, MOST_GAIN)
    gain = np.asarray(cv2.resize(gain, blended.shape[1::-1], interpolation=cv2.INTER_LINEAR))
    soft = cv2.GaussianBlur(blended, (0, 0), FINE_SIGMA_PX)
    return np.asarray(cv2.blendLinear(blended, soft, gain, 1 - gain), np.uint8)


def fine_variance(frame: Frame) -> npt.NDArray[np.float32]:
    """Local mean square of fine luminance.

    Args:
        frame: (H, W, 3) uint8.

    Returns:
        (⌈H/4⌉, ⌈W/4⌉) float32, squared levels.
    """
    cv2 = import_opencv()
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    soft = cv2.GaussianBlur(grey, (0, 0), FINE_SIGMA_PX)
    fine = cv2.subtract(grey, soft, dtype=cv2.CV_32F)
    small = (-(-frame.shape[1] // REDUCTION), -(-frame.shape[0] // REDUCTION))
    square = cv2.resize(cv2.multiply(fine, fine), small, interpolation=cv2.INTER_AREA)
    side = (NEIGHBOURHOOD, NEIGHBOURHOOD)
    return np.asarray(cv2.blur(square, side, borderType=cv2.BORDER_REPLICATE), np.float32)
