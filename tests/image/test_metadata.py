from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from impasto.image.exif_block import (
    EXIF_DIRECTORY,
    GPS_DIRECTORY,
    ExifBlock,
    ExifField,
    pack_exif,
    parse_exif,
)
from impasto.image.metadata import (
    build_metadata,
    exif_with_text,
    read_exif,
    read_orientation,
    read_tiff_directory,
)


def _block(comment: bytes | None = None, order: str = "<") -> ExifBlock:
    directory = {0x9003: ExifField(kind=2, data=b"2025:01:02 03:04:05\0")}
    if comment is not None:
        directory[0x9286] = ExifField(kind=7, data=comment)
    root = {
        0x010F: ExifField(kind=2, data="Müller\0".encode()),
        0x0112: ExifField(kind=3, data=struct.pack(f"{order}H", 6)),
        EXIF_DIRECTORY: directory,
    }
    return ExifBlock(order=order, root=root)  # type: ignore[arg-type]


def test_exif_is_kept_and_the_orientation_reset() -> None:
    block = _block()
    assert read_orientation(block, {}) == 6
    kept = build_metadata("JPEG", {}, block).exif
    assert kept is not None
    expected = block.root | {0x0112: ExifField(kind=3, data=b"\x01\0")}
    assert parse_exif(kept).root == expected
    assert "Müller".encode() in kept


def test_nothing_is_nothing() -> None:
    metadata = build_metadata("PNG", {}, ExifBlock())
    assert metadata.exif is metadata.icc_profile is metadata.xmp is metadata.dpi is None
    assert metadata.text == {}
    assert metadata.source_format == "PNG"


def test_exif_of_images() -> None:
    content = pack_exif(_block())
    old = f"\nexif\n{len(content):8}\n{content.hex()}\n"
    assert read_exif({"exif": content}) == _block()
    assert read_exif({"Raw profile type exif": old}) == _block()
    assert read_exif({}) == ExifBlock()


@pytest.mark.parametrize(
    "info", [{"exif": b"Exif\0\0not a block"}, {"Raw profile type exif": "\n\n\nxyz"}]
)
def test_damaged_exif_is_left_out_with_a_warning(
    info: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    assert read_exif(info) == ExifBlock()
    assert "damaged" in caplog.text


@pytest.mark.parametrize(
    ("dpi", "expected"),
    [
        ((300, 300.5), (300.0, 300.5)),
        ((IFDRational(72), IFDRational(0, 0)), None),
        ((0, 0), None),
        ((-1, 72), None),
        ((float("inf"), 72), None),
        (None, None),
        ((72,), None),
        ("ab", None),
    ],
)
def test_resolution(dpi: object, expected: object) -> None:
    assert build_metadata("PNG", {"dpi": dpi}, ExifBlock()).dpi == expected


@pytest.mark.parametrize(
    ("xmp", "orientation", "expected"),
    [
        (b'<a tiff:Orientation="6"/>', 6, b'<a tiff:Orientation="1"/>'),
        (b"<a tiff:Orientation = '3'/>", 3, b"<a tiff:Orientation = '1'/>"),
        (b"<tiff:Orientation>8</x>", 8, b"<tiff:Orientation>1</x>"),
        (b"<other/>", 1, b"<other/>"),
        (b"", 1, None),
        ("text", 1, None),
    ],
)
def test_xmp_orientation(xmp: object, orientation: int, expected: bytes | None) -> None:
    assert read_orientation(ExifBlock(), {"xmp": xmp}) == orientation
    assert read_orientation(_block(), {"xmp": xmp}) == 6
    assert build_metadata("PNG", {"xmp": xmp}, ExifBlock()).xmp == expected


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"ASCII\0\0\0a comment \0\0", {"UserComment": "a comment"}),
        (b'ASCII\0\0\0{"impasto": "0.1"}', {"impasto": "0.1"}),
        (b'ASCII\0\0\0{"impasto": 1}', {"UserComment": '{"impasto": 1}'}),
        (b"ASCII\0\0\0" + b"[" * 9000, {"UserComment": "[" * 9000}),
        (b"ASCII\0\0\0" + bytes(20), {}),
        ("\0\0\0\0\0\0\0\0schön".encode(), {"UserComment": "schön"}),
        (b"UNICODE\0" + "schön".encode("utf-16-le"), {"UserComment": "schön"}),
        (b"JIS\0\0\0\0\0abc", {}),
        (b"ASC", {}),
    ],
)
def test_user_comments(raw: bytes, text: dict[str, str]) -> None:
    assert build_metadata("JPEG", {}, _block(raw)).text == text


def test_user_comments_follow_the_byte_order() -> None:
    block = _block(b"UNICODE\0" + "schön".encode("utf-16-be"), order=">")
    assert build_metadata("JPEG", {}, block).text == {"UserComment": "schön"}


def test_comments_of_jpeg_and_gif() -> None:
    for comment in (b"painted\0", "painted"):
        metadata = build_metadata("GIF", {"comment": comment}, ExifBlock(), {"a": "b"})
        assert metadata.text == {"Comment": "painted", "a": "b"}


@settings(deadline=None, max_examples=50)
@given(
    text=st.dictionaries(st.text(min_size=1), st.text(), min_size=1, max_size=4),
    order=st.sampled_from("<>"),
)
def test_text_goes_through_exif(text: dict[str, str], order: str) -> None:
    text |= {"impasto": "0.1"}
    block = exif_with_text(pack_exif(_block(order=order)), text)
    assert block is not None
    parsed = parse_exif(block)
    assert build_metadata("JPEG", {}, parsed).text == text
    assert parsed.directory(EXIF_DIRECTORY)[0x9003] == _block().directory(EXIF_DIRECTORY)[0x9003]


def test_plain_user_comments_stay_plain() -> None:
    block = exif_with_text(None, {"UserComment": "hello"})
    assert block is not None
    comment = parse_exif(block).directory(EXIF_DIRECTORY)[0x9286]
    assert comment == ExifField(kind=7, data=b"ASCII\0\0\0hello")


def test_no_text_changes_nothing() -> None:
    assert exif_with_text(None, {}) is None
    assert exif_with_text(b"anything", {}) == b"anything"


def test_tiff_directory_without_what_describes_the_storage(
    encode: Callable[..., bytes],
) -> None:
    exif = Image.Exif()
    exif[270], exif[0x0112] = "a description", 6
    exif[EXIF_DIRECTORY] = {0x9003: "2025:01:02 03:04:05"}
    exif[GPS_DIRECTORY] = {1: "N"}
    content = encode(
        Image.new("RGB", (16, 16)),
        "TIFF",
        exif=exif.tobytes(),
        dpi=(300, 200),
        icc_profile=b"profile",
    )
    info, described = read_tiff_directory(content)
    assert info == {"dpi": (300, 200), "icc_profile": b"profile"}
    assert set(described.root) == {270, 0x0112, EXIF_DIRECTORY, GPS_DIRECTORY}
    assert set(described.directory(EXIF_DIRECTORY)) == {0x9003}


@pytest.mark.parametrize(
    ("unit", "expected"), [(2, (100, 100)), (3, (254, 254)), (1, None), (None, (100, 100))]
)
def test_tiff_resolution_units(
    unit: int | None, expected: object, encode: Callable[..., bytes]
) -> None:
    tags = {282: 100.0, 283: 100.0} | ({} if unit is None else {296: unit})
    content = encode(Image.new("RGB", (16, 16)), "TIFF", tiffinfo=tags)
    assert read_tiff_directory(content)[0]["dpi"] == expected


def test_damaged_tiff_directory() -> None:
    assert read_tiff_directory(b"II*\0\xff\xff\0\0") == ({"dpi": None}, ExifBlock())
    assert read_tiff_directory(b"II+\0\x08\0\0\0") == ({}, ExifBlock())
