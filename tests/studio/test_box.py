import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impasto.errors import ShapeError
from impasto.studio.box import EMPTY, Box, check_plane, merge_boxes, nonzero_box

EDGES = st.tuples(*[st.integers(-3, 12)] * 4)
BOXES = EDGES.map(lambda e: Box(top=e[0], left=e[1], bottom=e[2], right=e[3]))


def pixels_of(box: Box) -> set[tuple[int, int]]:
    rows, columns = range(box.top, box.bottom), range(box.left, box.right)
    return {(row, column) for row in rows for column in columns}


@given(BOXES, BOXES)
def test_boxes_are_sets_of_pixels(one: Box, other: Box) -> None:
    assert pixels_of(one.intersect(other)) == pixels_of(one) & pixels_of(other)
    assert pixels_of(one.union(other)) >= pixels_of(one) | pixels_of(other)
    assert one.contains(other) == (pixels_of(other) <= pixels_of(one))
    assert one.area == len(pixels_of(one))
    assert one.is_empty == (not pixels_of(one))
    assert pixels_of(one.grow(2)) >= pixels_of(one)


@given(BOXES)
def test_clipping_keeps_what_is_inside(box: Box) -> None:
    assert pixels_of(box.clip((6, 8))) == pixels_of(box) & pixels_of(Box.whole((6, 8)))
    values = np.arange(6 * 8).reshape(6, 8)
    assert values[box.clip((6, 8)).slices].size == box.clip((6, 8)).area


@given(st.lists(BOXES, max_size=6))
def test_merged_boxes_hold_the_same_pixels_and_cost_no_more(boxes: list[Box]) -> None:
    merged = merge_boxes(boxes)
    held = set().union(*map(pixels_of, merged))
    assert held >= set().union(*map(pixels_of, boxes))
    assert sum(box.area for box in merged) <= sum(box.area for box in boxes)


def test_part_of_a_crop() -> None:
    outer, inner = Box(top=2, left=3, bottom=8, right=9), Box(top=4, left=4, bottom=6, right=9)
    whole = np.arange(100).reshape(10, 10)
    assert np.array_equal(whole[outer.slices][inner.within(outer)], whole[inner.slices])


@pytest.mark.parametrize("size", [(0, 0), (5, 0), (4, 6)])
def test_nothing_has_an_empty_box(size: tuple[int, int]) -> None:
    assert nonzero_box(np.zeros(size, np.uint8)) == EMPTY
    assert EMPTY.grow(3) == EMPTY


def test_nonzero_box() -> None:
    values = np.zeros((9, 11), np.uint8)
    values[2, 7] = values[5, 3] = 1
    assert nonzero_box(values) == Box(top=2, left=3, bottom=6, right=8)


@pytest.mark.parametrize("plane", [np.zeros((3, 4), np.uint8), np.zeros((4, 3), np.float32)])
def test_planes_of_another_shape_or_type_are_refused(plane: np.ndarray) -> None:
    with pytest.raises(ShapeError, match=r"alpha: expected \(4, 3\) uint8"):
        check_plane(plane, (4, 3), name="alpha")
