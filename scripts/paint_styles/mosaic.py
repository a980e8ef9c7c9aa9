"""Mosaic: fish in a curling sea, laid in small stones that follow every outline."""

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from .canvas import Canvas, levels, noise
from .coat import sample
from .flow import STRIDE, Flow, edges_of, scatter
from .pigment import Array, palette, pigment, smoothstep

TILE_PX = 8.2
GROUT = palette("#b3a68e", "#8a7d69")
CREAM = palette("#efe4cb", "#e6d6b4", "#f4ecd9", "#d9c7a2", "#e9dcc4")
SEA = palette("#17405e", "#1f5f7f", "#2f86a0", "#74b3b8", "#0f2c48")
FISH = palette("#b8452a", "#d9722e", "#e8a545", "#8a2a22", "#f2d08a")
BACK = palette("#2a4a6a", "#4f7a8a", "#1c2f4c", "#7fa3a0")
SHALLOW = palette("#9cc0b4", "#c9d4bc", "#78aaa8", "#e0d9b8", "#5f98a4")
SAND = palette("#e3b866", "#d49a4a", "#ecd09a", "#c7803c")
BORDER = palette("#7a2a22", "#2a2a34", "#e9dcc0", "#c48a3a")
LINE = palette("#1c1a20", "#2c2428", "#14202c")
FIRST_FISH = 50

# Place in shares of the picture; radius and sense of turn; length and lean.
CURLS = (
    (0.14, 0.17, 58, 1), (0.83, 0.20, 72, -1), (0.50, 0.50, 50, 1), (0.17, 0.80, 72, -1),
    (0.87, 0.83, 56, 1), (0.09, 0.48, 38, -1), (0.92, 0.50, 40, 1), (0.50, 0.91, 38, -1),
    (0.52, 0.09, 36, 1),
)  # fmt: skip
FISHES = (
    (0.40, 0.285, 168, 0.16), (0.615, 0.715, 172, 3.0), (0.74, 0.44, 88, -0.40),
    (0.285, 0.555, 92, 3.45),
)  # fmt: skip


def paint(size: tuple[int, int], seed: int) -> Array:
    """Paint the picture at size (H, W); returns (H, W, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(size, GROUT[0])
    flow = Flow(canvas.width, canvas.height)
    colours, edges, depth = _cartoon(flow, canvas, rng)
    flow.beside(depth, 3.0)
    angle = np.arctan2(flow.dy, flow.dx)
    centres = _settle(flow, canvas, angle, edges, rng)
    _lay(canvas, flow, centres, angle, colours, rng)
    canvas.light(strength=0.42, gloss=0.10, softness=0.30)
    return canvas.finish()


def _fish(u: Array, v: Array, length: float) -> tuple[Array, Array, Array, Array]:
    """Shape one fish in its own frame: level of the body, tail and fins, and place along it."""
    t = u / length
    girth = 0.29 * length * np.sqrt(np.clip(1 - (t * 1.02) ** 2, 0, 1)) * (1 - 0.35 * t)
    body = girth - np.abs(v)
    tail = np.minimum((0.10 + 0.95 * (-t - 0.92)) * length * 0.55 - np.abs(v), (t + 1.38) * length)
    tail = np.minimum(tail, np.abs(v) * 0.8 + (-t - 1.03) * length * 0.9 + 12)
    fin = np.minimum(
        0.36 * length * np.sqrt(np.clip(1 - ((t - 0.02) / 0.42) ** 2, 0, 1)) + v, -v - 0.05 * length
    )
    return body, tail, fin, t


def _cartoon(flow: Flow, canvas: Canvas, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Draw the picture the stones will fill: colours, where edges run, distance from them."""
    label = np.zeros(flow.x.shape, np.int64)
    stone = _pick(CREAM, label.shape, rng)
    _waves(label, stone, flow, rng)
    for cx, cy, radius, sense in CURLS:
        place = (cx * canvas.width, cy * canvas.height)
        _curl(label, stone, flow, place, radius, sense, rng)
    for number, (cx, cy, length, lean) in enumerate(FISHES):
        place = (cx * canvas.width, cy * canvas.height)
        _draw_fish(label, stone, flow, place, length, lean, number, rng)
    shore = ndimage.distance_transform_edt(label < FIRST_FISH) * STRIDE
    halo = (shore > 0) & (shore < 8)
    stone[halo] = LINE[rng.integers(len(LINE), size=int(halo.sum()))]
    _frame(label, stone, flow, canvas)
    edges = edges_of(label)
    depth = ndimage.distance_transform_edt(~edges).astype(np.float32)
    return stone.astype(np.float32), edges, depth


def _waves(label: Array, stone: Array, flow: Flow, rng: np.random.Generator) -> None:
    """Fill (in place) with rolling bands of sea, shallows and sand."""
    swell = 15 * np.sin(flow.x / 46 + 0.6 * np.sin(flow.y / 60))
    swell += 10 * (noise(label.shape, 60, rng) - 0.5)
    band = np.floor((flow.y + swell) / 27).astype(np.int64) % 5
    for part, ink in ((0, SEA), (2, SHALLOW), (3, SEA), (4, SAND)):
        label[band == part] = 1 + part
        stone[band == part] = _pick(ink, label.shape, rng)[band == part]


def _curl(
    label: Array,
    stone: Array,
    flow: Flow,
    place: tuple[float, float],
    radius: float,
    sense: int,
    rng: np.random.Generator,
) -> None:
    """Roll up a spiral of blue and cream (in place)."""
    across, down = flow.x - place[0], flow.y - place[1]
    distance = np.hypot(across, down)
    turn = (sense * np.arctan2(down, across) / (2 * np.pi) + distance / 27) % 1
    for part, inside, ink in ((11, turn >= 0.52, CREAM[:3]), (12, turn < 0.52, SEA)):
        inside = inside & (distance < radius)
        label[inside] = part
        stone[inside] = _pick(ink, label.shape, rng)[inside]


def _draw_fish(
    label: Array,
    stone: Array,
    flow: Flow,
    place: tuple[float, float],
    length: float,
    lean: float,
    number: int,
    rng: np.random.Generator,
) -> None:
    """Draw a fish (in place): fin and tail of one colour, striped flanks, spots, an eye."""
    across, down = flow.x - place[0], flow.y - place[1]
    u = across * np.cos(lean) + down * np.sin(lean)
    v = -across * np.sin(lean) + down * np.cos(lean)
    v = (v + 14 * np.sin(u / 60)) * (1 if np.cos(lean) > 0 else -1)
    body, tail, fin, t = _fish(u, v, length)
    warm, cold = (FISH, BACK) if number % 2 == 0 else (BACK, FISH)
    stripe = (v / (0.29 * length) * 2 + 2 + 0.5 * np.sin(t * 9)).astype(np.int64).clip(0, 3)
    flank = np.stack([cold[0], cold[1], warm[1], CREAM[2]])[stripe]
    flank[(np.sin(t * 20) > 0.55) & (np.abs(stripe - 1.5) < 1)] = warm[0]
    parts = (
        (fin, _pick(warm[:3], label.shape, rng)),
        (tail, _pick(warm, label.shape, rng)),
        (body, flank),
    )
    for part, (level, colours) in enumerate(parts):
        label[level > 0] = FIRST_FISH + 10 * number + part
        stone[level > 0] = colours[level > 0]
    eye = np.hypot(u - 0.66 * length, v + 0.03 * length)
    stone[eye < 0.085 * length] = CREAM[2]
    stone[eye < 0.04 * length] = LINE[0]


def _frame(label: Array, stone: Array, flow: Flow, canvas: Canvas) -> None:
    """Frame the picture (in place): dark, red and cream by turns, ochre."""
    x, y = flow.x, flow.y
    rim = np.minimum(np.minimum(x, canvas.width - x), np.minimum(y, canvas.height - y))
    turns = np.where(np.floor((x + y) / 20) % 2 == 0, 0, 2)
    for part, (inner, ink) in enumerate(((30, np.array(3)), (20, turns), (10, np.array(1)))):
        label[rim < inner] = FIRST_FISH + 100 + part
        stone[rim < inner] = BORDER[np.broadcast_to(ink, x.shape)][rim < inner]


def _pick(colours: Array, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Strew a few stones' colours in soft clusters over a grid."""
    cluster = levels(noise((shape[0], shape[1]), 13, rng, 2)) * 0.999
    return colours[(cluster * len(colours)).astype(np.int64)]


def _settle(
    flow: Flow, canvas: Canvas, angle: Array, edges: Array, rng: np.random.Generator
) -> Array:
    """Spread the stones: Lloyd's iteration with a square metric turned along the outlines.

    Source: Hausner 2001, "Simulating decorative mosaics".
    """
    centres = scatter(canvas.width, canvas.height, TILE_PX, rng)
    free = ~ndimage.binary_dilation(edges)
    places = np.stack([flow.x, flow.y], -1)[free]
    for _ in range(canvas.count(14)):
        owner, _, _ = _nearest(places, centres, flow.at(angle, centres), 6)
        weight = np.bincount(owner, minlength=len(centres))
        sums = [np.bincount(owner, places[:, k], len(centres)) for k in (0, 1)]
        moved = np.stack(sums, -1) / np.maximum(weight, 1)[:, None]
        centres = np.where((weight > 3)[:, None], moved, centres)[weight > 1]
    return centres.astype(np.float32)


def _nearest(
    places: Array, centres: Array, angles: Array, count: int, warp: Array | float = 0.0
) -> tuple[Array, Array, Array]:
    """Find the owner of each place in the turned square metric, its own and the next distance."""
    _, near = cKDTree(centres).query(places, k=count)
    offset = places[:, None] - centres[near]
    cosine, sine = np.cos(angles[near]), np.sin(angles[near])
    u = np.abs(offset[..., 0] * cosine + offset[..., 1] * sine)
    v = np.abs(offset[..., 1] * cosine - offset[..., 0] * sine)
    distance = np.maximum(u, v) + 0.12 * (u + v) + warp
    best = np.argmin(distance, -1)[:, None]
    own = np.take_along_axis(distance, best, -1)[:, 0]
    np.put_along_axis(distance, best, np.inf, -1)
    return np.take_along_axis(near, best, -1)[:, 0], own, distance.min(-1)


def _lay(
    canvas: Canvas,
    flow: Flow,
    centres: Array,
    angle: Array,
    colours: Array,
    rng: np.random.Generator,
) -> None:
    """Set the stones into grout: own colour, tilt, veins, chipped edges."""
    x, y = canvas.grid()
    shape = canvas.shape
    wobble_x, wobble_y = (2.2 * (canvas.noise(rng, 4.5, 2) - 0.5) for _ in range(2))
    places = np.stack([x + wobble_x, y + wobble_y], -1).reshape(-1, 2)
    turn = flow.at(angle, centres) + rng.normal(0, 0.07, len(centres))
    owner, own, next_ = _nearest(places, centres, turn, 6)
    gap = ((next_ - own) / 2).reshape(shape)
    stone = smoothstep(0.42, 0.95, gap).astype(np.float32)
    stone *= smoothstep(TILE_PX * 0.84, TILE_PX * 0.70, own.reshape(shape))
    base = sample(flow, colours, centres)
    base = base * (1 + rng.normal(0, 0.10, (len(centres), 1))) + rng.normal(0, 0.022, base.shape)
    tilt = rng.normal(0, 0.022, (len(centres), 2))
    offset = places - centres[owner]
    lean = (offset * tilt[owner]).sum(-1).reshape(shape)
    vein = canvas.noise(rng, 5, 3) - 0.5
    grain = canvas.noise(rng, 1.4) - 0.5
    face = base[owner].reshape(*shape, 3) * (1 + lean + 0.22 * vein + 0.14 * grain)[..., None]
    sand = (GROUT[0] + (GROUT[1] - GROUT[0]) * canvas.noise(rng, 30, 2)[..., None]) * (
        0.72 + 0.35 * canvas.noise(rng, 1.6)[..., None]
    )
    canvas.colour = np.clip(sand + stone[..., None] * (face - sand), 0, 1).astype(np.float32)
    height = rng.uniform(0.8, 1.5, len(centres))[owner].reshape(shape)
    dome = smoothstep(0.3, 1.9, gap)
    canvas.relief = (stone * dome * height * 1.3 + 0.25 * vein + 0.12 * grain + lean * 1.5).astype(
        np.float32
    )
    pit = smoothstep(0.9, 0.2, gap)
    canvas.darken((0.30 * pit * (1 - 0.4 * canvas.noise(rng, 3))).astype(np.float32))
    canvas.colour *= pigment("#fffaf0")
