"""Boxes of a picture as small files: JPEG for what is shown, PNG for masks."""

from __future__ import annotations

import struct

import numpy as np

from impasto.errors import OptionError
from impasto.studio.box import Box, Pixels
from impasto.studio.mask import Mask

PATCH_MAGIC = 0x31504D49
"""``IMP1`` in little-endian bytes."""

PATCH_QUALITY = 90
FINE_PIXELS = 400_000
"""Patches of more pixels have colours at half resolution: half the time at both ends."""

_PATCH_HEAD = struct.Struct("<7I")


def encode_patch(pixels: Pixels, box: Box, *, scale: int, revision: int) -> bytes:
    """A box of the painted picture as one message of the WebSocket.

    Args:
        pixels: (h, w, 3) uint8 at the scale, as :func:`reduce_box` gives them.
        box: Where it lies, in pixels of the document.
        scale: By how much it is reduced.
        revision: Of the document.
    """
    edges = (box.left, box.top, box.right, box.bottom)
    head = _PATCH_HEAD.pack(PATCH_MAGIC, revision & 0xFFFFFFFF, scale, *edges)
    fine = pixels.shape[0] * pixels.shape[1] <= FINE_PIXELS
    return head + encode_jpeg(pixels, PATCH_QUALITY, fine_colors=fine)


def encode_jpeg(pixels: Pixels, quality: int, *, fine_colors: bool = True) -> bytes:
    """Pixels (h, w, 3) uint8 sRGB as a JPEG file, colours at full resolution or at half of it."""
    import cv2

    sampling = (
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
        if fine_colors
        else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420
    )
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), options)
    return encoded.tobytes()


def encode_mask_image(mask: Mask, scale: int) -> bytes:
    """A mask's box as a PNG: white, as opaque as the mask.

    Raises:
        OptionError: if the mask is empty.
    """
    import cv2

    if mask.box.is_empty:
        raise OptionError("mask: expected pixels to show, got an empty mask.")
    alpha = reduce(mask.values, scale)
    image = np.full((*alpha.shape, 4), 255, np.uint8)
    image[..., 3] = alpha
    _, encoded = cv2.imencode(".png", image)
    return encoded.tobytes()


def reduce(pixels: Pixels, scale: int) -> Pixels:
    """Means of ``scale`` x ``scale`` pixels; a new array.

    At the right and the bottom, where fewer are left, the outermost are repeated.

    Args:
        pixels: (h, w) or (h, w, 3) uint8.
        scale: 1 for a copy.

    Returns:
        uint8 of ceil(h / scale) x ceil(w / scale).
    """
    import cv2

    if scale == 1:
        return np.array(pixels)
    height, width = pixels.shape[:2]
    below, right = -height % scale, -width % scale
    if below or right:
        pixels = np.asarray(
            cv2.copyMakeBorder(pixels, 0, below, 0, right, cv2.BORDER_REPLICATE), np.uint8
        )
    size = ((width + right) // scale, (height + below) // scale)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def shrink(pixels: Pixels, longest_side_px: int) -> Pixels:
    """A picture at most that large; a new array."""
    import cv2

    height, width = pixels.shape[:2]
    factor = min(1.0, longest_side_px / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def encode_png(pixels: Pixels) -> bytes:
    """Pixels (h, w, 3) uint8 sRGB as a PNG file."""
    import cv2

    _, encoded = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    return encoded.tobytes()
