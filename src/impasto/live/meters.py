"""What is measured while the live picture runs: frames a second, delays, frames left out."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

WINDOW_S = 2.0
"""Frames a second are counted over so long."""

DELAYS_KEPT = 240


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the meters show at one moment.

    Attributes:
        painted_fps: Frames painted a second.
        shown_fps: Frames drawn a second by those who watch, the quickest of them.
        delay_ms: Median from the camera to the screen; ``None`` while nobody watches.
        delay_p95_ms: The same of the slowest twentieth.
    """

    painted_fps: float
    shown_fps: float
    delay_ms: float | None
    delay_p95_ms: float | None


class Rate:
    """Counts events a second over the last :data:`WINDOW_S`."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=400)

    def note(self, now_s: float) -> None:
        """One happened now."""
        self._times.append(now_s)

    def read(self, now_s: float) -> float:
        """How many a second; 0 once none has come for the whole window."""
        recent = [each for each in self._times if now_s - each <= WINDOW_S]
        if len(recent) < 2:
            return 0.0
        # The silence since the last one counts when it is longer than usual.
        mean_s = (recent[-1] - recent[0]) / (len(recent) - 1)
        return 1 / max(mean_s, (now_s - recent[0]) / len(recent), 1e-6)


class Meters:
    """Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._painted = Rate()
        self._shown = Rate()
        self._delays_ms: deque[float] = deque(maxlen=DELAYS_KEPT)
        self._shown_s = 0.0
        self.painted = 0
        """Frames painted so far."""

    def note_painted(self) -> None:
        """A frame was painted."""
        with self._lock:
            self._painted.note(time.perf_counter())
            self.painted += 1

    def note_shown(self, delay_s: float) -> None:
        """A frame was drawn so long after it was captured."""
        with self._lock:
            self._shown_s = time.perf_counter()
            self._shown.note(self._shown_s)
            self._delays_ms.append(1000 * delay_s)

    def read(self) -> Reading:
        """What there is to show."""
        with self._lock:
            now_s = time.perf_counter()
            if now_s - self._shown_s > WINDOW_S:
                self._delays_ms.clear()
            delays = sorted(self._delays_ms)
            return Reading(
                painted_fps=self._painted.read(now_s),
                shown_fps=self._shown.read(now_s),
                delay_ms=median(delays) if delays else None,
                delay_p95_ms=percentile(delays, 0.95) if delays else None,
            )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that a share of the ordered values does not exceed.

    Example:
        >>> percentile([1, 2, 3, 4], 0.5)
        2
    """
    return ordered[max(0, min(len(ordered) - 1, round(share * len(ordered)) - 1))]
