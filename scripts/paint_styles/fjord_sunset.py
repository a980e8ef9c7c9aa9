"""Fjord sunset: long wavy bands of burning sky, a dark swirling shore, a pier in crayon streaks."""

import numpy as np

from .brush import Brush, paint_strokes
from .canvas import Canvas, levels, noise
from .coat import coat
from .flow import STRIDE, Flow
from .pigment import Array, jitter, palette, pick, pigment, ramp, smoothstep

SKY = palette(
    "#8e1f14", "#c7301a", "#e24a1b", "#ee6d1f", "#f08f2c", "#f3b548", "#f0cf7a", "#e2541d",
    "#b92a18", "#e98a2a", "#f2c65e", "#d8431b",
)  # fmt: skip
COOL = palette("#3f6a78", "#6d9490", "#8fae9a", "#2c4a66")
SHORE = palette("#070c18", "#0e1a30", "#16304a", "#1f4a58", "#33685f", "#6a8060", "#a88a4c")
WATER = palette("#14304a", "#2f5a6c", "#6a8a7c", "#c79a4c", "#eab75a", "#f0d08a", "#5a7c84")
PIER = palette("#23130f", "#4a2618", "#7a3d20", "#a8602e", "#c98a4a", "#6a5248", "#3a3238")
EMBER = palette("#d8451c", "#ee7a2a", "#b5301a", "#f0a040")

TEMPERA = Brush(relief=0.9, bristle=0.75, dryness=0.35, streak=0.75, taper=0.18, ragged=0.5)
CRAYON = Brush(relief=0.7, bristle=0.9, dryness=0.62, streak=0.5, taper=0.2, ragged=0.7)


def paint(size: tuple[int, int], seed: int) -> Array:
    """Paint the picture at size (H, W); returns (H, W, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(size, pigment("#9a7448"))
    canvas.lay(pigment("#5f4630"), 0.8 * canvas.noise(rng, 26, 3))
    flow = Flow(canvas.width, canvas.height)
    x, y = flow.x / canvas.width, flow.y / canvas.height
    wind, sky, water, shore, pier = _regions(flow, x, y, rng)
    colours = _colours(flow, x, y, wind, (sky, water, shore, pier), rng)
    for spacing, width, length in ((11, 15, 150), (9.5, 9, 110)):
        coat(
            canvas,
            flow,
            colours,
            rng,
            spacing=spacing,
            width=width,
            length=length,
            vary=0.035,
            streak=0.09,
            brush=TEMPERA,
        )
    bright = np.clip(colours * 1.15 + 0.05, 0, 1)
    coat(
        canvas,
        flow,
        bright,
        rng,
        spacing=11,
        width=4.5,
        length=95,
        vary=0.05,
        streak=0.12,
        brush=CRAYON,
    )
    coat(
        canvas, flow, colours * 0.4, rng, spacing=15, width=3.4, length=90, vary=0.03, brush=CRAYON
    )
    _accents(canvas, flow, sky, shore + 0.4 * water, rng)
    _rails(canvas, rng)
    canvas.weave(rng, 0.16, 2.6)
    canvas.light(strength=0.34, gloss=0.05, softness=0.4)
    return canvas.finish()


def _regions(
    flow: Flow, x: Array, y: Array, rng: np.random.Generator
) -> tuple[Array, Array, Array, Array, Array]:
    """Part the picture and point the flow; returns the bands' level and four masks."""
    swell = 0.045 * np.sin(5.2 * x + 0.5 + 3 * y) + 0.02 * np.sin(11 * x - 9 * y)
    swell += 0.03 * np.sin(2.3 * x + 14 * y) * smoothstep(0.0, 0.3, y)
    sky_level = y + swell
    ridge = 0.395 + 0.028 * np.sin(6 * x + 2.2) + 0.012 * np.sin(17 * x)
    sky = (y < ridge).astype(np.float32)
    across, down = x - 0.10, (y - 0.64) * 1.05
    spiral = np.hypot(across * 0.75 + 0.12 * down, down) + 0.05 * np.sin(8 * across + 6 * down + 1)
    bay = smoothstep(0.30, 0.34, np.hypot((x - 0.66) * 0.62, (y - 0.50) * 1.9))
    water = (1 - sky) * (1 - bay)
    edge = x * 0.86 + (y - 0.43) * 0.98
    pier = (1 - sky) * smoothstep(0.985, 0.995, edge + 0.12 * (y - 0.42)) * (y > 0.435)
    shore = np.clip(1 - sky - water - pier, 0, 1)
    water = water * (1 - pier)
    flow.along(sky_level)
    sky_x, sky_y = flow.dx.copy(), flow.dy.copy()
    flow.along(spiral)
    swirl_x, swirl_y = flow.dx.copy(), flow.dy.copy()
    flow.along(y + 0.02 * np.sin(9 * x + 20 * y))
    water_x, water_y = flow.dx.copy(), flow.dy.copy()
    out_x, out_y = (1.04 - x) * 640, (0.405 - y) * 768
    far = np.hypot(out_x, out_y) + 1e-3
    flow.point(
        sky * sky_x + water * water_x + shore * swirl_x + pier * out_x / far,
        sky * sky_y + water * water_y + shore * swirl_y + pier * out_y / far,
    )
    fan = np.arctan2(out_y, out_x)
    level = sky * sky_level + water * (y + 0.3) + shore * spiral + pier * fan
    return level, sky, water, shore, pier


def _colours(
    flow: Flow, x: Array, y: Array, level: Array, parts: tuple[Array, ...],
    rng: np.random.Generator,
) -> Array:  # fmt: skip
    """Give every place its local colour: bands across the level, drifting along the flow."""
    sky, water, shore, pier = parts
    drift = levels(flow.smear(noise(x.shape, 50 / STRIDE, rng, 2), 240))
    fine = levels(flow.smear(noise(x.shape, 14 / STRIDE, rng, 2), 170))
    air = ramp(SKY, (level * 2.35 + 0.32 * drift + 0.12 * fine) % 1.0)
    cool = smoothstep(0.80, 0.92, drift) * (y < 0.24)
    air += cool[..., None] * (ramp(COOL, fine) - air)
    glow = np.exp(-(((y - 0.37) / 0.045) ** 2))[..., None] * 0.55
    air += glow * (pigment("#f4c95c") - air)
    sea = ramp(WATER, 0.08 + 0.70 * fine + 0.3 * np.sin(48 * y + 5 * drift) * 0.6)
    land = ramp(
        SHORE, 0.10 + 0.62 * (0.5 + 0.5 * np.sin(30 * level + 4 * drift)) * fine + 0.18 * drift
    )
    land *= (0.45 + 0.55 * smoothstep(0.40, 0.52, y))[..., None]
    plank = ramp(PIER, (0.5 + 0.5 * np.sin(44 * level + 3 * fine)) * 0.7 + 0.3 * drift)
    result: Array = (
        air * sky[..., None]
        + sea * water[..., None]
        + land * shore[..., None]
        + plank * pier[..., None]
    ).astype(np.float32)
    return result


def _accents(
    canvas: Canvas, flow: Flow, sky: Array, shore: Array, rng: np.random.Generator
) -> None:
    """Streak the sky with pale yellow and blue, the shore with turquoise and orange lines."""
    pale = np.broadcast_to(pigment("#f8e2a0"), (*sky.shape, 3))
    blue = np.broadcast_to(pigment("#5f8f98"), (*sky.shape, 3))
    red = np.broadcast_to(pigment("#c3261a"), (*sky.shape, 3))
    for tint, where, spacing, width in (
        (red, 0.14 * sky, 13, 6), (pale, 0.10 * sky, 13, 3.5), (blue, 0.035 * sky, 14, 4.5),
        (blue, 0.26 * shore, 13, 2.6), (red, 0.03 * shore, 13, 3), (pale, 0.05 * shore, 13, 2.4),
    ):  # fmt: skip
        coat(
            canvas,
            flow,
            tint,
            rng,
            spacing=spacing,
            width=width,
            length=120,
            where=where,
            vary=0.05,
            streak=0.12,
            brush=CRAYON,
        )


def _rails(canvas: Canvas, rng: np.random.Generator) -> None:
    """Rule the pier's railing towards its vanishing point, and its posts."""
    vanish = np.array([1.04 * canvas.width, 0.405 * canvas.height])
    t = np.linspace(0.02, 1.15, 9)[:, None]
    for foot, width, ink in ((0.645, 15, EMBER), (0.76, 13, PIER[:4]), (0.88, 17, EMBER)):
        end = np.array([-0.06 * canvas.width, foot * canvas.height + 0.30 * canvas.height])
        for k in range(22):
            start = rng.uniform(0.0, 0.75)
            part = np.linspace(start, start + rng.uniform(0.15, 0.4), 9)[:, None]
            path = vanish + (end - vanish) * part
            path = path + rng.normal(0, 0.34, 2) * width * (0.2 + part)
            wide = width * 0.5 * (0.25 + part.mean())
            colour = jitter(pick(ink if k % 3 else PIER[:3], 1, rng), 0.03, rng)
            paint_strokes(canvas, path[None], np.array([wide]), colour, rng, brush=TEMPERA)
        for offset in (-0.55, 0.6):
            path = vanish + (end - vanish) * t + np.array([0, offset * width]) * t
            paint_strokes(
                canvas, path[None], np.array([4.2]), pigment("#0c0a12")[None], rng, brush=TEMPERA
            )
    for place in (0.16, 0.26, 0.40, 0.60, 0.86):
        top = vanish + (np.array([-0.06, 0.945]) * (canvas.width, canvas.height) - vanish) * place
        low = vanish + (np.array([-0.06, 1.20]) * (canvas.width, canvas.height) - vanish) * place
        for k in range(5):
            shift = np.array([rng.normal(0, 5 * place), 0])
            path = np.linspace(top + shift, low + shift, 7)
            colour = (pigment("#100c12"), pigment("#7a3820"), pigment("#2a1a1c"))[k % 3]
            paint_strokes(
                canvas, path[None], np.array([9 * place + 1]), colour[None], rng, brush=TEMPERA
            )
