import numpy as np
import pytest

from impasto.video.tone_mapping import (
    REFERENCE_WHITE,
    pq_light,
    pq_signal,
    roll_off,
    tone_map,
)


def test_pq_is_that_of_the_standard() -> None:
    """Values of BT.2408, table 1, and the ends of ST 2084."""
    assert pq_light(np.array([0.0, 0.58, 1.0])) == pytest.approx([0, 202, 10_000], rel=0.01)
    signal = np.linspace(0, 1, 50)
    assert pq_signal(pq_light(signal)) == pytest.approx(signal, abs=1e-6)


def test_dark_parts_stay_and_the_peak_becomes_white() -> None:
    light = np.array([0.1, 10.0, 60.0])
    assert roll_off(light) == pytest.approx(light, rel=1e-6)
    assert roll_off(np.array([1000.0, 4000.0])) == pytest.approx(REFERENCE_WHITE, rel=1e-6)
    rising = roll_off(np.linspace(0, 1000, 400))
    assert (np.diff(rising) > 0).all()


@pytest.mark.parametrize("is_hlg", [False, True])
def test_greys_stay_grey_and_everything_is_a_colour(is_hlg: bool) -> None:
    table = tone_map(is_hlg=is_hlg, side=17)
    assert table.shape == (17, 17, 17, 3)
    assert table.min() >= 0
    assert table.max() <= 1
    greys = table[range(17), range(17), range(17)]
    assert np.ptp(greys, axis=-1).max() < 1e-3
    assert (np.diff(greys[:, 0]) >= 0).all()
    assert greys[0, 0] == pytest.approx(0, abs=1e-6)
    assert greys[-1, 0] == pytest.approx(1, abs=1e-3)


def test_the_axes_are_those_of_cube_files() -> None:
    """Red changes fastest: the last axis of three."""
    table = tone_map(is_hlg=False, side=9)
    assert table[0, 0, 5].argmax() == 0
    assert table[5, 0, 0].argmax() == 2
