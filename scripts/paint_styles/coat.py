"""Coats: strokes over the whole canvas, or a part of it, coloured from a map that they follow."""

import numpy as np

from .brush import OIL, Brush, paint_strokes
from .canvas import Canvas
from .flow import Flow, scatter
from .pigment import Array, jitter


def sample(flow: Flow, colours: Array, points: Array) -> Array:
    """Look up a colour map (H, W, 3) of the flow's grid at points (N, 2)."""
    return np.stack([flow.at(colours[..., channel], points) for channel in range(3)], -1)


def coat(
    canvas: Canvas,
    flow: Flow,
    colours: Array,
    rng: np.random.Generator,
    *,
    spacing: float,
    width: float,
    length: float,
    where: Array | None = None,
    vary: float = 0.04,
    streak: float = 0.1,
    brush: Brush = OIL,
) -> None:
    """Cover with strokes along the flow.

    Args: colours: (H, W, 3) and where: (H, W) chance of a stroke in [0, 1], on the flow's grid;
          spacing, width, length: in reference pixels; vary: jitter from stroke to stroke;
          streak: difference of the second colour within a stroke.
    """
    starts = scatter(canvas.width, canvas.height, spacing, rng)
    if where is not None:
        starts = starts[rng.random(len(starts)) < flow.at(where, starts)]
    starts = starts[: canvas.count(len(starts))]
    count = len(starts)
    tint = jitter(sample(flow, colours, starts), vary, rng)
    second = np.clip(tint + rng.normal(streak / 3, streak, (count, 1)), 0, 1)
    paths = flow.trace(starts, length * rng.uniform(0.55, 1.25, count))
    widths = width * rng.uniform(0.7, 1.25, count)
    paint_strokes(canvas, paths, widths, tint, rng, second=second, brush=brush)
