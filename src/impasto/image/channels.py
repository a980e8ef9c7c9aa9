"""Decoded images of every pixel mode, brought to colours and transparency apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from impasto.errors import ImageFormatError
from impasto.image.color_profile import ColorData
from impasto.image.picture import PixelArray

_SIMPLER_MODES = {
    "1": "L",
    "P": "RGB",
    "PA": "RGBA",
    "La": "LA",
    "RGBa": "RGBA",
    "RGBX": "RGB",
    "YCbCr": "RGB",
    "HSV": "RGB",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Channels:
    """An image as decoded, before colour management.

    Attributes:
        color: In its own colour space.
        alpha: (H, W) uint8 or uint16 like the colours, not premultiplied; or ``None``.
    """

    color: ColorData
    alpha: PixelArray | None = None


def split_image(image: Image.Image) -> Channels:
    """Separate the channels of a Pillow image of any mode.

    Raises:
        ImageFormatError: if the mode is 32-bit and the values outside what is defined.
    """
    if image.mode == "F":
        return split_samples(scale_float(np.array(image))[..., None])
    if image.mode.startswith("I"):
        return _split_integer(image)
    image = _simplify(image)
    if image.mode in ("LA", "RGBA"):
        alpha = np.array(image.getchannel("A"))
        return Channels(color=image.convert(image.mode[:-1]), alpha=alpha)
    return Channels(color=image)


def split_samples(samples: PixelArray, *, premultiplied: bool = False) -> Channels:
    """Separate the channels of a 16-bit array.

    Args:
        samples: (H, W, C) uint16: grey, grey and alpha, RGB or RGBA for C of 1 to 4.
        premultiplied: Whether the colours were multiplied by alpha.
    """
    colors = 1 if samples.shape[2] <= 2 else 3
    color = samples[..., :colors]
    if samples.shape[2] == colors:
        return Channels(color=color)
    alpha = samples[..., colors]
    if premultiplied:
        color = _unmultiply(color, alpha)
    return Channels(color=color, alpha=alpha)


def scale_float(values: npt.NDArray[np.floating]) -> PixelArray:
    """Floating point samples in [0, 1] as uint16, rounded.

    Raises:
        ImageFormatError: if a value is not finite or lies outside [0, 1].
    """
    low, high = float(values.min()), float(values.max())
    if not (low >= 0 and high <= 1):
        raise ImageFormatError(
            "expected floating point samples in [0, 1], "
            f"got [{low:.4g}, {high:.4g}]; tone-map the image and export it with 16 bits."
        )
    return np.rint(values.astype(np.float64) * 65_535).astype(np.uint16)


def _split_integer(image: Image.Image) -> Channels:
    values = np.array(image)
    if values.min() < 0 or values.max() > 65_535:
        raise ImageFormatError(
            "expected integer samples from 0 to 65535, "
            f"got {values.min()} to {values.max()}; export the image with 8 or 16 bits."
        )
    samples = values.astype(np.uint16)
    hidden = image.info.get("transparency")
    if not isinstance(hidden, int):
        return Channels(color=samples[..., None])
    alpha = np.where(samples == hidden, 0, 65_535).astype(np.uint16)
    return Channels(color=samples[..., None], alpha=alpha)


def _simplify(image: Image.Image) -> Image.Image:
    """The image in one of the modes L, LA, RGB, RGBA, CMYK and LAB."""
    if image.mode in ("1", "L", "RGB", "P") and image.has_transparency_data:
        return image.convert("LA" if image.mode in ("1", "L") else "RGBA")
    if image.mode in _SIMPLER_MODES:
        return image.convert(_SIMPLER_MODES[image.mode])
    return image


def _unmultiply(color: PixelArray, alpha: PixelArray) -> PixelArray:
    opacity = np.maximum(alpha, 1).astype(np.uint64)[..., None]
    whole = (color.astype(np.uint64) * 65_535 + opacity // 2) // opacity
    return np.where(alpha[..., None] == 0, 0, np.minimum(whole, 65_535)).astype(np.uint16)
