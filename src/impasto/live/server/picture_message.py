"""Pictures on a WebSocket: a head of numbers, then a JPEG or PNG file."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from impasto.errors import ImageFormatError
from impasto.video.camera_frame import Pixels, Size

MAGIC = 0x314C4D49
"""``IML1`` in little-endian bytes."""

HEAD = struct.Struct("<5Id")


class Kind(IntEnum):
    """What a picture is."""

    FRAME = 1
    THUMBNAIL = 2
    SNAPSHOT = 3


@dataclass(frozen=True, kw_only=True)
class PictureMessage:
    """A picture and what is known of it.

    Attributes:
        kind: What it is.
        number: Of the frame; of a thumbnail, that of the style in the list, counted from 1, and
            0 for the camera's own picture.
        size: (H, W) that it is shown in the proportions of.
        stamp_ms: When it was taken, by the clock of whoever took it.
        content: The file.
    """

    kind: Kind
    number: int
    size: Size
    stamp_ms: float
    content: bytes

    def pack(self) -> bytes:
        """As bytes: magic, kind, number, width, height (uint32), stamp (float64), the file."""
        height, width = self.size
        number = self.number & 0xFFFFFFFF
        return HEAD.pack(MAGIC, self.kind, number, width, height, self.stamp_ms) + self.content


def read_frame(message: bytes, most_pixels: int) -> PictureMessage:
    """A frame that a browser sent.

    Raises:
        ImageFormatError: if it is none, is no JPEG, or has more pixels than it may.
    """
    if len(message) <= HEAD.size:
        raise ImageFormatError(f"frame: expected a head and a JPEG, got {len(message)} bytes.")
    magic, kind, number, width, height, stamp_ms = HEAD.unpack_from(message)
    if magic != MAGIC or kind != Kind.FRAME or not math.isfinite(stamp_ms):
        raise ImageFormatError("frame: expected a message of this page, got something else.")
    content = message[HEAD.size :]
    size = jpeg_size(content)
    if size != (height, width) or height * width > most_pixels or min(size) < 16:
        raise ImageFormatError(
            f"frame: expected {height} x {width} px, at most {most_pixels:,} of them, got {size}."
        )
    return PictureMessage(
        kind=Kind.FRAME, number=number, size=size, stamp_ms=stamp_ms, content=content
    )


def jpeg_size(content: bytes) -> Size:
    """(H, W) of a JPEG file, read from its head: nothing is decoded, however large it says it is.

    Raises:
        ImageFormatError: if it is no JPEG.

    Source: ITU-T T.81, B.1.1.3 and B.2.2.
    """
    at = 2
    while content[:2] == b"\xff\xd8" and at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            return height, width
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    raise ImageFormatError("frame: expected a JPEG file, got something else.")


class JpegFrame:
    """A frame as a browser sent it, decoded when it is wanted.

    Args:
        content: A JPEG file.
        size: (H, W) as its head says.
    """

    def __init__(self, content: bytes, size: Size) -> None:
        self._content = content
        self._size = size

    @property
    def size(self) -> Size:
        """(H, W)."""
        return self._size

    def develop(self, size: Size) -> Pixels:
        """(H, W, 3) uint8 sRGB of ``size``.

        Raises:
            ImageFormatError: if it cannot be decoded.
        """
        import cv2

        buffer = np.frombuffer(self._content, np.uint8)
        pixels = cv2.imdecode(buffer, cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
        if pixels is None or pixels.shape[:2] != self._size:
            raise ImageFormatError("frame: expected a JPEG file that can be decoded.")
        if size != self._size:
            pixels = cv2.resize(pixels, size[::-1], interpolation=cv2.INTER_AREA)
        return np.asarray(pixels, np.uint8)
