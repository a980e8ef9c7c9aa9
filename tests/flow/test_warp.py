from collections.abc import Callable

import numpy as np
import pytest

from impasto.errors import OptionError, ShapeError
from impasto.flow.warp import inside, resize_flow, warp


def flow_of(x: float, y: float, size: tuple[int, int] = (20, 30)) -> np.ndarray:
    return np.broadcast_to(np.array([x, y], np.float32), (*size, 2)).copy()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("interpolation", ["linear", "cubic"])
def test_whole_pixels_are_moved_to_the_bit(dtype: type, interpolation: str) -> None:
    image = np.random.default_rng(0).integers(0, 255, (20, 30, 3)).astype(dtype)
    found = warp(image, flow_of(3, -2), interpolation=interpolation)
    np.testing.assert_array_equal(found[2:, :-3], image[:-2, 3:])
    assert found.dtype == dtype
    np.testing.assert_array_equal(found[0, :-3], image[0, 3:], "the border is repeated")


def test_equals_bilinear_interpolation_in_float64(
    moved: Callable[..., np.ndarray], swirl: Callable[..., np.ndarray]
) -> None:
    image = np.random.default_rng(1).random((96, 128, 3)).astype(np.float32)
    found = warp(image, swirl())
    # 1/64 of a pixel away at most, in x and in y, where neighbours differ by up to 1
    np.testing.assert_allclose(found, moved(image, swirl()), atol=2 / 64 + 1e-5)
    assert np.abs(found - moved(image, swirl())).mean() < 0.005


def test_masks_and_one_channel() -> None:
    mask = np.random.default_rng(2).random((20, 30)).astype(np.float32)
    np.testing.assert_array_equal(warp(mask, flow_of(1, 0))[:, :-1], mask[:, 1:])
    assert warp(mask[..., None], flow_of(1, 0)).shape == (20, 30, 1)


def test_flow_may_have_another_size_than_the_image() -> None:
    image = np.arange(12, dtype=np.float32).reshape(3, 4)
    np.testing.assert_array_equal(warp(image, flow_of(1, 1, (2, 2))), image[1:, 1:3])


def test_inside() -> None:
    found = inside(flow_of(2.5, -1, (4, 6)))
    expected = np.zeros((4, 6), bool)
    expected[1:, :3] = True
    np.testing.assert_array_equal(found, expected)
    assert inside(flow_of(2.5, 0, (4, 6)), (4, 100)).all()


def test_resized_flow_has_longer_vectors() -> None:
    np.testing.assert_allclose(resize_flow(flow_of(1, 2), (60, 60)), flow_of(2, 6, (60, 60)))
    same = flow_of(1, 2)
    assert resize_flow(same, (20, 30)) is same


def test_bad_input() -> None:
    image = np.zeros((20, 30, 3), np.uint8)
    with pytest.raises(ShapeError, match=r"expected \(H, W, 2\) float32"):
        warp(image, np.zeros((20, 30, 2)))
    with pytest.raises(ShapeError, match="1 to 4"):
        warp(np.zeros((20, 30, 5), np.uint8), flow_of(0, 0))
    with pytest.raises(ShapeError, match="32766"):
        warp(np.zeros((1, 40000), np.uint8), flow_of(0, 0))
    with pytest.raises(OptionError, match="linear, cubic"):
        warp(image, flow_of(0, 0), interpolation="nearest")  # type: ignore[arg-type]
