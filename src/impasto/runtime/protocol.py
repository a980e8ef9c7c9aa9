"""What an engine does for those who call it, and what a backend does for an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from impasto.errors import DeviceError
from impasto.progress import Cancellation, ProgressCallback

Pixels = npt.NDArray[np.uint8]
Row = npt.NDArray[np.float32]

PRECISIONS = ("auto", "float32", "bfloat16")


@dataclass(frozen=True, kw_only=True)
class EngineSettings:
    """What an engine computes with on this machine.

    Attributes:
        precision: ``float32``, ``bfloat16`` or ``float16``.
        threads: Threads of the processor.
        description: Name, version and device for a person.
    """

    precision: str
    threads: int
    description: str


class Engine(Protocol):
    """Stylises pictures with one network."""

    @property
    def name(self) -> str:
        """``openvino``, ``onnxruntime`` or ``torch``."""

    @property
    def precision(self) -> str:
        """What is really computed in: ``float32``, ``bfloat16`` or ``float16``."""

    @property
    def threads(self) -> int:
        """Threads of the processor it computes with."""

    @property
    def description(self) -> str:
        """Name, version and device for a person."""

    def stylize(
        self,
        pixels: Pixels,
        row: Row | None,
        *,
        on_progress: ProgressCallback | None = None,
        cancellation: Cancellation | None = None,
    ) -> Pixels:
        """Stylise pixels (H, W, 3) of any size into as many."""


class Backend(Protocol):
    """Runs the graphs of one network on sizes that they take: multiples of 8, 16 or more.

    Safe to call from several threads; the calls then wait for each other.
    """

    name: str
    settings: EngineSettings
    has_stages: bool

    def run(self, image: Pixels, row: Row | None) -> Pixels:
        """Stylise (1, H, W, 3) by a row (1, row length); what comes back is the caller's."""

    def run_stage(self, name: str, feed: Mapping[str, Any]) -> dict[str, npt.NDArray[Any]]:
        """Run one stage on one tile; what comes back is the caller's."""


def check_precision(precision: str) -> None:
    """Refuse what is no precision.

    Raises:
        DeviceError: naming those there are.
    """
    if precision not in PRECISIONS:
        raise DeviceError(f"precision: expected one of {', '.join(PRECISIONS)}, got {precision!r}.")


def check_threads(threads: int | None) -> None:
    """Refuse what is no number of threads.

    Raises:
        DeviceError: if it is below 1.
    """
    if threads is not None and (not isinstance(threads, int) or threads < 1):
        raise DeviceError(f"threads: expected a whole number from 1 on, got {threads!r}.")
