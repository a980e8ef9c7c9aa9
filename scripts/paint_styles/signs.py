"""Signs: the alphabet of the composition: circles, bows, combs, boards, sickles, spikes."""

from itertools import pairwise

import numpy as np

from .brush import Brush
from .canvas import Canvas
from .ink import curve
from .pigment import Array, palette
from .plane import contour, fill_plane, ring, turned

RAMPS = (
    palette("#5a0f14", "#a81c1e", "#d8322a", "#ee6a3a", "#f6b48a"),
    palette("#0f1c4a", "#1f3f94", "#3f6fc0", "#86a8d8", "#d2dcea"),
    palette("#7a4a0a", "#d8901a", "#f4c02e", "#f9dc6a", "#fdf2c0"),
    palette("#0f2f24", "#24644a", "#5a9a5a", "#a2c47a", "#dce8b4"),
    palette("#2a1040", "#5a2f80", "#8f5aa8", "#c49ac8", "#ecd8e4"),
    palette("#4a1a0a", "#a84a1a", "#e07a24", "#f4a85a", "#fbe0b4"),
    palette("#101014", "#2c2c34", "#5c5c64", "#a0a09c", "#ece8dc"),
    palette("#0c3a44", "#1a7a80", "#4ab0a8", "#a0d4c4", "#e6f0dc"),
)
INK = palette("#0a0a10", "#12101a", "#0c1426")
INKS = (INK, INK, INK, palette("#7a1418", "#a81c1e"), palette("#16306e", "#1f3f94"))

GOUACHE = Brush(relief=0.9, bristle=0.7, dryness=0.3, streak=0.6, taper=0.2, ragged=0.5)
PEN = Brush(relief=0.9, bristle=0.6, dryness=0.12, streak=0.3, taper=0.35, ragged=0.3)


def any_ramp(rng: np.random.Generator) -> Array:
    """Choose one of the ramps."""
    return RAMPS[int(rng.integers(len(RAMPS)))]


def set_circle(canvas: Canvas, place: Array, reach: float, rng: np.random.Generator) -> None:
    """Set rings of different colours round one centre, or nearly."""
    for share in (1.0, *np.sort(rng.uniform(0.2, 0.85, 3))[::-1]):
        centre = place + rng.normal(0, 0.05, 2) * reach
        shape = turned(ring(0.52 * reach * share), centre, 0)
        fill_plane(
            canvas,
            shape,
            any_ramp(rng),
            rng.uniform(0, 6.28),
            rng,
            low=rng.uniform(0, 0.5),
            high=rng.uniform(0.6, 1.0),
            passage=0.12,
            fineness=0.7,
            brush=GOUACHE,
        )
        if rng.random() < 0.6:
            contour(canvas, shape, rng.uniform(1.4, 3.2), INK, rng, PEN)


def set_facets(canvas: Canvas, place: Array, reach: float, rng: np.random.Generator) -> None:
    """Set a few triangles and slabs across each other."""
    for _ in range(3):
        corners = rng.uniform(-0.7, 0.7, (int(rng.integers(3, 5)), 2)) * reach * (1.0, 0.7)
        corners = corners[np.argsort(np.arctan2(corners[:, 1], corners[:, 0]))]
        shape = turned(corners, place + rng.normal(0, 0.2, 2) * reach, rng.uniform(0, 3))
        fill_plane(
            canvas,
            shape,
            any_ramp(rng),
            rng.uniform(0, 6.28),
            rng,
            low=rng.uniform(0, 0.4),
            high=rng.uniform(0.6, 1.0),
            passage=rng.uniform(0.1, 0.5),
            fineness=0.8,
            brush=GOUACHE,
        )
        if rng.random() < 0.7:
            closed = np.concatenate([shape, shape[:1]])
            for start, end in pairwise(closed):
                line = np.linspace(start * 1.08 - end * 0.08, end, 7)
                contour(canvas, line, rng.uniform(1.4, 3), INK, rng, PEN)


def set_bow(canvas: Canvas, place: Array, reach: float, rng: np.random.Generator) -> None:
    """Set a rainbow: bands of arc side by side."""
    start, span = rng.uniform(0, 6.28), rng.uniform(1.3, 3.0)
    s = start + np.linspace(0, span, 26)
    bands = np.linspace(0.35, 1.0, int(rng.integers(4, 7)))
    for inner, outer in pairwise(bands):
        way = np.stack([np.cos(s), np.sin(s)], -1) * reach * 0.8
        shape = np.concatenate([way * inner, (way * outer)[::-1]]) + place
        fill_plane(
            canvas,
            shape,
            any_ramp(rng),
            start,
            rng,
            low=rng.uniform(0.1, 0.5),
            high=rng.uniform(0.6, 1),
            passage=0.15,
            fineness=0.65,
            brush=GOUACHE,
        )
        if rng.random() < 0.7:
            contour(canvas, way * outer + place, rng.uniform(1.5, 3.6), INK, rng, PEN)


def set_comb(canvas: Canvas, place: Array, reach: float, rng: np.random.Generator) -> None:
    """Draw a bundle of parallel lines, crossed by a spine."""
    angle, count = rng.uniform(0, 3.14), int(rng.integers(6, 12))
    ink = INKS[int(rng.integers(len(INKS)))]
    for k, level in enumerate(np.linspace(-0.5, 0.5, count)):
        half = reach * (0.55 - 0.4 * abs(level) + 0.05 * (k % 2))
        line = [(-half, level * reach), (0, level * reach + 3), (half, level * reach)]
        contour(canvas, turned(curve(line, 9), place, angle), rng.uniform(1.2, 2.6), ink, rng, PEN)
    spine = curve([(-4, -0.75 * reach), (5, 0), (-3, 0.75 * reach)], 12)
    contour(canvas, turned(spine, place, angle), rng.uniform(2.5, 5), ink, rng, PEN)


def set_chequers(canvas: Canvas, place: Array, reach: float, rng: np.random.Generator) -> None:
    """Set a leaning board of small squares."""
    angle, side = rng.uniform(-0.8, 0.8), reach / 5
    first, second = any_ramp(rng), any_ramp(rng)
    square = np.array([[0, 0], [side, 0], [side * 1.12, side], [side * 0.12, side]])
    for row in range(4):
        for column in range(6):
            corner = np.array([(column - 3 + 0.12 * row) * side, (row - 2) * side])
            shape = turned(square + corner, place, angle)
            tone = first if (row + column) % 2 else second
            fill_plane(
                canvas,
                shape,
                tone,
                angle,
                rng,
                low=0.2,
                high=0.8,
                passage=0.05,
                fineness=0.5,
                brush=GOUACHE,
            )
    edge = np.array([[-3, -2], [3, -2], [3.5, 2], [-2.5, 2], [-3, -2]]) * side
    contour(canvas, turned(edge[:2], place, angle), 2.2, INK, rng, PEN)
    contour(canvas, turned(edge[2:4], place, angle), 2.6, INK, rng, PEN)


def set_sickle(canvas: Canvas, place: Array, reach: float, rng: np.random.Generator) -> None:
    """Set a crescent with a dark back."""
    s = np.linspace(0, 2.7, 24)
    outer = np.stack([np.cos(s), np.sin(s)], -1) * 0.62 * reach
    inner = outer * (1 - 0.45 * np.sin(s / 2.7 * np.pi))[:, None]
    angle = rng.uniform(0, 6.28)
    shape = turned(np.concatenate([outer, inner[::-1]]), place, angle)
    fill_plane(
        canvas,
        shape,
        any_ramp(rng),
        angle,
        rng,
        low=0.1,
        high=0.95,
        passage=0.1,
        fineness=0.7,
        brush=GOUACHE,
    )
    contour(canvas, shape[:24], rng.uniform(2.5, 6), INK, rng, PEN)


def set_spikes(canvas: Canvas, place: Array, reach: float, rng: np.random.Generator) -> None:
    """Draw a fan of lines from one point, and a zigzag."""
    start = rng.uniform(0, 6.28)
    for angle in start + np.linspace(0, rng.uniform(0.5, 1.4), 7):
        ahead = np.array([np.cos(angle), np.sin(angle)])
        line = place + np.linspace(0.1, rng.uniform(0.8, 1.4), 7)[:, None] * reach * ahead
        contour(canvas, line, rng.uniform(1.2, 3.4), INK, rng, PEN)
    t = np.arange(9)
    saw = np.stack([(t - 4) * reach * 0.13, (t % 2 - 0.5) * reach * 0.3], -1)
    fine = np.concatenate([np.linspace(saw[k], saw[k + 1], 4, endpoint=False) for k in range(8)])
    contour(
        canvas,
        turned(fine, place + 0.3 * reach, start),
        rng.uniform(1.6, 3),
        INKS[int(rng.integers(5))],
        rng,
        PEN,
    )
