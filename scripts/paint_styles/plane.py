"""Planes: flat shapes filled with bricks of shaded paint, and the contours drawn round them."""

import numpy as np
from numpy.typing import ArrayLike

from .brush import Brush, paint_strokes
from .canvas import Canvas, frame, noise
from .ink import Block
from .pigment import Array, jitter, pick, ramp

DAB = Brush(relief=1.1, bristle=0.7, dryness=0.25, streak=0.55, taper=0.2, ragged=0.45)
CHARCOAL = Brush(relief=0.7, bristle=0.8, dryness=0.30, streak=0.4, taper=0.3, ragged=0.5)


def cover_of(canvas: Canvas, points: Array) -> Array:
    """Make the mask (H, W) of a closed shape (K, 2)."""
    block = Block(canvas, "L")
    block.polygon(points, 1.0)
    return block.array()


def turned(points: ArrayLike, place: Array, angle: float, scale: float = 1.0) -> Array:
    """Turn, scale and move an object's own points (K, 2) to their place."""
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    moved: Array = np.asarray(points) * scale @ turn + np.asarray(place)
    return moved


def ring(radius: float, count: int = 40, squash: float = 1.0) -> Array:
    """Make a closed circle or ellipse about the origin, (count, 2)."""
    s = np.linspace(0, 2 * np.pi, count)
    return np.stack([radius * np.cos(s), squash * radius * np.sin(s)], -1)


def fill_plane(
    canvas: Canvas,
    points: Array,
    colours: Array,
    angle: float,
    rng: np.random.Generator,
    *,
    low: float = 0.1,
    high: float = 0.95,
    passage: float = 0.3,
    fineness: float = 1.0,
    brush: Brush = DAB,
    strays: Array | None = None,
) -> None:
    """Fill a shape with short strokes, from one end of a ramp to the other.

    Args: points: (K, 2); colours: ramp (N, 3); angle: direction of the shading, strokes lie across
          it; low, high: ends of the ramp; passage: how far the far side dissolves into what lies
          beneath, 0 to 1; fineness: size of the strokes; strays: colours of a few odd streaks.
    """
    mask = cover_of(canvas, points)
    if not mask.any():
        return
    down = np.array([np.cos(angle), np.sin(angle)])
    side = np.array([-down[1], down[0]])
    reach = points @ down
    floor, span = reach.min(), max(float(np.ptp(reach)), 1.0)
    box = frame(mask)
    y, x = np.mgrid[box].astype(np.float32) / canvas.scale
    place = ((x * down[0] + y * down[1]) - floor) / span
    ragged = place + 0.25 * (noise(place.shape, 14 * canvas.scale, rng, 2) - 0.5)
    mask[box] *= np.clip((1 + 0.35 * (1 - passage) - ragged) / max(passage, 0.02), 0, 1)
    first, last = points.min(0) - 6, points.max(0) + 6
    count = canvas.count(int(np.prod(last - first) / (34 * fineness**2)) + 4)
    starts = rng.uniform(first, last, (count, 2))
    value = low + (high - low) * np.clip((starts @ down - floor) / span, 0, 1)
    value = value + rng.normal(0, 0.065, count)
    t = np.linspace(-0.5, 0.5, 5)[None, :, None]
    length = fineness * rng.uniform(10, 24, (count, 1, 1))
    paths = starts[:, None] + t * length * side + rng.normal(0, 0.6, (count, 5, 2))
    tint = jitter(ramp(colours, value), 0.022, rng)
    second = ramp(colours, value + rng.normal(0.05, 0.11, count))
    if strays is not None:
        odd = rng.random(count) < 0.025
        second[odd] = pick(strays, int(odd.sum()), rng)
    widths = fineness * rng.uniform(4.5, 8.5, count)
    with canvas.masked(mask):
        paint_strokes(canvas, paths, widths, tint, rng, second=second, brush=brush)


def contour(
    canvas: Canvas, path: Array, width: float, ink: Array, rng: np.random.Generator,
    brush: Brush = CHARCOAL,
) -> None:  # fmt: skip
    """Draw a line (K, 2) in one of the inks (N, 3), twice where the second pass shows."""
    for share in (1.0, 0.6) if width * canvas.scale > 1 else (1.0,):
        shifted = path + rng.normal(0, 0.7, 2)
        colour = jitter(pick(ink, 1, rng), 0.015, rng)
        paint_strokes(canvas, shifted[None], np.array([width * share]), colour, rng, brush=brush)
