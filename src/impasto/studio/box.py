"""Rectangles of whole pixels: what changed, and where an object lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from impasto.errors import ShapeError

Pixels = npt.NDArray[np.uint8]
"""A NumPy array of uint8 samples: (H, W, 3) sRGB, or (H, W) of a mask or an alpha."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """The pixels of rows ``top`` to ``bottom`` and columns ``left`` to ``right``, ends excluded.

    A box without area is empty, wherever its edges are; joined with another it gives that other.

    Example:
        >>> box = Box(top=2, left=3, bottom=5, right=9)
        >>> box.size, box.area
        ((3, 6), 18)
    """

    top: int
    left: int
    bottom: int
    right: int

    @staticmethod
    def whole(size: tuple[int, int]) -> Box:
        """All of a picture of ``size`` (H, W)."""
        return Box(top=0, left=0, bottom=size[0], right=size[1])

    @property
    def size(self) -> tuple[int, int]:
        """(H, W) in pixels."""
        return max(0, self.bottom - self.top), max(0, self.right - self.left)

    @property
    def area(self) -> int:
        """Pixels inside."""
        height, width = self.size
        return height * width

    @property
    def is_empty(self) -> bool:
        """Whether it holds no pixel."""
        return self.bottom <= self.top or self.right <= self.left

    @property
    def slices(self) -> tuple[slice, slice]:
        """What to index an array of the whole picture with."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def within(self, outer: Box) -> tuple[slice, slice]:
        """What to index an array with that holds the pixels of ``outer`` alone."""
        return (
            slice(self.top - outer.top, self.bottom - outer.top),
            slice(self.left - outer.left, self.right - outer.left),
        )

    def shift(self, outer: Box) -> Box:
        """The box in the whole picture, if it is given as counted from the corner of ``outer``."""
        if self.is_empty:
            return EMPTY
        return Box(
            top=self.top + outer.top,
            left=self.left + outer.left,
            bottom=self.bottom + outer.top,
            right=self.right + outer.left,
        )

    def grow(self, margin: int) -> Box:
        """The box with ``margin`` pixels more on each side; an empty one stays empty."""
        if self.is_empty:
            return EMPTY
        return Box(
            top=self.top - margin,
            left=self.left - margin,
            bottom=self.bottom + margin,
            right=self.right + margin,
        )

    def intersect(self, other: Box) -> Box:
        """The pixels in both."""
        common = Box(
            top=max(self.top, other.top),
            left=max(self.left, other.left),
            bottom=min(self.bottom, other.bottom),
            right=min(self.right, other.right),
        )
        return EMPTY if common.is_empty else common

    def clip(self, size: tuple[int, int]) -> Box:
        """The part inside a picture of ``size`` (H, W)."""
        return self.intersect(Box.whole(size))

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        if self.is_empty or other.is_empty:
            return EMPTY if self.is_empty and other.is_empty else other if self.is_empty else self
        return Box(
            top=min(self.top, other.top),
            left=min(self.left, other.left),
            bottom=max(self.bottom, other.bottom),
            right=max(self.right, other.right),
        )

    def contains(self, other: Box) -> bool:
        """Whether every pixel of ``other`` is inside."""
        return other.is_empty or self.intersect(other) == other


EMPTY = Box(top=0, left=0, bottom=0, right=0)
"""No pixel at all."""


def merge_boxes(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """Boxes over the same pixels, joined wherever one box costs no more than two.

    Example:
        >>> left = Box(top=0, left=0, bottom=4, right=4)
        >>> right = Box(top=0, left=4, bottom=4, right=8)
        >>> merge_boxes([left, right])
        (Box(top=0, left=0, bottom=4, right=8),)
    """
    merged: list[Box] = []
    for box in boxes:
        if box.is_empty:
            continue
        while (other := _worth_joining(box, merged)) is not None:
            merged.remove(other)
            box = box.union(other)
        merged.append(box)
    return tuple(merged)


def _worth_joining(box: Box, others: Iterable[Box]) -> Box | None:
    for other in others:
        if box.union(other).area <= box.area + other.area:
            return other
    return None


def nonzero_box(values: Pixels) -> Box:
    """The smallest box around everything in ``values`` (H, W) uint8 that is not zero."""
    import cv2

    if values.size == 0:
        return EMPTY
    left, top, width, height = cv2.boundingRect(values)
    found = Box(top=top, left=left, bottom=top + height, right=left + width)
    return EMPTY if found.is_empty else found


def check_plane(values: npt.NDArray[np.generic], size: tuple[int, int], *, name: str) -> None:
    """Make sure that ``values`` is a plane of a picture.

    Raises:
        ShapeError: if it is not ``size`` (H, W) uint8.
    """
    if values.shape != size or values.dtype != np.uint8:
        raise ShapeError(
            f"{name}: expected {size} uint8 like the photograph, "
            f"got {values.shape} {values.dtype}; resize and convert it first."
        )
