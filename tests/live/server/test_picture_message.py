from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image

from impasto.errors import ImageFormatError
from impasto.live.server.picture_message import (
    HEAD,
    MAGIC,
    JpegFrame,
    Kind,
    PictureMessage,
    jpeg_size,
    read_frame,
)

LIMIT = 100_000


def jpeg(size: tuple[int, int] = (48, 64), **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size[::-1], (200, 30, 60)).save(file, "JPEG", **options)
    return file.getvalue()


def message(content: bytes, **changes: Any) -> bytes:
    given = {"magic": MAGIC, "kind": 1, "number": 7, "width": 64, "height": 48, "stamp": 12.5}
    return HEAD.pack(*{**given, **changes}.values()) + content


def test_what_is_packed_is_read() -> None:
    packed = PictureMessage(
        kind=Kind.FRAME, number=7, size=(48, 64), stamp_ms=12.5, content=jpeg()
    ).pack()
    assert packed == message(jpeg())
    read = read_frame(packed, LIMIT)
    assert (read.number, read.size, read.stamp_ms) == (7, (48, 64), 12.5)
    assert read.content == jpeg()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"exif": b"Exif\0\0" + b"x" * 500}])
def test_the_size_is_read_without_decoding(options: dict[str, Any]) -> None:
    assert jpeg_size(jpeg((33, 77), **options)) == (33, 77)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        message(b""),
        message(jpeg(), magic=1),
        message(jpeg(), kind=2),
        message(jpeg(), width=65),
        message(jpeg(), stamp=float("nan")),
        message(b"\x89PNG" + b"0" * 50),
        message(jpeg()[:20]),
        message(jpeg((8, 64)), height=8),
        message(jpeg((400, 400)), height=400, width=400),
    ],
)
def test_what_is_no_frame_is_refused(bad: bytes) -> None:
    with pytest.raises(ImageFormatError):
        read_frame(bad, LIMIT)


def test_a_small_file_that_says_it_is_huge_is_never_decoded() -> None:
    content = bytearray(jpeg())
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", 60_000, 60_000)
    with pytest.raises(ImageFormatError, match="at most"):
        read_frame(message(bytes(content), width=60_000, height=60_000), LIMIT)


def test_a_frame_is_decoded_at_the_size_that_is_wanted() -> None:
    frame = JpegFrame(jpeg(), (48, 64))
    assert frame.size == (48, 64)
    for size in ((48, 64), (24, 32)):
        pixels = frame.develop(size)
        assert pixels.shape == (*size, 3)
        assert np.abs(pixels.astype(int) - (200, 30, 60)).max() <= 4


def test_what_cannot_be_decoded_is_refused() -> None:
    with pytest.raises(ImageFormatError):
        JpegFrame(jpeg()[:40], (48, 64)).develop((48, 64))
