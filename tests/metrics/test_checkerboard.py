import math

import pytest
import torch

from impasto.errors import ShapeError
from impasto.metrics.checkerboard import checkerboard_amplitude


def waves(period: int, x: int, y: int, amplitude: float) -> torch.Tensor:
    rows, columns = torch.meshgrid(torch.arange(66.0), torch.arange(71.0), indexing="ij")
    wave = torch.cos(2 * math.pi * (x * columns + y * rows) / period)
    return (0.5 + amplitude / 255 * wave).expand(1, 3, -1, -1)


@pytest.mark.parametrize("period", [2, 4])
@pytest.mark.parametrize(
    ("x", "y", "name"),
    [(1, 0, "horizontal"), (0, 1, "vertical"), (1, 1, "diagonal"), (-1, 1, "diagonal")],
)
def test_a_known_grid_has_its_amplitude(period: int, x: int, y: int, name: str) -> None:
    found = checkerboard_amplitude(waves(period, x, y, 7.0))
    assert found.pop(f"{period} {name}") == pytest.approx(7.0, abs=1e-4)
    assert max(found.values()) < 1e-4


def test_noise_has_next_to_none() -> None:
    noise = 0.5 + 12 / 255 * torch.randn(1, 3, 512, 512, generator=torch.manual_seed(0))
    assert max(checkerboard_amplitude(noise.clamp(0, 1)).values()) < 0.2


def test_wrong_shape() -> None:
    with pytest.raises(ShapeError):
        checkerboard_amplitude(torch.zeros(3, 8, 8))
