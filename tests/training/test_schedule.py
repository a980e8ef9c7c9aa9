import math

import pytest

from impasto.training.recipe import TrainingRecipe
from impasto.training.schedule import learning_rate, mean_decay, progress, remaining_s

RECIPE = TrainingRecipe(steps=1000, learning_rate=1.0, final_learning_rate=0.01)
TIMED = TrainingRecipe(steps=1000, minutes=10)


def test_progress_is_of_steps_or_of_time() -> None:
    assert progress(RECIPE, 250, 1e9) == 0.25
    assert progress(TIMED, 250, 60) == 0.25
    assert progress(TIMED, 250, 300) == 0.5
    assert progress(TIMED, 250, 1e9) == 1
    assert progress(RECIPE, 1000, 0) == 1


def test_remaining() -> None:
    assert remaining_s(RECIPE, 0, 0) is None
    assert remaining_s(RECIPE, 250, 50) == 150
    assert remaining_s(TIMED, 1, 570) == 30
    assert remaining_s(TIMED, 1, 700) == 0


@pytest.mark.parametrize("step", [0, 49, 100, 500, 999])
def test_learning_rate_is_the_formula(step: int) -> None:
    rise = min(1, (step + 1) / 100)
    expected = rise * (0.5 + 0.5 * math.cos(math.pi * step / 1000)) + 0.01
    assert learning_rate(RECIPE, step, 0) == pytest.approx(expected)


def test_learning_rate_without_warmup_and_by_time() -> None:
    assert learning_rate(TrainingRecipe(warmup_steps=0), 0, 0) == pytest.approx(2.01e-3)
    assert learning_rate(TIMED, 100, 600) == pytest.approx(1e-5)


def test_mean_forgets_the_start() -> None:
    assert mean_decay(RECIPE, 0) == pytest.approx(0.1)
    assert mean_decay(RECIPE, 90) == pytest.approx(0.91)
    assert mean_decay(RECIPE, 10**6) == 0.998
