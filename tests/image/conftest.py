"""Colour profiles and pictures built from scratch, for the tests of this folder."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

ADOBE_RGB = ((0.60974, 0.20528, 0.14919), (0.31111, 0.62567, 0.06322), (0.01947, 0.06087, 0.74457))
PROPHOTO_RGB = ((0.79767, 0.13519, 0.03134), (0.28804, 0.71187, 0.00009), (0.0, 0.0, 0.82521))
D50 = (0.9642, 1.0, 0.8249)


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65_536)) for value in values)


def _icc(space: bytes, connection: bytes, kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    tags = {b"wtpt": b"XYZ \0\0\0\0" + _fixed(*D50), **tags}
    offset = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        data = data + b"\0" * (-len(data) % 4)
        table += struct.pack(">4sII", name, offset + len(body), len(data))
        body += data
    header = struct.pack(">I4sI4s4s4s", 0, b"\0" * 4, 0x02400000, kind, space, connection)
    header += struct.pack(">6H", 2025, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28
    header += _fixed(*D50)
    profile = header.ljust(128, b"\0") + table + body
    return struct.pack(">I", len(profile)) + profile[4:]


def _curve(gamma: float | None, table: list[int] | None = None) -> bytes:
    if table is not None:
        return b"curv\0\0\0\0" + struct.pack(f">I{len(table)}H", len(table), *table)
    if gamma is None:
        return b"curv\0\0\0\0" + struct.pack(">I", 0)
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))


def build_rgb_profile(matrix: Any = ADOBE_RGB, curve: bytes | None = None) -> bytes:
    columns = np.array(matrix).T
    curve = curve or _curve(2.19921875)
    tags = {
        name: b"XYZ \0\0\0\0" + _fixed(*column)
        for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)
    }
    tags |= {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    return _icc(b"RGB ", b"XYZ ", b"mntr", tags)


def build_gray_profile(curve: bytes | None = None) -> bytes:
    return _icc(b"GRAY", b"XYZ ", b"mntr", {b"kTRC": curve or _curve(1.8)})


def build_cmyk_profile() -> bytes:
    """A lookup table profile whose inks are lighter and warmer than the naive ones."""
    nodes = []
    for node in range(16):
        c, m, y, k = ((node >> shift) & 1 for shift in (3, 2, 1, 0))
        lightness = 100 * (1 - 0.4 * c) * (1 - 0.45 * m) * (1 - 0.1 * y) * (1 - 0.9 * k)
        a = (-35 * c + 70 * m) * (1 - k) + 2
        b = (-45 * c + 85 * y) * (1 - k) + 4
        nodes += [round(lightness * 2.55), round(a + 128), round(b + 128)]
    identity = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    table += identity * 4 + bytes(nodes) + identity * 3
    return _icc(b"CMYK", b"Lab ", b"prtr", {b"A2B0": table})


def build_lut_rgb_profile() -> bytes:
    """An RGB profile with a lookup table instead of a matrix."""
    nodes = []
    for node in range(8):
        r, g, b = ((node >> shift) & 1 for shift in (2, 1, 0))
        nodes += [
            round(255 * (0.3 * r + 0.6 * g + 0.1 * b)),
            128 + 40 * (r - g),
            128 + 40 * (g - b),
        ]
    identity = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes((3, 3, 2, 0)) + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    table += identity * 3 + bytes(nodes) + identity * 3
    return _icc(b"RGB ", b"Lab ", b"scnr", {b"A2B0": table})


@pytest.fixture(scope="session")
def adobe_profile() -> bytes:
    return build_rgb_profile()


@pytest.fixture(scope="session")
def prophoto_profile() -> bytes:
    return build_rgb_profile(PROPHOTO_RGB, _curve(1.8))


@pytest.fixture(scope="session")
def gray_profile() -> bytes:
    return build_gray_profile()


@pytest.fixture(scope="session")
def cmyk_profile() -> bytes:
    return build_cmyk_profile()


@pytest.fixture(scope="session")
def lut_profile() -> bytes:
    return build_lut_rgb_profile()


@pytest.fixture(scope="session")
def make_profile() -> Callable[..., bytes]:
    """RGB profile from a curve tag, primaries of Adobe RGB."""
    return lambda curve: build_rgb_profile(ADOBE_RGB, curve)


@pytest.fixture
def noise() -> Callable[..., np.ndarray]:
    """Random samples of a shape and dtype, the same in every run."""

    def make(*shape: int, dtype: Any = np.uint8, seed: int = 0) -> np.ndarray:
        highest = np.iinfo(dtype).max
        return np.random.default_rng(seed).integers(0, highest, shape, dtype, endpoint=True)

    return make


@pytest.fixture
def smooth() -> Callable[..., np.ndarray]:
    """(H, W, 3) uint8 gradients that lossy formats keep well."""

    def make(height: int, width: int) -> np.ndarray:
        y, x = np.mgrid[:height, :width]
        planes = (x * 200 / width + 20, y * 200 / height + 20, (x + y) * 200 / (height + width))
        return np.stack(planes, axis=-1).astype(np.uint8)

    return make


@pytest.fixture
def encode() -> Callable[..., bytes]:
    """The bytes Pillow writes for an image."""

    def make(image: Image.Image, name: str, **options: Any) -> bytes:
        buffer = io.BytesIO()
        image.save(buffer, name, **options)
        return buffer.getvalue()

    return make
