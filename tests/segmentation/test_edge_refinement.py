import numpy as np
import torch

from impasto.segmentation.edge_refinement import RADIUS_CELLS, SMOOTHNESS, make_guide, refine


def split_image() -> torch.Tensor:
    image = torch.full((1, 3, 64, 96), 0.2)
    image[..., 41:] = torch.tensor([0.9, 0.3, 0.1])[:, None, None]
    noise = torch.randn(image.shape, generator=torch.Generator().manual_seed(0))
    return (image + 0.01 * noise).clamp(0, 1)


def test_a_coarse_border_moves_to_the_edge() -> None:
    image = split_image()
    guide = make_guide(image, (16, 24))
    coarse = torch.zeros(1, 16, 24)
    coarse[..., 10:] = 1
    coarse[..., 10] = 0.75
    found = refine(guide, coarse)[0] > 0.5
    expected = torch.zeros(64, 96, dtype=torch.bool)
    expected[:, 41:] = True
    assert (found == expected).float().mean() > 0.99


def test_one_window_agrees_with_least_squares() -> None:
    """Where all cells lie in one window, the filter is a ridge regression on colour."""
    rng = np.random.default_rng(0)
    side = RADIUS_CELLS + 1
    image = torch.from_numpy(rng.random((1, 3, side, side)))
    chances = torch.from_numpy(rng.random((1, side, side)))
    found = refine(make_guide(image.float(), (side, side)), chances.float())[0]
    colours = image[0].flatten(1).T.numpy()
    values = chances.flatten().numpy()
    centred, count = colours - colours.mean(0), len(values)
    slope = np.linalg.solve(
        centred.T @ centred / count + SMOOTHNESS * np.eye(3),
        centred.T @ (values - values.mean()) / count,
    )
    expected = centred @ slope + values.mean()
    np.testing.assert_allclose(found.flatten().numpy(), expected, atol=1e-3)


def test_a_flat_picture_changes_little() -> None:
    guide = make_guide(torch.full((1, 3, 32, 32), 0.5), (8, 8))
    coarse = torch.zeros(2, 8, 8)
    coarse[0, :, 4:] = 1
    found = refine(guide, coarse)
    assert found.shape == (2, 32, 32)
    assert ((found[0, :, 16:] > 0.5).float().mean()) > 0.95
    assert not found[1].any()
