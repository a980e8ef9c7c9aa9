"""Bamboo: stalks in segments, twigs, and leaves in groups, each one press of the brush."""

import numpy as np

from .brush import Brush, paint_strokes
from .canvas import Canvas
from .ink import curve
from .pigment import Array, ramp
from .sumi import INKS, POINT

STALK = Brush(relief=0, bristle=0.8, dryness=0.42, streak=0.9, opacity=0.9, taper=0.05, ragged=0.25)
LEAF = Brush(relief=0, bristle=0.6, dryness=0.25, streak=0.6, opacity=0.92, taper=0.9, ragged=0.15)


def paint_bamboo(
    canvas: Canvas, place: float, lean: float, tone: float, rng: np.random.Generator
) -> None:
    """Draw one bamboo from below the picture to above it.

    Args: place: of the foot, in shares of the width; lean: sideways for each step up; tone: 0
          black to 1 pale.
    """
    joints = _stalk(canvas, place, lean, tone, rng)
    twig_ink = ramp(INKS, np.array([tone + 0.1]))
    for joint in joints:
        for _ in range(int(rng.integers(1, 4))):
            side = float(rng.choice([-1, 1], p=[0.7, 0.3]))
            tip = joint + np.array([side * rng.uniform(40, 120), rng.uniform(-40, 30)])
            twig = curve(np.stack([joint, (joint + tip) / 2 - (0, 10), tip]), 9)
            paint_strokes(canvas, twig[None], np.array([2.6]), twig_ink, rng, brush=POINT)
            for knot in twig[[4, 6, 8, 8]]:
                _leaves(canvas, knot, side, tone, rng)


def _stalk(
    canvas: Canvas, place: float, lean: float, tone: float, rng: np.random.Generator
) -> list[Array]:
    """Draw the segments with a dark joint over each; returns the joints."""
    x, y = place * canvas.width, 1.03 * canvas.height
    width = rng.uniform(13, 18) * (1 - 0.35 * tone)
    ink, pale, dark = (ramp(INKS, np.array([tone + lift])) for lift in (0.12, 0.62, 0.0))
    joints: list[Array] = []
    while y > -60:
        tall = rng.uniform(66, 98)
        t = np.linspace(0.03, 0.97, 9)
        path = np.stack([x + lean * tall * t, y - tall * t], -1)
        wide = np.array([width])
        paint_strokes(canvas, path[None], wide, ink, rng, second=pale, brush=STALK)
        cup = np.array([[-0.62, 0], [-0.31, -2], [0, -2.6], [0.31, -2], [0.62, 0]]) * (width, 1)
        paint_strokes(canvas, (path[-1] + cup)[None], np.array([4.2]), dark, rng, brush=POINT)
        joints.append(path[-1])
        x, y, width = path[-1, 0], y - tall, width * 0.975
    return joints


def _leaves(
    canvas: Canvas, place: Array, side: float, tone: float, rng: np.random.Generator
) -> None:
    """Press a group of leaves: each one swells and runs out to a point."""
    count = int(rng.integers(3, 6))
    angle = np.pi / 2 - side * (0.5 + rng.normal(0.25, 0.42, count))
    length = rng.uniform(34, 72, count)
    t = np.linspace(0, 1, 9)
    droop = 0.10 * length[:, None] * t**2
    xs = place[0] + length[:, None] * t * np.cos(angle)[:, None]
    ys = place[1] + length[:, None] * t * np.sin(angle)[:, None] + droop
    value = np.clip(tone + rng.uniform(-0.1, 0.18, count), 0, 0.9)
    paths = np.stack([xs, ys], -1)
    paint_strokes(
        canvas,
        paths,
        rng.uniform(8, 13, count),
        ramp(INKS, value),
        rng,
        second=ramp(INKS, value + 0.15),
        brush=LEAF,
    )
