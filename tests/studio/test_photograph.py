import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from impasto.errors import ImageFormatError, ImageSizeError, ShapeError
from impasto.studio.box import Pixels
from impasto.studio.photograph import Photograph, photograph_from_pixels, read_photograph


def test_the_file_is_kept_as_it_came(pixels: Pixels) -> None:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG")
    photograph = read_photograph(file.getvalue(), name="harbour.jpg")
    assert photograph.content == file.getvalue()
    assert photograph.reference.digest == hashlib.sha256(file.getvalue()).hexdigest()
    assert photograph.size == pixels.shape[:2]
    assert photograph.pixels.dtype == np.uint8


def test_pixels_without_a_file_become_a_png(photograph: Photograph, pixels: Pixels) -> None:
    assert np.array_equal(photograph.pixels, pixels)
    assert photograph.content.startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="read-only"):
        photograph.pixels[0, 0] = 0


def test_sixteen_bits_are_kept_beside(pixels: Pixels) -> None:
    file = io.BytesIO()
    Image.fromarray(pixels[..., 0].astype(np.uint16) * 257).save(file, "PNG")
    photograph = read_photograph(file.getvalue())
    assert photograph.picture.bit_depth == 16
    assert np.array_equal(photograph.pixels[..., 0], pixels[..., 0])


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("holiday/lion.jpg", "lion.jpg"),
        ("C:\\photos\\lion.jpg", "lion.jpg"),
        ("../../etc/passwd", "passwd"),
        ("li\non\x00.jpg", "lion.jpg"),
        ("", "photograph"),
        ("x" * 999, "x" * 200),
    ],
)
def test_names_lose_their_folders(photograph: Photograph, name: str, kept: str) -> None:
    assert read_photograph(photograph.content, name=name).reference.name == kept


def test_what_is_no_photograph_is_refused(photograph: Photograph) -> None:
    with pytest.raises(ImageFormatError):
        read_photograph(b"nothing")
    with pytest.raises(ImageSizeError):
        read_photograph(photograph.content, max_pixels=100)
    with pytest.raises(ShapeError, match="uint8"):
        photograph_from_pixels(np.zeros((20, 20, 3), np.uint16))  # type: ignore[arg-type]
