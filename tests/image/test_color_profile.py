from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms

from impasto.image.color_profile import from_srgb, srgb_profile, to_srgb
from impasto.image.picture import change_bit_depth

Noise = Callable[..., np.ndarray]


def _little_cms(image: Image.Image, profile: bytes) -> np.ndarray:
    converted = ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        "RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return np.array(converted)


def test_srgb_profile_is_valid_and_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    profile = srgb_profile()
    assert ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    srgb_profile.cache_clear()
    time.sleep(1.01)
    assert srgb_profile() == profile


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("RGB", "adobe_profile"),
        ("RGB", "prophoto_profile"),
        ("RGB", "lut_profile"),
        ("L", "gray_profile"),
        ("CMYK", "cmyk_profile"),
    ],
)
def test_8_bits_agree_with_little_cms(
    mode: str, name: str, request: pytest.FixtureRequest, noise: Noise
) -> None:
    profile = request.getfixturevalue(name)
    channels = {"L": (), "RGB": (3,), "CMYK": (4,)}[mode]
    image = Image.fromarray(noise(17, 19, *channels), mode) if mode == "CMYK" else None
    image = image or Image.fromarray(noise(17, 19, *channels))
    pixels, used = to_srgb(image, profile)
    assert used == profile
    assert np.abs(pixels.astype(int) - _little_cms(image, profile)).max() <= 1
    assert np.abs(pixels.astype(int) - np.array(image.convert("RGB"))).max() > 10


def test_grey_with_an_rgb_profile(adobe_profile: bytes, noise: Noise) -> None:
    image = Image.fromarray(noise(17, 19))
    pixels, used = to_srgb(image, adobe_profile)
    assert used == adobe_profile
    expected = _little_cms(image.convert("RGB"), adobe_profile)
    assert np.abs(pixels.astype(int) - expected).max() <= 1


def test_srgb_pixels_stay_as_they_are(noise: Noise) -> None:
    samples = noise(17, 19, 3)
    for profile in (None, srgb_profile()):
        pixels, used = to_srgb(Image.fromarray(samples), profile)
        assert (pixels == samples).all()
        assert used == profile


@pytest.mark.parametrize("name", ["adobe_profile", "prophoto_profile"])
def test_16_bits_agree_with_8(name: str, request: pytest.FixtureRequest, noise: Noise) -> None:
    profile, samples = request.getfixturevalue(name), noise(17, 19, 3)
    narrow, _ = to_srgb(Image.fromarray(samples), profile)
    wide, used = to_srgb(change_bit_depth(samples, 16), profile)
    assert used == profile
    assert wide.dtype == np.uint16
    assert np.abs(change_bit_depth(wide, 8).astype(int) - narrow).max() <= 1


def test_16_bit_grey(gray_profile: bytes, adobe_profile: bytes, noise: Noise) -> None:
    samples = noise(17, 19, 1, dtype=np.uint16)
    assert (to_srgb(samples, None)[0] == samples).all()
    for profile in (gray_profile, adobe_profile):
        narrow, _ = to_srgb(Image.fromarray(change_bit_depth(samples, 8)[..., 0]), profile)
        wide, used = to_srgb(samples, profile)
        assert used == profile
        assert wide.shape == (17, 19, 3)
        assert np.abs(wide / 257 - narrow).max() <= 2.5


def test_16_bits_with_a_lookup_table_are_converted_at_8(
    lut_profile: bytes, noise: Noise, caplog: pytest.LogCaptureFixture
) -> None:
    samples = noise(17, 19, 3)
    wide, used = to_srgb(change_bit_depth(samples, 16), lut_profile)
    narrow = _little_cms(Image.fromarray(samples), lut_profile)
    assert used == lut_profile
    assert np.abs(change_bit_depth(wide, 8).astype(int) - narrow).max() <= 1
    assert "8 bits" in caplog.text


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("damage", ["garbage", "truncated", "grey", "ink", "empty"])
def test_useless_profiles_are_ignored_with_a_warning(
    bits: int,
    damage: str,
    gray_profile: bytes,
    cmyk_profile: bytes,
    adobe_profile: bytes,
    noise: Noise,
    caplog: pytest.LogCaptureFixture,
) -> None:
    profile = {
        "garbage": b"not a profile" * 20,
        "truncated": adobe_profile[:200],
        "grey": gray_profile,
        "ink": cmyk_profile,
        "empty": b"",
    }[damage]
    samples = noise(17, 19, 3)
    color = Image.fromarray(samples) if bits == 8 else change_bit_depth(samples, 16)
    pixels, used = to_srgb(color, profile)
    assert used is None
    assert (pixels == change_bit_depth(samples, bits)).all()
    assert caplog.records[0].levelno == logging.WARNING
    assert "profile" in caplog.text


def test_cmyk_without_a_profile() -> None:
    image = Image.merge("CMYK", [Image.new("L", (16, 16), value) for value in (255, 0, 128, 51)])
    pixels, used = to_srgb(image, None)
    assert used is None
    assert np.abs(pixels[0, 0].astype(int) - (0, 204, 102)).max() <= 1


def test_lab() -> None:
    lab = ImageCms.createProfile("LAB")
    grey = Image.new("RGB", (16, 16), (119, 119, 119))
    image = ImageCms.profileToProfile(grey, ImageCms.createProfile("sRGB"), lab, outputMode="LAB")
    assert image is not None
    pixels, used = to_srgb(image, None)
    assert used is None
    assert np.abs(pixels.astype(int) - 119).max() <= 2


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("name", ["adobe_profile", "prophoto_profile"])
def test_there_and_back(
    bits: int, name: str, request: pytest.FixtureRequest, smooth: Callable[..., np.ndarray]
) -> None:
    profile, srgb = request.getfixturevalue(name), change_bit_depth(smooth(33, 47), bits)
    pixels, embedded = from_srgb(srgb, profile)
    assert embedded == profile
    assert (pixels != srgb).any()
    back, _ = to_srgb(Image.fromarray(pixels) if bits == 8 else pixels, profile)
    # 8 bits of a wide space tell fewer dark sRGB colours apart.
    difference = np.abs(back.astype(int) - srgb)
    assert difference.max() <= (10 if bits == 8 else 16)
    assert difference.mean() <= 1


def test_back_to_srgb_is_nothing(noise: Noise) -> None:
    samples = noise(17, 19, 3)
    assert from_srgb(samples, srgb_profile())[0] is samples


@pytest.mark.parametrize("name", ["gray_profile", "cmyk_profile", "lut_profile"])
def test_profiles_one_cannot_write_to(
    name: str, request: pytest.FixtureRequest, noise: Noise, caplog: pytest.LogCaptureFixture
) -> None:
    samples = noise(17, 19, 3)
    pixels, embedded = from_srgb(samples, request.getfixturevalue(name))
    assert embedded == srgb_profile()
    assert (pixels == samples).all()
    assert "profile" in caplog.text
