from __future__ import annotations

import io
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from impasto.errors import (
    ImageFormatError,
    ImageNotFoundError,
    ImageSizeError,
    OptionError,
    OutputError,
)
from impasto.image import writing
from impasto.image.codec import (
    DEFAULT_MAX_PIXELS,
    check_output,
    open_header,
    open_image,
    save_image,
)
from impasto.image.exif_block import EXIF_DIRECTORY, ExifBlock, ExifField, pack_exif, parse_exif
from impasto.image.picture import ImageMetadata, Picture, change_bit_depth

Noise = Callable[..., np.ndarray]
SUFFIXES = [".png", ".jpg", ".webp", ".tif"]


@pytest.fixture
def picture(noise: Noise) -> Picture:
    return Picture(pixels=noise(33, 47, 3), alpha=noise(33, 47, seed=1))


def test_reads_from_a_path_bytes_and_a_file(tmp_path: Path, picture: Picture) -> None:
    path = save_image(picture, tmp_path / "a.png")
    content = path.read_bytes()
    for source in (path, str(path), content, io.BytesIO(content)):
        assert (open_image(source).pixels == picture.pixels).all()


@pytest.mark.parametrize("suffix", [".png", ".tif", ".TIFF", ".PNG"])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("with_alpha", [False, True])
def test_lossless_round_trip(
    suffix: str, bits: int, with_alpha: bool, tmp_path: Path, noise: Noise
) -> None:
    dtype = np.uint8 if bits == 8 else np.uint16
    alpha = noise(33, 47, dtype=dtype, seed=1) if with_alpha else None
    picture = Picture(pixels=noise(33, 47, 3, dtype=dtype), alpha=alpha)
    back = open_image(save_image(picture, tmp_path / f"a{suffix}"))
    assert back.bit_depth == bits
    assert (back.pixels == picture.pixels).all()
    if alpha is None:
        assert back.alpha is None
    else:
        assert (back.alpha == alpha).all()


@settings(deadline=None, max_examples=25)
@given(
    height=st.integers(16, 40),
    width=st.integers(16, 40),
    bits=st.sampled_from([8, 16]),
    suffix=st.sampled_from([".png", ".tif"]),
    seed=st.integers(0, 1000),
)
def test_any_size_survives(
    height: int,
    width: int,
    bits: int,
    suffix: str,
    seed: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    samples = np.random.default_rng(seed).integers(0, 2**bits, (height, width, 4))
    samples = samples.astype(np.uint8 if bits == 8 else np.uint16)
    picture = Picture(pixels=samples[..., :3], alpha=samples[..., 3])
    path = tmp_path_factory.mktemp("any") / f"a{suffix}"
    back = open_image(save_image(picture, path))
    assert (back.pixels == picture.pixels).all()
    assert (back.alpha == picture.alpha).all()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_metadata_round_trip(
    suffix: str, tmp_path: Path, smooth: Callable[..., np.ndarray], adobe_profile: bytes
) -> None:
    exif = ExifBlock(
        root={
            0x010F: ExifField(kind=2, data="Müller\0".encode()),
            EXIF_DIRECTORY: {0x9003: ExifField(kind=2, data=b"2025\0")},
        }
    )
    metadata = ImageMetadata(
        exif=pack_exif(exif), xmp=b"<x:xmpmeta/>", dpi=(300, 300), icc_profile=adobe_profile
    )
    picture = Picture(pixels=smooth(33, 47), metadata=metadata)
    path = save_image(
        picture, tmp_path / f"a{suffix}", image_text={"impasto": '{"größe": 1}', "Title": "日"}
    )
    back = open_image(path).metadata
    assert back.text == {"impasto": '{"größe": 1}', "Title": "日"}
    assert back.xmp == metadata.xmp
    assert back.icc_profile is not None
    assert back.exif is not None
    root = parse_exif(back.exif).root
    assert root[0x010F] == exif.root[0x010F]
    assert parse_exif(back.exif).directory(EXIF_DIRECTORY)[0x9003].data == b"2025\0"  # type: ignore[union-attr]
    if suffix != ".webp":
        assert back.dpi is not None
        assert [round(value) for value in back.dpi] == [300, 300]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_saving_twice_keeps_text_and_adds_to_it(
    suffix: str, tmp_path: Path, smooth: Callable[..., np.ndarray]
) -> None:
    path = tmp_path / f"a{suffix}"
    save_image(Picture(pixels=smooth(33, 47)), path, image_text={"one": "1", "Comment": "c"})
    save_image(open_image(path), path, image_text={"two": "2"})
    assert open_image(path).metadata.text == {"one": "1", "two": "2", "Comment": "c"}


@pytest.mark.parametrize("bits", [8, 16])
def test_original_profile_round_trip(
    bits: int, tmp_path: Path, adobe_profile: bytes, smooth: Callable[..., np.ndarray]
) -> None:
    metadata = ImageMetadata(icc_profile=adobe_profile)
    picture = Picture(pixels=change_bit_depth(smooth(33, 47), bits), metadata=metadata)
    back = open_image(save_image(picture, tmp_path / "a.tif", keep_profile=True))
    assert back.metadata.icc_profile == adobe_profile
    difference = np.abs(back.pixels.astype(int) - picture.pixels)
    assert difference.mean() < (1 if bits == 8 else 4)


def test_bit_depth(tmp_path: Path, noise: Noise) -> None:
    wide = Picture(pixels=noise(33, 47, 3, dtype=np.uint16))
    assert open_image(save_image(wide, tmp_path / "a.png")).bit_depth == 16
    assert open_image(save_image(wide, tmp_path / "b.png", bit_depth=8)).bit_depth == 8
    assert open_image(save_image(wide, tmp_path / "c.jpg")).bit_depth == 8
    with pytest.raises(OptionError, match="PNG or TIFF"):
        save_image(wide, tmp_path / "d.jpg", bit_depth=16)
    with pytest.raises(OptionError, match="8, 16 or None"):
        save_image(wide, tmp_path / "d.png", bit_depth=12)
    assert not (tmp_path / "d.jpg").exists()


def test_the_pixel_limit(tmp_path: Path, picture: Picture) -> None:
    path = save_image(picture, tmp_path / "a.png")
    assert DEFAULT_MAX_PIXELS == 200_000_000
    assert open_image(path, max_pixels=33 * 47).size == (33, 47)
    with pytest.raises(ImageSizeError, match=r"a\.png: expected at most 1,550 pixels"):
        open_image(path, max_pixels=33 * 47 - 1)
    with pytest.raises(ImageSizeError, match="48 px or more"):
        open_image(path, min_side=48)
    for wrong in ({"max_pixels": 0}, {"min_side": 0}):
        with pytest.raises(OptionError, match="1 px or more"):
            open_image(path, **wrong)


def test_errors_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    with pytest.raises(ImageNotFoundError, match=r"broken\.png"):
        open_image(path)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    with pytest.raises(ImageFormatError, match=r"broken\.png: expected an intact image"):
        open_image(path)
    with pytest.raises(ImageFormatError, match="image data: expected"):
        open_image(path.read_bytes())


def test_formats_go_by_content_not_by_name(tmp_path: Path, picture: Picture) -> None:
    path = save_image(picture, tmp_path / "a.png").rename(tmp_path / "a.jpg")
    assert open_image(path).metadata.source_format == "PNG"


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, OSError, ValueError])
def test_failure_mid_save_leaves_the_old_file(
    suffix: str,
    error: type[BaseException],
    tmp_path: Path,
    picture: Picture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"old")

    def fail(_: object, file: io.BytesIO, *rest: Any) -> None:
        file.write(b"half a file")
        raise error("stop")

    monkeypatch.setattr(writing, "_ENCODERS", dict.fromkeys(writing._ENCODERS, fail))
    expected = KeyboardInterrupt if error is KeyboardInterrupt else OutputError
    with pytest.raises(expected):
        save_image(picture, path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_existing_files_are_kept_when_asked(tmp_path: Path, picture: Picture) -> None:
    path = save_image(picture, tmp_path / "a.png", overwrite=False)
    with pytest.raises(OutputError, match="exists already"):
        save_image(picture, path, overwrite=False)
    with pytest.raises(OutputError, match="exists already"):
        check_output(path, overwrite=False)
    assert save_image(picture, path) == path


def test_check_output(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    assert check_output(str(path)) == path
    assert not path.exists()
    for wrong, message in (
        (tmp_path / "a.gif", r"\.png, \.jpg"),
        (tmp_path / "a", "got none"),
        (tmp_path / "missing" / "a.png", "does not exist; create it"),
    ):
        with pytest.raises(OutputError, match=message):
            check_output(wrong)
    path.mkdir()
    with pytest.raises(OutputError, match="got a folder"):
        check_output(path)


@pytest.mark.parametrize(("suffix", "limit"), [(".jpg", 65_500), (".webp", 16_383)])
def test_sizes_a_format_cannot_hold(suffix: str, limit: int, tmp_path: Path) -> None:
    picture = Picture(pixels=np.zeros((16, limit + 1, 3), np.uint8))
    with pytest.raises(OutputError, match=f"at most {limit} px.*PNG or TIFF"):
        save_image(picture, tmp_path / f"a{suffix}")
    assert not list(tmp_path.iterdir())


def test_nothing_is_printed_and_warnings_are_logged(
    tmp_path: Path,
    picture: Picture,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    save_image(picture, tmp_path / "a.jpg")
    assert capsys.readouterr() == ("", "")
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path, picture: Picture) -> None:
    for suffix in SUFFIXES:
        one = save_image(picture, tmp_path / f"one{suffix}")
        two = save_image(picture, tmp_path / f"two{suffix}")
        assert one.read_bytes() == two.read_bytes()


def test_pillow_is_not_changed(tmp_path: Path, picture: Picture) -> None:
    before = Image.MAX_IMAGE_PIXELS
    open_image(save_image(picture, tmp_path / "a.tif"), max_pixels=10**9)
    assert before == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("orientation", [1, 6])
def test_header_is_what_opening_gives(
    suffix: str, orientation: int, tmp_path: Path, picture: Picture
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"turned{suffix}"
    Image.fromarray(picture.pixels).save(path, exif=exif)
    header, opened = open_header(path), open_image(path)
    assert header.size == opened.size
    assert header.metadata.exif == opened.metadata.exif
    saved = save_image(opened, tmp_path / f"saved{suffix}", image_text={"impasto": "{}"})
    assert open_header(saved).metadata.text == {"impasto": "{}"}


def test_header_does_not_need_the_pixels(tmp_path: Path, picture: Picture) -> None:
    path = save_image(picture, tmp_path / "a.png", image_text={"note": "n"})
    (tmp_path / "half.png").write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert open_header(tmp_path / "half.png").size == picture.size
    (tmp_path / "stub.png").write_bytes(path.read_bytes()[:20])
    with pytest.raises(ImageFormatError, match=r"stub\.png: .*damaged"):
        open_header(tmp_path / "stub.png")
    with pytest.raises(ImageNotFoundError):
        open_header(tmp_path / "none.png")
