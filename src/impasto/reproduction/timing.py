"""Seconds of work that is done again and again, and of whole processes."""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError

import numpy as np

from impasto.errors import CancelledError, MeasurementError
from impasto.progress import Cancellation

WARM_UP = 5
"""Runs of short work that do not count."""

LOOK_EVERY_S = 0.2


def times_s(work: Sequence[Callable[[], object]], runs: int, *, warm_up: int) -> list[float]:
    """Seconds of each run.

    Args:
        work: Done in turn, one a run.
        runs: How many count.
        warm_up: How many come before them and do not.
    """
    measured = []
    for number in range(warm_up + runs):
        do = work[number % len(work)]
        start_s = time.perf_counter()
        do()
        measured.append(time.perf_counter() - start_s)
    return measured[warm_up:]


def process_s(command: Sequence[str], cancellation: Cancellation) -> float:
    """Seconds of a process from its start to its end, imports and all.

    Raises:
        CancelledError: if the cancellation ends it.
        MeasurementError: if it fails; with what it said.
    """
    with tempfile.TemporaryFile() as said, ThreadPoolExecutor(1) as waiter:
        start_s = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        # The waiting thread notes the end to the millisecond; this one looks out for Ctrl-C.
        ended = waiter.submit(lambda: (process.wait(), time.perf_counter()))
        try:
            while not ended.done():
                if cancellation.is_cancelled:
                    raise CancelledError("stopped; the parts that are done are kept.")
                try:
                    ended.result(timeout=LOOK_EVERY_S)
                except NotYetError:
                    continue
        finally:
            process.terminate()
        code, end_s = ended.result()
        if code and not cancellation.is_cancelled:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
            raise MeasurementError(
                f"{' '.join(command)}: expected it to end well, but: "
                f"{words[-2000:] or f'exit code {code}'}; run it by hand to see more."
            )
    if cancellation.is_cancelled:
        raise CancelledError("stopped; the parts that are done are kept.")
    return end_s - start_s


def median_and_range(values: Sequence[float], digits: int, *, factor: float = 1.0) -> str:
    """``median (smallest–largest)`` of values times ``factor``; one value alone.

    Example:
        >>> median_and_range([0.2, 0.1, 0.4], 0, factor=1000)
        '200 (100–400)'
    """
    scaled = [factor * value for value in values]
    middle = f"{statistics.median(scaled):.{digits}f}"
    if len(scaled) == 1:
        return middle
    return f"{middle} ({min(scaled):.{digits}f}–{max(scaled):.{digits}f})"


def percentile_95(values: Sequence[float]) -> float:
    """What 95 of 100 values do not exceed."""
    return float(np.percentile(values, 95))
