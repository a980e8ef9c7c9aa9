from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.studio.box import Box
from impasto.studio.server.live_view import BATCH_PIXELS, MAX_BOXES, TILE_PX, LiveView

SIZE = (1000, 1500)


def _view(size: tuple[int, int] = SIZE) -> LiveView:
    return LiveView(size, lambda: None)


def _take_all(view: LiveView) -> list[Box]:
    boxes = []
    while (batch := view.take()) is not None:
        boxes += batch.boxes
    return boxes


def test_nothing_is_sent_before_anything_is_shown() -> None:
    view = _view()
    view.mark([Box.whole(SIZE)])
    assert view.take() is None


def test_what_is_shown_is_sent_once() -> None:
    view = _view()
    view.show(1, Box.whole(SIZE))
    covered = np.zeros(SIZE, int)
    for box in _take_all(view):
        covered[box.slices] += 1
    assert (covered == 1).all()
    view.show(1, Box.whole(SIZE))
    assert view.take() is None


def test_a_change_is_sent_alone_and_as_it_is() -> None:
    view = _view()
    view.show(1, Box.whole(SIZE))
    _take_all(view)
    changed = Box(top=10, left=20, bottom=40, right=70)
    view.mark([changed])
    assert _take_all(view) == [changed]


def test_boxes_are_aligned_to_the_scale() -> None:
    view = _view()
    view.show(4, Box.whole(SIZE))
    _take_all(view)
    view.mark([Box(top=11, left=21, bottom=41, right=1499)])
    assert _take_all(view) == [Box(top=8, left=20, bottom=44, right=1500)]


def test_changes_beyond_the_screen_come_when_they_are_looked_at() -> None:
    view = _view()
    view.show(1, Box.whole(SIZE))
    _take_all(view)
    view.show(1, Box(top=0, left=0, bottom=100, right=100))
    view.mark([Box(top=900, left=1400, bottom=910, right=1410)])
    assert view.take() is None
    view.show(1, Box.whole(SIZE))
    (tile,) = _take_all(view)
    assert tile.contains(Box(top=900, left=1400, bottom=910, right=1410))
    assert tile.area <= TILE_PX**2


def test_many_changes_become_few_boxes() -> None:
    view = _view((20_000, 20_000))
    view.show(16, Box.whole((20_000, 20_000)))
    _take_all(view)
    chance = np.random.default_rng(0)
    for top, left in chance.integers(0, 19_000, (500, 2)):
        view.mark([Box(top=int(top), left=int(left), bottom=int(top) + 9, right=int(left) + 9)])
    assert len(_take_all(view)) <= MAX_BOXES


def test_a_batch_is_of_limited_size() -> None:
    size = (8000, 8000)
    view = _view(size)
    view.show(1, Box.whole(size))
    batch = view.take()
    assert batch is not None
    assert sum(box.area for box in batch.boxes) < BATCH_PIXELS + 8000 * TILE_PX


def test_another_scale_needs_everything_anew() -> None:
    view = _view()
    view.show(1, Box.whole(SIZE))
    _take_all(view)
    view.show(2, Box.whole(SIZE))
    assert sum(box.area for box in _take_all(view)) == SIZE[0] * SIZE[1]


_BOX = st.tuples(
    st.integers(-50, 1100), st.integers(-50, 1600), st.integers(0, 900), st.integers(0, 900)
)


_STEP = st.tuples(st.sampled_from(["show", "mark", "take"]), st.sampled_from([1, 2, 8]), _BOX)


@settings(deadline=None, max_examples=60)
@given(steps=st.lists(_STEP))
def test_in_the_end_the_screen_is_true(steps: list[tuple[str, int, tuple[int, ...]]]) -> None:
    """A model: each pixel has a version; what was sent is compared with what is."""
    view = _view()
    now, has = np.ones(SIZE, int), np.zeros(SIZE, int)
    scale = 0

    def take() -> bool:
        batch = view.take()
        for box in batch.boxes if batch else ():
            has[box.slices] = now[box.slices]
        return batch is not None

    shown = Box.whole((0, 0))
    for step, factor, (top, left, height, width) in steps:
        box = Box(top=top, left=left, bottom=top + height, right=left + width)
        if step == "show":
            if factor != scale:
                has[:] = 0
            scale, shown = factor, box.clip(SIZE)
            view.show(factor, box)
        elif step == "mark":
            now[box.clip(SIZE).slices] += 1
            view.mark([box.clip(SIZE)])
        else:
            take()
    while take():
        pass
    if scale:
        assert (has[shown.slices] == now[shown.slices]).all()


@pytest.mark.parametrize("box", [(0, 0, 0, 0), (5000, 5000, 6000, 6000), (-9, -9, 0, 0)])
def test_a_screen_beside_the_picture_needs_nothing(box: tuple[int, int, int, int]) -> None:
    view = _view()
    view.show(1, Box(top=box[0], left=box[1], bottom=box[2], right=box[3]))
    assert view.take() is None
