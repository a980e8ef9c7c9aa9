from __future__ import annotations

import io
import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from impasto.image.color_profile import srgb_profile
from impasto.image.matrix_profile import (
    MatrixProfile,
    convert_samples,
    is_same_space,
    parse_matrix_profile,
)
from impasto.image.picture import change_bit_depth

ADOBE_TO_SRGB = np.array(
    # Linear Adobe RGB to linear sRGB, both D65: http://www.brucelindbloom.com
    [[1.39828, -0.39828, 0], [0, 1, 0], [0, -0.04293, 1.04293]]
)


def _parse(profile: bytes) -> MatrixProfile:
    parsed = parse_matrix_profile(profile)
    assert parsed is not None
    return parsed


def _curve(kind: int, *values: float) -> bytes:
    numbers = [round(value * 65_536) for value in values]
    return b"para\0\0\0\0" + struct.pack(f">HH{len(numbers)}i", kind, 0, *numbers)


def _encode_srgb(linear: np.ndarray) -> np.ndarray:
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def test_adobe_rgb_against_the_formula(adobe_profile: bytes) -> None:
    samples = np.random.default_rng(0).integers(0, 65_536, (16, 16, 3), np.uint16)
    converted = convert_samples(samples, _parse(adobe_profile), _parse(srgb_profile()))
    linear = (samples / 65_535.0) ** 2.19921875 @ ADOBE_TO_SRGB.T
    expected = _encode_srgb(linear) * 65_535
    # The primaries of a profile have four decimals, and the toe of sRGB is steep.
    assert np.abs(converted - expected).max() < 65_535 * 0.004
    assert np.abs(converted - expected).mean() < 65_535 * 0.0003


@pytest.mark.parametrize("name", ["adobe_profile", "prophoto_profile"])
def test_agrees_with_little_cms(name: str, request: pytest.FixtureRequest) -> None:
    profile = request.getfixturevalue(name)
    samples = np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)
    expected = ImageCms.profileToProfile(
        Image.fromarray(samples),
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile())),
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    wide = change_bit_depth(samples, 16)
    converted = convert_samples(wide, _parse(profile), _parse(srgb_profile()))
    difference = change_bit_depth(converted, 8).astype(int) - np.array(expected)
    assert np.abs(difference).max() <= 1


def test_16_bits_are_not_narrowed(adobe_profile: bytes) -> None:
    ramp = np.arange(0, 65_536, 16, dtype=np.uint16).reshape(1, -1, 1).repeat(3, axis=2)
    converted = convert_samples(ramp, _parse(adobe_profile), _parse(srgb_profile()))
    assert len(np.unique(converted[..., 1])) > 4000


def test_there_and_back(adobe_profile: bytes) -> None:
    samples = np.random.default_rng(2).integers(0, 65_536, (70, 5, 3), np.uint16)
    adobe, srgb = _parse(adobe_profile), _parse(srgb_profile())
    back = convert_samples(convert_samples(samples, srgb, adobe), adobe, srgb)
    assert np.abs(back.astype(int) - samples).max() <= 12


def test_grey_becomes_neutral(gray_profile: bytes) -> None:
    samples = np.arange(65_536, dtype=np.uint16).reshape(256, 256, 1)
    converted = convert_samples(samples, _parse(gray_profile), _parse(srgb_profile()))
    expected = _encode_srgb((samples[..., 0] / 65_535.0) ** (461 / 256)) * 65_535
    assert (converted[..., 0] == converted[..., 2]).all()
    assert np.abs(converted[..., 0] - expected).max() < 32


def test_same_space(adobe_profile: bytes, gray_profile: bytes) -> None:
    srgb, adobe = _parse(srgb_profile()), _parse(adobe_profile)
    assert is_same_space(srgb, srgb)
    assert not is_same_space(adobe, srgb)
    assert not is_same_space(_parse(gray_profile), srgb)


@pytest.mark.parametrize(
    ("curve", "formula"),
    [
        (_curve(0, 2.0), lambda x: x**2),
        (_curve(1, 2.0, 2.0, -1.0), lambda x: np.where(x >= 0.5, (2 * x - 1) ** 2, 0)),
        (_curve(2, 2.0, 1.0, -0.5, 0.25), lambda x: np.where(x >= 0.5, (x - 0.5) ** 2, 0) + 0.25),
        (_curve(3, 2.0, 1.0, 0.0, 0.5, 0.5), lambda x: np.where(x >= 0.5, x**2, x / 2)),
        (
            _curve(4, 2.0, 1.0, 0.0, 0.5, 0.5, 0.125, 0.0625),
            lambda x: np.where(x >= 0.5, x**2 + 0.125, x / 2 + 0.0625),
        ),
        (b"curv\0\0\0\0\0\0\0\0", lambda x: x),
        (b"curv\0\0\0\0" + struct.pack(">IH", 1, 512), lambda x: x**2),
        (b"curv\0\0\0\0" + struct.pack(">I2H", 2, 0, 65_535), lambda x: x),
        (
            b"curv\0\0\0\0" + struct.pack(">I3H", 3, 0, 0, 65_535),
            lambda x: np.clip(2 * x - 1, 0, 1),
        ),
    ],
)
def test_curves(
    curve: bytes,
    formula: Callable[[np.ndarray], np.ndarray],
    make_profile: Callable[..., bytes],
) -> None:
    expected = np.clip(formula(np.linspace(0, 1, 65_536)), 0, 1)
    assert np.allclose(_parse(make_profile(curve)).curves, expected, atol=1e-4)


@pytest.mark.parametrize(
    "curve",
    [
        b"none",
        b"curv\0\0\0\0" + struct.pack(">I3H", 3, 0, 65_535, 0),
        b"curv\0\0\0\0" + struct.pack(">I", 2**31),
        _curve(1, 2.0, 0.0, 1.0),
        _curve(0, -2.0),
        _curve(9, 2.0),
    ],
)
def test_curves_that_make_no_sense(curve: bytes, make_profile: Callable[..., bytes]) -> None:
    assert parse_matrix_profile(make_profile(curve)) is None


def test_other_kinds_of_profile(lut_profile: bytes, cmyk_profile: bytes) -> None:
    assert parse_matrix_profile(lut_profile) is None
    assert parse_matrix_profile(cmyk_profile) is None


@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_damaged_profiles_never_fail(data: st.DataObject) -> None:
    profile = bytearray(srgb_profile())
    for _ in range(data.draw(st.integers(0, 20))):
        profile[data.draw(st.integers(0, len(profile) - 1))] = data.draw(st.integers(0, 255))
    parse_matrix_profile(bytes(profile[: data.draw(st.integers(0, len(profile)))]))
