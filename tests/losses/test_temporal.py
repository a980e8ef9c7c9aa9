import numpy as np
import pytest
import torch

from impasto.errors import ShapeError
from impasto.losses.temporal import temporal_loss


def case(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    image, moved = (
        torch.rand(2, 3, 5, 7, generator=generator, dtype=torch.float64) for _ in range(2)
    )
    return image, moved, torch.rand(2, 1, 5, 7, generator=generator, dtype=torch.float64)


def test_equals_equation_7() -> None:
    image, moved, weights = case()
    x, w, c = (each.numpy() for each in (image, moved, weights))
    total = 0.0
    for place in np.ndindex(x.shape):
        total += c[place[0], 0, place[2], place[3]] * (x[place] - w[place]) ** 2
    assert temporal_loss(image, moved, weights).item() == pytest.approx(total / x.size, rel=1e-12)


def test_what_is_not_known_costs_nothing() -> None:
    image, moved, weights = case()
    weights = (weights > 0.5).to(weights.dtype)
    changed = torch.where(weights > 0, moved, image)
    assert temporal_loss(changed, moved, weights) == 0
    assert temporal_loss(image, moved, torch.ones_like(weights)) > 0


def test_gradient() -> None:
    image, moved, weights = case(1)
    assert torch.autograd.gradcheck(
        lambda x: temporal_loss(x, moved, weights), image.requires_grad_()
    )


def test_bad_input() -> None:
    image, moved, weights = case()
    with pytest.raises(ShapeError, match="twice"):
        temporal_loss(image, moved[..., 1:], weights)
    with pytest.raises(ShapeError, match="twice"):
        temporal_loss(image, moved, weights[:, 0])
