import pytest
import torch

from impasto.errors import ShapeError
from impasto.losses.stability import motion_of, random_motion, stability_losses, warp


def shift(x: float, y: float, height: int = 8, width: int = 10) -> torch.Tensor:
    return torch.tensor([x, y], dtype=torch.float64).view(1, 2, 1, 1).expand(1, 2, height, width)


def test_whole_steps_take_the_pixel_there() -> None:
    image = torch.rand(1, 3, 8, 10, dtype=torch.float64)
    motion = motion_of(shift(2, -1))
    moved = warp(image, motion)
    assert torch.allclose(moved[..., 1:, :-2], image[..., :-1, 2:])
    assert torch.allclose(moved[..., 0, :-2], image[..., 0, 2:])  # the border is repeated
    expected = torch.ones(8, 10, dtype=torch.float64)
    expected[0], expected[:, -2:] = 0, 0
    assert torch.equal(motion.valid[0, 0], expected)


def test_half_steps_interpolate() -> None:
    image = torch.rand(1, 1, 8, 10, dtype=torch.float64)
    moved = warp(image, motion_of(shift(0.5, 0)))
    assert torch.allclose(moved[..., :-1], (image[..., :-1] + image[..., 1:]) / 2)


def test_random_motion_is_small_smooth_and_the_same_for_a_seed() -> None:
    motions = [
        random_motion(2, (40, 60), reach_px=3, generator=torch.Generator().manual_seed(seed))
        for seed in (1, 1, 2)
    ]
    assert torch.equal(motions[0].grid, motions[1].grid)
    assert not torch.equal(motions[0].grid, motions[2].grid)
    columns = (torch.arange(60.0) * 2 + 1) / 60 - 1
    flow_x = (motions[0].grid[..., 0] - columns) * 30
    assert 0.5 < flow_x.abs().max() <= 3
    assert flow_x.diff(dim=2).abs().max() < 6 * 3 / 59 + 1e-4
    assert motions[0].valid.mean() > 0.8


def test_loss_counts_only_where_it_is_valid() -> None:
    stylized = torch.rand(1, 3, 8, 10, dtype=torch.float64)
    motion = motion_of(shift(1, 0))
    followed = warp(stylized, motion)
    assert stability_losses(stylized, followed, motion).item() == 0
    beyond = followed.clone()
    beyond[..., -1] += 5
    assert stability_losses(stylized, beyond, motion).item() == 0
    assert stability_losses(stylized, followed + 0.5, motion).item() == pytest.approx(0.25)


def test_refusal_and_gradient() -> None:
    image = torch.rand(1, 1, 6, 6, dtype=torch.float64, requires_grad=True)
    other = torch.rand(1, 1, 6, 6, dtype=torch.float64, requires_grad=True)
    motion = motion_of(shift(0.3, 0.6, 6, 6))
    assert torch.autograd.gradcheck(lambda a, b: stability_losses(a, b, motion), (image, other))
    with pytest.raises(ShapeError, match="expected one shape"):
        stability_losses(image, other[..., :4], motion)
    assert motion.to(torch.device("cpu")).grid.shape == motion.grid.shape
