"""Composition: circles, arcs, combs of lines and facets of colour on washes, an abstract music."""

import numpy as np

from .canvas import Canvas, levels, noise
from .coat import coat
from .flow import STRIDE, Flow, scatter
from .ink import curve, hook
from .pigment import Array, palette, pigment, ramp
from .plane import contour, fill_plane, ring, turned
from .signs import (
    GOUACHE,
    INK,
    INKS,
    PEN,
    RAMPS,
    any_ramp,
    set_bow,
    set_chequers,
    set_circle,
    set_comb,
    set_facets,
    set_sickle,
    set_spikes,
)

WASH = palette(
    "#efe4c6", "#f3d98a", "#e9c7a0", "#c9d4c8", "#9fb8cf", "#e8a27a", "#f0e6d2", "#d8b4b8",
    "#b9c48e", "#f2cf5a",
)  # fmt: skip


def paint(size: tuple[int, int], seed: int) -> Array:
    """Paint the picture at size (H, W); returns (H, W, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(size, pigment("#e6d8b8"))
    _washes(canvas, rng)
    for spacing, reach in ((120, 190), (100, 120)):
        for place in scatter(canvas.width, canvas.height, spacing, rng):
            _cloud(canvas, place, reach * rng.uniform(0.5, 1.1), rng)
    figures = (
        set_facets,
        set_circle,
        set_bow,
        set_comb,
        set_chequers,
        set_sickle,
        set_facets,
        set_circle,
        set_spikes,
        set_bow,
    )
    places = scatter(canvas.width, canvas.height, 92, rng)
    for number, place in enumerate(places):
        figures[number % len(figures)](canvas, place, rng.uniform(36, 84), rng)
    _great_circle(canvas, np.array([0.24, 0.33]) * (canvas.width, canvas.height), 84, rng)
    _great_circle(canvas, np.array([0.73, 0.62]) * (canvas.width, canvas.height), 66, rng)
    _gestures(canvas, rng)
    small = (set_facets, set_circle, set_comb, set_sickle, set_spikes)
    for number, place in enumerate(scatter(canvas.width, canvas.height, 150, rng)):
        small[number % len(small)](canvas, place, rng.uniform(18, 36), rng)
    _notes(canvas, rng)
    canvas.weave(rng, 0.15, 2.8)
    canvas.light(strength=0.32, gloss=0.07, softness=0.42)
    return canvas.finish()


def _washes(canvas: Canvas, rng: np.random.Generator) -> None:
    """Cover the ground with drifting patches of pale colour in visible strokes."""
    flow = Flow(canvas.width, canvas.height)
    shape = flow.x.shape
    flow.along(noise(shape, 190 / STRIDE, rng, 2))
    patches = levels(flow.smear(noise(shape, 70 / STRIDE, rng, 3), 60))
    colours = ramp(WASH, patches)
    dark = levels(noise(shape, 120 / STRIDE, rng, 2))
    colours *= (1 - 0.30 * np.clip(dark - 0.6, 0, 1) / 0.4)[..., None]
    for spacing, width, length in ((9, 13, 46), (8, 7, 34)):
        coat(
            canvas,
            flow,
            colours,
            rng,
            spacing=spacing,
            width=width,
            length=length,
            vary=0.035,
            streak=0.08,
            brush=GOUACHE,
        )
    ring_ = canvas.noise(rng, 90, 3)
    edge = np.exp(-(((ring_ % 0.16) - 0.08) ** 2) / 0.00006)
    canvas.darken((0.14 * edge * canvas.noise(rng, 40)).astype(np.float32))


def _cloud(canvas: Canvas, place: Array, reach: float, rng: np.random.Generator) -> None:
    """Lay a soft-sided patch of strong colour with one hard side."""
    count = 9
    s = np.linspace(0, 2 * np.pi, count, endpoint=False)
    radius = reach * 0.5 * rng.uniform(0.55, 1.15, count)
    points = np.stack([radius * np.cos(s), 0.7 * radius * np.sin(s)], -1)
    shape = turned(curve(np.concatenate([points, points[:1]]), 50), place, rng.uniform(0, 3))
    low, high = rng.uniform(0.15, 0.45), rng.uniform(0.6, 1.05)
    fill_plane(
        canvas,
        shape,
        any_ramp(rng),
        rng.uniform(0, 6.28),
        rng,
        low=low,
        high=high,
        passage=rng.uniform(0.35, 0.9),
        brush=GOUACHE,
    )
    if rng.random() < 0.45:
        first = int(rng.integers(0, 30))
        contour(
            canvas,
            shape[first : first + 20],
            rng.uniform(2, 4.5),
            INKS[int(rng.integers(5))],
            rng,
            PEN,
        )


def _great_circle(canvas: Canvas, place: Array, reach: float, rng: np.random.Generator) -> None:
    """Set a dark disc with a glowing halo."""
    for share, tone, low, high in (
        (1.35, 5, 0.9, 0.3),
        (1.15, 2, 0.95, 0.45),
        (1.0, 6, 0.0, 0.3),
        (0.74, 4, 0.2, 0.6),
        (0.50, 0, 0.2, 0.75),
        (0.24, 2, 0.5, 0.9),
    ):
        centre = place + (1 - share) * 0.16 * reach
        shape = turned(ring(reach * share, 60), centre, 0)
        fill_plane(
            canvas,
            shape,
            RAMPS[tone],
            0.9,
            rng,
            low=low,
            high=high,
            passage=0.5 if share > 1 else 0.1,
            fineness=0.85,
            brush=GOUACHE,
        )
        if share <= 1:
            contour(canvas, shape, 3.0, INK, rng, PEN)


def _gestures(canvas: Canvas, rng: np.random.Generator) -> None:
    """Sweep long black and coloured lines over everything: straight, bowed, curling."""
    for _ in range(11):
        start = rng.uniform(0, 1, 2) * (canvas.width, canvas.height)
        path = hook(start, rng.uniform(0, 6.28), rng.uniform(120, 330), rng.normal(0, 1.9), 24)
        ink = INKS[int(rng.integers(len(INKS)))]
        contour(canvas, path, rng.uniform(4, 10), ink, rng, PEN)
    for _ in range(13):
        angle = rng.choice([0.35, -0.6, 1.2, 2.4]) + rng.normal(0, 0.1)
        centre = rng.uniform(0.05, 0.95, 2) * (canvas.width, canvas.height)
        ahead = np.array([np.cos(angle), np.sin(angle)]) * rng.uniform(60, 220)
        contour(
            canvas,
            centre + np.linspace(-1, 1, 9)[:, None] * ahead,
            rng.uniform(1.5, 4),
            INK,
            rng,
            PEN,
        )


def _notes(canvas: Canvas, rng: np.random.Generator) -> None:
    """Strew small dots, dashes and hooks."""
    for place in scatter(canvas.width, canvas.height, 62, rng):
        kind = rng.random()
        ink = INKS[int(rng.integers(len(INKS)))]
        if kind < 0.4:
            shape = turned(ring(rng.uniform(2.5, 7), 20), place, 0)
            fill_plane(
                canvas, shape, any_ramp(rng), 0.5, rng, passage=0.02, fineness=0.4, brush=GOUACHE
            )
            contour(canvas, shape, 1.3, INK, rng, PEN)
        elif kind < 0.75:
            path = hook(place, rng.uniform(0, 6.28), rng.uniform(12, 34), rng.normal(0, 2.5), 12)
            contour(canvas, path, rng.uniform(1.6, 3.6), ink, rng, PEN)
