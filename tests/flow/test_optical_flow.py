from collections.abc import Callable

import numpy as np
import pytest

from impasto.errors import OptionError, ShapeError
from impasto.flow.optical_flow import DenseInverseSearch, check_frames, resize_frame

Maker = Callable[..., np.ndarray]
MIDDLE = np.s_[12:-12, 12:-12]


@pytest.mark.parametrize("shift", [(3, 0), (-2, 4)])
@pytest.mark.parametrize("preset", DenseInverseSearch.PRESETS)
def test_finds_a_known_shift(texture: Maker, shift: tuple[int, int], preset: str) -> None:
    large = texture(120, 160)
    x, y = shift
    first, second = large[10:106, 10:138], large[10 - y : 106 - y, 10 - x : 138 - x]
    found = DenseInverseSearch(preset=preset).estimate(first.copy(), second.copy())
    assert found.shape == (96, 128, 2)
    assert found.dtype == np.float32
    assert np.abs(found[MIDDLE] - np.array(shift)).mean() < 0.15


def test_finds_a_known_affine_flow(texture: Maker, moved: Maker, swirl: Maker) -> None:
    second = texture()
    first = np.rint(moved(second, swirl(), 3)).clip(0, 255).astype(np.uint8)
    found = DenseInverseSearch(preset="medium").estimate(first, second)
    assert np.linalg.norm(found - swirl(), axis=-1)[MIDDLE].mean() < 0.15


def test_reduced_frames_give_flow_in_pixels_of_the_whole(texture: Maker) -> None:
    large = texture(200, 300, seed=3)
    search = DenseInverseSearch(longest_side_px=120)
    found = search.estimate(large[:, 8:248].copy(), large[:, :240].copy())
    assert found.shape == (200, 240, 2)
    assert np.median(found[30:-30, 30:-30], axis=(0, 1)) == pytest.approx([8, 0], abs=0.3)


@pytest.mark.parametrize("size", [(5, 40), (1, 1), (17, 3)])
def test_small_frames(texture: Maker, size: tuple[int, int]) -> None:
    frame = texture()[: size[0], : size[1]].copy()
    found = DenseInverseSearch().estimate(frame, frame)
    assert found.shape == (*size, 2)
    assert np.abs(found).max() < 0.5


def test_same_frames_same_flow(texture: Maker) -> None:
    one, two = texture(), texture(seed=1)
    search = DenseInverseSearch()
    np.testing.assert_array_equal(search.estimate(one, two), search.estimate(one, two))


def test_frames_are_reduced_by_averages() -> None:
    frame = np.zeros((4, 4, 3), np.uint8)
    frame[::2] = 200
    np.testing.assert_array_equal(resize_frame(frame, (2, 2)), np.full((2, 2, 3), 100, np.uint8))
    assert resize_frame(frame, (4, 4)) is frame


def test_bad_input(texture: Maker) -> None:
    with pytest.raises(OptionError, match="ultrafast, fast, medium"):
        DenseInverseSearch(preset="slow")
    with pytest.raises(OptionError, match="16 or more"):
        DenseInverseSearch(longest_side_px=8)
    with pytest.raises(ShapeError, match="expected one shape"):
        DenseInverseSearch().estimate(texture(), texture()[1:])
    with pytest.raises(ShapeError, match=r"\(H, W, 3\) uint8"):
        check_frames(texture() / 255)
