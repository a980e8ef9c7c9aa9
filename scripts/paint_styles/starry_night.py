"""Starry night: a sky of vortices over hills, in thousands of short thick strokes."""

import numpy as np

from .brush import Brush, paint_strokes
from .canvas import Canvas, levels, noise
from .flow import STRIDE, Flow, scatter
from .pigment import Array, jitter, palette, pick, pigment, ramp

NIGHT = palette(
    "#0d1738", "#14245c", "#1b3482", "#2450a4", "#3a72bd", "#6fa0cd", "#a9cbd6", "#e6ecd2"
)
GLOW = palette("#fbf6d8", "#f7e48a", "#f0c23c", "#f4ecae", "#cfe0b4", "#9cc4c6", "#5c90c0")
HILL = palette("#101a3e", "#1a2f6b", "#28498f", "#34658f", "#5b86b4")
FIELD = palette("#0b1c33", "#123447", "#1f5058", "#39715f", "#7f9c62", "#c3c27c")
CYPRESS = palette("#070d0c", "#0d1a14", "#16291b", "#2b3d20", "#4a3a1c", "#24404a")
EMBER = palette("#6b4a20", "#3f5a2a", "#7a6a2c", "#2d5a5c")
ROOFS = palette("#3a4a78", "#5c6f93", "#7a4a3a", "#2c4a66", "#8b93a0")

STARS = (
    (0.045, 0.30, 20), (0.30, 0.10, 24), (0.41, 0.055, 15), (0.55, 0.115, 29), (0.66, 0.05, 17),
    (0.345, 0.29, 17), (0.70, 0.30, 21), (0.93, 0.10, 26), (0.955, 0.36, 18), (0.17, 0.485, 25),
)  # fmt: skip
MOON = (0.135, 0.155, 56)
RANGES = (
    (0.700, 0.040, 0.4, HILL), (0.745, 0.030, 2.1, HILL), (0.800, 0.022, 3.6, HILL),
    (0.850, 0.016, 5.0, FIELD), (0.905, 0.014, 0.9, FIELD), (0.965, 0.012, 2.6, FIELD),
)  # fmt: skip
WHIRLS = ((0.50, 0.37, 105, 1, 0.22), (0.655, 0.47, 66, -1, 0.2), (0.285, 0.43, 52, 1, 0.15))

THICK = Brush(relief=2.3, bristle=0.6, dryness=0.22, streak=0.65, taper=0.22)
LOADED = Brush(relief=3.0, bristle=0.5, dryness=0.12, streak=0.55, taper=0.18)
LINE = Brush(relief=1.2, bristle=0.5, dryness=0.2, streak=0.5, taper=0.3)


def paint(size: tuple[int, int], seed: int) -> Array:
    """Paint the picture at size (H, W); returns (H, W, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(size, pigment("#10193c"))
    canvas.lay(pigment("#3a3f4a"), 0.5 * canvas.noise(rng, 40, 3))
    _sky(canvas, rng)
    for x, y, radius in (*STARS, MOON):
        _star(canvas, (x * canvas.width, y * canvas.height), radius, rng)
    _crescent(canvas, rng)
    _hills(canvas, rng)
    _village(canvas, rng)
    _cypress(canvas, 0.845, 0.06, 0.12, rng)
    _cypress(canvas, 0.745, 0.52, 0.085, rng)
    canvas.weave(rng, 0.10)
    canvas.light(strength=0.42, gloss=0.2, softness=0.42)
    return canvas.finish()


def _sky_flow(canvas: Canvas) -> Flow:
    flow = Flow(canvas.width, canvas.height)
    x, y = flow.x / canvas.width, flow.y / canvas.height
    wave = 0.05 * np.sin(7.5 * x + 2.0 * y) + 0.035 * np.sin(13 * x - 5 * y + 1.0)
    flow.along(-(y + wave * np.clip(1.3 - y, 0, 1)))
    for cx, cy, radius, turn, inward in WHIRLS:
        flow.swirl((cx * canvas.width, cy * canvas.height), radius, turn, inward)
    for cx, cy, radius in (*STARS, MOON):
        flow.swirl((cx * canvas.width, cy * canvas.height), radius * 1.75, 1, 0.0)
    return flow


def _sky_tone(flow: Flow, canvas: Canvas, rng: np.random.Generator) -> Array:
    """Lightness of the sky in [0, 1]: bands along the flow, arms of light in the vortices."""
    shape = flow.x.shape
    bands = levels(flow.smear(noise(shape, 11 / STRIDE, rng, 2), 110))
    broad = levels(flow.smear(noise(shape, 60 / STRIDE, rng, 2), 160))
    tone = 0.12 + 0.40 * bands + 0.26 * broad
    for cx, cy, radius, turn, _ in WHIRLS:
        across, down = flow.x - cx * canvas.width, flow.y - cy * canvas.height
        distance = np.hypot(across, down) + 1
        arms = np.cos(2 * np.arctan2(down, across) * turn - 5.2 * np.log(distance / radius))
        tone += np.exp(-((distance / radius / 1.15) ** 3)) * (0.10 + 0.22 * arms)
    y = flow.y / canvas.height + 0.03 * np.sin(flow.x / 55)
    tone += 0.34 * np.exp(-(((y - 0.635) / 0.05) ** 2)) * (0.35 + bands)
    return tone


def _sky(canvas: Canvas, rng: np.random.Generator) -> None:
    flow = _sky_flow(canvas)
    tone = _sky_tone(flow, canvas, rng)
    green = levels(noise(flow.x.shape, 45, rng, 2))
    for spacing, width, length, lift in (
        (9, 10, 58, -0.08),
        (6.4, 7.0, 44, 0.0),
        (7.0, 4.6, 34, 0.08),
    ):
        starts = scatter(canvas.width, canvas.height * 0.80, spacing, rng)
        starts = starts[: canvas.count(len(starts))]
        count = len(starts)
        value = flow.at(tone, starts) + lift + rng.normal(0, 0.075, count)
        if width < 5:
            keep = (value > 0.42) | (rng.random(count) < 0.35)
            starts, value = starts[keep], value[keep]
        colours = jitter(ramp(NIGHT, value), 0.018, rng)
        tint = flow.at(green, starts)[:, None] * np.clip(value[:, None] - 0.3, 0, 1)
        colours = colours + tint * np.array([0.02, 0.07, -0.10], np.float32)
        second = ramp(NIGHT, value + rng.normal(0.10, 0.12, len(value)))
        paths = flow.trace(starts, length * rng.uniform(0.55, 1.2, len(starts)))
        widths = width * rng.uniform(0.7, 1.2, len(starts))
        paint_strokes(canvas, paths, widths, colours, rng, second=second, brush=THICK)


def _arcs(centre: tuple[float, float], radii: Array, angles: Array, spans: Array) -> Array:
    """Make arcs (N, 9, 2) about a centre."""
    turn = angles[:, None] + spans[:, None] * np.linspace(-0.5, 0.5, 9)
    spread = radii[:, None] * (1 + 0.02 * np.sin(3 * turn))
    x, y = centre[0] + spread * np.cos(turn), centre[1] + spread * np.sin(turn)
    return np.stack([x, y], -1).astype(np.float32)


def _star(
    canvas: Canvas, centre: tuple[float, float], radius: float, rng: np.random.Generator
) -> None:
    """Lay rings of short strokes, loose and blue outside, dense and yellow within."""
    rings = np.arange(radius * 1.95, 2.0, -3.4)
    for ring in rings:
        share = ring / radius
        count = max(3, int(2 * np.pi * ring / 11 * (1.0 if share < 1.25 else 0.55)))
        length = rng.uniform(13, 24, count)
        radii = ring + rng.normal(0, 1.5, count)
        angles = rng.uniform(0, 2 * np.pi, count)
        paths = _arcs(centre, radii, angles, np.minimum(length / ring, 2.2))
        value = share / 1.8 + rng.normal(0, 0.07, count)
        colours = jitter(ramp(GLOW, value), 0.025, rng)
        second = jitter(ramp(GLOW, value + rng.normal(0, 0.16, count)), 0.03, rng)
        widths = rng.uniform(3.6, 5.6, count)
        paint_strokes(canvas, paths, widths, colours, rng, second=second, brush=LOADED)


def _crescent(canvas: Canvas, rng: np.random.Generator) -> None:
    """Lay the moon's sickle in ochre and orange over its glow."""
    centre = (MOON[0] * canvas.width, MOON[1] * canvas.height)
    for depth in np.linspace(0, 1, 7):
        count = 9
        radii = np.full(count, 35 - 17 * depth) + rng.normal(0, 0.8, count)
        bent = (centre[0] + 11 * depth + 2, centre[1] - 6 * depth)
        spread = 2.5 - 0.9 * depth
        angles = 2.65 + rng.uniform(-0.5, 0.5, count) * spread
        paths = _arcs(bent, radii, angles, rng.uniform(0.5, 0.9, count))
        colours = jitter(
            pick(palette("#de8f18", "#eeb02a", "#d27a18", "#f2c545"), count, rng), 0.03, rng
        )
        paint_strokes(canvas, paths, rng.uniform(4, 6, count), colours, rng, brush=LOADED)


def _ridge(canvas: Canvas, level: float, swell: float, phase: float) -> tuple[Array, Array]:
    x = np.linspace(-20, canvas.width + 20, 120)
    t = x / canvas.width
    wave = np.sin(6.1 * t + phase) + 0.55 * np.sin(13.7 * t + 2.3 * phase) + 0.2 * np.sin(31 * t)
    return x, canvas.height * (level - swell * wave)


def _hills(canvas: Canvas, rng: np.random.Generator) -> None:
    """Lay ranges from back to front: strokes down the slopes, then a dark contour."""
    for number, (level, swell, phase, colours) in enumerate(RANGES):
        x, y = _ridge(canvas, level, swell, phase)
        starts = scatter(canvas.width, 90, 5.6, rng)
        starts = starts[np.argsort(starts[:, 1] + rng.normal(0, 8, len(starts)))]
        top = np.interp(starts[:, 0], x, y)
        slope = np.interp(starts[:, 0], x, np.gradient(y, x))
        depth = np.clip(starts[:, 1], 1, 90)
        curl = 6 * np.sin(starts[:, 0] / 23 + number + depth / 14)
        t = np.linspace(-0.5, 0.5, 7)
        reach = rng.uniform(16, 34, len(starts))[:, None]
        lean = (0.55 if number < 3 else 0.12) * np.sign(slope + 0.02)[:, None]
        xs = starts[:, :1] + reach * t
        ys = (top + depth)[:, None] + reach * t * (slope[:, None] * 1.2 + lean)
        ys = np.maximum(ys + curl[:, None] * (t**2) * 2, np.interp(xs, x, y) + 2)
        value = (
            0.42 + 0.3 * np.sin(depth / 9 + starts[:, 0] / 31) + rng.normal(0, 0.16, len(starts))
        )
        value = value + 0.28 * np.exp(-depth / 7)
        paint_strokes(
            canvas,
            np.stack([xs, ys], -1).astype(np.float32),
            rng.uniform(3.4, 6.2, len(starts)),
            jitter(ramp(colours, value), 0.02, rng),
            rng,
            second=ramp(colours, value + rng.normal(0.08, 0.2, len(starts))),
            brush=THICK,
        )
        _contour(canvas, x, y, rng)
        if number >= 2:
            _bushes(canvas, x, y, rng)


def _contour(canvas: Canvas, x: Array, y: Array, rng: np.random.Generator) -> None:
    starts = np.arange(-10, canvas.width, 26) + rng.uniform(-5, 5)
    xs = starts[:, None] + np.linspace(-19, 19, 7)
    ys = np.interp(xs, x, y) + rng.normal(0, 1.0, (len(starts), 1))
    paths = np.stack([xs, ys], -1).astype(np.float32)
    colours = jitter(pick(palette("#080e26", "#0c1636"), len(starts), rng), 0.01, rng)
    paint_strokes(canvas, paths, rng.uniform(3, 4.5, len(starts)), colours, rng, brush=LINE)


def _bushes(canvas: Canvas, x: Array, y: Array, rng: np.random.Generator) -> None:
    """Lay round olive trees: nested scallops, dark at the foot and light at the crown."""
    for place in np.sort(rng.uniform(0, canvas.width, 24)):
        foot = float(np.interp(place, x, y)) + rng.uniform(2, 22)
        span = rng.uniform(9, 18)
        for ring in np.arange(span, 1.5, -3.2):
            count = max(3, int(ring * 0.7))
            angles = -np.pi / 2 + rng.uniform(-1.7, 1.7, count)
            paths = _arcs((place, foot), np.full(count, ring), angles, np.full(count, 0.9))
            value = (
                0.18
                + 0.6 * (1 - ring / span)
                + 0.3 * np.cos(angles + 2.2)
                + rng.normal(0, 0.1, count)
            )
            colours = jitter(ramp(FIELD[:5] * 0.9, value), 0.02, rng)
            widths = rng.uniform(2.6, 4.2, count)
            paint_strokes(canvas, paths, widths, colours, rng, brush=THICK)


def _quad(corners: Array, spacing: float) -> Array:
    """Hatch a four-sided patch (4, 2), in order, with lines between two opposite sides."""
    count = max(2, int(np.linalg.norm(corners[3] - corners[0]) / spacing))
    t = np.linspace(0.06, 0.94, count)[:, None]
    left = corners[0] * (1 - t) + corners[3] * t
    right = corners[1] * (1 - t) + corners[2] * t
    s = np.linspace(0, 1, 5)[None, :, None]
    hatch: Array = (left[:, None] * (1 - s) + right[:, None] * s).astype(np.float32)
    return hatch


def _face(canvas: Canvas, corners: Array, colour: Array, rng: np.random.Generator) -> None:
    paths = _quad(corners, 2.6)
    colours = jitter(np.repeat(colour[None], len(paths), 0), 0.05, rng)
    paint_strokes(canvas, paths, np.full(len(paths), 4.2), colours, rng, brush=THICK)
    outline = np.stack([corners, np.roll(corners, -1, 0)], 1)
    s = np.linspace(0, 1, 5)[None, :, None]
    lines = (outline[:, :1] * (1 - s) + outline[:, 1:] * s).astype(np.float32)
    dark = np.repeat(pigment("#0a1230")[None], 4, 0)
    paint_strokes(canvas, lines, np.full(4, 1.9), dark, rng, brush=LINE)


def _village(canvas: Canvas, rng: np.random.Generator) -> None:
    """Lay cottages with lit windows and a thin spire."""
    for place in np.sort(rng.uniform(0.06, 0.66, 13)):
        x, y = place * canvas.width, canvas.height * rng.uniform(0.87, 0.955)
        wide, tall, deep = rng.uniform(12, 24), rng.uniform(7, 11), rng.uniform(6, 11)
        wall = np.array([[x, y - tall], [x + wide, y - tall], [x + wide, y], [x, y]])
        roof = np.array(
            [
                [x + 5, y - tall - deep],
                [x + wide - 3, y - tall - deep],
                [x + wide + 3, y - tall],
                [x - 3, y - tall],
            ]
        )
        _face(canvas, wall, pick(palette("#53719c", "#7d93a8", "#3c5a86"), 1, rng)[0], rng)
        _face(canvas, roof, pick(ROOFS, 1, rng)[0], rng)
        if rng.random() < 0.7:
            spot = np.array(
                [[x + wide * 0.4, y - tall * 0.6], [x + wide * 0.4 + 4, y - tall * 0.6 + 3]]
            )
            path = np.linspace(spot[0], spot[1], 5)[None].astype(np.float32)
            paint_strokes(
                canvas, path, np.array([4.5]), pigment("#f3c54a")[None], rng, brush=LOADED
            )
    x, y = 0.40 * canvas.width, 0.90 * canvas.height
    spire = np.array([[x - 0.6, y - 92], [x + 0.6, y - 92], [x + 6, y - 26], [x - 6, y - 26]])
    tower = np.array([[x - 7, y - 26], [x + 7, y - 26], [x + 7, y], [x - 7, y]])
    _face(canvas, tower, pigment("#6d86a8"), rng)
    _face(canvas, spire, pigment("#3d5a88"), rng)


def _cypress(
    canvas: Canvas, centre: float, top: float, spread: float, rng: np.random.Generator
) -> None:
    """Lay a dark flame: tongues that start low and wave to a point."""
    count = canvas.count(1500)
    height = 1.04 - top
    rise = rng.random(count) ** 1.25 * 0.93
    offset = rng.uniform(-1, 1, count)
    lick = 0.75 + 0.25 * np.sin(17 * rise + 4 * np.sign(offset) + 30 * top)
    profile = (1 - rise) ** 0.75 * (0.55 + 0.75 * rise) * lick + 0.012
    bend = 0.16 * np.sin(5.2 * rise + 8 * top) * (0.3 + rise)
    length = (rng.uniform(38, 84, count) * (0.55 + 0.45 * (1 - rise)))[:, None]
    t = np.linspace(0, 1, 9)
    x0 = (centre + (offset * profile + bend * 0.35) * spread) * canvas.width
    sway = 6.5 * np.sin(6 * t[None] + 9 * rise[:, None] + 2.5 * offset[:, None])
    outward = 0.42 * offset[:, None] * np.exp(-3 * rise[:, None])
    xs = x0[:, None] + sway * t + (outward - 0.2 * offset[:, None]) * length * t**1.4
    ys = (1.04 - height * rise)[:, None] * canvas.height - length * t
    colours = jitter(ramp(CYPRESS, rng.random(count) * 0.85), 0.012, rng)
    embers = rng.random(count) < 0.12
    colours[embers] = jitter(pick(EMBER, int(embers.sum()), rng), 0.02, rng)
    order = np.argsort(embers * 0.4 + rng.random(count))
    paths = np.stack([xs, ys], -1).astype(np.float32)[order]
    widths = (rng.uniform(3.5, 7.5, count) * np.where(embers, 0.55, 1.1) * (1 - 0.4 * rise))[order]
    second = colours[rng.permutation(count)]
    paint_strokes(canvas, paths, widths, colours[order], rng, second=second, brush=THICK)
