import pytest
from hypothesis import given
from hypothesis import strategies as st

from impasto.errors import OptionError
from impasto.optimization.pyramid import COARSEST_SIDE_PX, pyramid


@given(st.integers(16, 5000), st.integers(16, 5000), st.integers(1, 2000))
def test_automatic_plan(height: int, width: int, iterations: int) -> None:
    levels = pyramid((height, width), iterations=iterations)
    assert sum(level.iterations for level in levels) == iterations
    assert levels[-1].size == (height, width)
    assert all(level.iterations >= 1 for level in levels)
    areas = [level.size[0] * level.size[1] for level in levels]
    assert areas == sorted(areas)
    if len(levels) > 1:
        assert min(levels[0].size) >= COARSEST_SIDE_PX - 1


def test_one_level_is_a_plain_optimisation() -> None:
    (level,) = pyramid((300, 200), iterations=50, levels=1)
    assert (level.size, level.iterations) == ((300, 200), 50)


@pytest.mark.parametrize(("levels", "iterations"), [(5, 100), (3, 2), (0, 10)])
def test_refuses_what_does_not_fit(levels: int, iterations: int) -> None:
    with pytest.raises(OptionError, match="Use fewer levels"):
        pyramid((64, 64), iterations=iterations, levels=levels)
