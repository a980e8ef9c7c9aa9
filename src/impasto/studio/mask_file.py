"""Masks as PNG files: grey, 8 bits, cropped to what is not zero."""

from __future__ import annotations

import struct

import numpy as np

from impasto.errors import ProjectError
from impasto.studio.box import Box
from impasto.studio.mask import Mask, place_mask

_HEADER = struct.Struct(">8s4x4sIIBB")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def encode_mask(mask: Mask) -> bytes:
    """The mask's values as a PNG file; nothing for an empty mask."""
    import cv2

    if mask.box.is_empty:
        return b""
    _, encoded = cv2.imencode(".png", mask.values)
    return encoded.tobytes()


def decode_mask(content: bytes, box: Box, size: tuple[int, int], digest: str) -> Mask:
    """The mask that :func:`encode_mask` wrote.

    Args:
        content: The file.
        box: Where its values lie; the file is decoded only if it has that size.
        size: (H, W) of the photograph.
        digest: The mask's digest.

    Raises:
        ProjectError: if the content is no such file, or not that of this mask.
    """
    values = np.zeros((0, 0), np.uint8) if box.is_empty else _decode(content, box.size)
    mask = place_mask(values, box, size)
    if mask.digest != digest:
        raise ProjectError(
            f"expected the mask with digest {digest[:12]}…, got {mask.digest[:12]}…; it was "
            "changed or damaged: take an earlier copy of the file."
        )
    return mask


def _decode(
    content: bytes, expected: tuple[int, int]
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    import cv2

    if len(content) < _HEADER.size:
        raise ProjectError("expected a mask as PNG, got a file that is cut short.")
    signature, chunk, width, height, depth, color = _HEADER.unpack_from(content)
    if (signature, chunk) != (_SIGNATURE, b"IHDR"):
        raise ProjectError("expected a mask as PNG, got a file of another kind.")
    if ((height, width), depth, color) != (expected, 8, 0):
        raise ProjectError(
            f"expected a grey mask of {expected} with 8 bits, got {(height, width)} with "
            f"{depth} bits and colour type {color}."
        )
    try:
        values = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise ProjectError(f"expected a mask as PNG, but it is damaged: {error}.") from error
    if values is None or values.shape != expected or values.dtype != np.uint8:
        raise ProjectError("expected a mask as PNG, but it is damaged.")
    return np.asarray(values, np.uint8)
