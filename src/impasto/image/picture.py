"""A picture as files hold it: 8- or 16-bit sRGB pixels, transparency, metadata.

Nothing here needs torch; :mod:`impasto.image.tensor` converts to and from tensors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.errors import OptionError, ShapeError

PixelArray = npt.NDArray[Any]
"""A NumPy array of uint8 or uint16 samples."""

_DTYPES = {8: np.dtype(np.uint8), 16: np.dtype(np.uint16)}


@dataclass(frozen=True, kw_only=True)
class ImageMetadata:
    """What a file says about its picture, beyond the pixels.

    Attributes:
        exif: EXIF block with its ``Exif`` header, orientation reset to 1: the pixels are
            already upright. Embedded thumbnails are left out, they would show the original.
        icc_profile: The profile the pixels had before they became sRGB.
        xmp: XMP packet.
        dpi: Horizontal and vertical resolution in dots per inch.
        source_format: ``"JPEG"``, ``"PNG"``, ...; ``None`` where there was no file.
        text: Text entries, such as the settings a result was made with.
    """

    exif: bytes | None = None
    icc_profile: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None
    source_format: str | None = None
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """Pixels, transparency and metadata; upright, and always sRGB.

    Attributes:
        pixels: (H, W, 3) uint8 or uint16, sRGB.
        alpha: (H, W) of the same dtype, 0 transparent, not premultiplied; or ``None``.
        metadata: What the file said beyond the pixels.

    Raises:
        ShapeError: if the arrays are not of these shapes and dtypes.

    Example:
        >>> picture = Picture(pixels=np.zeros((32, 48, 3), np.uint8))
        >>> picture.size, picture.bit_depth
        ((32, 48), 8)
    """

    pixels: PixelArray
    alpha: PixelArray | None = None
    metadata: ImageMetadata = field(default_factory=ImageMetadata)

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or not self.pixels.size:
            raise ShapeError(f"pixels: expected shape (H, W, 3), got {self.pixels.shape}.")
        if self.pixels.dtype not in _DTYPES.values():
            raise ShapeError(
                f"pixels: expected uint8 or uint16, got {self.pixels.dtype}; "
                "scale to 0..255 or 0..65535, round and convert it first."
            )
        if self.alpha is None:
            return
        if self.alpha.shape != self.size or self.alpha.dtype != self.pixels.dtype:
            raise ShapeError(
                f"alpha: expected {self.size} {self.pixels.dtype} like the pixels, "
                f"got {self.alpha.shape} {self.alpha.dtype}."
            )

    @property
    def size(self) -> tuple[int, int]:
        """(H, W) in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]

    @property
    def bit_depth(self) -> int:
        """Bits per sample: 8 or 16."""
        return self.pixels.dtype.itemsize * 8


def change_bit_depth(samples: PixelArray, bit_depth: int) -> PixelArray:
    """Return samples with 8 or 16 bits: widening is exact, narrowing rounds.

    Args:
        samples: uint8 or uint16, any shape.
        bit_depth: 8 or 16.

    Raises:
        OptionError: if ``bit_depth`` is neither.

    Example:
        >>> change_bit_depth(np.array([0, 128, 255], np.uint8), 16).tolist()
        [0, 32896, 65535]
        >>> change_bit_depth(np.array([0, 32767, 65535], np.uint16), 8).tolist()
        [0, 127, 255]
    """
    if bit_depth not in _DTYPES:
        raise OptionError(f"bit_depth: expected 8 or 16, got {bit_depth!r}.")
    if samples.dtype == _DTYPES[bit_depth]:
        return samples
    if bit_depth == 16:
        return samples.astype(np.uint16) * np.uint16(257)
    return ((samples.astype(np.uint32) + 128) // 257).astype(np.uint8)
