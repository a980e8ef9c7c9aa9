"""Table 2: what a click costs the studio's compositor, against repainting the whole frame."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np

from impasto.reports.blocks import Column, Table, Value
from impasto.reproduction.bench import Bench
from impasto.reproduction.exhibit import Exhibit
from impasto.reproduction.papers import FIGURES, Comparison
from impasto.reproduction.timing import WARM_UP, percentile_95, times_s
from impasto.studio.blending import Scratch, add_region, finish
from impasto.studio.box import Box, Pixels
from impasto.studio.compositor import Compositor
from impasto.studio.coverage import cover
from impasto.studio.document import BACKGROUND, Document
from impasto.studio.edits import add_object, set_style
from impasto.studio.mask import Mask, make_mask
from impasto.studio.photograph import PhotographReference

Size = tuple[int, int]

OBJECTS: dict[str, tuple[float, float]] = {
    "small": (0.15, 2 / 15),
    "medium": (3 / 8, 1 / 3),
    "large": (3 / 4, 2 / 3),
}
"""Boxes of objects as parts of a frame (h, w); of 1200 × 800 the medium is 400 × 300."""

PAPER_FRAME = (800, 1200)
PAPER_OBJECT = "medium"
FEATHER_PX = 2.0
STYLES = ("candy", "feathers", "mosaic", "starry-night")

NOTE = (
    "A click gives one object another style; the frame has four objects more and a background, "
    "all in styles of their own, with soft edges. Partial: equation (8) inside the object's box. "
    "Whole frame: equation (8) as it is written, each region over all pixels, alphas ready "
    "beforehand. Medians, and what 95 of 100 runs do not exceed. The paper does not say how "
    "large its object is."
)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One object in the middle, four others around, a style for each and for the background.

    Attributes:
        compositor: Shows ``documents[0]``.
        documents: The same but for the style of the object in the middle.
        pixels: The picture each style has been made into.
    """

    compositor: Compositor
    documents: tuple[Document, Document]
    pixels: dict[str, Pixels]


@dataclass(frozen=True, kw_only=True)
class Latency:
    """What was measured with one object.

    Attributes:
        frame: (H, W) of the frame.
        name: Of the object.
        box: (H, W) of what is painted anew.
        partial_ms: Milliseconds of each partial update.
        tiles_ms: Of each repainting of the whole frame, in tiles.
        whole_ms: Of each repainting of the whole frame, region by region.
    """

    frame: Size
    name: str
    box: Size
    partial_ms: tuple[float, ...]
    tiles_ms: tuple[float, ...]
    whole_ms: tuple[float, ...]

    @property
    def gain(self) -> float:
        """How many times faster the partial update is than the whole frame."""
        return statistics.median(self.whole_ms) / statistics.median(self.partial_ms)


@dataclass(frozen=True, kw_only=True)
class Result:
    """Table 2: a latency for each frame and object."""

    latencies: tuple[Latency, ...]


def measure(bench: Bench) -> Result:
    """Time clicks and repaints for each frame and each object."""
    bench.plan(len(bench.sizes.frames) * len(OBJECTS))
    found = []
    for frame in bench.sizes.frames:
        for name, (height, width) in OBJECTS.items():
            bench.begin(f"{frame[1]} × {frame[0]}, {name} object")
            box = round(height * frame[0]), round(width * frame[1])
            found.append(
                latency(frame, name, box, clicks=bench.sizes.clicks, repaints=bench.sizes.repaints)
            )
    return Result(latencies=tuple(found))


def show(result: Result) -> Exhibit:
    """The table, one row a frame and object."""
    rows: list[list[Value]] = []
    for each in result.latencies:
        row: list[Value] = [
            f"{each.frame[1]} × {each.frame[0]}",
            f"{each.name}, {each.box[1]} × {each.box[0]}",
        ]
        for times in (each.partial_ms, each.whole_ms, each.tiles_ms):
            digits = 2 if times is each.partial_ms else 1
            middle, most = statistics.median(times), percentile_95(times)
            row.append(f"{middle:.{digits}f} ({most:.{digits}f})")
        rows.append([*row, f"{each.gain:.0f} ×"])
    columns = [
        Column(title="frame"),
        Column(title="object, its box in px"),
        Column(title="partial", unit="ms", align="right"),
        Column(title="whole frame", unit="ms", align="right"),
        Column(title="whole frame in our tiles", unit="ms", align="right"),
        Column(title="partial is faster", align="right"),
    ]
    return Exhibit(
        items=[Table(columns=columns, rows=rows, note=NOTE)], comparisons=_comparisons(result)
    )


def _comparisons(result: Result) -> list[Comparison]:
    for each in result.latencies:
        if (each.frame, each.name) == (PAPER_FRAME, PAPER_OBJECT):
            return [
                Comparison(figure=FIGURES["global"], ours=statistics.median(each.whole_ms)),
                Comparison(figure=FIGURES["roi"], ours=statistics.median(each.partial_ms)),
                Comparison(figure=FIGURES["roi-gain"], ours=each.gain),
            ]
    return []


def latency(frame: Size, name: str, box: Size, *, clicks: int, repaints: int) -> Latency:
    """Time one object of a frame.

    Args:
        frame: (H, W).
        name: Of the object.
        box: (H, W) of the object, soft edge included.
        clicks: How many clicks are timed.
        repaints: How many repaintings.
    """
    made = scene(frame, box)
    show_document = made.compositor.show
    toggle = [lambda: show_document(made.documents[1]), lambda: show_document(made.documents[0])]
    partial = times_s(toggle, clicks, warm_up=2 * WARM_UP)
    painted = show_document(made.documents[1])
    tiles = times_s([made.compositor.repaint_all], repaints, warm_up=WARM_UP)
    whole = times_s([plain_repaint(made)], repaints, warm_up=WARM_UP)
    return Latency(
        frame=frame,
        name=name,
        box=reduce(Box.union, painted).size,
        partial_ms=_milliseconds(partial),
        tiles_ms=_milliseconds(tiles),
        whole_ms=_milliseconds(whole),
    )


def scene(frame: Size, box: Size) -> Scene:
    """Noise for pictures: blending costs the same whatever they show."""
    random = np.random.default_rng(0)
    photo = random.integers(0, 256, (*frame, 3), np.uint8)
    pixels = {name: random.integers(0, 256, photo.shape, np.uint8) for name in STYLES}
    document = Document(photograph=PhotographReference(digest="0" * 64, size=frame, name="noise"))
    document = set_style(document, BACKGROUND, STYLES[3]).document
    height, width = frame
    corners = [(y * height, x * width) for y in (0.2, 0.8) for x in (0.15, 0.85)]
    places = [*((corner, (height // 4, width // 5)) for corner in corners)]
    places.append(((height / 2, width / 2), box))
    for number, (middle, size) in enumerate(places):
        name = f"object {number}"
        mask = ellipse(frame, middle, size)
        document = add_object(
            document, mask, name=name, object_id=name, feather_px=FEATHER_PX
        ).document
        document = set_style(document, name, STYLES[number % 3]).document
    other = set_style(document, name, STYLES[2]).document
    compositor = Compositor(photo, pixels)
    compositor.show(document)
    return Scene(compositor=compositor, documents=(document, other), pixels=pixels)


def ellipse(size: Size, middle: tuple[float, float], box: Size) -> Mask:
    """A hard ellipse whose feathered box is ``box`` (h, w), around ``middle`` (y, x)."""
    margin = int(3 * FEATHER_PX)
    rows = np.arange(size[0])[:, None] + 0.5 - middle[0]
    columns = np.arange(size[1]) + 0.5 - middle[1]
    height, width = box[0] / 2 - margin, box[1] / 2 - margin
    return make_mask((rows / height) ** 2 + (columns / width) ** 2 <= 1)


def plain_repaint(made: Scene) -> Callable[[], None]:
    """Equation (8) as it is written: each region over the whole frame, alphas ready."""
    document = made.documents[0]
    coverage = cover(document, Box.whole(document.size))
    regions = [(BACKGROUND, coverage.background), *coverage.objects.items()]
    layers = [(made.pixels[str(document.look_of(name).style)], alpha) for name, alpha in regions]
    total = np.empty((*document.size, 3), np.uint16)
    out = np.empty((*document.size, 3), np.uint8)
    scratch = Scratch()

    def repaint() -> None:
        for number, (pixels, alpha) in enumerate(layers):
            add_region(total, pixels, alpha, scratch, is_first=number == 0)
        finish(total, out)

    return repaint


def _milliseconds(seconds: list[float]) -> tuple[float, ...]:
    return tuple(1e3 * each for each in seconds)
