"""Cubist still life: a guitar, a bottle and a table broken into shaded facets."""

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from .canvas import Canvas
from .flow import scatter
from .ink import curve
from .pigment import Array, palette, pigment
from .plane import contour, fill_plane, turned

OCHRES = palette("#3a2a1a", "#7a5a30", "#b08a4a", "#d4b878", "#efe2b8")
GREYS = palette("#1e2226", "#4a4f50", "#83867e", "#b8b6a4", "#e6e0cc")
GREENS = palette("#16221e", "#34483a", "#667a5a", "#9aa67e", "#d6d6b0")
BLUES = palette("#141c2c", "#2c405a", "#587490", "#93a8b4", "#d0d8d2")
SIENNAS = palette("#2a1410", "#6a3220", "#a45a34", "#d09060", "#eccfa4")
FAMILIES = (OCHRES, OCHRES, GREYS, GREYS, GREENS, BLUES, SIENNAS)
ANGLES = np.deg2rad([0, 90, 18, -72, 62, -28, 34, -56, 90, 78])

DARK = palette("#12100e", "#1c1814", "#0e1216")


def paint(size: tuple[int, int], seed: int) -> Array:
    """Paint the picture at size (H, W); returns (H, W, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(size, pigment("#8a7850"))
    canvas.lay(pigment("#4e4a3c"), 0.8 * canvas.noise(rng, 50, 3))
    for spacing, reach in ((105, 235), (92, 150), (84, 92), (120, 56)):
        for place in scatter(canvas.width, canvas.height, spacing, rng):
            _facet(canvas, place, reach * rng.uniform(0.6, 1.3), rng)
    _fragments(canvas, rng)
    _guitar(canvas, rng)
    _bottle(canvas, rng)
    _scaffold(canvas, rng)
    canvas.weave(rng, 0.14, 2.8)
    canvas.light(strength=0.34, gloss=0.08, softness=0.42)
    return canvas.finish()


def _facet(canvas: Canvas, place: Array, reach: float, rng: np.random.Generator) -> None:
    """Break off one plane: three or four corners, a gradient, a contour open on some sides."""
    angle = float(rng.choice(ANGLES)) + rng.normal(0, 0.05)
    wide, tall = reach * rng.uniform(0.35, 1.0), reach * rng.uniform(0.5, 1.0)
    corners = np.array([[-wide, -tall], [wide, -tall], [wide, tall], [-wide, tall]]) / 2
    corners += rng.uniform(-0.28, 0.28, (4, 2)) * (wide, tall)
    if rng.random() < 0.28:
        corners = np.delete(corners, rng.integers(4), 0)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners = corners @ turn + place
    if rng.random() < 0.22:
        corners = _bulge(corners, reach, rng)
    family = FAMILIES[int(rng.integers(len(FAMILIES)))]
    fall = angle + float(rng.choice([0, np.pi / 2, np.pi, -np.pi / 2]))
    low, high = np.sort(rng.uniform(0.0, 1.0, 2)) + np.array([-0.12, 0.16])
    _shade(canvas, corners, family, fall, rng, low, high, rng.uniform(0.1, 0.7))
    closed = np.concatenate([corners, corners[:1]])
    if len(corners) > 6:
        if rng.random() < 0.8:
            _line(canvas, closed, rng.uniform(1.8, 3.2), rng)
        return
    for start, end in pairwise(closed):
        if rng.random() < 0.62:
            over = rng.uniform(-0.02, 0.16)
            _line(
                canvas,
                np.linspace(start - over * (end - start), end + over * (end - start), 7),
                rng.uniform(1.6, 3.6),
                rng,
            )


def _bulge(corners: Array, reach: float, rng: np.random.Generator) -> Array:
    """Round one side of a plane outwards."""
    start, end = corners[0], corners[1]
    s = np.linspace(0, np.pi, 12)
    out = np.array([end[1] - start[1], start[0] - end[0]])
    arc = (
        (start + end) / 2
        + 0.5 * np.cos(s)[:, None] * (start - end)
        + 0.4 * np.sin(s)[:, None] * out
    )
    return np.concatenate([arc, corners[2:]])


def _line(
    canvas: Canvas, path: Array, width: float, rng: np.random.Generator, ink: Array = DARK
) -> None:
    contour(canvas, path, width, ink, rng)


def _shade(
    canvas: Canvas, points: Array, family: Array, angle: float, rng: np.random.Generator,
    low: float = 0.1, high: float = 0.95, passage: float = 0.3,
) -> None:  # fmt: skip
    """Fill a plane, with a few odd streaks of another family of colours."""
    strays = FAMILIES[int(rng.integers(len(FAMILIES)))]
    fill_plane(
        canvas, points, family, angle, rng, low=low, high=high, passage=passage, strays=strays
    )


def _turned(
    canvas: Canvas, points: ArrayLike, centre: tuple[float, float], angle: float,
    scale: float,
) -> Array:  # fmt: skip
    """Place an object's own points on the canvas; `centre` in shares of it."""
    return turned(points, np.array(centre) * (canvas.width, canvas.height), angle, scale)


def _guitar(canvas: Canvas, rng: np.random.Generator) -> None:
    """Set the guitar: two half bodies out of step, neck, sound hole, strings, pegs."""
    centre, angle, scale = (0.47, 0.60), 0.42, 1.15
    left = [
        (0, -70),
        (-42, -62),
        (-58, -36),
        (-40, -8),
        (-46, 18),
        (-74, 48),
        (-64, 92),
        (-24, 112),
        (0, 114),
    ]
    right = [
        (6, -58),
        (44, -54),
        (60, -24),
        (40, 2),
        (48, 30),
        (76, 62),
        (62, 106),
        (28, 124),
        (6, 126),
    ]
    for half, family, fall, span in (
        (left, SIENNAS, angle + 0.2, (0.25, 0.85)),
        (right, OCHRES, angle + np.pi, (0.2, 1.0)),
    ):
        shape = curve(_turned(canvas, half, centre, angle, scale), 50)
        _shade(canvas, shape, family, fall, rng, *span, passage=0.12)
        _line(canvas, shape, 4.4, rng)
        _line(canvas, shape * 0.93 + shape.mean(0) * 0.07, 1.8, rng)
    neck = _turned(canvas, [(-11, -60), (-8, -232), (12, -236), (15, -60)], centre, angle, scale)
    _shade(canvas, neck, GREYS, angle, rng, 0.0, 0.6, passage=0.1)
    _line(canvas, np.linspace(neck[0], neck[1], 7), 3.4, rng)
    _line(canvas, np.linspace(neck[3], neck[2], 7), 3.4, rng)
    head = _turned(canvas, [(-16, -228), (-24, -290), (22, -298), (20, -230)], centre, angle, scale)
    _shade(canvas, head, SIENNAS, angle + 1.5, rng, 0.05, 0.6, passage=0.1)
    _line(canvas, np.concatenate([head, head[:1]]), 3.2, rng)
    s = np.linspace(0, 2 * np.pi, 40)
    for radius, shift, low, high in ((29, 0, 0.0, 0.35), (21, 7, 0.05, 0.9)):
        ring = [(shift + radius * np.cos(a), 8 + shift + radius * np.sin(a)) for a in s]
        shape = _turned(canvas, ring, centre, angle, scale)
        _shade(canvas, shape, GREYS if shift else OCHRES, angle, rng, low, high, passage=0.1)
        _line(canvas, shape, 3.0, rng)
    for string in np.linspace(-8, 11, 6):
        path = _turned(
            canvas, [(string * 0.8, -236), (string, -100), (string * 1.1, 80)], centre, angle, scale
        )
        _line(canvas, curve(path, 15), 1.5, rng, palette("#efe6c8", "#1a1612"))
    for place in np.linspace(-215, -75, 9):
        path = _turned(canvas, [(-9, place), (13, place - 2)], centre, angle, scale)
        _line(canvas, np.linspace(path[0], path[1], 5), 1.9, rng)
    for place in (-284, -268, -252):
        for side in (-1, 1):
            path = _turned(
                canvas, [(side * 20, place), (side * 36, place - 3)], centre, angle, scale
            )
            _line(canvas, np.linspace(path[0], path[1], 5), 5.0, rng)
    bridge = _turned(canvas, [(-26, 78), (30, 74), (31, 84), (-25, 88)], centre, angle, scale)
    _shade(canvas, bridge, SIENNAS, angle, rng, 0.0, 0.3, passage=0.05)


def _bottle(canvas: Canvas, rng: np.random.Generator) -> None:
    """Set the bottle and a glass, each split down its axis into a light and a dark half."""
    outline = [(13, -150), (13, -92), (18, -72), (36, -52), (39, -20), (38, 60), (38, 118)]
    for centre, scale, families in (
        ((0.80, 0.42), 1.25, (GREENS, BLUES)),
        ((0.19, 0.47), 0.85, (BLUES, GREYS)),
    ):
        for side, family, fall in ((1, families[0], 0.0), (-1, families[1], np.pi)):
            half = [(side * x, y + 12 * (side > 0)) for x, y in outline]
            points = np.concatenate(
                [
                    curve(_turned(canvas, half, centre, 0.06, scale), 40),
                    _turned(canvas, [(0, 118 + 12 * (side > 0)), (0, -150)], centre, 0.06, scale),
                ]
            )
            _shade(canvas, points, family, fall, rng, 0.05, 0.9, passage=0.2)
            _line(canvas, points[:40], 3.6, rng)
        s = np.linspace(0, 2 * np.pi, 30)
        for y, wide in ((-150, 14), (118, 40), (30, 39)):
            ring = _turned(
                canvas,
                [(wide * np.cos(a), y + 0.3 * wide * np.sin(a)) for a in s],
                centre,
                0.06,
                scale,
            )
            _line(canvas, ring, 2.2, rng)


def _fragments(canvas: Canvas, rng: np.random.Generator) -> None:
    """Scatter signs: staves with notes, newspaper lines, wood grain, playing-card spots."""
    for x, y, angle in (
        (0.22, 0.78, -0.2),
        (0.74, 0.80, 0.15),
        (0.30, 0.16, 0.1),
        (0.85, 0.12, -0.3),
    ):
        corners = [(-62, -30), (60, -34), (64, 30), (-58, 34)]
        sheet = _turned(canvas, corners, (x, y), angle, 1.0)
        _shade(canvas, sheet, GREYS, angle, rng, 0.68, 1.05, passage=0.25)
        for level in np.linspace(-20, 18, 5):
            path = _turned(canvas, [(-54, level), (56, level - 2)], (x, y), angle, 1.0)
            _line(canvas, np.linspace(path[0], path[1], 7), 1.4, rng)
        for _ in range(7):
            u, v = rng.uniform(-50, 50), rng.uniform(-22, 20)
            path = _turned(canvas, [(u, v), (u + 5, v - 2), (u + 6, v - 20)], (x, y), angle, 1.0)
            _line(canvas, np.linspace(path[0], path[1], 5), 6.0, rng)
            _line(canvas, np.linspace(path[1], path[2], 5), 1.6, rng)
    for x, y, angle in (
        (0.52, 0.93, 0.05),
        (0.10, 0.30, 1.5),
        (0.93, 0.66, 1.6),
        (0.60, 0.28, -0.5),
    ):
        panel = _turned(canvas, [(-80, -26), (78, -28), (80, 26), (-76, 28)], (x, y), angle, 1.0)
        _shade(canvas, panel, SIENNAS, angle + 1.57, rng, 0.35, 0.85, passage=0.2)
        for k in (0, 2):
            _line(
                canvas,
                np.linspace(panel[k] * 1.05 - panel[k + 1] * 0.05, panel[k + 1], 7),
                2.8,
                rng,
            )
        run = np.linspace(-74, 74, 12)
        for level in np.linspace(-22, 22, 11):
            bulge = 7 * np.sign(level + 0.1) * np.exp(-abs(level) / 14)
            grain = level + bulge * np.exp(-(((run - 12) / 22) ** 2))
            path = _turned(canvas, np.stack([run, grain], -1), (x, y), angle, 1.0)
            _line(canvas, path, 1.5, rng, palette("#3a1c10", "#5a2e18"))


def _scaffold(canvas: Canvas, rng: np.random.Generator) -> None:
    """Rule a few long lines and arcs across everything to tie the planes together."""
    for _ in range(15):
        angle = float(rng.choice(ANGLES))
        centre = rng.uniform(0.1, 0.9, 2) * (canvas.width, canvas.height)
        reach = rng.uniform(80, 260)
        ahead = np.array([np.cos(angle), np.sin(angle)])
        _line(
            canvas,
            centre + np.linspace(-1, 1, 9)[:, None] * reach * ahead,
            rng.uniform(1.6, 3.0),
            rng,
        )
    for _ in range(9):
        centre = rng.uniform(0.1, 0.9, 2) * (canvas.width, canvas.height)
        s = rng.uniform(0, 6) + np.linspace(0, rng.uniform(1.2, 3.2), 15)
        radius = rng.uniform(20, 80)
        _line(
            canvas, centre + radius * np.stack([np.cos(s), np.sin(s)], -1), rng.uniform(2, 3.4), rng
        )
