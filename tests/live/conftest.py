"""A painter in no time, frames made by code, and waiting that ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest

from impasto.live.look import Look
from impasto.live.painted import Painted
from impasto.live.painter import LivePainter
from impasto.live.session import LiveSettings
from impasto.live.show import Show, Source
from impasto.stylizers.fast_style import FastStyle
from impasto.video.camera_frame import ArrayFrame, CameraFrame

SIZE = (48, 64)


class QuickBrush:
    """Paints in one grey level for each style, in proportion; the identity is the frame."""

    levels: ClassVar = {"stripes": 200.0, "dots": 40.0, "lone": 120.0}

    def __init__(self, network: Any) -> None:
        self.network = network
        self.names = ("identity", *network.style_names)
        self.warmed: list[tuple[int, int]] = []
        self.pause_s = 0.0

    def mixture(self, style: FastStyle, strength: float) -> np.ndarray:
        shares = {name: strength * share for name, share in style.weights.items()}
        return np.array(
            [1 - strength, *(shares.get(name, 0) for name in self.names[1:])], np.float32
        )

    def only(self, name: str) -> np.ndarray:
        return np.array([float(each == name) for each in self.names], np.float32)

    def paint(self, pixels: np.ndarray, mixture: np.ndarray) -> np.ndarray:
        time.sleep(self.pause_s)
        level = sum(
            self.levels[name] * share
            for name, share in zip(self.names[1:], mixture[1:], strict=True)
        )
        return np.rint(pixels * mixture[0] + level).clip(0, 255).astype(np.uint8)

    def warm_up(self, sizes: Iterable[tuple[int, int]]) -> None:
        self.warmed.extend(sizes)


def quick_painter(
    look: Look, on_change: Callable[[Any], None] = lambda _error: None
) -> LivePainter:
    return LivePainter(look, QuickBrush, on_change=on_change)  # type: ignore[arg-type]


def make_frame(number: int = 0, level: int = 100, size: tuple[int, int] = SIZE) -> CameraFrame:
    pixels = np.full((*size, 3), level, np.uint8)
    raw = ArrayFrame(pixels, is_bgr=False)
    return CameraFrame(raw=raw, captured_s=time.perf_counter(), number=number)


def make_painted(level: int = 100, at_s: float = 0.0, size: tuple[int, int] = SIZE) -> Painted:
    pixels = np.full((*size, 3), level, np.uint8)
    return Painted(pixels=pixels, source_size=size, number=0, captured_s=at_s)


def wait_until(condition: Callable[[], Any], deadline_s: float = 60.0) -> Any:
    until_s = time.monotonic() + deadline_s
    while not (answer := condition()):
        assert time.monotonic() < until_s, "waited in vain"
        time.sleep(0.005)
    return answer


class Collector:
    """An output that remembers, and has room for so many."""

    def __init__(self, room: int = 10**9) -> None:
        self.room = room
        self.seen: list[Painted] = []

    @property
    def has_room(self) -> bool:
        return len(self.seen) < self.room

    def show(self, painted: Painted) -> None:
        self.seen.append(painted)


class Ear:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.changes = 0
        self.thumbnails: list[str | None] = []
        self.events: list[dict[str, Any]] = []

    def changed(self) -> None:
        self.changes += 1

    def thumbnail(self, style: str | None) -> None:
        self.thumbnails.append(style)

    def said(self, event: dict[str, Any]) -> None:
        self.events.append(event)


@pytest.fixture
def stand_ins() -> SimpleNamespace:
    """Everything of this module."""
    return SimpleNamespace(
        QuickBrush=QuickBrush,
        quick_painter=quick_painter,
        make_frame=make_frame,
        make_painted=make_painted,
        wait_until=wait_until,
        Collector=Collector,
        Ear=Ear,
        SIZE=SIZE,
    )


@pytest.fixture
def make_show(networks: Path, tmp_path: Path) -> Any:
    """Makes shows with the quick painter; they are closed at the end."""
    made: list[Show] = []

    def make(**changes: Any) -> Show:
        settings = LiveSettings(size=SIZE, fps=changes.pop("fps", 100.0))
        show = Show(
            Source(kind="camera", name="Camera 0"),
            settings,
            Look(style="stripes"),
            quick_painter,
            tmp_path / "recordings",
            **changes,
        )
        made.append(show)
        return show

    yield make
    for show in made:
        show.close()
