"""What a click costs the compositor: one object's box against the whole frame."""

from __future__ import annotations

import statistics

from benchmarks.processes import machine
from impasto.reproduction.parts.region_latency import Latency, latency
from impasto.reproduction.timing import percentile_95

FRAMES = ((800, 1200), (2160, 3840))
OBJECTS = {"small": (120, 160), "medium": (300, 400), "large": (600, 800)}
ROUNDS = 300
GLOBAL_ROUNDS = 40

HEADER = """\
| frame | object's box | ROI update, ms: median | p95 | ns a pixel | whole frame, ms: median \
| p95 | times the ROI | every region on the whole frame, ms: median | p95 | times the ROI |
|---|---|---|---|---|---|---|---|---|---|---|"""


def row(measured: Latency) -> str:
    click = statistics.median(measured.partial_ms)
    height, width = measured.box
    cells = [
        f"{measured.frame[1]} × {measured.frame[0]}",
        f"{measured.name}, {height} × {width}",
        f"{click:.2f}",
        f"{percentile_95(measured.partial_ms):.2f}",
        f"{1e6 * click / (height * width):.1f}",
    ]
    for times in (measured.tiles_ms, measured.whole_ms):
        median = statistics.median(times)
        cells += [f"{median:.1f}", f"{percentile_95(times):.1f}", f"{median / click:.0f}"]
    return f"| {' | '.join(cells)} |"


def compare() -> str:
    """The table, with the machine it was measured on."""
    rows = [
        row(latency(frame, name, box, clicks=ROUNDS, repaints=GLOBAL_ROUNDS))
        for frame in FRAMES
        for name, box in OBJECTS.items()
    ]
    return "\n".join([f"Machine: {machine()}.", "", HEADER, *rows])
