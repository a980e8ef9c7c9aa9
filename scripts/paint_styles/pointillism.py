"""Pointillism: a river at evening in dots of pure colour and their complements."""

import numpy as np

from .brush import Brush, paint_strokes
from .canvas import Canvas, levels, noise
from .coat import sample
from .flow import STRIDE, Flow, scatter
from .pigment import Array, jitter, palette, pick, pigment, ramp, smoothstep

SKY = palette("#3a62b4", "#6a8fd0", "#a8b8e0", "#f0c8b0", "#fbdc8c", "#fff0b8")
WATER = palette("#1f3f90", "#2f6fb4", "#4fa0b8", "#9cc8c0", "#f6c880", "#fff0b0")
MEADOW = palette("#1f4a3a", "#2f7a3c", "#6aa63a", "#b8c83c", "#f0dc5a")
TREES = palette("#1a1f5a", "#1f4a5a", "#2a6a3a", "#6a9a34", "#e0b838")
LIGHTS = palette("#ffd84a", "#ff9a3a", "#ffeaa0", "#f86a4a")
SHADES = palette("#4a2f9a", "#2a3fa8", "#8a3a8f", "#1f6a8f")
PURE = palette(
    "#e8402a", "#f58a1f", "#f8d52a", "#3aa84a", "#1f8fb0", "#2a4fb8", "#7a3aa8", "#e05a9a"
)

DAB = Brush(relief=1.7, bristle=0.35, dryness=0.05, streak=0.35, taper=0.55, ragged=0.25)


def paint(size: tuple[int, int], seed: int) -> Array:
    """Paint the picture at size (H, W); returns (H, W, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(size, pigment("#d9cbb0"))
    flow = Flow(canvas.width, canvas.height)
    scene, shade = _scene(flow, canvas, rng)
    for spacing, width in ((8.4, 14.0), (7.6, 10.5), (7.4, 8.4), (9.0, 6.4)):
        _dots(canvas, flow, scene, shade, spacing, width, rng)
    canvas.weave(rng, 0.10)
    canvas.light(strength=0.36, gloss=0.12, softness=0.42)
    return canvas.finish()


def _mass(base: Array, colours: Array, where: Array, value: Array) -> None:
    """Lay a mass of colour (in place) where the mask says so."""
    base += where[..., None] * (ramp(colours, value) - base)


def _scene(flow: Flow, canvas: Canvas, rng: np.random.Generator) -> tuple[Array, Array]:
    """Compose river, meadow, trees and sun: colours (H, W, 3) and shade (H, W) in [0, 1]."""
    x, y = flow.x / canvas.width, flow.y / canvas.height
    soft = levels(noise(x.shape, 70 / STRIDE, rng, 3))
    fine = levels(noise(x.shape, 16 / STRIDE, rng, 2))
    sun = np.hypot((x - 0.68) * 1.2, y - 0.30)
    glow = np.exp(-sun * 4.2)
    base = ramp(SKY, 0.10 + 1.15 * y + 0.65 * glow + 0.22 * (soft - 0.5))
    base += np.exp(-((sun / 0.045) ** 4))[..., None] * (pigment("#fff6c8") - base)
    far = smoothstep(-0.006, 0.006, y - (0.455 - 0.035 * np.sin(5 * x + 1) - 0.02 * np.sin(13 * x)))
    _mass(
        base,
        palette("#3f3f9a", "#6a6ab4", "#a88ab0", "#e0a890"),
        far,
        0.2 + 0.6 * glow + 0.4 * fine * soft,
    )
    water = smoothstep(-0.004, 0.004, y - 0.51)
    ripple = 0.5 + 0.5 * np.sin(170 * y**1.4 + 6 * soft + 5 * x)
    path = np.exp(-(((x - 0.68) / (0.035 + 0.22 * np.clip(y - 0.5, 0, 1))) ** 2))
    _mass(
        base, WATER, water, 0.16 + 0.25 * soft + 0.25 * ripple + 0.55 * path * (0.4 + 0.6 * ripple)
    )
    bank = 0.70 + 0.17 * np.sin(2.6 * x + 1.35) + 0.012 * np.sin(40 * x)
    land = smoothstep(-0.006, 0.006, y - bank)
    _mass(
        base,
        MEADOW,
        land,
        0.15 + 0.55 * soft + 0.35 * fine - 0.35 * smoothstep(0.75, 1.0, y) + 0.2 * glow,
    )
    shade = (0.35 + 0.4 * smoothstep(0.6, 1.0, y) * (1 - path)) * np.ones_like(x)
    for cx, cy, radius in (
        (0.13, 0.30, 0.20),
        (0.29, 0.44, 0.13),
        (0.04, 0.52, 0.16),
        (0.93, 0.50, 0.12),
        (0.84, 0.58, 0.07),
    ):
        lobes = 0.16 * np.sin(6 * np.arctan2(y - cy, x - cx) + 8 * cx) + 0.5 * (soft - 0.5)
        crown = smoothstep(-0.012, 0.012, radius * (1 + lobes) - np.hypot((x - cx) * 1.2, y - cy))
        lit = 0.40 + 1.3 * ((x - cx) - (y - cy)) + 0.35 * (fine - 0.5)
        trunk = (
            (np.abs(x - cx - 0.01 * np.sin(20 * y)) < 0.013) & (y > cy) & (y < cy + radius + 0.13)
        )
        _mass(base, palette("#2a1a4a", "#5a3a5a", "#c07a4a"), trunk.astype(np.float32), fine)
        _mass(base, TREES, crown, lit)
        shade += crown * (0.55 - lit)
    return base.astype(np.float32), np.clip(shade, 0, 1).astype(np.float32)


def _dots(
    canvas: Canvas, flow: Flow, scene: Array, shade: Array, spacing: float, width: float,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Strew one size of dots: local colour made purer, light, shade and complement mixed in."""
    starts = scatter(canvas.width, canvas.height, spacing, rng)
    starts = starts[: canvas.count(len(starts))]
    count = len(starts)
    local = sample(flow, scene, starts + rng.normal(0, 2.0, starts.shape).astype(np.float32))
    grey = local.mean(-1, keepdims=True)
    pure = np.clip(grey + (local - grey) * 1.6 - 0.03, 0, 1)
    dark = flow.at(shade, starts)
    kind = rng.random(count)
    colours = jitter(pure, 0.05, rng)
    light, gloom = kind < 0.17 * (1.2 - dark), kind > 1 - 0.26 * (0.25 + dark)
    colours[light] = 0.75 * pick(LIGHTS, int(light.sum()), rng) + 0.25 * pure[light]
    colours[gloom] = 0.72 * pick(SHADES, int(gloom.sum()), rng) + 0.28 * pure[gloom]
    contrast = (kind > 0.40) & (kind < 0.51)
    opposite = np.clip(grey + (grey - local) * 1.4, 0, 1)[contrast]
    colours[contrast] = 0.6 * opposite + 0.4 * pick(PURE, int(contrast.sum()), rng)
    turn = rng.normal(0.2, 0.7, count)
    reach = 0.36 * width * np.stack([np.cos(turn), np.sin(turn)], -1)
    paths = starts[:, None] + reach[:, None] * np.linspace(-1, 1, 5)[None, :, None]
    widths = width * rng.uniform(0.75, 1.15, count)
    paint_strokes(canvas, paths, widths, jitter(colours, 0.03, rng), rng, brush=DAB)
