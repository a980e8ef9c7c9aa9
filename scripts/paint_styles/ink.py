"""Ink and block: crisp flat shapes, tapered lines and dots, drawn with Pillow at working size."""

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw
from scipy import ndimage
from scipy.interpolate import CubicSpline

from .canvas import Canvas
from .pigment import Array


def curve(points: ArrayLike, count: int = 60) -> Array:
    """Draw a smooth line through control points: (K, 2) to (count, 2), even along its length."""
    knots = np.asarray(points, np.float64)
    steps = np.hypot(*np.diff(knots, axis=0).T)
    place = np.concatenate([[0], np.cumsum(steps)])
    smooth: Array = CubicSpline(place, knots, bc_type="natural")(np.linspace(0, place[-1], count))
    return smooth.astype(np.float32)


def hook(start: Array, heading: float, length: float, bend: float, count: int = 14) -> Array:
    """Draw a line that curls ever tighter, (count, 2); `bend` is its whole turn in radians."""
    t = np.linspace(0, 1, count)
    turn = heading + bend * t**1.7
    step = length / (count - 1) * (1 - 0.45 * t)
    moves = np.stack([np.cos(turn) * step, np.sin(turn) * step], -1)
    moves[0] = 0
    path: Array = (np.asarray(start) + np.cumsum(moves, 0)).astype(np.float32)
    return path


class Block:
    """A sheet to ink: colours and sizes in reference pixels, drawn at the canvas's working size."""

    def __init__(self, canvas: Canvas, mode: str = "RGB") -> None:
        """Take the canvas's colours as ground (mode RGB), or start from nothing (mode L)."""
        self.scale = canvas.scale
        self.mode = mode
        if mode == "RGB":
            self.sheet = Image.fromarray(np.rint(canvas.colour * 255).astype(np.uint8))
        else:
            self.sheet = Image.new("L", (canvas.shape[1], canvas.shape[0]), 0)
        self.pen = ImageDraw.Draw(self.sheet)

    def _ink(self, colour: Array | float) -> tuple[int, ...] | int:
        if self.mode == "L":
            return round(float(np.max(colour)) * 255)
        return tuple(round(float(part) * 255) for part in np.broadcast_to(colour, 3))

    def polygon(self, points: Array, colour: Array | float) -> None:
        """Fill a closed shape (K, 2)."""
        self.pen.polygon([tuple(point) for point in points * self.scale], fill=self._ink(colour))

    def stem(self, points: Array, widths: Array | float, colour: Array | float) -> None:
        """Fill a line (K, 2) with a width at every point, round at both ends."""
        points = np.asarray(points, np.float32) * self.scale
        radii = np.broadcast_to(np.asarray(widths, np.float32), len(points)) * self.scale / 2
        ink = self._ink(colour)
        if radii.max() < 0.6:
            self.pen.line([tuple(point) for point in points], fill=ink)
            return
        heading = np.gradient(points, axis=0)
        heading /= np.linalg.norm(heading, axis=1, keepdims=True) + 1e-6
        side = np.stack([-heading[:, 1], heading[:, 0]], -1) * radii[:, None]
        for (a, b), (c, d) in zip(
            zip(points[:-1] + side[:-1], points[:-1] - side[:-1], strict=True),
            zip(points[1:] + side[1:], points[1:] - side[1:], strict=True),
            strict=True,
        ):
            self.pen.polygon([tuple(a), tuple(c), tuple(d), tuple(b)], fill=ink)
        joints = range(len(points)) if radii.max() > 2.5 else (0, len(points) - 1)
        for k in joints:
            (x, y), r = points[k], radii[k]
            self.pen.ellipse([x - r, y - r, x + r, y + r], fill=ink)

    def dots(self, points: Array, radii: Array, colour: Array | float) -> None:
        """Fill circles."""
        ink = self._ink(colour)
        for (x, y), r in zip(points * self.scale, np.asarray(radii) * self.scale, strict=True):
            self.pen.ellipse([x - r, y - r, x + r, y + r], fill=ink)

    def array(self) -> Array:
        """Give the sheet as numbers in [0, 1], (H, W, 3) or (H, W)."""
        return np.array(self.sheet, np.float32) / 255


def brushed_width(count: int, width: float, rng: np.random.Generator, taper: float = 0.25) -> Array:
    """Vary a line's width as a hand or a knife does, thin at both ends."""
    t = np.linspace(0, 1, count)
    ends = np.clip(np.minimum(t, 1 - t) / max(taper, 1e-3), 0.12, 1) ** 0.7
    wobble = ndimage.gaussian_filter1d(rng.normal(0, 1, count), count / 12 + 1, mode="nearest")
    result: Array = (width * ends * (1 + 0.5 * wobble)).clip(0.08 * width)
    return result


def wobble(
    image: Array, canvas: Canvas, rng: np.random.Generator, reach: float, cell: float
) -> Array:
    """Displace an image by smooth noise of `reach` reference pixels: no edge stays mechanical."""
    rows, columns = np.indices(canvas.shape, dtype=np.float32)
    rows += (canvas.noise(rng, cell, 2) - 0.5) * 2 * reach * canvas.scale
    columns += (canvas.noise(rng, cell, 2) - 0.5) * 2 * reach * canvas.scale
    layers = image[..., None] if image.ndim == 2 else image
    moved = [
        ndimage.map_coordinates(layers[..., k], [rows, columns], order=1, mode="nearest")
        for k in range(layers.shape[-1])
    ]
    result: Array = moved[0] if image.ndim == 2 else np.stack(moved, -1)
    return result
