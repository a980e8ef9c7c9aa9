"""What a click costs the compositor: one object's box against the whole frame."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.processes import machine
from impasto.studio.blending import Scratch, add_region, finish
from impasto.studio.box import Box, Pixels
from impasto.studio.compositor import Compositor
from impasto.studio.coverage import cover
from impasto.studio.document import BACKGROUND, Document
from impasto.studio.edits import add_object, set_style
from impasto.studio.mask import Mask, make_mask
from impasto.studio.photograph import PhotographReference

FRAMES = ((800, 1200), (2160, 3840))
OBJECTS = {"small": (120, 160), "medium": (300, 400), "large": (600, 800)}
FEATHER_PX = 2.0
STYLES = ("candy", "feathers", "mosaic", "starry-night")
ROUNDS = 300
GLOBAL_ROUNDS = 40
WARM_UP = 10

HEADER = """\
| frame | object's box | ROI update, ms: median | p95 | ns a pixel | whole frame, ms: median \
| p95 | times the ROI | every region on the whole frame, ms: median | p95 | times the ROI |
|---|---|---|---|---|---|---|---|---|---|---|"""


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


def ellipse(size: tuple[int, int], middle: tuple[float, float], box: tuple[int, int]) -> Mask:
    """A hard ellipse whose feathered box is ``box`` (h, w), around ``middle`` (y, x)."""
    margin = int(3 * FEATHER_PX)
    rows = np.arange(size[0])[:, None] + 0.5 - middle[0]
    columns = np.arange(size[1]) + 0.5 - middle[1]
    height, width = box[0] / 2 - margin, box[1] / 2 - margin
    return make_mask((rows / height) ** 2 + (columns / width) ** 2 <= 1)


def scene(frame: tuple[int, int], box: tuple[int, int]) -> Scene:
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


def times_ms(work: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Milliseconds of each round, which does ``work`` in turn."""
    measured = []
    for number in range(WARM_UP + rounds):
        do = work[number % len(work)]
        start = time.perf_counter()
        do()
        measured.append(1e3 * (time.perf_counter() - start))
    return measured[WARM_UP:]


def percentile_95(values: Sequence[float]) -> float:
    return float(np.percentile(values, 95))


def row(frame: tuple[int, int], name: str, box: tuple[int, int]) -> str:
    made = scene(frame, box)
    show = made.compositor.show
    clicks = times_ms([lambda: show(made.documents[1]), lambda: show(made.documents[0])], ROUNDS)
    painted = show(made.documents[1])
    tiles = times_ms([made.compositor.repaint_all], GLOBAL_ROUNDS)
    plain = times_ms([plain_repaint(made)], GLOBAL_ROUNDS)
    click = statistics.median(clicks)
    area = sum(each.area for each in painted)
    cells = [
        f"{frame[1]} × {frame[0]}",
        f"{name}, {painted[0].size[0]} × {painted[0].size[1]}",
        f"{click:.2f}",
        f"{percentile_95(clicks):.2f}",
        f"{1e6 * click / area:.1f}",
    ]
    for measured in (tiles, plain):
        median = statistics.median(measured)
        cells += [f"{median:.1f}", f"{percentile_95(measured):.1f}", f"{median / click:.0f}"]
    return f"| {' | '.join(cells)} |"


def compare() -> str:
    """The table, with the machine it was measured on."""
    rows = [row(frame, name, box) for frame in FRAMES for name, box in OBJECTS.items()]
    return "\n".join([f"Machine: {machine()}.", "", HEADER, *rows])
