"""The photograph a document is about: the file as it came, and its pixels."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from pathlib import PurePath

import numpy as np

from impasto.errors import ShapeError
from impasto.image.codec import DEFAULT_MAX_PIXELS, open_image
from impasto.image.file_format import OUTPUT_FORMATS
from impasto.image.picture import Picture, change_bit_depth
from impasto.image.writing import Encoding, write_picture
from impasto.studio.box import Pixels

MAX_NAME_CHARACTERS = 200


@dataclass(frozen=True, kw_only=True)
class PhotographReference:
    """What a document remembers of its photograph.

    Attributes:
        digest: SHA-256 of the file's content, in hexadecimal.
        size: (H, W) upright, in pixels.
        name: The file's name as a person knows it, without folders.
    """

    digest: str
    size: tuple[int, int]
    name: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Photograph:
    """A photograph as it came, and as the compositor reads it.

    Attributes:
        reference: What a document remembers of it.
        content: The whole file, byte for byte.
        picture: The decoded picture with its bit depth, transparency and metadata.
        pixels: (H, W, 3) uint8 sRGB. Read-only.
    """

    reference: PhotographReference
    content: bytes = field(repr=False)
    picture: Picture = field(repr=False)
    pixels: Pixels = field(repr=False)

    @property
    def size(self) -> tuple[int, int]:
        """(H, W) in pixels."""
        return self.reference.size


def read_photograph(
    content: bytes, *, name: str = "photograph", max_pixels: int = DEFAULT_MAX_PIXELS
) -> Photograph:
    """Decode a photograph from the content of its file.

    Args:
        content: The whole file.
        name: The file's name; folders in it are dropped.
        max_pixels: Larger images are refused before they are decoded.

    Raises:
        ImageFormatError: if it is not an image that can be read, empty, or damaged.
        ImageSizeError: if it is larger or smaller than the limits.
        MemoryLimitError: if its pixels do not fit in memory.
    """
    picture = open_image(content, max_pixels=max_pixels)
    pixels = np.ascontiguousarray(change_bit_depth(picture.pixels, 8))
    if pixels is picture.pixels:
        pixels = pixels.view()
    pixels.setflags(write=False)
    reference = PhotographReference(
        digest=hashlib.sha256(content).hexdigest(), size=picture.size, name=_bare_name(name)
    )
    return Photograph(reference=reference, content=content, picture=picture, pixels=pixels)


def photograph_from_pixels(pixels: Pixels, *, name: str = "photograph.png") -> Photograph:
    """A photograph that never was a file: its content becomes a PNG.

    Args:
        pixels: (H, W, 3) uint8 sRGB.
        name: What a person calls it.

    Raises:
        ShapeError: if the array is not of that shape and dtype.
        ImageSizeError: if a side is too short.
    """
    if pixels.dtype != np.uint8:
        raise ShapeError(f"pixels: expected uint8, got {pixels.dtype}; round and convert it first.")
    file = io.BytesIO()
    encoding = Encoding(
        output=OUTPUT_FORMATS["PNG"],
        quality=95,
        bit_depth=8,
        keep_metadata=True,
        keep_profile=False,
        image_text={},
    )
    write_picture(Picture(pixels=pixels), file, encoding)
    return read_photograph(file.getvalue(), name=name)


def _bare_name(name: str) -> str:
    bare = PurePath(name.replace("\\", "/")).name
    printable = "".join(letter for letter in bare if letter.isprintable()).strip()
    return printable[:MAX_NAME_CHARACTERS] or "photograph"
