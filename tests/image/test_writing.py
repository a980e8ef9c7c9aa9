from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from impasto.errors import OptionError, OutputError
from impasto.image.color_profile import srgb_profile
from impasto.image.exif_block import ExifBlock, ExifField, pack_exif, parse_exif
from impasto.image.file_format import OUTPUT_FORMATS
from impasto.image.picture import ImageMetadata, Picture, change_bit_depth
from impasto.image.writing import Encoding, write_picture

Noise = Callable[..., np.ndarray]
EXIF = pack_exif(ExifBlock(root={0x010F: ExifField(kind=2, data="Müller\0".encode())}))


def _encoding(name: str, **changes: Any) -> Encoding:
    defaults: dict[str, Any] = {
        "output": OUTPUT_FORMATS[name],
        "quality": 95,
        "bit_depth": 8,
        "keep_metadata": True,
        "keep_profile": False,
        "image_text": {},
    }
    return Encoding(**(defaults | changes))


def _write(picture: Picture, name: str, **changes: Any) -> bytes:
    file = io.BytesIO()
    write_picture(picture, file, _encoding(name, **changes))
    return file.getvalue()


def _open(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("size", [(16, 16), (33, 47)])
def test_lossless_formats(name: str, alpha: bool, size: tuple[int, int], noise: Noise) -> None:
    picture = Picture(pixels=noise(*size, 3), alpha=noise(*size, seed=1) if alpha else None)
    image = _open(_write(picture, name))
    assert image.mode == ("RGBA" if alpha else "RGB")
    assert (np.array(image.convert("RGB")) == picture.pixels).all()
    if alpha:
        assert (np.array(image)[..., 3] == picture.alpha).all()


def test_tiff_16_bits(noise: Noise) -> None:
    samples = noise(33, 47, 4, dtype=np.uint16)
    picture = Picture(pixels=samples[..., :3], alpha=samples[..., 3])
    content = _write(picture, "TIFF", bit_depth=16)
    assert (tifffile.imread(io.BytesIO(content)) == samples).all()


def test_webp_keeps_alpha_exactly_and_hidden_colours_nearly(
    smooth: Callable[..., np.ndarray], noise: Noise
) -> None:
    alpha = noise(33, 47) // 128 * 255
    image = _open(_write(Picture(pixels=smooth(33, 47), alpha=alpha), "WEBP"))
    assert (np.array(image)[..., 3] == alpha).all()
    assert np.abs(np.array(image)[..., :3].astype(int) - smooth(33, 47)).mean() < 4


@pytest.mark.parametrize("name", ["JPEG", "WEBP"])
def test_quality(name: str, smooth: Callable[..., np.ndarray], noise: Noise) -> None:
    noisy = (smooth(65, 97).astype(int) + noise(65, 97, 3) % 20).astype(np.uint8)
    picture = Picture(pixels=noisy)
    sizes, errors = [], []
    for quality in (30, 80, 95):
        content = _write(picture, name, quality=quality)
        sizes.append(len(content))
        errors.append(np.abs(np.array(_open(content)).astype(int) - picture.pixels).mean())
    assert sizes == sorted(sizes)
    assert errors == sorted(errors, reverse=True)


def test_high_quality_jpeg_keeps_colours_at_full_resolution() -> None:
    stripes = np.zeros((32, 32, 3), np.uint8)
    stripes[:, ::2, 0] = stripes[:, 1::2, 2] = 255
    picture = Picture(pixels=stripes)
    fine, coarse = (np.array(_open(_write(picture, "JPEG", quality=q))) for q in (95, 80))
    assert np.abs(fine.astype(int) - stripes).mean() < 5
    assert np.abs(coarse.astype(int) - stripes).mean() > 50


@pytest.mark.parametrize("bits", [8, 16])
def test_jpeg_lays_transparent_pictures_on_white(
    bits: int, caplog: pytest.LogCaptureFixture
) -> None:
    alpha = np.repeat(np.array([0, 128, 255], np.uint8), 16)[None].repeat(32, axis=0)
    pixels = np.full((32, 48, 3), 40, np.uint8)
    picture = Picture(pixels=change_bit_depth(pixels, bits), alpha=change_bit_depth(alpha, bits))
    result = np.array(_open(_write(picture, "JPEG"))).astype(int)
    assert caplog.records[0].levelno == logging.WARNING
    for column, expected in ((4, 255), (24, 147), (44, 40)):
        assert np.abs(result[:, column] - expected).max() <= 3


def test_16_bits_are_rounded_where_there_are_8(noise: Noise) -> None:
    wide = noise(33, 47, 3, dtype=np.uint16)
    image = _open(_write(Picture(pixels=wide), "PNG", bit_depth=8))
    assert (np.array(image) == np.rint(wide / 257)).all()


def test_8_bits_are_widened_when_asked(noise: Noise) -> None:
    pixels = noise(33, 47, 3)
    content = _write(Picture(pixels=pixels), "TIFF", bit_depth=16)
    assert (tifffile.imread(io.BytesIO(content)) == pixels.astype(np.uint16) * 257).all()


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("name", OUTPUT_FORMATS)
def test_metadata_is_written(name: str, bits: int, noise: Noise) -> None:
    if bits == 16 and not OUTPUT_FORMATS[name].holds_16_bit:
        pytest.skip("holds 8 bits")
    metadata = ImageMetadata(exif=EXIF, xmp=b"<x:xmpmeta/>", dpi=(300, 300))
    picture = Picture(pixels=change_bit_depth(noise(33, 47, 3), bits), metadata=metadata)
    image = _open(_write(picture, name, bit_depth=bits))
    assert image.info["xmp"] == b"<x:xmpmeta/>"
    if name != "WEBP":
        assert [round(float(value)) for value in image.info["dpi"]] == [300, 300]
    if name == "TIFF":
        assert image.getexif()[0x010F] == "Müller".encode().decode("latin-1")
    else:
        assert parse_exif(image.info["exif"]) == parse_exif(EXIF)


@pytest.mark.parametrize("name", OUTPUT_FORMATS)
def test_metadata_is_left_out_when_asked(name: str, noise: Noise, adobe_profile: bytes) -> None:
    metadata = ImageMetadata(
        exif=EXIF, xmp=b"<xmp/>", dpi=(300, 300), text={"a": "b"}, icc_profile=adobe_profile
    )
    picture = Picture(pixels=noise(33, 47, 3), metadata=metadata)
    content = _write(picture, name, keep_metadata=False, image_text={"kept": "yes"})
    image = _open(content)
    assert "Müller".encode() not in content
    assert "xmp" not in image.info
    assert b"kept" in content
    assert image.info["icc_profile"] == srgb_profile()


@pytest.mark.parametrize("name", OUTPUT_FORMATS)
def test_no_profile_without_one_in_the_original(name: str, noise: Noise) -> None:
    assert "icc_profile" not in _open(_write(Picture(pixels=noise(33, 47, 3)), name)).info


@pytest.mark.parametrize("name", OUTPUT_FORMATS)
def test_original_profile(
    name: str, adobe_profile: bytes, smooth: Callable[..., np.ndarray]
) -> None:
    metadata = ImageMetadata(icc_profile=adobe_profile)
    picture = Picture(pixels=smooth(33, 47), metadata=metadata)
    image = _open(_write(picture, name, keep_profile=True))
    assert image.info["icc_profile"] == adobe_profile
    back = ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(io.BytesIO(adobe_profile)),
        ImageCms.createProfile("sRGB"),
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    assert np.abs(np.array(back).astype(int) - picture.pixels).mean() < 2
    assert np.abs(np.array(image).astype(int) - picture.pixels).mean() > 2


def test_png_text(noise: Noise) -> None:
    metadata = ImageMetadata(text={"Comment": "old", "bad\nname": "left out", "Title": "Gemälde"})
    picture = Picture(pixels=noise(33, 47, 3), metadata=metadata)
    image = _open(_write(picture, "PNG", image_text={"Comment": "new"}))
    assert image.text == {"Comment": "new", "Title": "Gemälde"}  # type: ignore[attr-defined]


def test_jpeg_comment(noise: Noise) -> None:
    picture = Picture(pixels=noise(33, 47, 3), metadata=ImageMetadata(text={"Comment": "Öl"}))
    image = _open(_write(picture, "JPEG"))
    assert image.info["comment"] == "Öl".encode()
    assert "exif" not in image.info


@pytest.mark.parametrize(
    "text", [{"": "x"}, {"a" * 80: "x"}, {"日本": "x"}, {"a\n": "x"}, {"a": "nul\0"}, {"a": 1}]
)
def test_refuses_text_no_format_can_hold(text: dict[str, str]) -> None:
    with pytest.raises(OptionError, match="image_text"):
        _encoding("PNG", image_text=text)


@pytest.mark.parametrize("quality", [0, 101, -5])
def test_refuses_other_qualities(quality: int) -> None:
    with pytest.raises(OptionError, match="1 to 100"):
        _encoding("JPEG", quality=quality)


def test_metadata_too_long_for_jpeg_is_left_out(
    noise: Noise, caplog: pytest.LogCaptureFixture
) -> None:
    long = ExifBlock(root={0x010F: ExifField(kind=2, data=b"x" * 70_000)})
    metadata = ImageMetadata(
        exif=pack_exif(long), xmp=b"x" * 70_000, text={"Comment": "x" * 70_000}
    )
    image = _open(_write(Picture(pixels=noise(33, 47, 3), metadata=metadata), "JPEG"))
    assert not {"exif", "xmp", "comment"} & set(image.info)
    assert len(caplog.records) == 3


def test_text_too_long_for_jpeg_does_not_cost_the_exif(
    noise: Noise, caplog: pytest.LogCaptureFixture
) -> None:
    picture = Picture(pixels=noise(33, 47, 3), metadata=ImageMetadata(exif=EXIF))
    image = _open(_write(picture, "JPEG", image_text={"settings": "x" * 70_000}))
    assert parse_exif(image.info["exif"]) == parse_exif(EXIF)
    assert "left out" in caplog.text


@pytest.mark.parametrize("name", ["WEBP", "TIFF"])
def test_metadata_that_cannot_be_written_is_an_output_error(name: str, noise: Noise) -> None:
    metadata = ImageMetadata(exif=b"not exif", text={"a": "b"})
    with pytest.raises(OutputError, match="keep_metadata=False"):
        _write(Picture(pixels=noise(33, 47, 3), metadata=metadata), name)
