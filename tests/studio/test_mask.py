import copy

import numpy as np
import pytest

from impasto.errors import ShapeError
from impasto.studio.box import EMPTY, Box
from impasto.studio.mask import make_mask, place_mask


@pytest.fixture
def values() -> np.ndarray:
    values = np.zeros((20, 30), np.uint8)
    values[4:9, 6:20] = np.random.default_rng(0).integers(1, 256, (5, 14))
    return values


def test_a_mask_is_cropped_and_gives_everything_back(values: np.ndarray) -> None:
    mask = make_mask(values)
    assert mask.box == Box(top=4, left=6, bottom=9, right=20)
    assert mask.values.size == 5 * 14
    assert np.array_equal(mask.full(), values)


@pytest.mark.parametrize(
    "box", [Box(top=0, left=0, bottom=20, right=30), Box(top=5, left=0, bottom=7, right=9), EMPTY]
)
def test_a_crop_is_that_part_of_the_whole(values: np.ndarray, box: Box) -> None:
    assert np.array_equal(make_mask(values).crop(box), values[box.slices])


def test_equal_masks_are_one_object(values: np.ndarray) -> None:
    inner = Box(top=3, left=5, bottom=10, right=22)
    placed = place_mask(values[inner.slices], inner, (20, 30))
    assert placed is make_mask(values)
    moved = np.roll(values, 1, axis=1)
    assert make_mask(moved) != placed
    assert copy.copy(placed) == placed


def test_it_cannot_be_changed(values: np.ndarray) -> None:
    mask = make_mask(values)
    with pytest.raises(ValueError, match="read-only"):
        mask.values[0, 0] = 1
    values[:] = 0
    assert mask.full().any()


def test_bool_counts_fully() -> None:
    assert set(np.unique(make_mask(np.eye(20, dtype=bool)).full())) == {0, 255}


def test_difference_box(values: np.ndarray) -> None:
    mask = make_mask(values)
    other = values.copy()
    other[5, 7] ^= 1
    other[2, 12] = 9
    assert mask.difference_box(make_mask(other)) == Box(top=2, left=7, bottom=6, right=13)
    assert mask.difference_box(mask) == EMPTY


def test_an_empty_mask() -> None:
    mask = make_mask(np.zeros((20, 30), bool))
    assert mask.box == EMPTY
    assert mask.full().shape == (20, 30)
    assert place_mask(np.zeros((0, 0), np.uint8), EMPTY, (20, 30)) is mask


@pytest.mark.parametrize(
    "wrong", [np.zeros((4, 4, 3), np.uint8), np.zeros((0, 4), np.uint8), np.zeros((4, 4))]
)
def test_other_arrays_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ShapeError, match="mask: expected"):
        make_mask(wrong)


def test_values_that_do_not_fit_their_box_are_refused() -> None:
    with pytest.raises(ShapeError, match="inside a picture"):
        place_mask(np.zeros((2, 3), np.uint8), Box(top=0, left=0, bottom=3, right=2), (9, 9))
    with pytest.raises(ShapeError, match="inside a picture"):
        place_mask(np.zeros((2, 3), np.uint8), Box(top=8, left=0, bottom=10, right=3), (9, 9))
