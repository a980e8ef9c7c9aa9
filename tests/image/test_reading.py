from __future__ import annotations

import contextlib
import io
import struct
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps

from impasto.errors import ImageFormatError, ImageSizeError, ImpastoError, MemoryLimitError
from impasto.image import reading
from impasto.image.file_format import recognise_format
from impasto.image.picture import Picture
from impasto.image.reading import SizeLimits, read_picture

Noise = Callable[..., np.ndarray]
Encode = Callable[..., bytes]

LIMITS = SizeLimits(max_pixels=10_000_000, min_side=16)
LOSSLESS: dict[str, dict[str, Any]] = {
    "PNG": {},
    "TIFF": {"compression": "tiff_lzw"},
    "BMP": {},
    "WEBP": {"lossless": True},
    "GIF": {},
}
LOSSY: dict[str, dict[str, Any]] = {"JPEG": {"quality": 95}, "AVIF": {"quality": 95}}


def _read(content: bytes, limits: SizeLimits = LIMITS) -> Picture:
    recognised = recognise_format(content[:64])
    assert recognised is not None
    return read_picture(recognised, content, limits=limits)


def _heic(image: Image.Image, **options: Any) -> bytes:
    pillow_heif = pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    pillow_heif.from_pillow(image).save(buffer, quality=-1, chroma=444, **options)
    return buffer.getvalue()


def _any_format(name: str, image: Image.Image, encode: Encode, **options: Any) -> bytes:
    if name == "HEIC":
        return _heic(image, **options)
    return encode(image, name, **{**LOSSLESS, **LOSSY}[name], **options)


@pytest.mark.parametrize("name", LOSSLESS)
@pytest.mark.parametrize("size", [(33, 47), (16, 16), (17, 101)])
def test_lossless_formats(name: str, size: tuple[int, int], noise: Noise, encode: Encode) -> None:
    pixels = noise(*size, 3) // 64 * 64
    image = Image.fromarray(pixels)
    if name == "GIF":
        image = image.quantize(256)
        pixels = np.array(image.convert("RGB"))
    picture = _read(encode(image, name, **LOSSLESS[name]))
    assert (picture.pixels == pixels).all()
    assert picture.alpha is None
    assert picture.metadata.source_format == name


@pytest.mark.parametrize("name", [*LOSSY, "HEIC"])
def test_lossy_formats(name: str, smooth: Callable[..., np.ndarray], encode: Encode) -> None:
    pixels = smooth(33, 47)
    picture = _read(_any_format(name, Image.fromarray(pixels), encode))
    assert picture.size == (33, 47)
    assert picture.metadata.source_format == name
    assert np.abs(picture.pixels.astype(int) - pixels).max() <= 12


@pytest.mark.parametrize("name", ["PNG", "TIFF", "WEBP"])
def test_alpha_and_hidden_colours_are_exact(name: str, noise: Noise, encode: Encode) -> None:
    samples = noise(33, 47, 4)
    samples[:9, :, 3] = 0
    options = {"exact": True} if name == "WEBP" else {}
    picture = _read(encode(Image.fromarray(samples), name, **LOSSLESS[name], **options))
    assert (picture.alpha == samples[..., 3]).all()
    assert (picture.pixels == samples[..., :3]).all()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16"])
@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_grey_and_palette_modes(name: str, mode: str, noise: Noise, encode: Encode) -> None:
    dtype = np.uint16 if mode == "I;16" else np.uint8
    samples = noise(33, 47, 2, dtype=dtype) if mode == "LA" else noise(33, 47, dtype=dtype)
    samples = samples // 255 * 255 if mode == "1" else samples
    image = Image.fromarray(samples)
    image = image.convert(mode) if mode in ("1", "P") else image
    picture = _read(encode(image, name))
    grey = samples[..., 0] if mode == "LA" else samples
    assert picture.bit_depth == (16 if mode == "I;16" else 8)
    assert (picture.pixels == grey[..., None]).all()
    assert (picture.alpha is None) == (mode != "LA")
    if mode == "LA":
        assert (picture.alpha == samples[..., 1]).all()


def test_animations_give_their_first_frame(encode: Encode, noise: Noise) -> None:
    frames = [Image.fromarray(noise(33, 47, 3, seed=n) // 64 * 64) for n in range(3)]
    for name, options in (("WEBP", {"lossless": True}), ("PNG", {})):
        content = encode(frames[0], name, save_all=True, append_images=frames[1:], **options)
        assert (_read(content).pixels == np.array(frames[0])).all()
    palette = [frame.quantize(64) for frame in frames]
    content = encode(palette[0], "GIF", save_all=True, append_images=palette[1:])
    assert (_read(content).pixels == np.array(palette[0].convert("RGB"))).all()


def test_transparent_gif(encode: Encode) -> None:
    image = Image.new("P", (32, 32), 1)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.paste(0, (0, 0, 16, 32))
    picture = _read(encode(image, "GIF", transparency=0))
    assert picture.alpha is not None
    assert (picture.alpha[:, :16] == 0).all()
    assert (picture.alpha[:, 16:] == 255).all()
    assert (picture.pixels[:, 16:] == (0, 255, 0)).all()


@pytest.mark.parametrize("name", ["JPEG", "TIFF"])
@pytest.mark.parametrize("with_profile", [False, True])
def test_cmyk(
    name: str,
    with_profile: bool,
    cmyk_profile: bytes,
    encode: Encode,
    smooth: Callable[..., np.ndarray],
) -> None:
    image = Image.fromarray(smooth(33, 47)).convert("CMYK")
    options = {"icc_profile": cmyk_profile} if with_profile else {}
    picture = _read(encode(image, name, **options))
    naive = np.abs(picture.pixels.astype(int) - smooth(33, 47)).mean()
    assert naive > 10 if with_profile else naive < 5
    assert picture.metadata.icc_profile == (cmyk_profile if with_profile else None)


def test_adobe_cmyk_is_inverted(encode: Encode) -> None:
    paper = encode(Image.new("CMYK", (32, 32)), "JPEG")
    assert b"Adobe" in paper
    assert _read(paper).pixels.min() > 250


def test_ycbcr_and_lab_tiff(encode: Encode, smooth: Callable[..., np.ndarray]) -> None:
    rgb = Image.fromarray(smooth(33, 47))
    pixels = _read(encode(rgb.convert("YCbCr"), "TIFF")).pixels
    assert np.abs(pixels.astype(int) - smooth(33, 47)).max() <= 3
    lab = Image.merge("LAB", [Image.new("L", (32, 32), v) for v in (128, 128, 128)])
    pixels = _read(encode(lab, "TIFF")).pixels.astype(int)
    assert np.ptp(pixels[0, 0]) <= 2


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_every_orientation(name: str, orientation: int, encode: Encode, noise: Noise) -> None:
    small = Image.fromarray(noise(5, 8, 3))
    image = small.resize((48, 30), Image.Resampling.NEAREST)
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = _any_format(name, image, encode, exif=exif)
    with Image.open(io.BytesIO(content)) as stored:
        # Pillow turns TIFF itself when it is loaded.
        expected = np.array(ImageOps.exif_transpose(stored).convert("RGB"))
    picture = _read(content)
    assert picture.size == ((30, 48) if orientation <= 4 else (48, 30))
    assert (picture.pixels == expected).all()
    if picture.metadata.exif is not None:
        kept = Image.Exif()
        kept.load(picture.metadata.exif)
        assert kept.get(0x0112, 1) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("bits", [8, 16])
def test_orientation_of_tiff_and_of_alpha(orientation: int, bits: int, noise: Noise) -> None:
    samples = noise(21, 34, 4, dtype=np.uint8 if bits == 8 else np.uint16)
    file = io.BytesIO()
    tifffile.imwrite(
        file,
        samples,
        photometric="rgb",
        extrasamples=["unassalpha"],
        metadata=None,
        extratags=[(274, 3, 1, orientation, True)],
    )
    picture = _read(file.getvalue())
    for channel, got in ((0, picture.pixels[..., 0]), (3, picture.alpha)):
        image = Image.fromarray(samples[..., channel])
        image.getexif()[0x0112] = orientation
        assert (got == np.array(ImageOps.exif_transpose(image))).all()


@pytest.mark.parametrize("orientation", [3, 6])
def test_heic_turns_itself(orientation: int, smooth: Callable[..., np.ndarray]) -> None:
    image = Image.fromarray(smooth(33, 47))
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = _read(_heic(image, exif=exif.tobytes()))
    turned = Image.fromarray(smooth(33, 47))
    turned.getexif()[0x0112] = orientation
    expected = np.array(ImageOps.exif_transpose(turned))
    assert picture.size == expected.shape[:2]
    assert np.abs(picture.pixels.astype(int) - expected).max() <= 3


def test_orientation_from_xmp(encode: Encode, noise: Noise) -> None:
    from PIL.PngImagePlugin import PngInfo

    entries = PngInfo()
    entries.add_itxt("XML:com.adobe.xmp", '<x tiff:Orientation="6"/>')
    content = encode(Image.fromarray(noise(21, 34, 3)), "PNG", pnginfo=entries)
    picture = _read(content)
    assert picture.size == (34, 21)
    assert picture.metadata.xmp == b'<x tiff:Orientation="1"/>'
    assert picture.metadata.text == {}


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_profiles_become_srgb(
    name: str, adobe_profile: bytes, encode: Encode, smooth: Callable[..., np.ndarray]
) -> None:
    image = Image.fromarray(smooth(33, 47))
    plain = _read(_any_format(name, image, encode))
    tagged = _read(_any_format(name, image, encode, icc_profile=adobe_profile))
    assert tagged.metadata.icc_profile == adobe_profile
    assert plain.metadata.icc_profile is None
    expected = ImageCms.profileToProfile(
        Image.fromarray(plain.pixels),
        ImageCms.ImageCmsProfile(io.BytesIO(adobe_profile)),
        ImageCms.createProfile("sRGB"),
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    assert np.abs(tagged.pixels.astype(int) - np.array(expected)).max() <= 1


def test_useless_profiles_are_dropped(encode: Encode, noise: Noise) -> None:
    samples = noise(33, 47, 3)
    content = encode(Image.fromarray(samples), "PNG", icc_profile=b"not a profile" * 20)
    picture = _read(content)
    assert picture.metadata.icc_profile is None
    assert (picture.pixels == samples).all()


@pytest.mark.parametrize("name", [*LOSSLESS, *LOSSY, "HEIC"])
def test_truncated_files_are_never_read_silently(name: str, noise: Noise, encode: Encode) -> None:
    image = Image.fromarray(noise(64, 80, 3))
    content = _any_format(name, image.quantize(64) if name == "GIF" else image, encode)
    whole = _read(content).pixels
    for cut in (16, 40, 64, *(len(content) * part // 100 for part in (10, 30, 50, 70, 90, 99))):
        if recognise_format(content[:cut][:64]) is None:
            continue
        with pytest.raises(ImageFormatError, match="damaged or truncated"):
            _read(content[:cut])
    for missing in (1, 2, 5, 9, 13):
        try:
            picture = _read(content[:-missing])
        except ImageFormatError:
            continue
        assert (picture.pixels == whole).all()


@pytest.mark.parametrize("bits", [16, 32])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_truncated_deep_tiff(bits: int, compression: str | None, noise: Noise) -> None:
    file = io.BytesIO()
    samples = noise(33, 47, 3, dtype=np.uint16 if bits == 16 else np.uint32)
    tifffile.imwrite(file, samples, photometric="rgb", compression=compression, metadata=None)
    content = file.getvalue()
    for cut in (10, 100, len(content) // 3, len(content) // 2, len(content) - 1):
        with pytest.raises(ImageFormatError, match="damaged or truncated"):
            _read(content[:cut])


def test_truncated_deep_png(noise: Noise, encode: Encode) -> None:
    from impasto.image.deep_png import encode_deep_png

    template = encode(Image.new("RGB", (1, 1)), "PNG")
    content = encode_deep_png(noise(33, 47, 3, dtype=np.uint16), template)
    assert _read(content).bit_depth == 16
    for cut in (30, 60, len(content) // 2, len(content) - 30):
        with pytest.raises(ImageFormatError, match="damaged or truncated"):
            _read(content[:cut])


@settings(deadline=None, max_examples=60)
@given(data=st.data())
@pytest.mark.parametrize("name", [*LOSSLESS, *LOSSY])
def test_damaged_files_raise_our_errors_only(name: str, data: st.DataObject) -> None:
    buffer = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (20, 24, 3), np.uint8)
    Image.fromarray(pixels).save(buffer, name, **{**LOSSLESS, **LOSSY}[name])
    content = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    recognised = recognise_format(bytes(content[:64]))
    if recognised is None:
        return
    with contextlib.suppress(ImpastoError):
        read_picture(recognised, bytes(content), limits=LIMITS)


def _declare(name: str, width: int, height: int, encode: Encode) -> bytes:
    """A small file that says it is large."""
    content = bytearray(encode(Image.new("RGB", (20, 20)), name, **{**LOSSLESS, **LOSSY}[name]))
    if name == "PNG":
        content[16:24] = struct.pack(">II", width, height)
        import zlib

        content[29:33] = struct.pack(">I", zlib.crc32(bytes(content[12:29])))
    elif name == "BMP":
        content[18:26] = struct.pack("<ii", width, height)
    elif name == "GIF":
        content[6:10] = struct.pack("<HH", width, height)
    elif name == "JPEG":
        at = content.index(b"\xff\xc0")
        content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    else:
        with tifffile.TiffFile(io.BytesIO(bytes(content))) as file:
            tags = file.pages.first.tags
            for tag, value in ((256, width), (257, height)):
                start = tags[tag].offset
                content[start : start + 12] = struct.pack("<HHII", tag, 4, 1, value)
    return bytes(content)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "TIFF", "GIF", "BMP"])
def test_bombs_are_refused_before_they_are_decoded(name: str, encode: Encode) -> None:
    limits = SizeLimits(max_pixels=200_000_000, min_side=16)
    content = _declare(name, 60_000, 50_000, encode)
    with pytest.raises(
        ImageSizeError,
        match=r"at most 200,000,000 pixels, got 60000 x 50000.*max_pixels=3000000000",
    ):
        _read(content, limits)


def test_webp_bombs() -> None:
    header = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xfe\x3f\0" * 2
    content = b"RIFF" + struct.pack("<I", len(header) + 4) + b"WEBP" + header
    with pytest.raises(ImpastoError):
        _read(content)


@pytest.mark.parametrize("name", ["PNG", "TIFF", "GIF", "BMP", "WEBP"])
def test_our_limit_replaces_pillows(
    name: str, encode: Encode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1700 if name == "WEBP" else 100)
    content = encode(Image.new("RGB", (50, 40)), name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _read(content).size == (40, 50)
    assert Image.MAX_IMAGE_PIXELS in (100, 1700)


@pytest.mark.parametrize("size", [(15, 100), (100, 15), (1, 1)])
def test_small_images_are_refused(size: tuple[int, int], encode: Encode) -> None:
    for name in ("PNG", "JPEG", "TIFF"):
        content = encode(Image.new("RGB", size), name)
        with pytest.raises(ImageSizeError, match=f"16 px or more, got {size[0]} x {size[1]}"):
            _read(content)


def test_memory_errors_are_ours(encode: Encode, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(reading, "split_image", no_memory)
    with pytest.raises(MemoryLimitError, match="do not fit"):
        _read(encode(Image.new("RGB", (32, 32)), "PNG"))


def test_metadata(encode: Encode, adobe_profile: bytes) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Impasto", 6
    exif[0x8769] = {0x9286: b"ASCII\0\0\0hello"}
    content = encode(
        Image.new("RGB", (32, 48)),
        "JPEG",
        exif=exif,
        dpi=(300, 300),
        xmp=b"<xmp/>",
        comment=b"a comment",
        icc_profile=adobe_profile,
    )
    metadata = _read(content).metadata
    assert metadata.dpi == (300, 300)
    assert metadata.xmp == b"<xmp/>"
    assert metadata.text == {"Comment": "a comment", "UserComment": "hello"}
    assert metadata.icc_profile == adobe_profile
    assert metadata.exif is not None
    assert b"Impasto" in metadata.exif


def test_damaged_exif_does_not_cost_the_picture(encode: Encode) -> None:
    content = encode(Image.new("RGB", (32, 48)), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\0\0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert _read(content).size == (48, 32)
