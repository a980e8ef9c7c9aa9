"""How busy other programs kept the processor meanwhile: times taken beside them are too long."""

from __future__ import annotations

import os
import time


class OtherWork:
    """Watches from when it is made; our own processes, ended ones too, do not count.

    Example:
        >>> 0 <= OtherWork().share() <= 1
        True
    """

    def __init__(self) -> None:
        self._start = _busy_s(), _own_s(), time.perf_counter()

    def share(self) -> float:
        """Which part of all cores others took since then, 0 to 1; 0 where it cannot be told."""
        busy_s, own_s, start_s = self._start
        passed_s = (time.perf_counter() - start_s) * (os.cpu_count() or 1)
        others_s = (_busy_s() - busy_s) - (_own_s() - own_s)
        return min(1.0, max(0.0, others_s / passed_s)) if passed_s > 0 else 0.0


def _busy_s() -> float:
    """Seconds that all cores together have worked since the system started."""
    import psutil

    times = psutil.cpu_times()
    counted = ("user", "nice", "system", "irq", "softirq")
    return float(sum(getattr(times, name, 0.0) for name in counted))


def _own_s() -> float:
    """Seconds of this process and of its children that have ended."""
    return sum(os.times()[:4])
