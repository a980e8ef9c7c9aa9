"""Soft masks as values: cropped, never changed, told apart by a digest of their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

from impasto.errors import ShapeError
from impasto.studio.box import EMPTY, Box, Pixels, nonzero_box

_known_masks: WeakValueDictionary[str, Mask] = WeakValueDictionary()


@dataclass(frozen=True, kw_only=True)
class Mask:
    """How much each pixel of a picture belongs to something.

    Make one with :func:`make_mask` or :func:`place_mask`: equal masks are then one object,
    so that a hundred states of a document that share a mask hold it once.

    Attributes:
        size: (H, W) of the picture.
        box: The smallest box around all that is not zero.
        digest: SHA-256 of size, box and values in hexadecimal; masks are compared by it.
        values: (h, w) uint8 of the box, 255 where the pixel belongs fully. Read-only.
    """

    size: tuple[int, int]
    box: Box
    digest: str
    values: Pixels = field(compare=False, repr=False)

    def crop(self, box: Box) -> Pixels:
        """The values inside ``box`` (h, w) uint8, zero where the mask has none. A new array."""
        cropped = np.zeros(box.size, np.uint8)
        common = self.box.intersect(box)
        if not common.is_empty:
            cropped[common.within(box)] = self.values[common.within(self.box)]
        return cropped

    def full(self) -> Pixels:
        """All of it, (H, W) uint8. A new array."""
        return self.crop(Box.whole(self.size))

    def difference_box(self, other: Mask) -> Box:
        """The smallest box around the pixels at which two masks of one size differ."""
        if self.digest == other.digest:
            return EMPTY
        both = self.box.union(other.box)
        changed = nonzero_box(np.bitwise_xor(self.crop(both), other.crop(both)))
        return changed.shift(both)


def make_mask(values: npt.NDArray[Any]) -> Mask:
    """A mask of a whole picture.

    Args:
        values: (H, W) uint8, 255 where a pixel belongs fully; or bool. It is copied.

    Raises:
        ShapeError: if it is neither, or has no pixels.

    Example:
        >>> values = np.zeros((20, 30), bool)
        >>> values[4:7, 5:9] = True
        >>> make_mask(values).box
        Box(top=4, left=5, bottom=7, right=9)
    """
    if values.ndim != 2 or not values.size:
        raise ShapeError(f"mask: expected shape (H, W), got {values.shape}.")
    return place_mask(values, Box.whole(values.shape), values.shape)


def place_mask(values: npt.NDArray[Any], box: Box, size: tuple[int, int]) -> Mask:
    """A mask of a picture of ``size`` (H, W) that is zero outside ``box``.

    Args:
        values: (h, w) of the box, uint8 or bool. It is copied.
        box: Where they lie; inside the picture.
        size: (H, W) of the picture.

    Raises:
        ShapeError: if shape and box do not fit, or the dtype is another.
    """
    if values.dtype == np.bool_:
        values = values.astype(np.uint8) * np.uint8(255)
    if values.dtype != np.uint8:
        raise ShapeError(
            f"mask: expected uint8 from 0 to 255 or bool, got {values.dtype}; "
            "scale, round and convert it first."
        )
    if values.shape != box.size or not Box.whole(size).contains(box):
        raise ShapeError(
            f"mask: expected values for {box} inside a picture of {size}, got {values.shape}."
        )
    inner = nonzero_box(np.ascontiguousarray(values))
    cropped = np.array(values[inner.slices])
    cropped.setflags(write=False)
    place = inner.shift(box)
    digest = _digest(cropped, place, size)
    mask = Mask(size=size, box=place, digest=digest, values=cropped)
    return _known_masks.setdefault(digest, mask)


def _digest(values: Pixels, box: Box, size: tuple[int, int]) -> str:
    header = f"{size[0]} {size[1]} {box.top} {box.left} {box.bottom} {box.right}\n"
    digest = hashlib.sha256(header.encode())
    digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()
