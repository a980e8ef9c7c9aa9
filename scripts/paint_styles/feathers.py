"""Feathers: overlapping vanes of fine combed barbs, from autumn rust to iridescent teal."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .brush import Brush, drop, paint_strokes
from .canvas import Canvas, levels, noise
from .flow import STRIDE, Flow, scatter
from .pigment import Array, jitter, palette, pigment, ramp, smoothstep

PALENESS = 0.38
"""How far every colour of a plumage is moved to its middle: downy rather than lacquered."""
PLUMAGES = (
    palette("#2a0f10", "#6e1f17", "#b5411c", "#e07a22", "#f2b544", "#fbe3a0"),
    palette("#1d1420", "#5a1834", "#9c2a3a", "#d8573a", "#f0a35a", "#f7dcb4"),
    palette("#20160c", "#54371a", "#8f6424", "#c79a3a", "#e8cf86", "#f6efd4"),
    palette("#06161c", "#0c3f48", "#137a7c", "#35b0a2", "#8fd8bd", "#e6f3d0"),
    palette("#0a0f2a", "#16306e", "#1f63a8", "#2fa0bd", "#7fd3c4", "#f0e6b0"),
    palette("#140c26", "#3a1f66", "#6a3a9a", "#2f7fa8", "#4cc0a8", "#e8dca0"),
    palette("#0c1a10", "#1f4a2a", "#4a7d34", "#97ad3f", "#dccb62", "#f6e6b4"),
)
AUTUMN = (0, 0, 1, 1, 2, 6)
TEAL = (3, 3, 4, 4, 5, 6)
SHEEN = palette("#18c7b0", "#2a7fe0", "#b14fd0", "#f0c040", "#30d08a")
GROUND = Brush(relief=0.8, bristle=0.6, dryness=0.35, streak=0.6)
LIGHT_PX = np.array([3.5, 5.0])


@dataclass(frozen=True, kw_only=True)
class Feather:
    """One feather's build, in reference pixels.

    Attributes: spine: (K, 2) rachis from quill to tip; breadth: half width of the vane; plumage:
                ramp of colours; sheen: iridescent colour; bars: dark bars along it, 0 for none.
    """

    spine: Array
    breadth: float
    plumage: Array
    sheen: Array
    bars: float


def paint(size: tuple[int, int], seed: int) -> Array:
    """Paint the picture at size (H, W); returns (H, W, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(size, pigment("#0d0f14"))
    flow = Flow(canvas.width, canvas.height)
    x, y = flow.x / canvas.width, flow.y / canvas.height
    flow.point(0.9 + 0 * x, -0.75 + 1.5 * np.sin(3.4 * x + 0.6) * (0.9 - 0.5 * y))
    flow.swirl((0.62 * canvas.width, 0.42 * canvas.height), 190, 1, -0.35)
    warmth = levels(noise(x.shape, 200 / STRIDE, rng, 2) + 0.5 * (x - y))
    _ground(canvas, flow, rng)
    for spacing, length, share in (
        (125, 420, 1.0),
        (122, 350, 1.0),
        (132, 280, 0.9),
        (150, 210, 0.5),
    ):
        starts = scatter(canvas.width, canvas.height, spacing, rng)
        for start in starts[rng.random(len(starts)) < share]:
            warm = float(flow.at(warmth, start)) + rng.normal(0, 0.16)
            _lay(canvas, _grow(flow, start, length * rng.uniform(0.75, 1.25), warm, rng), rng)
    canvas.weave(rng, 0.08)
    canvas.light(strength=0.2, gloss=0.08, softness=0.5)
    return canvas.finish()


def _ground(canvas: Canvas, flow: Flow, rng: np.random.Generator) -> None:
    starts = scatter(canvas.width, canvas.height, 9, rng)
    colours = ramp(palette("#3c4650", "#46586a", "#665254", "#46584e"), rng.random(len(starts)))
    paths = flow.trace(starts, rng.uniform(20, 50, len(starts)))
    paint_strokes(canvas, paths, rng.uniform(4, 9, len(starts)), colours, rng, brush=GROUND)


def _grow(
    flow: Flow, start: Array, length: float, warm: float, rng: np.random.Generator
) -> Feather:
    """Bend a feather along the flow, with its own turn and its own colours."""
    angle = np.arctan2(flow.at(flow.dy, start), flow.at(flow.dx, start)) + rng.normal(0, 0.34)
    t = np.linspace(-0.5, 0.5, 40)
    turn = angle + rng.normal(0, 0.55) * t + 0.5 * rng.normal() * t**2
    moves = np.stack([np.cos(turn), np.sin(turn)], -1) * length / 39
    spine = start + np.cumsum(moves, 0) - moves.sum(0) / 2
    kind = int(rng.choice(AUTUMN if warm > 0.5 else TEAL))
    plumage = PLUMAGES[kind] + PALENESS * (PLUMAGES[kind][2:5].mean(0) - PLUMAGES[kind])
    return Feather(
        spine=spine.astype(np.float32),
        breadth=length * rng.uniform(0.13, 0.21),
        plumage=np.clip(plumage + rng.normal(0, 0.025, 3), 0, 1).astype(np.float32),
        sheen=SHEEN[int(rng.integers(len(SHEEN)))],
        bars=float(rng.choice([0, 0, 0, 4, 6, 9])),
    )


def _lay(canvas: Canvas, feather: Feather, rng: np.random.Generator) -> None:
    """Lay the shadow, both vanes and the rachis."""
    vanes = [_vane(canvas, feather, side, rng) for side in (-1, 1)]
    outline = np.concatenate([vanes[0][0][:, -1], vanes[1][0][::-1, -1]])
    _shadow(canvas, outline + LIGHT_PX)
    for places, paint_, alpha, body in vanes:
        drop(canvas, places, paint_, alpha, body)
    _rachis(canvas, feather, rng)


def _barb_lines(count: int, barbs: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Give each sample along the rachis its place across a barb, and its barb's random number."""
    place = np.linspace(0, barbs, count) + 0.35 * noise((count, 2), 40, rng)[:, 0]
    number = np.clip(place.astype(np.int64), 0, barbs)
    character = rng.random(barbs + 1)
    return (place - np.floor(place)).astype(np.float32), character[number].astype(np.float32)


def _splits(s: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Part the vane in a few locks: how far each barb leans to its lock, how open the gap is."""
    cuts = np.sort(np.concatenate([[-0.05, 1.05], rng.uniform(0.1, 0.97, rng.integers(1, 5))]))
    lock = np.clip(np.searchsorted(cuts, s) - 1, 0, len(cuts) - 2)
    low, high = cuts[lock], cuts[lock + 1]
    within = (s - low) / (high - low)
    lean = (0.5 - within) * np.minimum(high - low, 0.25)
    gap = np.minimum(within, 1 - within) * (high - low)
    return lean.astype(np.float32), gap.astype(np.float32)


def _vane(
    canvas: Canvas, feather: Feather, side: int, rng: np.random.Generator
) -> tuple[Array, Array, Array, Array]:
    """Comb one side of a feather; returns places, colours, opacity and thickness of its samples."""
    length = float(np.hypot(*np.diff(feather.spine, axis=0).T).sum())
    rows = int(length * canvas.scale * 1.6) + 8
    columns = int(feather.breadth * canvas.scale * 2.0) + 4
    s, t = (
        np.linspace(0.03, 1, rows, dtype=np.float32),
        np.linspace(0, 1, columns, dtype=np.float32),
    )
    knots = np.linspace(0, 1, len(feather.spine))
    spine = np.stack([np.interp(s, knots, feather.spine[:, k]) for k in (0, 1)], -1)
    heading = np.gradient(spine, axis=0)
    heading /= np.linalg.norm(heading, axis=1, keepdims=True)
    normal = side * np.stack([-heading[:, 1], heading[:, 0]], -1)
    breadth = feather.breadth * (1 if side > 0 else rng.uniform(0.6, 1.0))
    shape = np.clip(s / 0.22, 0, 1) ** 0.6 * np.clip((1.02 - s) / 0.42, 0, 1) ** 0.62
    across, character = _barb_lines(rows, max(12, int(length / 2.7)), rng)
    lean, gap = _splits(s, rng)
    wide = breadth * shape * (0.93 + 0.14 * character)
    out = wide[:, None] * (t - 0.18 * t**2)
    ahead = wide[:, None] * (0.75 * t**1.25 + 0.22) + 0.45 * (lean * length)[:, None] * t**1.6
    ahead = ahead + (np.clip(0.2 - s, 0, 1) * 26 * (character - 0.5))[:, None] * t
    places = spine[:, None] + normal[:, None] * out[..., None] + heading[:, None] * ahead[..., None]
    thread = 1 - np.abs(across - 0.5) * 2
    open_ = smoothstep(-0.004, 0.012, gap[:, None] - 0.03 * (t**1.4) + 0.012)
    comb = smoothstep(0.0, 0.35, thread[:, None] + 0.75 - 0.95 * t**3)
    alpha = open_ * comb * (t < 0.86 + 0.14 * character[:, None])
    value = _pattern(feather, s, t, character, thread)
    colour = ramp(feather.plumage, value)
    glow = np.exp(-(((t - 0.45 - 0.2 * np.sin(7 * s)[:, None]) / 0.16) ** 2)) * (
        0.35 + 0.65 * thread[:, None]
    )
    glow = 0.42 * glow * smoothstep(0.25, 0.6, s)[:, None]
    colour += glow[..., None] * (feather.sheen - colour)
    colour *= (0.86 + 0.2 * thread[:, None])[..., None]
    colour += (
        0.10
        * (rng.random((rows, 1, 3)).astype(np.float32) - 0.5)
        * (character > 0.5)[:, None, None]
    )
    body = (0.7 * thread[:, None] + 0.9 * np.sqrt(1 - t * 0.9)).astype(np.float32)
    return places.astype(np.float32), colour, alpha.astype(np.float32), body


def _pattern(feather: Feather, s: Array, t: Array, character: Array, thread: Array) -> Array:
    """Lightness in the plumage's ramp: dark quill and tip, bars in chevrons, lighter threads."""
    flow = s[:, None] + 0.10 * t
    value = 0.34 + 0.42 * np.sin(np.pi * np.clip(flow, 0, 1)) - 0.20 * smoothstep(0.86, 1.0, flow)
    value = value + 0.40 * (character[:, None] - 0.5) + 0.14 * (thread[:, None] - 0.5)
    value = value + 0.12 * (t - 0.4)
    if feather.bars:
        wave = np.sin(2 * np.pi * feather.bars * (flow + 0.02 * np.sin(9 * t)))
        value = value - 0.42 * smoothstep(0.1, 0.55, wave) * smoothstep(0.08, 0.2, flow)
    tip = smoothstep(0.93, 0.985, flow)
    result: Array = np.clip(
        value * (1 - tip) + 0.92 * tip * (0.8 + 0.2 * character[:, None]), 0.02, 1
    )
    return result


def _shadow(canvas: Canvas, outline: Array) -> None:
    """Darken softly under an outline (K, 2), only where it lies."""
    points = outline * canvas.scale
    pad = int(9 * canvas.scale) + 2
    low = np.maximum(np.floor(points.min(0)).astype(int) - pad, 0)
    high = np.minimum(np.ceil(points.max(0)).astype(int) + pad, (canvas.shape[1], canvas.shape[0]))
    if (high <= low).any():
        return
    sheet = Image.new("L", tuple((high - low).tolist()), 0)
    ImageDraw.Draw(sheet).polygon([tuple(p) for p in points - low], fill=255)
    soft = sheet.filter(ImageFilter.GaussianBlur(3.2 * canvas.scale))
    mask = np.asarray(soft, np.float32)[..., None] / 255
    canvas.colour[low[1] : high[1], low[0] : high[0]] *= 1 - 0.34 * mask


def _rachis(canvas: Canvas, feather: Feather, rng: np.random.Generator) -> None:
    """Draw the shaft: a dark line and a pale one beside it, thinning to the tip."""
    base = feather.spine[0] - (feather.spine[2] - feather.spine[0]) * 1.6
    line = np.concatenate([base[None], feather.spine[:37]])
    normal = np.gradient(line, axis=0)[:, ::-1] * (-1, 1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    shaft = Brush(relief=2.2, bristle=0.2, dryness=0, streak=0.3, taper=0.85, ragged=0.1)
    dark, pale = feather.plumage[0] * 0.6, feather.plumage[5] * 0.8 + 0.2 * feather.plumage[3]
    wide = 0.010 * feather.breadth + 2.3
    for shift, colour, width in ((0.9, dark, wide * 1.7), (0.0, pale, wide)):
        path = (line + shift * normal)[None]
        paint_strokes(
            canvas, path, np.array([width]), jitter(colour[None], 0.01, rng), rng, brush=shaft
        )
