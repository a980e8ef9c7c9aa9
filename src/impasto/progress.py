"""Progress events: how long-running work reports itself without printing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, kw_only=True)
class ProgressEvent:
    """One report from work under way.

    Attributes:
        stage: What is being done, in words a person reads (``"1/4 size"``, ``"download"``).
        step: Steps finished so far, from 0 to ``total``.
        total: Steps expected in all; an upper bound where the work may stop early.
        elapsed_s: Seconds since the work began.
        remaining_s: Estimated seconds to the end, or ``None`` while unknown.
        losses: Weighted loss terms at this step, ``"total"`` among them; empty where
            the work has no losses.
        image: An intermediate image (1, 3, H, W) in [0, 1], only when asked for.
    """

    stage: str
    step: int
    total: int
    elapsed_s: float
    remaining_s: float | None = None
    losses: Mapping[str, float] = field(default_factory=dict)
    image: torch.Tensor | None = None


ProgressCallback = Callable[[ProgressEvent], None]


class Cancellation:
    """A flag that asks work under way to stop and hand back the best it has.

    Safe to set from another thread or a signal handler.
    """

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether :meth:`cancel` has been called."""
        return self._event.is_set()


class Stopwatch:
    """Seconds since it was made, and an estimate of the seconds left."""

    def __init__(self) -> None:
        self._start_s = time.perf_counter()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the stopwatch was made."""
        return time.perf_counter() - self._start_s

    def remaining_s(self, done: float, total: float) -> float | None:
        """Estimate the seconds left from the work ``done`` of ``total``, in any unit of cost."""
        if done <= 0:
            return None
        return max(0.0, self.elapsed_s * (total - done) / done)
