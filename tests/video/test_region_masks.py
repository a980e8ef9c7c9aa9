from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import ShapeError
from impasto.video.painters import FrameMasks
from impasto.video.region_masks import FollowedMasks, MaskFilms

from .conftest import write_clip

FULL = 65_535
SIZE = (96, 128)


def column(index: int, size: tuple[int, int]) -> np.ndarray:
    """A mask that is white left of a border that moves four pixels a frame."""
    pixels = np.zeros((*size, 3), np.uint8)
    pixels[:, : 4 * index] = 255
    return pixels


def at(masks: FrameMasks, frame: np.ndarray, time: Fraction) -> np.ndarray:
    return np.asarray(masks.at(frame, index=0, time=time)[0])


def test_a_mask_film_counts_at_its_own_times(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "mask.mp4", frames=12, rate=10, make=column, size=SIZE)
    masks, frame = MaskFilms(paths=(path,))(SIZE), np.zeros((*SIZE, 3), np.uint8)
    for time, border in ((0, 0), (Fraction(1, 25), 0), (Fraction(11, 20), 20), (5, 44), (0.35, 12)):
        mask = at(masks, frame, Fraction(time))
        assert (mask[:, : max(0, border - 2)] > 60_000).all()
        assert (mask[:, border + 2 :] < 6000).all()
    assert masks.state() == {}


def test_a_mask_film_may_be_smaller_but_not_of_another_shape(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "mask.mp4", frames=4, make=column, size=(48, 64))
    assert (
        at(MaskFilms(paths=(path,))(SIZE), np.zeros((*SIZE, 3), np.uint8), Fraction(0)).shape
        == SIZE
    )
    with pytest.raises(ShapeError, match="mask"):
        MaskFilms(paths=(path,))((96, 96))


def photo(left: int) -> np.ndarray:
    """A textured square on a textured ground."""
    rng = np.random.default_rng(0)
    ground = rng.integers(40, 110, (12, 16, 3)).repeat(8, 0).repeat(8, 1)
    square = rng.integers(130, 250, (8, 8, 3)).repeat(4, 0).repeat(4, 1)
    ground[32:64, left : left + 32] = square
    return ground.astype(np.uint8)


def square(left: int) -> np.ndarray:
    mask = np.zeros(SIZE, np.uint16)
    mask[32:64, left : left + 32] = FULL
    return mask


def overlap(mask: np.ndarray, left: int) -> float:
    found, wanted = mask > FULL // 2, square(left) > 0
    return float((found & wanted).sum() / (found | wanted).sum())


def test_a_region_is_followed(tmp_path: Path) -> None:
    masks = FollowedMasks(masks=(square(16),))(SIZE)
    for step in range(20):
        mask = at(masks, photo(16 + 2 * step), Fraction(step, 25))
    assert overlap(mask, 16 + 38) > 0.8
    assert overlap(square(16), 16 + 38) < 0.1


def test_following_goes_on_from_its_state() -> None:
    whole, first = (FollowedMasks(masks=(square(16), square(40)))(SIZE) for _ in range(2))
    for step in range(4):
        frame = photo(16 + 3 * step)
        expected = at(whole, frame, Fraction(0))
        if step < 3:
            at(first, frame, Fraction(0))
    second = FollowedMasks(masks=(square(16), square(40)))(SIZE)
    second.restore(first.state())
    assert np.array_equal(at(second, photo(25), Fraction(0)), expected)
    second.reset()
    assert second.state() == {}
    assert np.array_equal(at(second, photo(90), Fraction(0)), square(16))
