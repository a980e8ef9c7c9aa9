"""Networks that take any style, on photographs and paintings that no training saw.

Twenty photographs, each in the style of twenty paintings, judged by VGG-19; the lists are
``impasto.training.held_out``. The pictures are not part of Impasto: two environment variables
name the folders they lie in.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.processes import machine, measure, median_and_spread
from benchmarks.quality import (
    PAINTING_FOLDER,
    PHOTO_FOLDER,
    SIDE_PX,
    Judge,
    Measured,
    pictures_folder,
    reduced,
)
from impasto.device import choose_device
from impasto.errors import ImageNotFoundError
from impasto.figures import Cell, save_grid
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.render import stylize
from impasto.stylizers.catalog import METHODS
from impasto.stylizers.options import ArbitraryOptions
from impasto.training.held_out import HELD_OUT_PAINTINGS, HELD_OUT_PHOTOGRAPHS

RUNS = 30
SHOWN = 5
"""Photographs and paintings of the contact sheet."""

HEADER = """\
| method | style left | worst | content | SSIM | milliseconds | new style, ms | peak memory, MiB |
|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True, kw_only=True)
class Speed:
    """Seconds of a picture of 512 × 512 whose style is known, of a style's first picture."""

    known_s: list[float]
    first_s: list[float]
    peak_mib: float


def methods() -> list[str]:
    """The methods that take any style in one pass."""
    return [name for name, spec in METHODS.items() if issubclass(spec.options, ArbitraryOptions)]


def compare(sheet: Path) -> str:
    """The table, and a contact sheet of some of the pairs."""
    judge = Judge()
    photographs = held_out(pictures_folder(PHOTO_FOLDER), HELD_OUT_PHOTOGRAPHS)
    paintings = held_out(pictures_folder(PAINTING_FOLDER), HELD_OUT_PAINTINGS)
    seen = [judge.look(photo) for photo in photographs]
    styles = [judge.look(painting) for painting in paintings]
    lines, sheets = [], {}
    for method in methods():
        results: dict[tuple[int, int], Picture] = {}
        measured: list[Measured] = []
        for j, painting in enumerate(paintings):
            for i, photo in enumerate(photographs):
                picture = stylize(photo, style=painting, method=method).picture
                measured.append(judge.measure(picture, seen[i], styles[j]))
                results[i, j] = picture
        lines.append(_line(method, measured, speed(method)))
        print(lines[-1], flush=True)
        sheets[method] = results
    _draw(sheet, photographs, paintings, sheets)
    return "\n".join([_preface(), "", HEADER, *lines])


def held_out(folder: Path, names: Sequence[str]) -> list[Picture]:
    """The pictures of a list, found anywhere in a folder, at the size they are judged at."""
    there = {path.stem: path for path in sorted(folder.rglob("*.*"), reverse=True)}
    missing = [name for name in names if name not in there]
    if missing:
        raise ImageNotFoundError(f"{folder}: expected {', '.join(missing)}, found none of them.")
    return [reduced(open_image(there[name])) for name in names]


def speed(method: str) -> Speed:
    """Time and memory of a method in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        report = Path(name) / "report.json"
        command = [sys.executable, "-m", "benchmarks.arbitrary", method, str(report)]
        cost = measure(command)
        found = json.loads(report.read_text())
    return Speed(known_s=found["known"], first_s=found["first"], peak_mib=cost.peak_mib)


def worker(method: str, report: Path) -> None:
    """Paint pictures of 512 × 512 and write what they took."""
    random = np.random.default_rng(0)

    def noise(side: int) -> Picture:
        coarse = random.integers(0, 256, (side // 8, side // 8, 3), np.uint8)
        return Picture(pixels=coarse.repeat(8, 0).repeat(8, 1))

    photo, found = noise(512), {"known": [], "first": []}
    for key, count in (("first", 8), ("known", RUNS + 3)):
        style = noise(512)
        for _ in range(count):
            style = noise(512) if key == "first" else style
            start = time.perf_counter()
            stylize(photo, style=style, method=method)
            found[key].append(time.perf_counter() - start)
    report.write_text(json.dumps({key: values[3:] for key, values in found.items()}))


def _draw(
    sheet: Path,
    photographs: Sequence[Picture],
    paintings: Sequence[Picture],
    sheets: dict[str, dict[tuple[int, int], Picture]],
) -> None:
    step = len(photographs) // SHOWN
    rows = []
    for shown in range(SHOWN):
        i, j = shown * step + shown % step, (shown * step + 2) % len(paintings)
        cells = [Cell(picture=photographs[i]), Cell(picture=paintings[j])]
        rows.append([*cells, *(Cell(picture=results[i, j]) for results in sheets.values())])
    save_grid(rows, sheet, column_titles=["photograph", "style", *sheets])


def _line(method: str, measured: Sequence[Measured], cost: Speed) -> str:
    def mean(field: str) -> str:
        return f"{statistics.mean(getattr(each, field) for each in measured):.2f}"

    worst = max(each.style_left for each in measured)
    known, first = ([1000 * s for s in times] for times in (cost.known_s, cost.first_s))
    return (
        f"| `{method}` | {mean('style_left')} | {worst:.2f} | {mean('content')} "
        f"| {mean('similarity')} | {median_and_spread(known)} | {median_and_spread(first)} "
        f"| {cost.peak_mib:.0f} |"
    )


def _preface() -> str:
    return (
        f"{len(HELD_OUT_PHOTOGRAPHS)} photographs × {len(HELD_OUT_PAINTINGS)} paintings, longest "
        f"side {SIDE_PX} px, judged in {str(choose_device().dtype).removeprefix('torch.')}; times "
        f"at 512 × 512, default engine. {machine()}"
    )


if __name__ == "__main__":
    worker(sys.argv[1], Path(sys.argv[2]))
