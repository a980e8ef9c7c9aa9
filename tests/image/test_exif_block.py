from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from impasto.image.exif_block import (
    EXIF_DIRECTORY,
    GPS_DIRECTORY,
    HEADER,
    ExifBlock,
    ExifField,
    pack_exif,
    parse_exif,
)

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
POINTERS = (EXIF_DIRECTORY, GPS_DIRECTORY, 0xA005)


def _pillow_block() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x011A] = "Impasto", 6, IFDRational(300)
    exif[EXIF_DIRECTORY] = {
        0x829A: IFDRational(1, 250),
        0x927C: b"maker note",
        0xA005: {1: "R98", 2: b"0100"},
    }
    exif[GPS_DIRECTORY] = {1: "N", 2: (IFDRational(52), IFDRational(31), IFDRational(12))}
    return exif.tobytes()


def test_what_pillow_writes_comes_apart_and_together() -> None:
    block = parse_exif(_pillow_block())
    assert block.root[0x010F] == ExifField(kind=2, data=b"Impasto\0")
    assert block.number(0x0112) == 6
    assert set(block.directory(EXIF_DIRECTORY)) == {0x829A, 0x927C, 0xA005}
    again, expected = Image.Exif(), Image.Exif()
    again.load(pack_exif(block))
    expected.load(_pillow_block())
    assert dict(again).keys() == dict(expected).keys()
    for tag in POINTERS:
        assert again.get_ifd(tag).keys() == expected.get_ifd(tag).keys()
    assert again.get_ifd(0xA005) == expected.get_ifd(0xA005)
    assert again.get_ifd(GPS_DIRECTORY) == expected.get_ifd(GPS_DIRECTORY)


FIELDS = st.sampled_from(sorted(SIZES)).flatmap(
    lambda kind: st.binary(min_size=1, max_size=6).map(
        lambda data: ExifField(kind=kind, data=data * SIZES[kind])
    )
)
DIRECTORIES = st.dictionaries(
    st.integers(0, 65_535).filter(lambda tag: tag not in POINTERS), FIELDS, max_size=5
)


@settings(deadline=None, max_examples=100)
@given(
    root=DIRECTORIES,
    exif=DIRECTORIES,
    gps=DIRECTORIES,
    inter=DIRECTORIES,
    order=st.sampled_from("<>"),
)
def test_round_trip(root: dict, exif: dict, gps: dict, inter: dict, order: str) -> None:
    root = root | {EXIF_DIRECTORY: exif | {0xA005: inter}, GPS_DIRECTORY: gps}
    block = ExifBlock(order=order, root=root)  # type: ignore[arg-type]
    assert parse_exif(pack_exif(block)) == block


@pytest.mark.parametrize("order", ["<", ">"])
def test_numbers(order: str) -> None:
    root = {
        1: ExifField(kind=3, data=struct.pack(f"{order}H", 6)),
        2: ExifField(kind=4, data=struct.pack(f"{order}I", 70_000)),
        3: ExifField(kind=3, data=struct.pack(f"{order}2H", 6, 6)),
        4: ExifField(kind=2, data=b"6\0"),
        5: {},
    }
    block = ExifBlock(order=order, root=root)  # type: ignore[arg-type]
    assert [block.number(tag) for tag in range(7)] == [None, 6, 70_000, None, None, None, None]


def test_headers_may_be_missing_or_doubled() -> None:
    block = _pillow_block()
    assert parse_exif(block[len(HEADER) :]) == parse_exif(block) == parse_exif(HEADER + block)


def test_only_some_fields() -> None:
    assert set(parse_exif(_pillow_block(), only={0x010F, 1}).root) == {0x010F}


def test_thumbnails_are_left_out() -> None:
    first = struct.pack("<HHHII", 1, 0x0112, 3, 1, 6) + struct.pack("<I", 26)
    second = struct.pack("<HHHII", 1, 0x0201, 4, 1, 44) + bytes(4) + b"THUMBNAIL"
    content = HEADER + b"II*\0\x08\0\0\0" + first + second
    block = parse_exif(content)
    assert set(block.root) == {0x0112}
    assert b"THUMBNAIL" not in pack_exif(block)


@pytest.mark.parametrize(
    "content", [b"", b"Exif\0\0", b"II*\0", b"hello world", b"II+\0\x08\0\0\0"]
)
def test_refuses_other_content(content: bytes) -> None:
    with pytest.raises(ValueError, match="not an EXIF block"):
        parse_exif(content)


def test_overlapping_fields_do_not_multiply() -> None:
    entries = b"".join(struct.pack("<HHII", tag, 7, 100_000, 8) for tag in range(6000))
    content = b"II*\0\x08\0\0\0" + struct.pack("<H", 6000) + entries + bytes(100_000)
    assert len(pack_exif(parse_exif(content))) < 2 * len(content)


@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_damaged_blocks(data: st.DataObject) -> None:
    content = bytearray(_pillow_block())
    for _ in range(data.draw(st.integers(1, 10))):
        content[data.draw(st.integers(6, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        block = parse_exif(bytes(content[: data.draw(st.integers(0, len(content)))]))
    except ValueError:
        return
    assert parse_exif(pack_exif(block)) == block
