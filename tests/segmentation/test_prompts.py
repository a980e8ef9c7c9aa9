import math

import pytest

from impasto.errors import OptionError
from impasto.segmentation.prompts import SCRIBBLE_STEP_PX, Box, Point, Prompts, pixel_of


def test_clicks_are_kept_in_order_and_the_first_value_stays() -> None:
    one = Prompts().add(3, 4)
    two = one.remove(5, 6)
    assert one.points == (Point(3.0, 4.0, True),)
    assert two.points == (Point(3.0, 4.0, True), Point(5.0, 6.0, False))


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_refuses_coordinates_that_are_not_finite(wrong: float) -> None:
    with pytest.raises(OptionError, match="point: expected finite"):
        Prompts().add(wrong, 0)
    with pytest.raises(OptionError, match="box: expected finite"):
        Prompts(box=Box(0, 0, wrong, 5))
    with pytest.raises(OptionError, match="scribble: expected finite"):
        Prompts(scribble=((0, wrong),))


@pytest.mark.parametrize("box", [Box(5, 0, 5, 9), Box(0, 9, 5, 2)])
def test_refuses_an_empty_box(box: Box) -> None:
    with pytest.raises(OptionError, match="left < right"):
        Prompts(box=box)


def test_a_scribble_is_read_at_steps_with_its_ends() -> None:
    line = tuple((float(x), 0.0) for x in range(101))
    points = Prompts(scribble=line).all_points
    assert points[0] == Point(0.0, 0.0)
    assert points[-1] == Point(100.0, 0.0)
    assert len(points) == math.ceil(100 / SCRIBBLE_STEP_PX) + 1
    assert Prompts(scribble=((2, 3),)).all_points == (Point(2, 3),)


def test_says_when_nothing_is_wanted() -> None:
    assert Prompts().remove(1, 1).is_empty
    assert not Prompts(box=Box(0, 0, 2, 2)).is_empty
    with pytest.raises(OptionError, match="got neither"):
        Prompts().remove(1, 1).check((10, 10))


@pytest.mark.parametrize("at", [(-1, 0), (0, 20), (10, 0)])
def test_refuses_points_outside(at: tuple[float, float]) -> None:
    with pytest.raises(OptionError, match=r"x in 0\.\.9 and y in 0\.\.19"):
        Prompts().add(*at).check((20, 10))
    Prompts().add(9, 19).check((20, 10))


def test_refuses_a_box_outside() -> None:
    with pytest.raises(OptionError, match="touches 10 x 20 px"):
        Prompts(box=Box(10, 0, 20, 5)).check((20, 10))


def test_pixel_of_rounds_to_the_nearest_and_stays_inside() -> None:
    assert pixel_of(Point(2.6, 1.2), (5, 5)) == (1, 3)
    assert pixel_of(Point(4.5, -0.5), (5, 5)) == (0, 4)
