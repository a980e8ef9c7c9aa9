from collections.abc import Callable

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from impasto.errors import OptionError
from impasto.studio.box import Box
from impasto.studio.brush import MAX_POINTS, Stroke, brush, brush_values
from impasto.studio.mask import Mask, make_mask

SIZE = (61, 83)
WHOLE = Box.whole(SIZE)


def test_a_stroke_covers_what_is_near_its_line() -> None:
    points = [(10.5, 10.5), (40.5, 10.5), (40.5, 50.5)]
    values = brush_values(Stroke(points=points, radius_px=6, hardness=1), WHOLE)
    off = np.ones(SIZE, bool)
    off[10, 10:41] = off[10:51, 40] = False
    distance = distance_transform_edt(off)
    assert (values[distance <= 5.4] == 255).all()
    assert (values[distance >= 6.6] == 0).all()


def test_softness_follows_the_formula() -> None:
    values = brush_values(Stroke(points=[(30.5, 30.5)], radius_px=10, hardness=0.4), WHOLE)
    distance = np.arange(15)
    expected = 255 * np.clip((10.5 - distance) / (10 * 0.6 + 1), 0, 1)
    assert np.array_equal(values[30, 30:45], np.rint(expected))
    assert np.array_equal(values, values[::1, ::1])
    assert np.array_equal(values[20:41, 20:41], values[20:41, 20:41].T)


def test_adding_and_erasing(disc: Callable[..., Mask]) -> None:
    mask = disc(30, 30, 10)
    line = [(30.0, 30.0), (60.0, 30.0)]
    drawn = brush_values(Stroke(points=line, radius_px=4), WHOLE)
    more = brush(mask, Stroke(points=line, radius_px=4))
    less = brush(mask, Stroke(points=line, radius_px=4, erase=True))
    assert np.array_equal(more.full(), np.maximum(mask.full(), drawn))
    assert np.array_equal(less.full(), np.minimum(mask.full(), 255 - drawn))
    assert brush(more, Stroke(points=line, radius_px=4)) is more


def test_everything_can_be_erased(disc: Callable[..., Mask]) -> None:
    gone = brush(disc(30, 30, 10), Stroke(points=[(30, 30)], radius_px=30, hardness=1, erase=True))
    assert gone.box.is_empty
    assert brush(gone, Stroke(points=[(30, 30)], radius_px=3, erase=True)) is gone
    assert brush(gone, Stroke(points=[(30, 30)], radius_px=3)).box.area > 20


@pytest.mark.parametrize("points", [[(-500.0, 3.0)], [(200.0, 300.0), (1e6, -1e6)]])
def test_strokes_may_miss_the_picture(points: list[tuple[float, float]]) -> None:
    mask = make_mask(np.zeros(SIZE, np.uint8))
    assert brush(mask, Stroke(points=points, radius_px=5)) is mask


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"points": []}, "points: expected 1 to"),
        ({"points": [(0.0, 0.0)] * (MAX_POINTS + 1)}, "points: expected 1 to"),
        ({"points": [(0.0, float("nan"))]}, "points: expected pairs"),
        ({"points": [(0.0, float("inf"))]}, "points: expected pairs"),
        ({"points": [(0.0, 0.0, 0.0)]}, "points: expected pairs"),
        ({"radius_px": 0}, "radius_px: expected"),
        ({"radius_px": float("nan")}, "radius_px: expected"),
        ({"hardness": 1.5}, "hardness: expected"),
    ],
)
def test_wrong_strokes_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        Stroke(**{"points": [(0.0, 0.0)], "radius_px": 5, **wrong})  # type: ignore[arg-type]
