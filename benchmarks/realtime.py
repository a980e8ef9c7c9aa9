"""Real time: 8-bit pixels in, 8-bit pixels out, beside what peers run; and start to file.

Contract: every row is a process of its own, so that its peak memory is its own; warm-ups,
then medians and spread. At each size all rows run one after the other, the peer first.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pictures import photograph
from benchmarks.processes import machine, measure, median_and_spread
from impasto.image.codec import save_image
from impasto.weights.style_networks import fast_styles

SIZES = ((256, 256), (512, 512), (720, 1280), (1080, 1920), (2160, 3840), (4320, 7680))
CPU_ROWS = (
    ("openvino", "auto"),
    ("openvino", "float32"),
    ("onnxruntime", "float32"),
    ("torch", "auto"),
)
SECONDS_A_ROW = 6.0
"""Fast rows are repeated for about this long; every row runs at least three times."""
PEER = "johnson"
PEER_LARGEST_PX = 3840 * 2160
"""Beyond this the peer needs more memory than most machines have."""
COLD_RUNS = 5


@dataclass(frozen=True, kw_only=True)
class Row:
    """Seconds of each run, peak memory, and what it ran with."""

    seconds: list[float]
    peak_mib: float
    settings: str


def run_row(
    engine: str, size: tuple[int, int], style: str, *, precision: str, device: str, runs: int
) -> Row:
    with tempfile.TemporaryDirectory() as name:
        report = Path(name) / "report.json"
        command = [sys.executable, "-m", "benchmarks.realtime_worker", engine]
        command += [*map(str, size), str(runs), str(report), "--style", style]
        measure([*command, "--precision", precision, "--device", device])
        return Row(**json.loads(report.read_text()))


def first_style() -> str:
    """A style of the real-time network that ships."""
    return next(name for name, network in fast_styles().items() if network.rows)


def runs_for(engine: str, size: tuple[int, int]) -> int:
    """How often to run: from rough seconds a megapixel."""
    seconds = {PEER: 2.4, "torch": 0.4, "onnxruntime": 0.3, "openvino": 0.06}[engine]
    return max(3, min(50, int(SECONDS_A_ROW / (seconds * size[0] * size[1] / 1e6))))


def sizes_table(
    sizes: tuple[tuple[int, int], ...] = SIZES, *, runs: int | None = None, device: str = "cpu"
) -> str:
    """The table of every engine at every size.

    Args:
        sizes: Heights and widths.
        runs: Runs of each row; by default as many as a few seconds hold.
        device: ``cpu`` or ``cuda``.
    """
    style = first_style()
    lines = [
        "| size | network and engine | milliseconds | images a second | times faster "
        "| ns a pixel | peak memory, MiB |",
        "|---|---|---|---|---|---|---|",
    ]
    rows = CPU_ROWS if device == "cpu" else (("torch", "auto"),)
    for size in sizes:
        peer: Row | None = None
        if size[0] * size[1] <= PEER_LARGEST_PX:
            count = runs or runs_for(PEER, size)
            peer = run_row(PEER, size, style, precision="float32", device=device, runs=count)
            lines.append(_line(size, "Johnson, width 32, PyTorch, float32", peer, peer))
            print(lines[-1], flush=True)
        for engine, precision in rows:
            count = runs or runs_for(engine, size)
            row = run_row(engine, size, style, precision=precision, device=device, runs=count)
            label = f"ours, {engine}, {row.settings.split(',')[0]}"
            lines.append(_line(size, label, row, peer))
            print(lines[-1], flush=True)
    return "\n".join(lines)


def _line(size: tuple[int, int], label: str, row: Row, peer: Row | None) -> str:
    milliseconds = [1000 * seconds for seconds in row.seconds]
    median_s = statistics.median(row.seconds)
    ratio = "" if peer is None else f"{statistics.median(peer.seconds) / median_s:.1f}"
    return (
        f"| {size[1]} × {size[0]} | {label} | {median_and_spread(milliseconds)} "
        f"| {1 / median_s:.1f} | {ratio} | {1e9 * median_s / (size[0] * size[1]):.0f} "
        f"| {row.peak_mib:.0f} |"
    )


def cold_start(runs: int = COLD_RUNS) -> str:
    """The table of whole processes: a JPEG file of 512 × 512 to a PNG file."""
    style = first_style()
    with tempfile.TemporaryDirectory() as name:
        photo, result = Path(name) / "photo.jpg", Path(name) / "result.png"
        save_image(photograph("astronaut"), photo)
        command = [sys.executable, "-m", "impasto", "stylize", str(photo), "--style", style]
        costs = [measure([*command, "-o", str(result)]) for _ in range(runs + 1)][1:]
    times = median_and_spread([cost.seconds for cost in costs], 2)
    return (
        "| command | seconds, start to file |\n|---|---|\n"
        f"| `impasto stylize photo.jpg --style {style} -o result.png`, 512 × 512 | {times} |"
    )


def table() -> str:
    """The whole section: CPU, start to file, and a GPU where there is one."""
    parts = [f"Machine: {machine()}.", sizes_table(), cold_start()]
    if importlib.util.find_spec("torch") is not None:
        import torch

        if torch.cuda.is_available():
            parts += [f"GPU: {torch.cuda.get_device_name()}.", sizes_table(device="cuda")]
    return "\n\n".join(parts)
