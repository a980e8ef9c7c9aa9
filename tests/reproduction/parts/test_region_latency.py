from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from impasto.reproduction.exhibit import Exhibit
from impasto.reproduction.parts.region_latency import (
    OBJECTS,
    Latency,
    Result,
    ellipse,
    plain_repaint,
    scene,
    show,
)


def test_frames_and_objects(make_part: Callable[[str], tuple[Result, Exhibit]]) -> None:
    result, exhibit = make_part("table2")
    assert [each.name for each in result.latencies] == list(OBJECTS)
    assert all(len(each.partial_ms) == 4 for each in result.latencies)
    small, _, large = result.latencies
    assert small.box[0] * small.box[1] < large.box[0] * large.box[1]
    assert not exhibit.comparisons, "not the paper's frame"


def test_a_click_changes_the_box_alone() -> None:
    made = scene((120, 180), (45, 60))
    before = made.compositor.frame.copy()
    (box,) = made.compositor.show(made.documents[1])
    assert 40 <= box.size[0] <= 45
    assert 55 <= box.size[1] <= 60
    changed = (before != made.compositor.frame).any(axis=-1)
    assert changed[box.slices].mean() > 0.5
    changed[box.slices] = False
    assert not changed.any()


def test_the_whole_frame_region_by_region_runs() -> None:
    plain_repaint(scene((60, 90), (24, 30)))()


def test_an_ellipse_leaves_room_for_its_soft_edge() -> None:
    mask = ellipse((100, 100), (50, 50), (60, 40))
    rows, columns = (np.flatnonzero(mask.full().any(axis=axis)) for axis in (1, 0))
    assert np.ptp(rows) + 1 == pytest.approx(60 - 12, abs=1)
    assert np.ptp(columns) + 1 == pytest.approx(40 - 12, abs=1)


def test_the_papers_frame_is_compared() -> None:
    one = Latency(
        frame=(800, 1200),
        name="medium",
        box=(300, 400),
        partial_ms=(1.0, 2.0, 3.0),
        tiles_ms=(9.0,),
        whole_ms=(20.0,),
    )
    exhibit = show(Result(latencies=(one,)))
    assert [each.ours for each in exhibit.comparisons] == [20.0, 2.0, 10.0]
