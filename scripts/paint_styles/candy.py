"""Candy: swirls and rounded cells in saturated colour, ringed with stripes and dark outlines."""

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from .brush import Brush, paint_strokes
from .canvas import Canvas, levels, noise
from .flow import STRIDE, Flow, edges_of, scatter
from .pigment import Array, jitter, palette, pick, pigment

SWEETS = palette(
    "#d6525a", "#e37a55", "#eda265", "#f2c975", "#f3dfa0", "#5fb0a6", "#4a93a3", "#5f86b8",
    "#8a78b4", "#ab74ab", "#d9789c", "#eeb0c0", "#a0c27c", "#efe8da", "#79c4c8",
)  # fmt: skip
LEAD = palette("#4e4668", "#5a4a78", "#445674", "#6c4c5e")
SPIRALS = (
    (0.27, 0.34, 190),
    (0.72, 0.64, 200),
    (0.82, 0.16, 110),
    (0.18, 0.84, 115),
)
RING_PX = 15.0

GOUACHE = Brush(relief=1.5, bristle=0.65, dryness=0.25, streak=0.6, taper=0.2)
OUTLINE = Brush(relief=1.9, bristle=0.45, dryness=0.08, streak=0.4, taper=0.25, ragged=0.25)


def paint(size: tuple[int, int], seed: int) -> Array:
    """Paint the picture at size (H, W); returns (H, W, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(size, LEAD[1])
    flow = Flow(canvas.width, canvas.height)
    label, depth = _cells(flow, canvas, rng)
    flow.beside(ndimage.gaussian_filter(depth, 0.8), 1.5)
    colours = _wrappers(int(label.max()) + 1, rng)
    ring = np.clip((depth / RING_PX).astype(np.int64), 0, colours.shape[1] - 1)
    base = colours[label, ring]
    _fill(canvas, flow, base, rng)
    _stripes(canvas, flow, depth, base, rng)
    _outline(canvas, flow, depth, rng)
    _sugar(canvas, flow, depth, rng)
    canvas.weave(rng, 0.12)
    canvas.light(strength=0.2, gloss=0.1, softness=0.5)
    return canvas.finish()


def _cells(flow: Flow, canvas: Canvas, rng: np.random.Generator) -> tuple[Array, Array]:
    """Part the canvas into spirals of sweets and pebbles between: label, depth from the edge."""
    shape = flow.x.shape
    wander = 26
    x = flow.x + wander * (noise(shape, 75 / STRIDE, rng, 2) - 0.5) * 2
    y = flow.y + wander * (noise(shape, 75 / STRIDE, rng, 2) - 0.5) * 2
    seeds = scatter(canvas.width, canvas.height, 104, rng)
    size = rng.uniform(0, 1, len(seeds))
    near, which = cKDTree(seeds).query(np.stack([x, y], -1), k=6)
    label = np.take_along_axis(which, np.argmin(near - 22 * size[which], -1)[..., None], -1)[..., 0]
    for number, (cx, cy, radius) in enumerate(SPIRALS):
        across, down = x - cx * canvas.width, y - cy * canvas.height
        distance = np.hypot(across, down)
        sense = 1 if number % 2 else -1
        angle = (sense * np.arctan2(down, across) + number) % (2 * np.pi)
        pitch = 62 if radius > 120 else 46
        lap = np.floor(distance / pitch - angle / (2 * np.pi))
        run = np.maximum(angle + 2 * np.pi * lap, 0)
        arc = pitch * run**2 / (4 * np.pi)
        sweet = 1000 * (number + 1) + np.floor(arc / (150 + 36 * np.sin(arc / 150)))
        label = np.where(distance < radius, sweet.astype(np.int64), label)
    _, label = np.unique(label, return_inverse=True)
    label = ndimage.median_filter(label.reshape(shape), 5)
    depth = ndimage.distance_transform_edt(~edges_of(label)) * STRIDE
    return label, depth.astype(np.float32)


def _wrappers(count: int, rng: np.random.Generator) -> Array:
    """Choose the rings of colour of each cell, from the edge inwards, (count, 9, 3)."""
    first = rng.integers(len(SWEETS), size=count)
    second = (first + rng.integers(3, len(SWEETS) - 3, size=count)) % len(SWEETS)
    third = (second + rng.integers(2, 8, size=count)) % len(SWEETS)
    order = np.stack([first, first, second, first, third, third, second, first, third], 1)
    plain = rng.random(count) < 0.25
    order[plain, 2] = first[plain]
    return SWEETS[order]


def _fill(canvas: Canvas, flow: Flow, base: Array, rng: np.random.Generator) -> None:
    """Fill the rings with short strokes that run round each cell."""
    for spacing, width, length in ((6.2, 8.5, 26), (4.6, 5.4, 21)):
        starts = scatter(canvas.width, canvas.height, spacing, rng)
        starts = starts[: canvas.count(len(starts))]
        colours = np.stack([flow.at(base[..., k], starts) for k in range(3)], -1)
        colours = jitter(colours, 0.06, rng)
        second = np.clip(colours + rng.normal(0.02, 0.05, (len(starts), 1)), 0, 1)
        odd = rng.random(len(starts)) < 0.08
        second[odd] = pick(SWEETS, int(odd.sum()), rng)
        paths = flow.trace(starts, length * rng.uniform(0.6, 1.25, len(starts)))
        widths = width * rng.uniform(0.7, 1.2, len(starts))
        paint_strokes(canvas, paths, widths, colours, rng, second=second, brush=GOUACHE)


def _stripes(
    canvas: Canvas, flow: Flow, depth: Array, base: Array, rng: np.random.Generator
) -> None:
    """Edge every ring with thin light and dark lines."""
    starts = scatter(canvas.width, canvas.height, 3.2, rng)
    depth = ndimage.gaussian_filter(depth, 1.0)
    phase = flow.at(depth, starts) / RING_PX
    off = np.abs(phase - np.round(phase)) * RING_PX
    starts = starts[(off < 1.0) & (np.round(phase) >= 1)]
    starts = starts[: canvas.count(len(starts))]
    phase = np.round(flow.at(depth, starts) / RING_PX)
    colours = np.stack([flow.at(base[..., k], starts) for k in range(3)], -1)
    dark = (phase.astype(int) % 2 == 1)[:, None]
    colours = np.where(dark, colours * 0.8, colours * 0.7 + 0.3)
    paths = flow.trace(starts, rng.uniform(14, 26, len(starts)))
    widths = rng.uniform(1.5, 2.7, len(starts))
    paint_strokes(canvas, paths, widths, jitter(colours, 0.03, rng), rng, brush=GOUACHE)


def _outline(canvas: Canvas, flow: Flow, depth: Array, rng: np.random.Generator) -> None:
    """Lead the cells with thick dark strokes along their borders."""
    starts = scatter(canvas.width, canvas.height, 2.3, rng)
    starts = starts[flow.at(depth, starts) < 1.0]
    starts = starts[: canvas.count(len(starts))]
    swell = levels(noise(depth.shape, 50, rng))
    widths = (2.0 + 2.6 * flow.at(swell, starts)) * rng.uniform(0.8, 1.2, len(starts))
    colours = jitter(pick(LEAD, len(starts), rng), 0.012, rng)
    second = colours + 0.10 * rng.random((len(starts), 3)).astype(np.float32)
    paths = flow.trace(starts, rng.uniform(14, 26, len(starts)))
    paint_strokes(canvas, paths, widths, colours, rng, second=second, brush=OUTLINE)


def _sugar(canvas: Canvas, flow: Flow, depth: Array, rng: np.random.Generator) -> None:
    """Touch in highlights, white arcs inside the edges."""
    starts = scatter(canvas.width, canvas.height, 9, rng)
    inside = flow.at(depth, starts)
    lit = flow.at(ndimage.sobel(depth, 0), starts) + flow.at(ndimage.sobel(depth, 1), starts)
    shine = starts[(inside > 8) & (inside < 16) & (lit > 3.0) & (rng.random(len(starts)) < 0.45)]
    white = jitter(np.repeat(pigment("#fff8ea")[None], len(shine), 0), 0.02, rng)
    paint_strokes(
        canvas,
        flow.trace(shine, rng.uniform(8, 20, len(shine))),
        rng.uniform(1.8, 3.4, len(shine)),
        white,
        rng,
        brush=OUTLINE,
    )
