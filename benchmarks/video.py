"""Films from file to file: decode, paint, encode, beside a loop over frames as others write it.

Contract: a film of a photograph that is moved and enlarged, made by code; every run is a process
of its own; the first frames are not counted; median and range of the runs. At each size all rows
run one after the other, the peer first.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmarks.pictures import photograph
from benchmarks.processes import machine, measure, median_and_spread
from benchmarks.realtime import first_style
from impasto.errors import UnknownNameError
from impasto.image.picture_resize import resize_samples
from impasto.video.encoding import EncodingOptions
from impasto.video.writer import VideoWriter
from impasto.weights.style_networks import find_fast_style, stable_twin

SIZES = ((360, 640), (720, 1280), (1080, 1920))
FRAMES = {360: 150, 720: 90, 1080: 48}
PEER = "johnson"
PEER_FRAMES = {360: 14, 720: 7, 1080: 5}
RUNS = 3
MEMORY_FRAMES = 10_000
MEMORY_SIZE = (90, 160)
NAMES = {
    PEER: "frame by frame: Johnson, width 32, PyTorch, float32",
    "off": "`impasto video --stability off`",
    "trained": "`impasto video --stability trained`",
    "flow": "`impasto video --stability flow`",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """Frames a second of a run, and its peak memory."""

    rate: float
    peak_mib: float


def film(path: Path, size: tuple[int, int], frames: int) -> Path:
    """A photograph seen through a window that moves by a pixel or two a frame."""
    height, width = size
    large = resize_samples(photograph("astronaut").pixels, (height + 160, width + 240))
    encoding = EncodingOptions(quality=85, preset="ultrafast")
    with VideoWriter(
        path, size, frame_rate=Fraction(25), time_base=Fraction(1, 12_800), encoding=encoding
    ) as writer:
        for index in range(frames):
            top, left = (round(80 + 79 * np.sin(index / 60)), round(120 + 119 * np.sin(index / 90)))
            window = large[top : top + height, left : left + width]
            writer.write(np.ascontiguousarray(window), 512 * index)
    return path


def run_row(mode: str, clip: Path, style: str) -> Row:
    """One run of one row, in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        report = Path(name) / "report.json"
        output = Path(name) / "out.mp4"
        command = [sys.executable, "-m", "benchmarks.video_worker", mode]
        measure([*command, str(clip), str(output), str(report), "--style", style])
        found = json.loads(report.read_text())
    return Row(rate=found["rate"], peak_mib=found["peak_mib"])


def modes(style: str) -> tuple[str, ...]:
    """The stability modes there are for a style."""
    try:
        stable_twin(find_fast_style(style))
    except UnknownNameError:
        return ("off", "flow")
    return ("off", "trained", "flow")


def rates_table(sizes: tuple[tuple[int, int], ...] = SIZES, runs: int = RUNS) -> str:
    """Frames a second at each size, for each mode."""
    style = first_style()
    lines = [
        "| size | what | frames a second | times faster | peak memory, MiB |",
        "|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            long = film(Path(name) / "long.mp4", size, FRAMES[size[0]])
            short = film(Path(name) / "short.mp4", size, PEER_FRAMES[size[0]])
            peer = [run_row(PEER, short, style)]
            lines.append(_line(size, PEER, peer, peer))
            print(lines[-1], flush=True)
            for mode in modes(style):
                rows = [run_row(mode, long, style) for _ in range(runs)]
                lines.append(_line(size, mode, rows, peer))
                print(lines[-1], flush=True)
    return "\n".join(lines)


def memory_table(frames: int = MEMORY_FRAMES) -> str:
    """Memory in use as a long film is painted."""
    style = first_style()
    with tempfile.TemporaryDirectory() as name:
        clip = film(Path(name) / "long.mp4", MEMORY_SIZE, frames)
        report = Path(name) / "report.json"
        command = [sys.executable, "-m", "benchmarks.video_worker", "flow", str(clip)]
        measure([*command, str(Path(name) / "out.mp4"), str(report), "--style", style])
        memory = json.loads(report.read_text())["memory"]
    marks = [mark for mark in (500, 1000, 2500, 5000, 7500, 10_000) if str(mark) in memory]
    return (
        f"| frames of {MEMORY_SIZE[1]} × {MEMORY_SIZE[0]} painted with `flow` | "
        + " | ".join(f"{mark:,}" for mark in marks)
        + " |\n|---|"
        + "---|" * len(marks)
        + "\n| memory in use, MiB | "
        + " | ".join(f"{memory[str(mark)]:.0f}" for mark in marks)
        + " |"
    )


def table() -> str:
    """The whole section."""
    return "\n\n".join([f"Machine: {machine()}.", rates_table(), memory_table()])


def _line(size: tuple[int, int], mode: str, rows: list[Row], peer: list[Row]) -> str:
    rates = [row.rate for row in rows]
    ratio = statistics.median(rates) / statistics.median(row.rate for row in peer)
    return (
        f"| {size[1]} × {size[0]} | {NAMES[mode]} | {median_and_spread(rates, 2)} "
        f"| {ratio:.1f} | {max(row.peak_mib for row in rows):.0f} |"
    )
