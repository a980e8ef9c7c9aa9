"""One row of the real-time benchmark: one engine at one size, in a process of its own."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from impasto.weights.style_networks import find_fast_style

WARM_UPS = 4


def picture(height: int, width: int) -> np.ndarray:
    """Pixels with structure at several scales, the same every time."""
    generator = np.random.default_rng(0)
    levels = np.zeros((height, width, 3), np.float32)
    for side in (4, 16, 64):
        coarse = generator.integers(0, 86, (height // side + 1, width // side + 1, 3))
        levels += coarse.repeat(side, axis=0).repeat(side, axis=1)[:height, :width]
    return levels.clip(0, 255).astype(np.uint8)


def ours(arguments: argparse.Namespace, pixels: np.ndarray) -> tuple[Callable[[], object], str]:
    if arguments.device != "cpu":
        import torch  # noqa: F401  a program that uses a GPU has it loaded
    from impasto.runtime.catalog import open_engine

    network = find_fast_style(arguments.style)
    row = network.row({arguments.style: 1.0}) if network.rows else None
    engine = open_engine(network, engine=arguments.engine, precision=arguments.precision)
    return (
        lambda: engine.stylize(pixels, row),
        f"{engine.precision}, {engine.threads} threads, {engine.description}",
    )


def peer(arguments: argparse.Namespace, pixels: np.ndarray) -> tuple[Callable[[], object], str]:
    import torch

    from benchmarks.johnson import Johnson

    net = Johnson().eval().to(arguments.device)

    def run() -> object:
        return net.stylize(torch.from_numpy(pixels[None]).to(arguments.device)).cpu()

    return run, f"float32, {torch.get_num_threads()} threads, PyTorch {torch.__version__}"


def peak_mib() -> float:
    """Peak memory of this process alone: what the system counts begins with its parent's."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) / 2**10 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.realtime_worker")
    parser.add_argument("engine")
    parser.add_argument("height", type=int)
    parser.add_argument("width", type=int)
    parser.add_argument("runs", type=int)
    parser.add_argument("report", type=Path)
    parser.add_argument("--style", default="")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    pixels = picture(arguments.height, arguments.width)
    run, settings = (peer if arguments.engine == "johnson" else ours)(arguments, pixels)
    for _ in range(min(WARM_UPS, arguments.runs)):
        run()
    times = []
    for _ in range(arguments.runs):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    report = {"seconds": times, "settings": settings, "peak_mib": peak_mib()}
    arguments.report.write_text(json.dumps(report))


if __name__ == "__main__":
    main()
