import numpy as np
import torch
import torch.nn.functional as F

from impasto.segmentation.prompt_maps import (
    PROMPT_CHANNELS,
    WIDE,
    grid_of,
    likeness_maps,
    prompt_maps,
)

GRID = grid_of((6, 8))


def test_the_grid_is_in_the_longest_side() -> None:
    assert GRID[0, 0].tolist() == [1 / 16, 1 / 16]
    assert GRID[-1, -1].tolist() == [15 / 16, 11 / 16]


def test_bells_agree_with_the_formula() -> None:
    points = torch.tensor([[[0.3, 0.2], [0.8, 0.5], [0.1, 0.1]]])
    signs = torch.tensor([[1.0, 1.0, -1.0]])
    maps = prompt_maps(points, signs, torch.zeros(1, 4), GRID).numpy()[0]
    assert maps.shape == (PROMPT_CHANNELS, 6, 8)
    grid = GRID.numpy().astype(np.float64)
    added = np.minimum(
        np.hypot(*(grid - (0.3, 0.2)).transpose(2, 0, 1)),
        np.hypot(*(grid - (0.8, 0.5)).transpose(2, 0, 1)),
    )
    left_out = np.hypot(*(grid - (0.1, 0.1)).transpose(2, 0, 1))
    np.testing.assert_allclose(maps[1], np.exp(-((added / WIDE) ** 2) / 2), atol=1e-5)
    np.testing.assert_allclose(maps[2], 1 - added, atol=1e-5)
    np.testing.assert_allclose(maps[5], np.maximum(1 - left_out, 0), atol=1e-5)
    assert not maps[6:].any()


def test_without_clicks_the_maps_are_empty() -> None:
    maps = prompt_maps(torch.zeros(1, 1, 2), torch.zeros(1, 1), torch.zeros(1, 4), GRID)
    assert not maps.any()


def test_a_box_is_marked() -> None:
    box = torch.tensor([[0.0, 0.0, 0.5, 0.25]])
    maps = prompt_maps(torch.zeros(1, 1, 2), torch.zeros(1, 1), box, GRID)[0]
    assert maps[6].sum() == 4 * 2
    assert maps[7].min() == 1


def test_likeness_is_one_where_clicked() -> None:
    keys = F.normalize(torch.randn(1, 5, 6, 8, generator=torch.Generator().manual_seed(0)), dim=1)
    points = GRID[2, 3].view(1, 1, 2)
    maps = likeness_maps(keys, points, torch.ones(1, 1), GRID)
    expected = torch.einsum("chw,c->hw", keys[0], keys[0, :, 2, 3])
    torch.testing.assert_close(maps[0, 0], expected)
    torch.testing.assert_close(maps[0, 1], expected)
    assert not maps[0, 2].any()
