"""Great wave: a woodblock sea of indigo bands, claws of foam and spray on cream paper."""

import numpy as np

from .canvas import Canvas
from .ink import Block, brushed_width, curve, wobble
from .pigment import Array, palette, pigment, ramp
from .woodblock import (
    BANDS,
    FOAM,
    KEY,
    PAPER,
    SHADE,
    grow_claw,
    press,
    print_bands,
    print_foam,
    print_fringe,
    print_spray,
)

SKY = palette("#e6d9bb", "#e2cfa9", "#d8bd93", "#b99c7c", "#6b615e")

# Control points in shares of the picture, x from the right.
# fmt: off
PEAK = ((0.60, 0.735), (0.655, 0.66), (0.70, 0.602), (0.715, 0.597), (0.735, 0.604),
        (0.79, 0.67), (0.86, 0.735))
SNOW = ((0.668, 0.645), (0.70, 0.602), (0.715, 0.597), (0.735, 0.604), (0.765, 0.642),
        (0.75, 0.634), (0.741, 0.652), (0.726, 0.636), (0.712, 0.66), (0.699, 0.636),
        (0.684, 0.655))
BACK = ((-0.06, 0.36), (0.06, 0.285), (0.18, 0.17), (0.30, 0.085), (0.42, 0.06), (0.52, 0.105),
        (0.60, 0.215))
FACE = ((0.66, 0.80), (0.53, 0.70), (0.445, 0.56), (0.415, 0.43), (0.435, 0.33), (0.50, 0.262),
        (0.60, 0.225))
ROOT = ((0.20, 0.98), (0.13, 0.82), (0.11, 0.65), (0.14, 0.48), (0.22, 0.33), (0.35, 0.215),
        (0.58, 0.20))
FOOT = ((-0.06, 0.98), (-0.06, 0.75), (-0.06, 0.5), (0.02, 0.36), (0.15, 0.24), (0.33, 0.14),
        (0.56, 0.17))
LIP = ((0.30, 0.20), (0.40, 0.165), (0.50, 0.165), (0.585, 0.205), (0.625, 0.255))
FAR = ((1.05, 0.60), (0.95, 0.665), (0.85, 0.715), (0.72, 0.735), (0.58, 0.72), (0.45, 0.74))
MIDDLE = ((1.05, 0.66), (0.97, 0.735), (0.88, 0.80), (0.78, 0.825), (0.66, 0.80), (0.52, 0.83),
          (0.40, 0.90))
NEAR = ((-0.05, 0.80), (0.06, 0.765), (0.16, 0.70), (0.25, 0.665), (0.34, 0.70), (0.43, 0.79),
        (0.55, 0.87), (0.70, 0.905), (0.85, 0.90), (1.05, 0.95))
# fmt: on


def paint(size: tuple[int, int], seed: int) -> Array:
    """Paint the picture at size (H, W); returns (H, W, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(size, PAPER, supersample=3 if min(size) > 300 else 2)
    _sky(canvas, rng)
    block = Block(canvas)
    _mountain(block, canvas, rng)
    _swell(block, canvas, FAR, 0.91, 8, 0, rng)
    _wave_body(block, canvas, rng)
    _wave_foam(block, canvas, rng)
    _swell(block, canvas, MIDDLE, 1.03, 11, 34, rng)
    _swell(block, canvas, NEAR, 1.07, 15, 40, rng)
    canvas.colour = wobble(block.array(), canvas, rng, 0.7, 7)
    press(canvas, rng)
    return canvas.finish(sharpen=0.5)


def _place(canvas: Canvas, points: tuple[tuple[float, float], ...]) -> Array:
    """Turn shares of the picture, x from the right, into reference pixels."""
    x, y = np.asarray(points, np.float32).T
    return np.stack([(1 - 1.17 * x) * canvas.width, (1.12 * y - 0.075) * canvas.height], -1)


def _sky(canvas: Canvas, rng: np.random.Generator) -> None:
    """Grade the sky from cream to dusk at the horizon, with drifting banks of cloud."""
    y = canvas.grid()[1]
    y = y / canvas.height + 0.02 * (canvas.noise(rng, 120) - 0.5)
    canvas.lay(ramp(SKY, np.clip(y / 0.74, 0, 1) ** 2.1), np.full(canvas.shape, 1.0, np.float32))
    banks = Block(canvas)
    for _ in range(14):
        left, level = rng.uniform(-0.1, 0.8) * canvas.width, rng.uniform(0.03, 0.5) * canvas.height
        span, swell = rng.uniform(90, 260), rng.uniform(10, 30)
        xs = np.linspace(0, span, 60)
        lobes = np.abs(np.sin(xs / span * np.pi * rng.integers(2, 6) + rng.uniform(0, 3)))
        top = level - swell * np.abs(np.sin(np.pi * xs / span)) ** 0.6 * (0.45 + 0.55 * lobes)
        bottom = level + 0.25 * swell * np.sin(np.pi * xs / span)
        shape = np.concatenate(
            [np.stack([left + xs, top], -1), np.stack([left + xs, bottom], -1)[::-1]]
        )
        banks.polygon(shape, pigment("#e8dcc0"))
        edge = np.stack([left + xs, top], -1)
        banks.stem(edge, brushed_width(60, 1.5, rng), pigment("#6f7480"))
    canvas.colour = 0.3 * canvas.colour + 0.7 * banks.array()


def _mountain(block: Block, canvas: Canvas, rng: np.random.Generator) -> None:
    peak = _place(canvas, PEAK)
    block.polygon(peak, pigment("#2d4f78"))
    block.polygon(_place(canvas, SNOW), FOAM)
    block.stem(curve(peak, 60), brushed_width(60, 1.6, rng), KEY)


def _wave_body(block: Block, canvas: Canvas, rng: np.random.Generator) -> None:
    """Print the wave's hollow in stripes and its white back with a few blue contours."""
    back, face, root, foot = (curve(_place(canvas, line), 90) for line in (BACK, FACE, ROOT, FOOT))
    block.polygon(np.concatenate([back, root[::-1]]), FOAM)
    print_bands(block, foot, root, 9, rng, calm=0.3)
    print_bands(block, root, face, 17, rng, calm=0.55)
    block.polygon(np.concatenate([back, foot[::-1][:72]]), FOAM)
    block.stem(back, brushed_width(90, 2.4, rng, 0.05), KEY)
    for share in (0.18, 0.34, 0.5, 0.66, 0.82):
        line = back[:70] * (1 - share) + foot[20:] * share
        for first in range(3, 66, 7):
            part = line[first : first + int(rng.integers(5, 9))]
            widths = brushed_width(len(part), rng.uniform(1.2, 3.6), rng, 0.5)
            block.stem(part, widths, (BANDS[2], SHADE)[int(rng.integers(2))])


def _wave_foam(block: Block, canvas: Canvas, rng: np.random.Generator) -> None:
    """Crown the wave with claws along four lines, its lip and its tip, and throw spray."""
    back, root, foot = (curve(_place(canvas, line), 90) for line in (BACK, ROOT, FOOT))
    crest = root[44:88] * 0.6 + back[44:88] * 0.4
    middle = (root[8:72] + foot[8:72]) / 2
    for line, size in ((foot[6:64], 40), (middle, 44), (root[30:86], 48), (crest, 44)):
        print_fringe(block, line[::-1], size, 2.35, -1.9, rng, 0.5)
    lip = curve(_place(canvas, LIP), 60)
    print_fringe(block, lip, 56, -1.35, -1.9, rng, 0.42)
    print_fringe(block, lip[26:], 48, -0.75, -2.0, rng, 0.4)
    tip = _place(canvas, ((0.615, 0.235),))[0]
    for heading in np.linspace(2.0, 3.6, 5):
        print_foam(block, grow_claw(tip, heading, 56, -1.8, 2, rng), rng)
    for place, spread, count in (
        ((0.60, 0.46), (52, 62), 170),
        ((0.34, 0.46), (48, 75), 150),
        ((0.12, 0.62), (60, 60), 90),
    ):
        print_spray(block, _place(canvas, (place,))[0], np.array(spread), count, rng)


def _swell(
    block: Block,
    canvas: Canvas,
    top: tuple[tuple[float, float], ...],
    bottom: float,
    count: int,
    claw: float,
    rng: np.random.Generator,
) -> None:
    """Print one rolling wave from its crest down to a level, in `count` stripes under foam."""
    crest = curve(_place(canvas, top), 90)
    foot = curve(_place(canvas, tuple((x, bottom) for x, _ in top)), 90)
    print_bands(block, crest, foot, count, rng, calm=0.7)
    if claw:
        print_fringe(block, crest[3:88], claw, -2.2, 1.9, rng, 0.5)
        lower = crest * 0.62 + foot * 0.38
        print_fringe(block, lower[8:84], claw * 0.8, -2.4, 1.9, rng, 1.1)
    spots = (crest + foot)[rng.integers(90, size=70)] / 2 + rng.normal(0, 12, (70, 2))
    block.dots(spots, 0.7 + 1.7 * rng.random(70) ** 2, FOAM)
