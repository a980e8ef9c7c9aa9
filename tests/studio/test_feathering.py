import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from impasto.studio.box import Box, Pixels
from impasto.studio.feathering import Crop, feather

SIZE = (150, 170)


def half(columns: int = 80) -> Pixels:
    values = np.zeros(SIZE, np.uint8)
    values[:, :columns] = 255
    values[40:90, 100:140] = 255
    return values


def whole(values: Pixels) -> Crop:
    return Crop(values=values, box=Box.whole(SIZE))


@pytest.mark.parametrize(
    ("sigma", "levels"), [(0.5, 2), (1, 2), (2.5, 2), (6, 2), (9, 4), (20, 5), (40, 6)]
)
def test_it_is_a_gaussian(sigma: float, levels: int) -> None:
    """Against SciPy in float64; wide ones are computed from means and a little cut off."""
    soft = feather(whole(half()), Box.whole(SIZE), SIZE, sigma)
    expected = gaussian_filter(half().astype(float), sigma, mode="nearest", truncate=3)
    assert np.abs(soft - expected).max() <= levels


@pytest.mark.parametrize("sigma", [1, 3, 8, 8.1, 13, 30, 64])
def test_it_ends_after_three_standard_deviations(sigma: float) -> None:
    values = np.zeros((500, 460), np.uint8)
    values[230:260, 210:240] = 255
    box = Box.whole(values.shape)
    soft = feather(Crop(values=values, box=box), box, values.shape, sigma)
    reached = Box(top=230, left=210, bottom=260, right=240).grow(int(3 * sigma))
    outside = np.ones(values.shape, bool)
    outside[reached.slices] = False
    assert not soft[outside].any()
    assert soft[245, 225] > 0


@given(
    st.integers(0, 120),
    st.integers(0, 140),
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from([0, 0.3, 1, 4.4, 8, 11, 17, 33, 64]),
)
def test_a_box_gives_what_the_whole_gives(
    top: int, left: int, height: int, width: int, sigma: float
) -> None:
    values = np.random.default_rng(0).integers(0, 256, SIZE, np.uint8)
    box = Box(top=top, left=left, bottom=top + height, right=left + width).clip(SIZE)
    near = box.grow(int(3 * sigma) + 8).clip(SIZE)
    part = feather(Crop(values=values[near.slices], box=near), box, SIZE, sigma)
    assert np.array_equal(part, feather(whole(values), Box.whole(SIZE), SIZE, sigma)[box.slices])


@pytest.mark.parametrize("sigma", [1, 7, 20, 64])
def test_what_is_full_stays_full_up_to_the_border(sigma: float) -> None:
    full = np.full(SIZE, 255, np.uint8)
    assert (feather(whole(full), Box.whole(SIZE), SIZE, sigma) == 255).all()


@pytest.mark.parametrize("sigma", [0, 0.2])
def test_no_feather_changes_nothing(sigma: float) -> None:
    box = Box(top=10, left=20, bottom=50, right=90)
    assert np.array_equal(feather(whole(half()), box, SIZE, sigma), half()[box.slices])


@pytest.mark.parametrize("sigma", [1, 4, 8, 12, 24, 64])
def test_complements_stay_complements(sigma: float) -> None:
    """The tolerance of the coverage rests on this."""
    values = np.random.default_rng(1).integers(0, 256, SIZE, np.uint8)
    one = feather(whole(values), Box.whole(SIZE), SIZE, sigma).astype(int)
    other = feather(whole(255 - values), Box.whole(SIZE), SIZE, sigma).astype(int)
    assert np.abs(one + other - 255).max() <= 4
