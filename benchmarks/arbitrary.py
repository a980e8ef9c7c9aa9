"""Networks that take any style, on photographs and paintings that no training saw.

``python -m benchmarks.arbitrary quality`` paints twenty photographs in the style of twenty
paintings and lets VGG-19 judge them; the lists are ``impasto.training.held_out``. The pictures are
not part of Impasto: two environment variables name the folders they lie in. ``--each N`` takes N
paintings for each photograph instead of all, ``--sheet FILE`` shows some. ``python -m
benchmarks.arbitrary speed`` needs no pictures. Both write their tables into docs/arbitrary.md.
"""

from __future__ import annotations

import argparse
import json
import re
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
    Judge,
    Measured,
    pictures_folder,
)
from impasto.errors import ImageNotFoundError, ImpastoError
from impasto.figures import Cell, save_grid
from impasto.image.codec import open_image
from impasto.image.picture import Picture, change_bit_depth
from impasto.image.picture_resize import resize_samples
from impasto.image.resize import fit_size
from impasto.render import stylize
from impasto.stylizers.catalog import METHODS
from impasto.stylizers.feature_engines import shared_feature_engine
from impasto.stylizers.options import AdainOptions, ArbitraryOptions
from impasto.training.held_out import HELD_OUT_PAINTINGS, HELD_OUT_PHOTOGRAPHS

PAGE = Path(__file__).parents[1] / "docs" / "arbitrary.md"
SIDE_PX = 320
RUNS = 30
SHOWN = 6
"""Photographs and paintings of the contact sheet."""

QUALITY = """\
| method | style left | worst | content | SSIM |
|---|---|---|---|---|"""
SPEED = """\
| method | milliseconds | processor time, ms | new style, ms | peak memory, MiB |
|---|---|---|---|---|"""


@dataclass(frozen=True, kw_only=True)
class Speed:
    """Seconds of a picture of 512 × 512 whose style is known, of a style's first picture.

    ``processor_s`` is what all cores together spent on the former: other programs that run
    beside do not lengthen it much.
    """

    known_s: list[float]
    processor_s: list[float]
    first_s: list[float]
    peak_mib: float


def methods() -> list[str]:
    """The methods that take any style in one pass and whose networks are here."""
    found = []
    for name, spec in METHODS.items():
        if issubclass(spec.options, ArbitraryOptions):
            try:
                shared_feature_engine(spec.options())
            except ImpastoError as error:
                print(f"{name} is left out: {error}", file=sys.stderr)
            else:
                found.append(name)
    return found


def quality(each: int, sheet: Path | None) -> str:
    """The table of what VGG-19 says, and a contact sheet of some of the pairs."""
    judge, names = Judge(), methods()
    photographs = held_out(pictures_folder(PHOTO_FOLDER), HELD_OUT_PHOTOGRAPHS)
    paintings = held_out(pictures_folder(PAINTING_FOLDER), HELD_OUT_PAINTINGS)
    styles = [judge.look(painting) for painting in paintings]
    measured: dict[str, list[Measured]] = {name: [] for name in names}
    rows = []
    for i, photo in enumerate(photographs):
        seen = judge.look(photo)
        for step in range(each):
            j = (3 * i + step * len(paintings) // each) % len(paintings)
            results = {n: stylize(photo, style=paintings[j], method=n).picture for n in names}
            for name, picture in results.items():
                measured[name].append(judge.measure(picture, seen, styles[j]))
            if step == 0 and i % (len(photographs) // SHOWN) == 0 and len(rows) < SHOWN:
                shown = (photo, paintings[j], *results.values())
                rows.append([Cell(picture=picture) for picture in shown])
        print(f"{i + 1} of {len(photographs)} photographs", flush=True)
    if sheet is not None:
        titles = ["photograph", "style", *(METHODS[name].title for name in names)]
        save_grid(rows, sheet, column_titles=titles)
    preface = (
        f"{len(photographs)} photographs × {each} of {len(paintings)} paintings, longest side "
        f"{SIDE_PX} px, judged by VGG-19."
    )
    lines = [_quality_line(name, found) for name, found in measured.items()]
    return "\n".join([preface, "", QUALITY, *lines])


def speed() -> str:
    """The table of time and memory, each method in a process of its own."""
    lines = []
    for method in methods():
        lines.append(_speed_line(f"`{method}`", _measured_speed(method)))
        if method == "adain":
            lines.append(_speed_line("`adain`, four passes", _measured_speed(method, passes=4)))
    preface = f"512 × 512 px, default engine. {machine()}"
    return "\n".join([preface, "", SPEED, *lines])


def held_out(folder: Path, names: Sequence[str]) -> list[Picture]:
    """The pictures of a list, found anywhere in a folder, at the size they are judged at."""
    there = {path.stem: path for path in sorted(folder.rglob("*.*"), reverse=True)}
    missing = [name for name in names if name not in there]
    if missing:
        raise ImageNotFoundError(f"{folder}: expected {', '.join(missing)}, found none of them.")
    return [_reduced(open_image(there[name])) for name in names]


def worker(method: str, report: Path, passes: int | None) -> None:
    """Paint pictures of 512 × 512 and write what they took."""
    options = METHODS[method].options() if passes is None else AdainOptions(passes=passes)
    random = np.random.default_rng(0)

    def noise(side: int) -> Picture:
        coarse = random.integers(0, 256, (side // 8, side // 8, 3), np.uint8)
        return Picture(pixels=coarse.repeat(8, 0).repeat(8, 1))

    photo, found = noise(512), {"known": [], "first": [], "known_cpu": [], "first_cpu": []}
    for key, count in (("first", 8), ("known", RUNS + 3)):
        style = noise(512)
        for _ in range(count):
            style = noise(512) if key == "first" else style
            start, spent = time.perf_counter(), time.process_time()
            stylize(photo, style=style, options=options)
            found[key].append(time.perf_counter() - start)
            found[f"{key}_cpu"].append(time.process_time() - spent)
    report.write_text(json.dumps({key: values[3:] for key, values in found.items()}))


def _measured_speed(method: str, passes: int | None = None) -> Speed:
    with tempfile.TemporaryDirectory() as name:
        report = Path(name) / "report.json"
        command = [sys.executable, "-m", "benchmarks.arbitrary", "worker", method, str(report)]
        cost = measure(command if passes is None else [*command, "--passes", str(passes)])
        found = json.loads(report.read_text())
    return Speed(
        known_s=found["known"],
        processor_s=found["known_cpu"],
        first_s=found["first"],
        peak_mib=cost.peak_mib,
    )


def _quality_line(method: str, measured: Sequence[Measured]) -> str:
    def mean(field: str) -> str:
        return f"{statistics.mean(getattr(each, field) for each in measured):.2f}"

    worst = max(each.style_left for each in measured)
    return (
        f"| `{method}` | {mean('style_left')} | {worst:.2f} | {mean('content')} "
        f"| {mean('similarity')} |"
    )


def _speed_line(name: str, cost: Speed) -> str:
    measured = (cost.known_s, cost.processor_s, cost.first_s)
    times = [median_and_spread([1000 * s for s in each], 0) for each in measured]
    return f"| {name} | {' | '.join(times)} | {cost.peak_mib:.0f} |"


def _reduced(picture: Picture) -> Picture:
    pixels = resize_samples(picture.pixels, fit_size(picture.size, SIDE_PX))
    return Picture(pixels=change_bit_depth(pixels, 8))


def _write(name: str, table: str) -> None:
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    between = re.compile(f"{begin}.*?{end}", re.DOTALL)
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(between.sub(lambda _: f"{begin}\n{table}\n{end}", text), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.arbitrary", description=__doc__)
    parser.add_argument("what", choices=("quality", "speed", "worker"))
    parser.add_argument("method", nargs="?", help="of a worker")
    parser.add_argument("report", nargs="?", type=Path, help="of a worker")
    parser.add_argument("--passes", type=int, help="of a worker")
    parser.add_argument("--each", type=int, default=len(HELD_OUT_PAINTINGS))
    parser.add_argument("--sheet", type=Path, help="shows some of the pairs")
    given = parser.parse_args()
    if given.what == "worker":
        worker(given.method, given.report, given.passes)
        return
    table = quality(given.each, given.sheet) if given.what == "quality" else speed()
    print(table)
    _write(given.what, table)


if __name__ == "__main__":
    main()
