"""ICC profiles made of curves and a matrix, computed at 16 bits.

Little CMS, as Pillow offers it, converts 8-bit samples only. The working spaces of
photographers (sRGB, Adobe RGB, Display P3, ProPhoto RGB, grey gammas) are all of the kind
read here, which takes no more than a table per channel and a matrix.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from impasto.image.picture import PixelArray

_LEVELS = 65_536
_BLOCK_ROWS = 64

_FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class MatrixProfile:
    """How the samples of a colour space become light.

    Attributes:
        curves: (C, 65536) float64, from sample to linear light in [0, 1]; C is 3 for RGB
            and 1 for grey.
        matrix: (3, 3) float64, from linear RGB to CIE XYZ under D50; ``None`` for grey.
    """

    curves: _FloatArray
    matrix: _FloatArray | None


@lru_cache(maxsize=8)
def parse_matrix_profile(icc_profile: bytes) -> MatrixProfile | None:
    """Read a profile, if it is made of curves and a matrix and nothing more.

    Args:
        icc_profile: The profile as files embed it.

    Returns:
        ``None`` for profiles with lookup tables, for other colour spaces than RGB and
        grey, and for damaged ones.

    Source:
        ICC.1:2022, sections 8.3 to 8.6, 10.6 (curveType), 10.18 (parametricCurveType).
    """
    try:
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            return _parse(icc_profile)
    except (LookupError, ArithmeticError, ValueError, struct.error):
        return None


def convert_samples(
    samples: PixelArray, source: MatrixProfile, target: MatrixProfile
) -> PixelArray:
    """Convert between colour spaces, relative to white; what does not fit is clipped.

    Args:
        samples: (H, W, C) uint16, C as the source has it.
        source: The colour space of ``samples``, RGB or grey.
        target: The colour space wanted, RGB.

    Returns:
        (H, W, 3) uint16, rounded.
    """
    converted = np.empty((*samples.shape[:2], 3), np.uint16)
    for top in range(0, samples.shape[0], _BLOCK_ROWS):
        rows = slice(top, top + _BLOCK_ROWS)
        converted[rows] = _convert_block(samples[rows], source, target)
    return converted


def is_same_space(one: MatrixProfile, other: MatrixProfile) -> bool:
    """Whether the difference between two RGB colour spaces is lost in rounding to 8 bits."""
    if one.matrix is None or other.matrix is None:
        return False
    levels = np.linspace(0, _LEVELS - 1, 18).astype(np.uint16)
    grid = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(1, -1, 3)
    difference = convert_samples(grid, one, other).astype(np.int32) - grid
    return int(np.abs(difference).max()) < 257


def _convert_block(samples: PixelArray, source: MatrixProfile, target: MatrixProfile) -> PixelArray:
    channels = samples.shape[2]
    light = np.stack([source.curves[c][samples[..., c]] for c in range(channels)], axis=-1)
    if source.matrix is None or target.matrix is None:
        light = np.repeat(light, 3, axis=-1)
    else:
        light = light @ (np.linalg.inv(target.matrix) @ source.matrix).T
    positions = np.arange(_LEVELS)
    encoded = [np.interp(light[..., c], target.curves[c], positions) for c in range(3)]
    rounded: PixelArray = np.rint(np.stack(encoded, axis=-1)).astype(np.uint16)
    return rounded


def _parse(icc_profile: bytes) -> MatrixProfile | None:
    tags = _read_tags(icc_profile)
    space, connection = icc_profile[16:20], icc_profile[20:24]
    if connection != b"XYZ " or b"A2B0" in tags or b"A2B1" in tags:
        return None
    if space == b"GRAY":
        return MatrixProfile(curves=_read_curve(tags[b"kTRC"])[None], matrix=None)
    if space != b"RGB ":
        return None
    matrix = np.stack([_read_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")], axis=1)
    if abs(np.linalg.det(matrix)) < 1e-6:
        return None
    curves = [_read_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")]
    return MatrixProfile(curves=np.stack(curves), matrix=matrix)


def _read_tags(icc_profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", icc_profile, 128)
    entries = (struct.unpack_from(">4sII", icc_profile, 132 + 12 * n) for n in range(count))
    return {name: icc_profile[start : start + size] for name, start, size in entries}


def _read_xyz(tag: bytes) -> _FloatArray:
    return np.array(struct.unpack_from(">3i", tag, 8)) / 65_536


def _read_curve(tag: bytes) -> _FloatArray:
    """(65536,): the curve sampled at every 16-bit level."""
    levels: _FloatArray = np.linspace(0, 1, _LEVELS)
    if tag[:4] == b"para":
        return np.clip(_parametric_curve(tag, levels), 0, 1)
    if tag[:4] != b"curv":
        raise ValueError(tag[:4])
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return levels
    table = np.array(struct.unpack_from(f">{count}H", tag, 12), np.float64)
    if count == 1:
        levels **= table[0] / 256
        return levels
    if np.any(np.diff(table) < 0):
        raise ValueError("the curve is not monotonic")
    return np.interp(levels, np.linspace(0, 1, count), table / 65_535)


def _parametric_curve(tag: bytes, x: _FloatArray) -> _FloatArray:
    (kind,) = struct.unpack_from(">H", tag, 8)
    count = (1, 3, 4, 5, 7)[kind]
    values = [value / 65_536 for value in struct.unpack_from(f">{count}i", tag, 12)]
    gamma, a, b, c, d, e, f = values + [0.0] * (7 - count)
    curve: _FloatArray
    if kind == 0:
        curve = np.power(x, gamma)
        return curve
    power = np.power(np.maximum(a * x + b, 0), gamma)
    if kind <= 2:
        curve = np.where(x >= -b / a, power + c, c)
    else:
        curve = np.where(x >= d, power + e, c * x + f)
    return curve
