"""Prompts: what a person pointed at, in pixels of the photograph."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from impasto.errors import OptionError

SCRIBBLE_STEP_PX = 24.0
"""Distance between the points a scribble is read at, in pixels of the photograph."""


@dataclass(frozen=True)
class Point:
    """A click.

    Attributes:
        x: Pixels from the left edge; the middle of the first pixel is 0.
        y: Pixels from the top edge.
        add: Whether the mask should hold this point, or leave it out.
    """

    x: float
    y: float
    add: bool = True


@dataclass(frozen=True)
class Box:
    """A rectangle drawn around an object, in pixels: from (left, top) to (right, bottom)."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, kw_only=True)
class Prompts:
    """Clicks, a box and a scribble; a value, each method gives a new one.

    Attributes:
        points: Clicks in the order they came.
        box: A rectangle around the object, or ``None``.
        scribble: (x, y) along a line drawn inside the object; empty without one.

    Raises:
        OptionError: if a coordinate is not a finite number, or the box is empty or turned.

    Example:
        >>> Prompts().add(10, 20).remove(40, 20).points
        (Point(x=10.0, y=20.0, add=True), Point(x=40.0, y=20.0, add=False))
    """

    points: tuple[Point, ...] = ()
    box: Box | None = None
    scribble: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        for point in self.points:
            _check_finite("point", point.x, point.y)
        for x, y in self.scribble:
            _check_finite("scribble", x, y)
        if self.box is not None:
            box = self.box
            _check_finite("box", box.left, box.top, box.right, box.bottom)
            if box.right <= box.left or box.bottom <= box.top:
                raise OptionError(
                    f"box: expected left < right and top < bottom, got {box}; "
                    "give the upper left corner first."
                )

    def add(self, x: float, y: float) -> Prompts:
        """These prompts and a click on what belongs to the mask."""
        return replace(self, points=(*self.points, Point(float(x), float(y), add=True)))

    def remove(self, x: float, y: float) -> Prompts:
        """These prompts and a click on what does not belong to the mask."""
        return replace(self, points=(*self.points, Point(float(x), float(y), add=False)))

    @property
    def all_points(self) -> tuple[Point, ...]:
        """The clicks, after points taken along the scribble."""
        return (*(Point(x, y) for x, y in _along(self.scribble)), *self.points)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that says what is wanted: no positive point and no box."""
        return self.box is None and not any(point.add for point in self.all_points)

    def check(self, size: tuple[int, int]) -> None:
        """Raise unless these prompts say something and lie on a photograph.

        Args:
            size: (H, W) of the photograph.

        Raises:
            OptionError: if there is neither a point to add nor a box, a point lies outside
                the photograph, or the box does not touch it.
        """
        if self.is_empty:
            raise OptionError("prompts: expected a point to add or a box, got neither.")
        height, width = size
        for point in self.all_points:
            if not (-0.5 <= point.x <= width - 0.5 and -0.5 <= point.y <= height - 0.5):
                raise OptionError(
                    f"point: expected x in 0..{width - 1} and y in 0..{height - 1}, "
                    f"got ({point.x:g}, {point.y:g})."
                )
        box = self.box
        if box is not None and (
            box.right <= 0 or box.bottom <= 0 or box.left >= width or box.top >= height
        ):
            raise OptionError(f"box: expected one that touches {width} x {height} px, got {box}.")


def pixel_of(point: Point, size: tuple[int, int]) -> tuple[int, int]:
    """(row, column) of the pixel a point lies on, for a photograph of (H, W) ``size``."""
    row = min(max(math.floor(point.y + 0.5), 0), size[0] - 1)
    column = min(max(math.floor(point.x + 0.5), 0), size[1] - 1)
    return row, column


def _along(line: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Points of a line at least a step apart, its first and its last among them."""
    kept = list(line[:1])
    for x, y in line[1:-1]:
        if math.dist(kept[-1], (x, y)) >= SCRIBBLE_STEP_PX:
            kept.append((x, y))
    return kept + list(line[1:][-1:])


def _check_finite(name: str, *values: float) -> None:
    if not all(math.isfinite(value) for value in values):
        raise OptionError(f"{name}: expected finite coordinates in pixels, got {values}.")
