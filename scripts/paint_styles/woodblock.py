"""Woodblock: the inks, stripes, foam and paper of a Japanese print."""

import numpy as np

from .canvas import Canvas, levels
from .ink import Block, brushed_width, hook
from .pigment import Array, palette, pigment

PAPER = pigment("#ecdfc3")
FOAM = pigment("#f1e8d2")
KEY = pigment("#14264c")
BANDS = palette("#15305f", "#1d4275", "#33658f", "#7aa9ba", "#b9d2cf", "#efe6d0")
SHADE = pigment("#8fbac0")
PALE = pigment("#c3d8d3")


def print_bands(
    block: Block, low: Array, high: Array, count: int, rng: np.random.Generator, calm: float = 0.0
) -> None:
    """Fill between two lines (K, 2) with tapering stripes that run along them, and key lines."""
    length = len(low)
    t = np.linspace(0, 1, length)
    block.polygon(np.concatenate([low, high[::-1]]), BANDS[0])
    edges = np.linspace(0, 1, count + 1)
    for k in range(count):
        tone = (3, 1, 5, 2, 4, 1, 3, 5, 2)[k % 9]
        start, stop = np.sort(
            rng.uniform(-0.12, 1.12, 2) * (1 - calm) + calm * np.array([-0.1, 1.1])
        )
        if stop - start < 0.35:
            start, stop = start - 0.2, stop + 0.2
        inside = (t > start) & (t < stop)
        if inside.sum() < 4:
            continue
        s = (t[inside] - start) / (stop - start)
        swell = np.sin(np.pi * s) ** 0.65
        gap = edges[k + 1] - edges[k]
        middle = edges[k] + gap * (0.5 + 0.18 * np.sin(5 * s + k))
        wide = 0.43 * gap * swell
        base, span = low[inside], (high - low)[inside]
        near, far = base + span * (middle - wide)[:, None], base + span * (middle + wide)[:, None]
        block.polygon(np.concatenate([near, far[::-1]]), BANDS[tone])
        if tone >= 3:
            vein = base + span * (middle + 0.1 * gap)[:, None]
            block.stem(vein, brushed_width(len(vein), 1.5, rng, 0.45), BANDS[2 if tone == 3 else 3])
        line = base + span * (middle + wide + 0.02 * gap)[:, None]
        for hatch in (0.25, 0.6) if tone in (1, 2) else ():
            inner = base + span * (middle - wide + 2 * wide * hatch)[:, None]
            block.stem(inner, brushed_width(len(inner), 1.1, rng, 0.45), BANDS[tone + 2])
        block.stem(line, brushed_width(len(line), 1.6, rng), KEY)
    for border in (low, high):
        block.stem(border, brushed_width(length, 2.4, rng, 0.05), KEY)


def grow_claw(
    start: Array, heading: float, length: float, bend: float, depth: int, rng: np.random.Generator
) -> list[tuple[Array, Array]]:
    """Grow a finger of foam and its smaller fingers: a list of (path, widths)."""
    path = hook(start, heading, length * 1.3, bend)
    t = np.linspace(0, 1, len(path))
    knob = 0.035 * np.exp(-(((t - 1) / 0.12) ** 2))
    widths = length * ((0.21 if depth else 0.15) * (1 - t) ** 0.75 + 0.06 + knob)
    fingers = [(path, widths)]
    if depth > 0:
        for place, side in ((0.12, -1), (0.30, 1), (0.42, -1), (0.66, -1), (0.86, -1)):
            k = int(place * (len(path) - 1))
            ahead = path[k + 1] - path[k]
            turn = side * np.sign(bend) * rng.uniform(0.85, 1.35)
            outward = float(np.arctan2(ahead[1], ahead[0])) + turn
            size = length * rng.uniform(0.46, 0.66) * (1.05 - 0.5 * place)
            size *= 1 if side < 0 else 0.7
            curl = -side * abs(bend) * np.sign(bend) * rng.uniform(0.9, 1.3)
            fingers += grow_claw(path[k], outward, size, curl, depth - 1, rng)
    return fingers


def print_foam(block: Block, fingers: list[tuple[Array, Array]], rng: np.random.Generator) -> None:
    """Print one clump: outline, cream, a blue shade inside each finger, a few fine veins."""
    for path, widths in fingers:
        block.stem(path, widths + 2.2, KEY)
    for path, widths in fingers:
        block.stem(path, widths, FOAM)
    for path, widths in fingers:
        if widths[0] < 3.4:
            continue
        heading = np.gradient(path, axis=0)
        side = np.stack([-heading[:, 1], heading[:, 0]], -1)
        side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-6
        sense = 1 if rng.random() < 0.7 else -1
        inner = path + sense * side * (widths * 0.22)[:, None]
        block.stem(inner[1:9], widths[1:9] * 0.36, SHADE if rng.random() < 0.7 else PALE)
        if widths[0] > 5:
            vein = path - sense * side * (widths * 0.12)[:, None]
            block.stem(vein[1:11], brushed_width(10, 0.9, rng), BANDS[2])


def print_fringe(
    block: Block,
    line: Array,
    size: float,
    heading: float,
    bend: float,
    rng: np.random.Generator,
    spacing: float = 0.55,
) -> None:
    """Print clumps of claws along a line (K, 2), turned by `heading` from its direction."""
    depth = 2 if block.scale > 0.5 else 1
    steps = np.hypot(*np.diff(line, axis=0).T)
    place = np.concatenate([[0], np.cumsum(steps)])
    ahead = np.gradient(line, axis=0)
    for spot in np.arange(0, place[-1], size * spacing):
        k = min(int(np.searchsorted(place, spot)), len(line) - 1)
        direction = float(np.arctan2(ahead[k, 1], ahead[k, 0])) + heading + rng.normal(0, 0.28)
        start = line[k] + rng.normal(0, size * 0.10, 2)
        curl = bend * rng.uniform(0.8, 1.2)
        length = size * rng.uniform(0.75, 1.2)
        print_foam(block, grow_claw(start, direction, length, curl, depth, rng), rng)


def print_spray(
    block: Block, centre: Array, spread: Array, count: int, rng: np.random.Generator
) -> None:
    """Throw outlined drops about a centre, `spread` wide each way, in reference pixels."""
    places = centre + rng.normal(0, 1, (count, 2)) * spread
    radii = 0.7 + 2.1 * rng.random(count) ** 3
    block.dots(places, radii + 0.7, KEY * 0.6 + 0.4 * SHADE)
    block.dots(places, radii, FOAM)


def press(canvas: Canvas, rng: np.random.Generator) -> None:
    """Press the sheet: wood grain, the baren's mottling, paper fibres, worn ink."""
    x, y = canvas.grid()
    bend = 26 * canvas.noise(rng, 210, 2) + 3 * canvas.noise(rng, 40)
    rings = np.sin((y + bend * 4) * 1.15 + 0.004 * x)
    grain = 0.5 + 0.5 * rings * (0.3 + canvas.noise(rng, 30))
    mottle = levels(canvas.noise(rng, 5, 2))
    fibre = levels(canvas.noise(rng, 1.6))
    ink = np.clip(np.abs(canvas.colour - PAPER).mean(-1) * 2.2, 0, 1)
    fade = ink * (0.10 * grain + 0.13 * mottle * mottle + 0.07 * fibre)
    canvas.colour += fade[..., None] * (PAPER - canvas.colour)
    canvas.darken(0.045 * grain + 0.06 * fibre * (1 - 0.5 * ink) + 0.05 * canvas.noise(rng, 90, 3))
    flecks = (canvas.noise(rng, 2.2) > 0.93) * canvas.noise(rng, 25)
    canvas.darken((0.14 * flecks).astype(np.float32))
    np.clip(canvas.colour, 0, 1, out=canvas.colour)
