import math

import pytest
import torch

from impasto.errors import ShapeError
from impasto.losses.grid import grid_loss, phase_deviations


def wave(period: int, amplitude: float, size: int = 32) -> torch.Tensor:
    columns = torch.arange(size, dtype=torch.float64)
    return (amplitude * torch.cos(2 * math.pi * columns / period)).expand(1, 1, size, size)


@pytest.mark.parametrize(("period", "power"), [(4, 0.5), (2, 1.0)])
def test_a_known_grid_has_its_power(period: int, power: float) -> None:
    """A cosine of amplitude a has the power a²/2, and a² where it is sampled at its peaks."""
    flat = torch.zeros(1, 1, 32, 32, dtype=torch.float64)
    assert grid_loss(flat + wave(period, 0.1), flat).item() == pytest.approx(power * 0.01)


def test_other_periods_and_shades_are_none() -> None:
    flat = torch.zeros(1, 1, 32, 32, dtype=torch.float64)
    assert grid_loss(wave(8, 0.3) + 0.2, flat).item() == pytest.approx(0, abs=1e-12)


def test_what_came_with_the_input_is_not_held_against_the_output() -> None:
    given = wave(4, 0.1)
    assert grid_loss(given, given).item() == 0
    assert grid_loss(given * 0.5, given).item() == 0
    assert grid_loss(given * 2, given).item() == pytest.approx(3 * 0.005)


def test_phases_and_refusals() -> None:
    deviations = phase_deviations(torch.rand(2, 3, 8, 12))
    assert deviations.shape == (2, 3, 16)
    assert deviations.sum(2).abs().max() < 1e-5
    with pytest.raises(ShapeError, match="multiples of 4"):
        phase_deviations(torch.rand(1, 3, 8, 10))
    with pytest.raises(ShapeError, match="expected one shape"):
        grid_loss(torch.rand(1, 3, 8, 8), torch.rand(1, 3, 8, 12))


def test_gradient() -> None:
    images = torch.zeros(1, 1, 8, 8, dtype=torch.float64)
    stylized = torch.rand(1, 1, 8, 8, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: grid_loss(x, images), stylized)
