from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from impasto.image import deep_png
from impasto.image.deep_png import decode_deep_png, encode_deep_png, is_deep_png

Noise = Callable[..., np.ndarray]
TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
ADAM7 = (
    (0, 0, 8, 8),
    (0, 4, 8, 8),
    (4, 0, 8, 4),
    (0, 2, 4, 4),
    (2, 0, 4, 2),
    (0, 1, 2, 2),
    (1, 0, 2, 1),
)


def _template(**options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (1, 1)).save(buffer, "PNG", **options)
    return buffer.getvalue()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _filter_slowly(samples: np.ndarray, kinds: list[int]) -> bytes:
    """The specification's filters, byte by byte."""
    step = samples.shape[2] * 2
    lines = samples.astype(">u2").reshape(samples.shape[0], -1).view(np.uint8).astype(int)
    above = np.zeros(lines.shape[1], int)
    filtered = b""
    for line, kind in zip(lines, kinds, strict=True):
        out = []
        for at, value in enumerate(line):
            a = line[at - step] if at >= step else 0
            b, c = above[at], above[at - step] if at >= step else 0
            p = a + b - c
            paeth = min((a, b, c), key=lambda near: abs(p - near))
            out.append((value - (0, a, b, (a + b) // 2, paeth)[kind]) % 256)
        filtered += bytes([kind, *out])
        above = line
    return filtered


def _png(
    samples: np.ndarray, data: bytes, *, interlaced: bool = False, extra: bytes = b""
) -> bytes:
    height, width, channels = samples.shape
    header = struct.pack(">IIBBBBB", width, height, 16, TYPES[channels], 0, 0, interlaced)
    body = zlib.compress(data)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + extra
        + _chunk(b"IDAT", body[:50])
        + _chunk(b"IDAT", body[50:])
        + _chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("band", [4, 1024])
def test_round_trip(
    channels: int, band: int, noise: Noise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deep_png, "_BAND_ROWS", band)
    samples = noise(17, 31, channels, dtype=np.uint16)
    content = encode_deep_png(samples, _template())
    assert (decode_deep_png(content) == samples).all()


@pytest.mark.parametrize("channels", [3, 4])
def test_pillow_reads_what_is_written(channels: int, noise: Noise) -> None:
    samples = noise(17, 31, channels, dtype=np.uint16)
    content = encode_deep_png(
        samples, _template(dpi=(300, 300), exif=b"Exif\0\0II*\0\x08\0\0\0\0\0")
    )
    with Image.open(io.BytesIO(content)) as image:
        assert (np.array(image) == samples >> 8).all()
        assert round(image.info["dpi"][0]) == 300
        assert image.info["exif"]
    with Image.open(io.BytesIO(content)) as image:
        image.verify()


def test_grey_is_read_by_pillow_at_full_precision(noise: Noise) -> None:
    samples = noise(17, 31, 1, dtype=np.uint16)
    content = encode_deep_png(samples, _template())
    assert not is_deep_png(content)
    with Image.open(io.BytesIO(content)) as image:
        assert (np.array(image) == samples[..., 0]).all()


@settings(deadline=None, max_examples=40)
@given(
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    channels=st.integers(1, 4),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_filter(height: int, width: int, channels: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    samples = random.integers(0, 65_536, (height, width, channels), np.uint16)
    kinds = random.integers(0, 5, height).tolist()
    assert (decode_deep_png(_png(samples, _filter_slowly(samples, kinds))) == samples).all()


@pytest.mark.parametrize("size", [(17, 19), (1, 1), (2, 9), (9, 2)])
def test_interlaced(size: tuple[int, int], noise: Noise) -> None:
    samples = noise(*size, 3, dtype=np.uint16)
    data = b""
    for top, left, down, across in ADAM7:
        part = samples[top::down, left::across]
        if part.size:
            data += _filter_slowly(part, [kind % 5 for kind in range(len(part))])
    content = _png(samples, data, interlaced=True)
    assert is_deep_png(content)
    assert (decode_deep_png(content) == samples).all()
    with Image.open(io.BytesIO(content)) as image:
        assert (np.array(image) == samples >> 8).all()


def test_a_hidden_colour_becomes_transparent(noise: Noise) -> None:
    samples = noise(17, 19, 3, dtype=np.uint16)
    samples[3:5] = (1, 2, 3)
    samples[5] = (1, 2, 259)
    hidden = _chunk(b"tRNS", struct.pack(">3H", 1, 2, 3))
    decoded = decode_deep_png(_png(samples, _filter_slowly(samples, [0] * 17), extra=hidden))
    assert decoded.shape == (17, 19, 4)
    assert (decoded[..., :3] == samples).all()
    assert (decoded[3:5, :, 3] == 0).all()
    assert (decoded[5:, :, 3] == 65_535).all()


def test_missing_rows_are_an_error(noise: Noise) -> None:
    samples = noise(17, 19, 3, dtype=np.uint16)
    content = _png(samples, _filter_slowly(samples[:16], [0] * 16))
    with pytest.raises(ValueError, match="reshape"):
        decode_deep_png(content)


def test_more_rows_than_declared_are_not_even_decompressed(noise: Noise) -> None:
    samples = noise(17, 19, 3, dtype=np.uint16)
    content = _png(samples, _filter_slowly(samples, [0] * 17) + bytes(10_000_000))
    assert (decode_deep_png(content) == samples).all()


def test_8_bits_are_not_deep() -> None:
    assert not is_deep_png(_template())
