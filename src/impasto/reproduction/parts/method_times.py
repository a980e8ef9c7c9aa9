"""Table 1: how long each method takes, in a new process and in one that has painted before."""

from __future__ import annotations

import statistics
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from impasto.figures import Cell
from impasto.image.codec import save_image
from impasto.image.picture import Picture
from impasto.image.picture_resize import resize_samples
from impasto.render import RenderRequest, device_for, render
from impasto.reports.blocks import Column, Table, Value
from impasto.reproduction.bench import Bench
from impasto.reproduction.exhibit import Exhibit, Sheet
from impasto.reproduction.papers import FIGURES, Comparison
from impasto.reproduction.setup import FULL, square
from impasto.reproduction.timing import WARM_UP, median_and_range, process_s, times_s
from impasto.sources import find_fast, find_style
from impasto.stylizers.catalog import get_method
from impasto.stylizers.options import GatysOptions, LapStyleOptions

STYLE = "starry-night"
FEW = 2
"""Steps of a painting that only warms up: weights are loaded, kernels chosen."""

COLD_FAST = 3
"""Times as many processes of the network as of the optimised methods."""

NOTE = (
    "Cold: a process of its own, from start to written file, with Python, libraries and weights "
    "loaded anew. Warm: photograph to painting in a process that has painted before. Medians, "
    "with the smallest and the largest in brackets. Gatys and LapStyle run from coarse to fine "
    "and end a size when its loss has stabilised; the paper's numbers of steps are not known."
)


@dataclass(frozen=True, kw_only=True)
class MethodTime:
    """The times of one way to paint.

    Attributes:
        name: Of :data:`~impasto.reproduction.papers.FIGURES`.
        title: For people.
        size: (H, W) of the picture.
        cold_s: Seconds of each process; none where none was run.
        warm_s: Seconds of each painting.
        evaluations: Of the loss, in a painting; ``None`` where there are none.
    """

    name: str
    title: str
    size: tuple[int, int]
    cold_s: tuple[float, ...]
    warm_s: tuple[float, ...]
    evaluations: int | None

    @property
    def median_s(self) -> float:
        """The median of the warm seconds."""
        return statistics.median(self.warm_s)


@dataclass(frozen=True, kw_only=True)
class Result:
    """Table 1.

    Attributes:
        times: A row each.
        photograph: What was painted.
        paintings: By method.
    """

    times: tuple[MethodTime, ...]
    photograph: Picture
    paintings: dict[str, Picture]


def measure(bench: Bench) -> Result:
    """Time Gatys, LapStyle, 300 steps of Gatys at one size, the network, and live frames."""
    sizes = bench.sizes
    content = square(bench.photographs[0].picture, sizes.table_px)
    bench.plan(2 * (sizes.cold_runs + 1 + sizes.warm_runs) + 4)
    iterations = sizes.iterations
    gatys, by_gatys = _optimized(bench, content, GatysOptions(iterations=iterations), "gatys")
    lapstyle, by_lapstyle = _optimized(
        bench, content, LapStyleOptions(iterations=iterations), "lapstyle"
    )
    one_size = _one_size(bench, content)
    fast, by_fast = _fast(bench, content)
    return Result(
        times=(gatys, lapstyle, one_size, fast, _live(bench, content)),
        photograph=content,
        paintings={"gatys": by_gatys, "lapstyle": by_lapstyle, "fast": by_fast},
    )


def show(result: Result) -> Exhibit:
    """The table, and what was painted."""
    rows: list[list[Value]] = []
    for each in result.times:
        figure = FIGURES[each.name]
        digits = 3 if each.median_s < 1 else 1
        cold = median_and_range(each.cold_s, max(1, digits - 1)) if each.cold_s else None
        warm = median_and_range(each.warm_s, digits)
        height, width = each.size
        paper = f"{figure.shown} {figure.unit}" if figure.unit != "s" else figure.shown
        rows.append([each.title, f"{width} × {height}", each.evaluations, cold, warm, paper])
    columns = [
        Column(title="method"),
        Column(title="size", align="right"),
        Column(title="evaluations of the loss", align="right"),
        Column(title="cold", unit="s", align="right"),
        Column(title="warm", unit="s", align="right"),
        Column(title="paper", unit="s", align="right"),
    ]
    cells = [Cell(picture=result.photograph)]
    for name, picture in result.paintings.items():
        time = next(each for each in result.times if each.name == name)
        cells.append(Cell(picture=picture, caption=f"{time.median_s:.3g} s, warm"))
    titles = ["photograph", *(get_method(name).title for name in result.paintings)]
    return Exhibit(
        items=[
            Table(columns=columns, rows=rows, note=NOTE),
            Sheet(rows=[cells], column_titles=titles, caption=f"Style: {STYLE}."),
        ],
        comparisons=_comparisons(result),
    )


def _comparisons(result: Result) -> list[Comparison]:
    """What was painted at the papers' size, and with their number of steps where it is known."""
    found = []
    for each in result.times:
        figure = FIGURES[each.name]
        whole = (FULL.table_px, FULL.table_px), FULL.live_size
        steps = each.evaluations if each.name == "gatys-300" else FULL.iterations
        if each.size in whole and steps == FULL.iterations:
            per_second = figure.unit == "frames/s"
            ours = 1 / each.median_s if per_second else each.median_s
            found.append(Comparison(figure=figure, ours=ours))
    return found


def _optimized(
    bench: Bench, content: Picture, options: GatysOptions, method: str
) -> tuple[MethodTime, Picture]:
    title, cold = get_method(method).title, []
    for _ in range(bench.sizes.cold_runs):
        bench.begin(f"{title}, cold")
        flags = ["--method", method, "--iterations", str(options.iterations)]
        cold += _processes(bench, content, flags, 1)
    request = RenderRequest(
        content=content, style=find_style(STYLE), method=method, options=options
    )
    few = replace(request, options=replace(options, iterations=FEW))
    bench.paint(f"{title}, warming up", few)
    results = [bench.paint(f"{title}, warm", request) for _ in range(bench.sizes.warm_runs)]
    time = MethodTime(
        name=method,
        title=title,
        size=content.size,
        cold_s=tuple(cold),
        warm_s=tuple(result.duration_s for result in results),
        evaluations=len(results[-1].trace),
    )
    return time, results[-1].picture


def _one_size(bench: Bench, content: Picture) -> MethodTime:
    """As others do it: every step at the full size, none left out."""
    options = GatysOptions(iterations=bench.sizes.iterations, levels=1, tolerance=0)
    title = f"Gatys, {options.iterations} steps at one size"
    request = RenderRequest(content=content, style=find_style(STYLE), options=options)
    result = bench.paint(title, request)
    return MethodTime(
        name="gatys-300",
        title=title,
        size=content.size,
        cold_s=(),
        warm_s=(result.duration_s,),
        evaluations=len(result.trace),
    )


def _fast(bench: Bench, content: Picture) -> tuple[MethodTime, Picture]:
    bench.begin("FastStyle, cold")
    runs = COLD_FAST * bench.sizes.cold_runs
    cold = _processes(bench, content, ["--method", "fast"], runs)
    warm, painting = _passes(bench, content, "FastStyle, warm")
    time = MethodTime(
        name="fast",
        title="FastStyle",
        size=content.size,
        cold_s=tuple(cold),
        warm_s=tuple(warm),
        evaluations=None,
    )
    return time, painting


def _live(bench: Bench, content: Picture) -> MethodTime:
    frame = Picture(pixels=resize_samples(content.pixels, bench.sizes.live_size))
    times, _ = _passes(bench, frame, "FastStyle, frames of live video")
    return MethodTime(
        name="live",
        title="FastStyle, a frame of live video",
        size=frame.size,
        cold_s=(),
        warm_s=tuple(times),
        evaluations=None,
    )


def _passes(bench: Bench, content: Picture, words: str) -> tuple[list[float], Picture]:
    """Seconds of each pass of the network, 8-bit pixels in and out, and the painting."""
    bench.begin(words)
    request = RenderRequest(content=content, style=find_fast(STYLE), method="fast")
    device = device_for(get_method("fast"), bench.device)
    runs = bench.sizes.fast_runs
    times = times_s([lambda: render(request, device=device)], runs, warm_up=WARM_UP)
    return times, render(request, device=device).picture


def _processes(bench: Bench, content: Picture, flags: list[str], runs: int) -> list[float]:
    """Seconds of processes that each paint one file."""
    with tempfile.TemporaryDirectory() as name:
        photo, painting = Path(name) / "photo.png", Path(name) / "painting.png"
        save_image(content, photo)
        command = [sys.executable, "-m", "impasto", "stylize", str(photo), "--style", STYLE]
        command += [*flags, "--overwrite", "-o", str(painting), "--device", bench.device]
        return [process_s(command, bench.cancellation) for _ in range(runs)]
