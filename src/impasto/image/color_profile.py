"""Colour profiles: from what files embed to sRGB, and back when asked.

8-bit samples go through Little CMS, 16-bit ones through
:mod:`impasto.image.matrix_profile` where the profile allows it. The intent is relative
colorimetric with black point compensation.
"""

from __future__ import annotations

import io
import logging
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

from impasto.image.matrix_profile import (
    MatrixProfile,
    convert_samples,
    is_same_space,
    parse_matrix_profile,
)
from impasto.image.picture import PixelArray, change_bit_depth

logger = logging.getLogger(__name__)

ColorData = Image.Image | PixelArray
"""Colours as decoded: 8 bits as a Pillow image of mode L, RGB, CMYK or LAB, 16 bits as
a uint16 array of shape (H, W, 1) or (H, W, 3)."""

_SPACES = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """The sRGB profile to embed; the same bytes every time."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    midnight = bytes((0x07, 0xE9, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
    return profile[:24] + midnight + profile[36:]


def to_srgb(color: ColorData, icc_profile: bytes | None) -> tuple[PixelArray, bytes | None]:
    """Convert decoded colours to sRGB.

    A profile that is damaged, or of another colour space than the image, is ignored with
    a logged warning. CMYK without a profile is converted by ``(1 - ink) * (1 - black)``.
    16-bit colours whose profile has lookup tables are converted at 8 bits.

    Args:
        color: As decoded.
        icc_profile: The profile embedded with it.

    Returns:
        (H, W, 3) uint8 or uint16 sRGB, and the profile if it could be used.
    """
    if isinstance(color, Image.Image):
        return _image_to_srgb(color, icc_profile)
    return _samples_to_srgb(color, icc_profile)


def from_srgb(pixels: PixelArray, icc_profile: bytes) -> tuple[PixelArray, bytes]:
    """Convert sRGB pixels to an RGB profile, to be embedded with them.

    Args:
        pixels: (H, W, 3) uint8 or uint16 sRGB.
        icc_profile: The profile wanted.

    Returns:
        The pixels and the profile they are in, which is sRGB, with a logged warning, if
        the one wanted is not of RGB colours or cannot be written to.
    """
    if icc_profile[16:20] != b"RGB ":
        logger.warning("The original colour profile is not of RGB colours; sRGB is kept.")
        return pixels, srgb_profile()
    profile = parse_matrix_profile(icc_profile)
    if profile is not None and is_same_space(profile, _srgb()):
        return pixels, icc_profile
    if profile is not None and pixels.dtype == np.uint16:
        return convert_samples(pixels, _srgb(), profile), icc_profile
    image = Image.fromarray(change_bit_depth(pixels, 8))
    converted = _transform(image, srgb_profile(), icc_profile)
    if converted is None:
        return pixels, srgb_profile()
    return change_bit_depth(converted, pixels.dtype.itemsize * 8), icc_profile


def _image_to_srgb(
    image: Image.Image, icc_profile: bytes | None
) -> tuple[PixelArray, bytes | None]:
    if image.mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
        converted = _transform(image, lab, srgb_profile())
        if converted is None:
            raise ValueError("LAB colours could not be converted to sRGB")
        return converted, None
    if icc_profile is not None:
        if image.mode == "L" and icc_profile[16:20] == b"RGB ":
            image = image.convert("RGB")
        converted = _apply_profile(image, icc_profile)
        if converted is not None:
            return converted, icc_profile
    return np.array(image.convert("RGB")), None


def _apply_profile(image: Image.Image, icc_profile: bytes) -> PixelArray | None:
    """(H, W, 3) uint8 sRGB, or ``None`` with a logged warning if the profile is of no use."""
    if not _is_of_space(icc_profile, _SPACES[image.mode]):
        return None
    profile = parse_matrix_profile(icc_profile)
    if profile is not None and is_same_space(profile, _srgb()):
        return np.array(image)
    return _transform(image, icc_profile, srgb_profile())


def _samples_to_srgb(
    samples: PixelArray, icc_profile: bytes | None
) -> tuple[PixelArray, bytes | None]:
    if icc_profile is not None and samples.shape[2] == 1 and icc_profile[16:20] == b"RGB ":
        samples = np.repeat(samples, 3, axis=2)
    pixels = np.repeat(samples, 3, axis=2) if samples.shape[2] == 1 else samples
    if icc_profile is None:
        return pixels, None
    if not _is_of_space(icc_profile, b"GRAY" if samples.shape[2] == 1 else b"RGB "):
        return pixels, None
    profile = parse_matrix_profile(icc_profile)
    if profile is not None:
        same = is_same_space(profile, _srgb())
        return pixels if same else convert_samples(samples, profile, _srgb()), icc_profile
    narrow = change_bit_depth(samples, 8)
    image = Image.fromarray(narrow[..., 0] if narrow.shape[2] == 1 else narrow)
    converted = _transform(image, icc_profile, srgb_profile())
    if converted is None:
        return pixels, None
    logger.warning("The colour profile has lookup tables; colours are converted at 8 bits.")
    return change_bit_depth(converted, 16), icc_profile


def _is_of_space(icc_profile: bytes, space: bytes) -> bool:
    if icc_profile[16:20] == space:
        return True
    logger.warning(
        "The embedded colour profile is damaged or not of %s colours; it is ignored.",
        space.decode().strip(),
    )
    return False


def _transform(image: Image.Image, source: bytes, target: bytes) -> PixelArray | None:
    """The image in another colour space, or ``None`` with a logged warning."""
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(source)),
            ImageCms.ImageCmsProfile(io.BytesIO(target)),
            image.mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        converted = ImageCms.applyTransform(image, transform)
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        logger.warning("The embedded colour profile cannot be used (%s); it is ignored.", error)
        return None
    return None if converted is None else np.array(converted)


def _srgb() -> MatrixProfile:
    profile = parse_matrix_profile(srgb_profile())
    if profile is None:
        raise ValueError("Little CMS made an sRGB profile that cannot be read")
    return profile
