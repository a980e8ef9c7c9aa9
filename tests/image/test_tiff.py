from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from impasto.errors import ImageFormatError
from impasto.image import tiff
from impasto.image.exif_block import (
    EXIF_DIRECTORY,
    GPS_DIRECTORY,
    ExifBlock,
    ExifField,
    pack_exif,
)
from impasto.image.metadata import read_tiff_directory
from impasto.image.picture import ImageMetadata
from impasto.image.tiff import (
    decode_deep_tiff,
    is_deep_tiff,
    load_with_pillow,
    open_tiff,
    write_tiff,
)

Noise = Callable[..., np.ndarray]


def _tiff(samples: np.ndarray, **options: Any) -> bytes:
    buffer = io.BytesIO()
    options = {"photometric": "rgb" if samples.ndim == 3 else "minisblack"} | options
    tifffile.imwrite(buffer, samples, metadata=None, **options)
    return buffer.getvalue()


def _decode(content: bytes) -> Any:
    page = open_tiff(content)
    assert is_deep_tiff(page)
    return decode_deep_tiff(page, content)


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"compression": "zlib"},
        {"compression": "zlib", "predictor": True},
        {"rowsperstrip": 5},
        {"tile": (16, 32)},
        {"bigtiff": True},
    ],
)
def test_16_bit_rgb_at_full_precision(
    byteorder: str, options: dict[str, Any], noise: Noise
) -> None:
    samples = noise(33, 47, 3, dtype=np.uint16)
    channels = _decode(_tiff(samples, byteorder=byteorder, **options))
    assert (channels.color == samples).all()
    assert channels.alpha is None


def test_planes_apart(noise: Noise) -> None:
    samples = noise(3, 33, 47, dtype=np.uint16)
    channels = _decode(_tiff(samples, planarconfig="separate"))
    assert (channels.color == samples.transpose(1, 2, 0)).all()


@pytest.mark.parametrize("photometric", ["minisblack", "miniswhite"])
def test_16_bit_grey(photometric: str, noise: Noise) -> None:
    samples = noise(33, 47, dtype=np.uint16)
    color = _decode(_tiff(samples, photometric=photometric)).color[..., 0]
    assert (color == (samples if photometric == "minisblack" else 65_535 - samples)).all()


@pytest.mark.parametrize("kind", ["unassalpha", "assocalpha", "unspecified"])
def test_extra_samples(kind: str, noise: Noise) -> None:
    samples = noise(33, 47, 4, dtype=np.uint16)
    samples[..., :3] = samples[..., :3].astype(np.uint32) * samples[..., 3:] // 65_535
    channels = _decode(_tiff(samples, extrasamples=[kind]))
    if kind == "unspecified":
        assert channels.alpha is None
        assert (channels.color == samples[..., :3]).all()
        return
    assert (channels.alpha == samples[..., 3]).all()
    again = channels.color.astype(np.float64) * samples[..., 3:] / 65_535
    expected = samples[..., :3] if kind == "assocalpha" else again
    assert np.abs(again - expected).max() <= 1


def test_32_bit_integers_are_rounded_to_16(noise: Noise) -> None:
    samples = noise(33, 47, 3, dtype=np.uint32)
    color = _decode(_tiff(samples)).color
    assert (color == np.rint(samples / 65_537)).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floating_point(dtype: type) -> None:
    samples = np.random.default_rng(0).random((33, 47, 3)).astype(dtype)
    color = _decode(_tiff(samples)).color
    assert (color == np.rint(samples.astype(np.float64) * 65_535)).all()
    samples[0, 0, 0] = 12
    with pytest.raises(ImageFormatError, match="tone-map"):
        _decode(_tiff(samples))


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.uint64, np.complex64])
def test_other_samples_are_refused(dtype: type) -> None:
    page = open_tiff(_tiff(np.zeros((33, 47), dtype)))
    with pytest.raises(ImageFormatError, match="export it with 8 or 16 bits"):
        is_deep_tiff(page)


def test_8_bits_and_cmyk_are_left_to_pillow(noise: Noise) -> None:
    assert not is_deep_tiff(open_tiff(_tiff(noise(33, 47, 3))))
    cmyk = _tiff(noise(33, 47, 4, dtype=np.uint16), photometric="separated")
    assert not is_deep_tiff(open_tiff(cmyk))


def test_previews_of_camera_raw_files_are_refused(noise: Noise) -> None:
    with pytest.raises(ImageFormatError, match="camera raw"):
        open_tiff(_tiff(noise(33, 47, 3), subfiletype=1))


def _lzw(data: bytes) -> bytes:
    """Compress bytes by LZW: the only strip of an 8-bit image Pillow writes."""
    file = io.BytesIO()
    image = Image.frombytes("L", (len(data), 1), data)
    image.save(file, "TIFF", compression="tiff_lzw", strip_size=2**24)
    file.seek(0)
    with tifffile.TiffFile(file) as written:
        (start,), (size,) = (written.pages.first.tags[tag].value for tag in (273, 279))
    return file.getvalue()[start : start + size]


def _lzw_tiff(
    samples: np.ndarray, *, order: str, predictor: int, tile: int, orientation: int = 1
) -> bytes:
    """A 16-bit TIFF under LZW, put together from the specification."""
    height, width, count = samples.shape
    side = tile or max(height, width)
    segments = []
    for top in range(0, height, side):
        for left in range(0, width, side):
            part = samples[top : top + side, left : left + side]
            if tile:
                padding = ((0, side - part.shape[0]), (0, side - part.shape[1]), (0, 0))
                part = np.pad(part, padding)
            if predictor == 2:
                part = np.diff(part, axis=1, prepend=np.zeros_like(part[:, :1]))
            segments.append(_lzw(part.astype(f"{order}u2").tobytes()))
    tags: dict[int, tuple[int, list[int]]] = {
        256: (4, [width]),
        257: (4, [height]),
        258: (3, [16] * count),
        259: (3, [5]),
        262: (3, [2 if count >= 3 else 1]),
        274: (3, [orientation]),
        277: (3, [count]),
        317: (3, [predictor]),
        339: (3, [1] * count),
    }
    if count in (2, 4):
        tags[338] = (3, [2])
    places = (324, 325) if tile else (273, 279)
    tags |= {322: (4, [side]), 323: (4, [side])} if tile else {278: (4, [height])}
    tags |= {places[0]: (4, [0] * len(segments)), places[1]: (4, [len(s) for s in segments])}
    body, after = b"".join(segments), 8 + len(b"".join(segments))
    starts = np.cumsum([8] + [len(segment) for segment in segments])[:-1].tolist()
    tags[places[0]] = (4, starts)
    entries, extra = struct.pack(f"{order}H", len(tags)), b""
    table = after + 2 + 12 * len(tags) + 4
    for tag, (kind, values) in sorted(tags.items()):
        data = struct.pack(f"{order}{len(values)}{'H' if kind == 3 else 'I'}", *values)
        entries += struct.pack(f"{order}HHI", tag, kind, len(values))
        if len(data) <= 4:
            entries += data.ljust(4, b"\0")
        else:
            entries += struct.pack(f"{order}I", table + len(extra))
            extra += data
    magic = b"II*\0" if order == "<" else b"MM\0*"
    return magic + struct.pack(f"{order}I", after) + body + entries + bytes(4) + extra


@pytest.fixture
def without_imagecodecs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiff, "find_spec", lambda _: None)


@pytest.mark.usefixtures("without_imagecodecs")
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("predictor", [1, 2])
@pytest.mark.parametrize("tile", [0, 32])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_lzw_at_full_precision(
    order: str, predictor: int, tile: int, count: int, noise: Noise
) -> None:
    samples = noise(45, 70, count, dtype=np.uint16)
    content = _lzw_tiff(samples, order=order, predictor=predictor, tile=tile, orientation=6)
    channels = _decode(content)
    assert (channels.color == samples[..., : 1 if count <= 2 else 3]).all()
    assert (channels.alpha is not None) == (count in (2, 4))
    if channels.alpha is not None:
        assert (channels.alpha == samples[..., -1]).all()
    if count == 3:
        # libtiff knows the file for what it is, though Pillow keeps 8 of its 16 bits.
        plain = _lzw_tiff(samples, order=order, predictor=predictor, tile=tile)
        with Image.open(io.BytesIO(plain)) as image:
            assert (np.array(image) == samples >> 8).all()


@pytest.mark.usefixtures("without_imagecodecs")
def test_truncated_lzw(noise: Noise) -> None:
    content = _lzw_tiff(noise(45, 70, 3, dtype=np.uint16), order="<", predictor=2, tile=0)
    damaged = content[:1000] + bytes(5000) + content[6000:]
    with pytest.raises(OSError, match="decod"):
        _decode(damaged)


@pytest.mark.usefixtures("without_imagecodecs")
def test_lzw_of_32_bits_names_the_package(encode: Callable[..., bytes]) -> None:
    samples = np.zeros((33, 47), np.float32)
    content = encode(Image.fromarray(samples), "TIFF", compression="tiff_lzw")
    with pytest.raises(ImageFormatError, match="pip install imagecodecs"):
        _decode(content)


@pytest.mark.parametrize("mode", ["RGB", "L", "P"])
def test_pillow_loads_whatever_its_own_limit(
    mode: str, encode: Callable[..., bytes], noise: Noise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    image = Image.fromarray(noise(33, 47, 3)).convert(mode)
    loaded = load_with_pillow(encode(image, "TIFF"), width=47, height=33)
    assert (np.array(loaded.convert("RGB")) == np.array(image.convert("RGB"))).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [3, 4])
def test_writes_what_others_read(dtype: type, channels: int, noise: Noise) -> None:
    samples = noise(33, 47, channels, dtype=dtype)
    file = io.BytesIO()
    metadata = ImageMetadata(dpi=(300, 200), xmp=b"<xmp/>")
    write_tiff(file, samples, metadata=metadata, exif=None, icc_profile=b"profile")
    file.seek(0)
    assert (tifffile.imread(file) == samples).all()
    file.seek(0)
    with Image.open(file) as image:
        assert image.info["dpi"] == (300, 200)
        assert image.info["icc_profile"] == b"profile"
        assert image.info["xmp"] == b"<xmp/>"
        assert image.mode == ("RGB" if channels == 3 else "RGBA")
        narrow = samples if dtype is np.uint8 else samples >> 8
        assert (np.array(image) == narrow).all()


@pytest.mark.parametrize("order", ["<", ">"])
def test_writes_exif_directories(order: Any, noise: Noise) -> None:
    rational = struct.pack(f"{order}II", 1, 250)
    exif = ExifBlock(
        order=order,
        root={
            0x010E: ExifField(kind=2, data="Gemälde\0".encode()),
            0x0112: ExifField(kind=3, data=struct.pack(f"{order}H", 1)),
            EXIF_DIRECTORY: {
                0x829A: ExifField(kind=5, data=rational),
                0x9286: ExifField(kind=7, data=b"ASCII\0\0\0hello"),
            },
            GPS_DIRECTORY: {1: ExifField(kind=2, data=b"N\0")},
        },
    )
    file = io.BytesIO()
    samples = noise(33, 47, 3, dtype=np.uint16)
    write_tiff(file, samples, metadata=ImageMetadata(), exif=pack_exif(exif), icc_profile=None)
    _, kept = read_tiff_directory(file.getvalue())
    assert kept == replace(exif, root={k: v for k, v in exif.root.items() if k != 0x0112})
    file.seek(0)
    with Image.open(file) as image:
        assert image.getexif().get_ifd(0x8769)[0x829A] == 1 / 250
    file.seek(0)
    assert (tifffile.imread(file) == samples).all()
    file.seek(0)
    tags = tifffile.TiffFile(file).pages.first.tags
    assert [tag.code for tag in tags.values()] == sorted(tag.code for tag in tags.values())
