from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from impasto.errors import OutputError
from impasto.image.file_format import (
    HEADER_BYTES,
    OUTPUT_FORMATS,
    output_format,
    recognise_format,
)

FORMATS = ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "AVIF"]


@pytest.mark.parametrize("name", FORMATS)
def test_recognises_what_pillow_writes(name: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32)).save(buffer, name)
    assert recognise_format(buffer.getvalue()[:HEADER_BYTES]) == name


@pytest.mark.parametrize(
    ("brands", "expected"),
    [
        (b"heic\0\0\0\0mif1", "HEIC"),
        (b"mif1\0\0\0\0mif1heic", "HEIC"),
        (b"mif1\0\0\0\0mif1avif", "AVIF"),
        (b"avis\0\0\0\0avif", "AVIF"),
        (b"mif1\0\0\0\0", "HEIC"),
        (b"isom\0\0\0\0mp42", None),
    ],
)
def test_tells_heic_from_avif_by_the_brands(brands: bytes, expected: str | None) -> None:
    size = (8 + len(brands)).to_bytes(4, "big")
    assert recognise_format(size + b"ftyp" + brands) == expected


@pytest.mark.parametrize("header", [b"", b"\xff\xd8", b"%PDF-1.7", b"<svg ", b"RIFF\0\0\0\0WAVE"])
def test_does_not_recognise_others(header: bytes) -> None:
    assert recognise_format(header) is None


@given(header=st.binary(max_size=HEADER_BYTES))
def test_never_fails(header: bytes) -> None:
    recognise_format(header)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.png", "PNG"),
        ("a.b.JPG", "JPEG"),
        ("a.Jpeg", "JPEG"),
        ("a.TIF", "TIFF"),
        ("a.webp", "WEBP"),
    ],
)
def test_chooses_by_suffix(name: str, expected: str) -> None:
    assert output_format(Path(name)) is OUTPUT_FORMATS[expected]


@pytest.mark.parametrize("name", ["a", "a.", ".png", "a.gif", "a.png.bak", "a.heic"])
def test_refuses_other_suffixes_and_lists_the_known(name: str) -> None:
    with pytest.raises(OutputError, match=r"\.png, \.jpg.*\.webp, \.tif"):
        output_format(Path(name))
