"""The brush: curved strokes with bristles, half-mixed colour, ragged ends and relief."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import ndimage

from .canvas import Canvas
from .pigment import Array, smoothstep

CHUNK = 96
HAIRS, RUN = 48, 512


@dataclass(frozen=True, kw_only=True)
class Brush:
    """How a brush lays paint.

    Attributes: relief: thickness of the paint in reference pixels; bristle: how deeply the hairs
                furrow it, 0 to 1; dryness: how early it runs out, 0 (never) to 1; streak: how
                unmixed the second colour lies, 0 to 1; opacity; taper: share of the stroke over
                which each end narrows; ragged: how uneven the sides are, 0 to 1.
    """

    relief: float = 1.0
    bristle: float = 0.6
    dryness: float = 0.3
    streak: float = 0.7
    opacity: float = 1.0
    taper: float = 0.2
    ragged: float = 0.35


OIL = Brush()


@cache
def hair_texture(number: int) -> Array:
    """Make the trace of a worn brush, (HAIRS, RUN) in [0, 1], long in the stroke's direction."""
    rng = np.random.default_rng(number)
    rough = rng.random((HAIRS, RUN), dtype=np.float32)
    hairs = ndimage.gaussian_filter(rough, (0.7, 22), mode="wrap")
    spots = ndimage.gaussian_filter(rough, (0.9, 3), mode="wrap")
    mixed = hairs / hairs.std() + 0.45 * spots / spots.std()
    order = mixed.ravel().argsort().argsort().reshape(mixed.shape)
    texture: Array = (order / order.size).astype(np.float32)
    return texture


def paint_strokes(
    canvas: Canvas,
    paths: Array,
    widths: Array,
    colours: Array,
    rng: np.random.Generator,
    *,
    second: Array | None = None,
    brush: Brush = OIL,
) -> None:
    """Lay strokes in the order given.

    Args: paths: (N, K, 2) in reference pixels; widths: (N,) in reference pixels; colours and
          second (streaked in): (N, 3).
    """
    if len(paths) == 0:
        return
    second = colours if second is None else second
    paths, widths, colours, second = (
        values.astype(np.float32) for values in (paths, widths, colours, second)
    )
    for first in range(0, len(paths), CHUNK):
        part = slice(first, first + CHUNK)
        stamp = hair_texture(first // CHUNK % 4)
        _lay_chunk(
            canvas, paths[part], widths[part], colours[part], second[part], stamp, brush, rng
        )


def _lengths(paths: Array) -> Array:
    steps = np.diff(paths, axis=1)
    result: Array = np.hypot(steps[..., 0], steps[..., 1]).sum(1)
    return result


def _resample(paths: Array, count: int) -> Array:
    """Interpolate (N, K, 2) paths to `count` points with a Catmull-Rom spline."""
    place = np.linspace(0, paths.shape[1] - 1, count, dtype=np.float32)
    lower = np.minimum(place.astype(np.int64), paths.shape[1] - 2)
    t = (place - lower)[None, :, None]
    last = paths.shape[1] - 1
    before, after = np.maximum(lower - 1, 0), np.minimum(lower + 2, last)
    p0, p1, p2, p3 = paths[:, before], paths[:, lower], paths[:, lower + 1], paths[:, after]
    curve: Array = 0.5 * (
        2 * p1
        + (p2 - p0) * t
        + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
        + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    return curve


def _lay_chunk(
    canvas: Canvas,
    paths: Array,
    widths: Array,
    colours: Array,
    second: Array,
    stamp: Array,
    brush: Brush,
    rng: np.random.Generator,
) -> None:
    """Lay up to CHUNK strokes: a grid of samples along and across each is dropped on the canvas."""
    lengths = _lengths(paths)
    along_count = max(4, int(lengths.max() * canvas.scale * 1.3) + 2)
    across_count = max(3, int(widths.max() * canvas.scale * 1.35) + 2)
    spine = _resample(paths, along_count)
    heading = np.gradient(spine, axis=1)
    heading /= np.linalg.norm(heading, axis=-1, keepdims=True) + 1e-6
    normal = np.stack([-heading[..., 1], heading[..., 0]], -1)
    along = np.linspace(0, 1, along_count, dtype=np.float32)
    across = np.linspace(-1, 1, across_count, dtype=np.float32)
    half = 0.5 * widths[:, None] * _taper(along, brush.taper)[None]
    places = spine[:, :, None] + (half[..., None] * across)[..., None] * normal[:, :, None]
    texture = _hairs_under(stamp, lengths, along, across, rng)
    alpha, body = _coverage(texture, along, across, brush)
    alpha *= smoothstep(0.0, 0.9 / canvas.scale, half)[..., None]
    mix = smoothstep(0.5 - 0.45 * (1.02 - brush.streak), 0.95, texture[..., ::-1])
    mix = (brush.streak * mix)[..., None]
    paint = colours[:, None, None] * (1 - mix) + second[:, None, None] * mix
    paint = paint * (1 + 0.16 * (texture[..., None] - 0.5))
    drop(canvas, places, paint, alpha, body * brush.relief)


def _taper(along: Array, share: float) -> Array:
    """Narrow both ends: round at the start, drawn out at the end."""
    share = max(share, 1e-3)
    start = np.sqrt(1 - (1 - np.clip(along / (0.6 * share), 0, 1)) ** 2)
    end = np.clip((1 - along) / share, 0, 1) ** 0.7
    result: Array = (start * (0.25 + 0.75 * end)).astype(np.float32)
    return result


def _hairs_under(
    stamp: Array, lengths: Array, along: Array, across: Array, rng: np.random.Generator
) -> Array:
    """Look the hair texture up under every sample, (N, along, across)."""
    count = len(lengths)
    shift = rng.integers(RUN, size=(count, 1, 1))
    row = rng.integers(HAIRS, size=(count, 1, 1))
    run = (along[None, :, None] * lengths[:, None, None] * 1.6).astype(np.int64) + shift
    hair = ((across[None, None] + 1) * 0.5 * min(HAIRS, 14)).astype(np.int64) + row
    under: Array = stamp[hair % HAIRS, run % RUN]
    return under


def _coverage(texture: Array, along: Array, across: Array, brush: Brush) -> tuple[Array, Array]:
    """Give opacity and thickness of the paint under every sample, each (N, along, across)."""
    side = 1 - np.abs(across)[None, None]
    edge = smoothstep(0.0, 0.22, side - brush.ragged * 0.6 * (texture - 0.35))
    spent = brush.dryness * (0.25 + 0.75 * along[None, :, None] ** 1.5)
    wet = smoothstep(-0.08, 0.1, texture - spent + 0.02 * (brush.dryness == 0))
    dome = np.sqrt(np.clip(1 - across**2, 0, 1))[None, None]
    ridge = np.exp(-(((np.abs(across) - 0.78) / 0.16) ** 2))[None, None]
    push = np.exp(-(((along - 0.93) / 0.06) ** 2))[None, :, None]
    furrow = brush.bristle * texture
    body = (1 - brush.bristle) * dome + furrow + 0.25 * ridge + 0.3 * push * dome
    return (brush.opacity * edge * wet).astype(np.float32), body.astype(np.float32)


def drop(canvas: Canvas, places: Array, paint: Array, alpha: Array, body: Array) -> None:
    """Blend samples into the canvas; where several hit one pixel the last one stays."""
    columns = np.floor(places[..., 0] * canvas.scale).astype(np.int32).ravel()
    rows = np.floor(places[..., 1] * canvas.scale).astype(np.int32).ravel()
    height, width = canvas.shape
    flat = alpha.ravel()
    hit = np.flatnonzero(
        (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width) & (flat > 0.02)
    )
    index = rows[hit] * width + columns[hit]
    share = flat[hit]
    colour, relief = canvas.colour.reshape(-1, 3), canvas.relief.reshape(-1)
    old = colour[index]
    colour[index] = old + share[:, None] * (paint.reshape(-1, 3)[hit] - old)
    below = relief[index]
    relief[index] = below + share * (0.35 * below + body.ravel()[hit] - below)
