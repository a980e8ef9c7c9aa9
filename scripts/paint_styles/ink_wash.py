"""Ink wash: mountains in mist, pines and bamboo in one black ink on rice paper."""

import numpy as np
from scipy import ndimage

from .bamboo import paint_bamboo
from .brush import paint_strokes
from .canvas import Canvas, levels, noise
from .ink import curve, wobble
from .pigment import Array, ramp, smoothstep
from .sumi import DRY, INKS, PAPER, POINT, lay_ink, show_paper


def paint(size: tuple[int, int], seed: int) -> Array:
    """Paint the picture at size (H, W); returns (H, W, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(size, PAPER)
    _mist(canvas, rng)
    ranges = (
        (0.20, 0.17, 0.42, 0.3),
        (0.33, 0.20, 0.60, 1.9),
        (0.47, 0.16, 0.78, 4.4),
        (0.66, 0.13, 0.95, 2.7),
    )
    for level, swell, depth, phase in ranges:
        _mountain(canvas, level, swell, depth, phase, rng)
    _water(canvas, 0.80, rng)
    _rocks(canvas, rng)
    for x, lean, tone in ((0.965, -0.08, 0.45), (0.80, -0.05, 0.12), (0.90, 0.02, 0.0)):
        paint_bamboo(canvas, x, lean, tone, rng)
    _splatter(canvas, rng)
    show_paper(canvas, rng)
    return canvas.finish(sharpen=0.45)


def _mist(canvas: Canvas, rng: np.random.Generator) -> None:
    """Float pale washes over the sky, each with the dark rim of a drying pool."""
    x, y = canvas.grid()
    pool = canvas.noise(rng, 150, 4)
    rim = np.exp(-(((pool % 0.13) - 0.065) ** 2) / 0.00005)
    cloud = levels(canvas.noise(rng, 170, 3))
    fade = np.exp(-(((y / canvas.height) / 0.45) ** 2))
    lay_ink(
        canvas,
        (0.25 * cloud * cloud * fade + 0.07 * rim * canvas.noise(rng, 60)).astype(np.float32),
    )
    sun = np.hypot(x - 0.30 * canvas.width, y - 0.10 * canvas.height) / 44
    halo = (
        np.exp(-(((sun - 1.05) / 0.35) ** 2)) * (sun > 1) * (0.4 + 0.8 * canvas.noise(rng, 30, 2))
    )
    lay_ink(canvas, (0.52 * halo).astype(np.float32))


def _profile(
    canvas: Canvas, level: float, swell: float, phase: float, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Make a craggy skyline: x and y in reference pixels."""
    x = np.linspace(-20, canvas.width + 20, 400)
    t = x / canvas.width
    wave = 0.6 * np.sin(4.3 * t + phase) + 0.4 * np.sin(9.1 * t + 2.2 * phase)
    peaks = np.abs(np.sin(5.4 * t + 1.7 * phase)) ** 0.7
    crag = noise((400, 2), 24, rng, 5)[:, 0] - 0.5
    return x, canvas.height * (level - swell * (0.30 * wave + 0.45 * peaks - 0.2 + 0.42 * crag))


def _mountain(
    canvas: Canvas, level: float, swell: float, depth: float, phase: float,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Wash one range from its ridge down into mist, then texture it with dry strokes."""
    ridge_x, ridge_y = _profile(canvas, level, swell, phase, rng)
    x, y = canvas.grid()
    below = y - np.interp(x, ridge_x, ridge_y) + 2.5 * (canvas.noise(rng, 7, 3) - 0.5)
    body = smoothstep(-0.8, 1.2, below)
    reach = 0.13 * canvas.height * (0.6 + 0.9 * canvas.noise(rng, 140, 2))
    fall = np.exp(-np.clip(below, 0, None) / reach)
    streaks = levels(wobble(canvas.noise(rng, 26, 4), canvas, rng, 18, 60))
    rim = np.exp(-np.clip(below, 0, None) / 5) * 0.22
    veil = (1 - 0.94 * fall) * 0.95
    canvas.colour += (body * veil * 0.55)[..., None] * (PAPER - canvas.colour)
    lay_ink(
        canvas,
        (depth * body * np.clip(fall * (0.42 + 0.5 * streaks) + rim, 0, 1)).astype(np.float32),
    )
    _clefts(canvas, ridge_x, ridge_y, depth, rng)
    _trees(canvas, ridge_x, ridge_y, depth, rng)


def _clefts(
    canvas: Canvas, ridge_x: Array, ridge_y: Array, depth: float, rng: np.random.Generator
) -> None:
    """Rub the slopes with split-brush strokes that fan out from the ridge: the axe-cut texture."""
    slope = ndimage.gaussian_filter1d(np.gradient(ridge_y, ridge_x), 6)
    for count, width, reach, brush in ((420, 9, 58, DRY), (520, 4, 44, DRY), (240, 2.6, 60, POINT)):
        number = canvas.count(count)
        start = rng.uniform(-10, canvas.width + 10, number)
        fall = np.interp(start, ridge_x, slope)
        down = rng.exponential(0.075 * canvas.height, number)
        top = np.interp(start, ridge_x, ridge_y) + down + 2
        length = reach * rng.uniform(0.5, 1.4, number)
        lean = np.clip(0.9 * np.sign(fall) * (0.25 + np.abs(fall)), -1.4, 1.4) + rng.normal(
            0, 0.22, number
        )
        t = np.linspace(0, 1, 7)
        xs = start[:, None] + length[:, None] * t * np.sin(lean)[:, None] * (1 - 0.35 * t)
        ys = top[:, None] + length[:, None] * t * np.cos(lean)[:, None]
        xs = xs + rng.normal(0, 0.9, xs.shape)
        tone = np.clip(1 - depth + 0.30 * rng.random(number) + down / (0.30 * canvas.height), 0, 1)
        keep = tone < 0.93
        paths = np.stack([xs, ys], -1)[keep]
        colours = ramp(INKS, tone * 0.9)[keep]
        widths = (width * rng.uniform(0.5, 1.3, number))[keep]
        paint_strokes(canvas, paths, widths, colours, rng, second=colours * 0.7, brush=brush)


def _trees(
    canvas: Canvas, ridge_x: Array, ridge_y: Array, depth: float, rng: np.random.Generator
) -> None:
    """Dot the ridges with moss and small pines."""
    number = canvas.count(int(330 * depth))
    centre = rng.uniform(0, canvas.width, 16)[rng.integers(16, size=number)]
    place = centre + rng.normal(0, 26, number)
    ground = np.interp(place, ridge_x, ridge_y) + np.abs(rng.normal(0, 9, number)) - 2
    reach = rng.uniform(1.5, 6, number) * (0.5 + 0.6 * depth)
    t = np.linspace(-1, 1, 5)
    xs = place[:, None] + reach[:, None] * t
    ys = ground[:, None] - 1.5 * reach[:, None] * (1 - t**2) * 0.4
    colours = ramp(INKS, np.clip(1 - depth + rng.uniform(-0.15, 0.2, number), 0, 0.8))
    paint_strokes(
        canvas, np.stack([xs, ys], -1), rng.uniform(2.2, 5, number), colours, rng, brush=POINT
    )
    for x in rng.uniform(20, canvas.width - 20, 9):
        _pine(
            canvas,
            x,
            float(np.interp(x, ridge_x, ridge_y)) + 4,
            rng.uniform(26, 54) * (0.35 + 0.7 * depth),
            depth,
            rng,
        )


def _pine(
    canvas: Canvas, x: float, foot: float, tall: float, depth: float, rng: np.random.Generator
) -> None:
    bend = rng.normal(0, 0.16) * tall
    trunk = curve([(x, foot), (x + bend, foot - 0.5 * tall), (x + 0.6 * bend, foot - tall)], 9)
    tone = np.clip(1 - depth, 0, 0.6)
    ink = ramp(INKS, np.full(1, tone))
    paint_strokes(canvas, trunk[None], np.array([0.07 * tall]), ink, rng, brush=POINT)
    layers = np.repeat(np.linspace(0.35, 1.0, 7), 9)
    count = len(layers)
    reach = tall * (0.42 - 0.30 * layers) * rng.uniform(0.5, 1.2, count)
    side = rng.choice([-1.0, 1.0], count)
    base = np.stack([np.interp(layers, np.linspace(0, 1, 9), trunk[:, k]) for k in (0, 1)], -1)
    t = np.linspace(0, 1, 5)
    xs = base[:, :1] + (side * reach)[:, None] * t
    ys = (
        base[:, 1:]
        + reach[:, None] * (0.25 * t**2 - 0.16 * t)
        + rng.normal(0, 0.025 * tall, (count, 1))
    )
    colours = ramp(INKS, np.clip(tone + rng.uniform(-0.1, 0.25, count), 0, 0.85))
    paint_strokes(
        canvas, np.stack([xs, ys], -1), np.full(count, 0.05 * tall + 1), colours, rng, brush=POINT
    )


def _water(canvas: Canvas, level: float, rng: np.random.Generator) -> None:
    """Draw the lake with long dry strokes, closer together far away."""
    number = canvas.count(240)
    depth = rng.random(number) ** 1.4
    y = canvas.height * (level - 0.02 + 0.2 * depth)
    start = rng.uniform(-80, canvas.width, number)
    length = rng.uniform(40, 190, number) * (0.4 + depth)
    t = np.linspace(0, 1, 9)
    xs = start[:, None] + length[:, None] * t
    ys = y[:, None] + (1 + 4 * depth[:, None]) * np.sin(t * 5 + start[:, None]) * 0.8
    colours = ramp(INKS, np.clip(rng.uniform(0.35, 0.95, number), 0, 1))
    paint_strokes(
        canvas,
        np.stack([xs, ys], -1),
        rng.uniform(1.5, 8, number) * (0.4 + depth),
        colours,
        rng,
        brush=DRY,
    )


def _rocks(canvas: Canvas, rng: np.random.Generator) -> None:
    """Pile rocks and grass on the near shore."""
    x, y = canvas.grid()
    for cx, cy, radius in (
        (0.05, 0.97, 105),
        (0.25, 1.01, 78),
        (0.88, 1.02, 120),
        (0.63, 1.03, 66),
        (0.45, 1.05, 60),
    ):
        across, down = x - cx * canvas.width, y - cy * canvas.height
        angle = np.arctan2(down, across)
        edge = 1 + 0.16 * np.sin(5 * angle + 9 * cx) + 0.30 * (canvas.noise(rng, 40, 3) - 0.5)
        inside = np.hypot(across, down * 1.25) / (radius * edge)
        body = smoothstep(1.02, 0.98, inside)
        canvas.colour += (0.75 * body)[..., None] * (PAPER - canvas.colour)
        streak = levels(wobble(canvas.noise(rng, 16, 4), canvas, rng, 14, 40))
        tone = 0.25 + 0.75 * inside**3 - 0.25 * np.sin(angle + 0.8)
        lay_ink(canvas, (body * np.clip(tone * (0.35 + 0.8 * streak), 0, 1)).astype(np.float32))
        number = canvas.count(90)
        turn = rng.uniform(-np.pi, 0.1, number)
        share = rng.uniform(0.35, 1.0, number)
        foot = np.stack(
            [
                cx * canvas.width + radius * share * np.cos(turn),
                cy * canvas.height + 0.8 * radius * share * np.sin(turn),
            ],
            -1,
        )
        t = np.linspace(0, 1, 7)
        reach = rng.uniform(16, 52, number)
        lean = 0.9 * np.cos(turn) + rng.normal(0, 0.25, number)
        paths = foot[:, None] + np.stack(
            [
                reach[:, None] * t * np.sin(lean)[:, None],
                reach[:, None] * t * np.cos(lean)[:, None],
            ],
            -1,
        )
        paint_strokes(
            canvas,
            paths,
            rng.uniform(3, 10, number),
            ramp(INKS, 0.6 * rng.random(number)),
            rng,
            brush=DRY,
        )
        grass = canvas.count(46)
        root = np.stack(
            [
                cx * canvas.width + radius * rng.uniform(-1, 1, grass),
                cy * canvas.height - radius * rng.uniform(0.3, 0.8, grass),
            ],
            -1,
        )
        lean = rng.normal(0, 0.6, grass)
        tall = rng.uniform(18, 52, grass)
        blade = np.stack(
            [
                (lean * tall)[:, None] * t**1.7,
                -tall[:, None] * (t - 0.35 * np.abs(lean)[:, None] * t**2),
            ],
            -1,
        )
        paint_strokes(
            canvas,
            root[:, None] + blade,
            rng.uniform(1.6, 3.4, grass),
            ramp(INKS, 0.5 * rng.random(grass)),
            rng,
            brush=POINT,
        )


def _splatter(canvas: Canvas, rng: np.random.Generator) -> None:
    """Let the brush drip."""
    count = canvas.count(150)
    places = rng.uniform(0, 1, (9, 2))[rng.integers(9, size=count)] * (canvas.width, canvas.height)
    places = places + rng.normal(0, 38, (count, 2))
    t = np.linspace(-1, 1, 5)[None, :, None]
    size = 0.6 + 3.0 * rng.random(count) ** 4
    paths = places[:, None] + t * (size * 0.4)[:, None, None] * np.array([1.0, 0.6])
    paint_strokes(canvas, paths, size * 2, ramp(INKS, 0.7 * rng.random(count)), rng, brush=POINT)
