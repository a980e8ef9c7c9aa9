from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.errors import UnknownNameError, WeightsDamagedError
from impasto.live.look import Look
from impasto.live.painter import DISSOLVE_S, LivePainter

FRAME = np.full((16, 24, 3), 100, np.uint8)
STEP_S = 1 / 24


class Stage:
    """A painter and a clock."""

    def __init__(self, painter: LivePainter) -> None:
        self.painter, self.now_s = painter, 0.0

    def level(self) -> int:
        self.now_s += STEP_S
        return int(self.painter.paint(FRAME, self.now_s)[0, 0, 0])

    def levels(self, count: int) -> list[int]:
        return [self.level() for _ in range(count)]


@pytest.fixture
def stage(networks: Path, stand_ins: Any) -> Stage:
    return Stage(stand_ins.quick_painter(Look(style="stripes")))


def test_it_paints_from_the_first_frame_on(stage: Stage) -> None:
    assert stage.levels(3) == [200, 200, 200]
    assert FRAME.max() == 100


def test_styles_of_one_network_glide_into_each_other(stage: Stage) -> None:
    stage.levels(3)
    stage.painter.change(Look(style="dots"))
    levels = stage.levels(30)
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == 40
    steps = np.abs(np.diff([200, *levels]))
    assert steps.max() < 60
    assert 40 < levels[2] < 150


def test_strength_and_nothing_glide_too(stage: Stage) -> None:
    stage.painter.change(Look(style="stripes", strength=0.5))
    assert stage.levels(30)[-1] == 150
    stage.painter.change(Look(style=None))
    assert stage.levels(40)[-1] == 100


def test_another_network_is_opened_meanwhile_and_dissolves_in(
    networks: Path, stand_ins: Any
) -> None:
    may_open = threading.Event()
    changes: list[Any] = []

    def open_brush(network: Any) -> Any:
        if network.name == "lone":
            assert may_open.wait(30)
        return stand_ins.QuickBrush(network)

    stage = Stage(LivePainter(Look(style="stripes"), open_brush, on_change=changes.append))
    stage.painter.prepare([(16, 24)])
    stage.levels(2)
    stage.painter.change(Look(style="lone"))
    assert stage.painter.is_loading
    assert stage.levels(3) == [200, 200, 200]
    may_open.set()
    stand_ins.wait_until(lambda: changes)
    assert changes == [None]
    levels = stage.levels(round(DISSOLVE_S / STEP_S) + 3)
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == 120
    assert np.abs(np.diff([200, *levels])).max() < 30
    assert stage.painter.brush is not None
    assert stage.painter.brush.warmed == [(16, 24)]  # type: ignore[attr-defined]
    stage.painter.close()


def test_a_network_that_cannot_be_opened_is_told_and_the_picture_stays(
    networks: Path, stand_ins: Any
) -> None:
    changes: list[Any] = []

    def open_brush(network: Any) -> Any:
        if network.name == "lone":
            raise WeightsDamagedError("lone is damaged")
        return stand_ins.QuickBrush(network)

    stage = Stage(LivePainter(Look(style="stripes"), open_brush, on_change=changes.append))
    stage.painter.change(Look(style="lone"))
    stand_ins.wait_until(lambda: changes)
    assert isinstance(changes[0], WeightsDamagedError)
    assert stage.level() == 200


def test_a_style_that_is_not_there_changes_nothing(stage: Stage) -> None:
    with pytest.raises(UnknownNameError):
        stage.painter.change(Look(style="spots"))
    assert stage.painter.look.style == "stripes"
    assert stage.level() == 200


def test_without_a_style_the_picture_is_as_it_is_until_one_is_chosen(
    networks: Path, stand_ins: Any
) -> None:
    stage = Stage(stand_ins.quick_painter(Look(style=None)))
    assert stage.levels(2) == [100, 100]
    stage.painter.change(Look(style="dots"))
    stand_ins.wait_until(lambda: not stage.painter.is_loading)
    assert stage.levels(20)[-1] == 40


def test_what_was_painted_is_steadied(networks: Path, stand_ins: Any) -> None:
    seen = []

    def steady(frame: Any, painted: Any) -> Any:
        seen.append((int(frame[0, 0, 0]), int(painted[0, 0, 0])))
        return painted // 2

    stage = Stage(LivePainter(Look(style="stripes"), stand_ins.QuickBrush, steady=steady))
    assert stage.level() == 100
    assert seen == [(100, 200)]
