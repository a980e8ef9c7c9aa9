import numpy as np
import pytest
from skimage.measure import label

from impasto.segmentation.superpixels import (
    border_mean,
    enlarge,
    pooling_matrix,
    superpixels,
    touching,
)

QUARTERS = np.repeat(np.repeat(np.array([[0, 1], [2, 3]], np.int32), 4, 0), 6, 1)


def test_labels_have_no_gaps_and_every_superpixel_is_one_piece() -> None:
    pixels = np.random.default_rng(0).random((60, 80, 3)).astype(np.float32)
    graph = superpixels(pixels, 40)
    assert np.unique(graph.labels).tolist() == list(range(len(graph)))
    assert graph.areas.sum() == 60 * 80
    for each in range(len(graph)):
        assert label(graph.labels == each, connectivity=1).max() == 1


def test_touching_counts_pixel_edges() -> None:
    graph = touching(QUARTERS)
    found = dict(
        zip(
            zip(graph.sources.tolist(), graph.targets.tolist(), strict=False),
            graph.lengths,
            strict=False,
        )
    )
    assert found == {(0, 1): 4, (0, 2): 6, (1, 3): 6, (2, 3): 4}


@pytest.mark.parametrize("grid", [(1, 1), (2, 3), (8, 12), (3, 1)])
def test_pooling_keeps_constants_and_agrees_with_a_plain_mean(grid: tuple[int, int]) -> None:
    matrix = pooling_matrix(QUARTERS, grid)
    np.testing.assert_allclose(matrix @ np.ones(grid[0] * grid[1]), 1)
    if grid == QUARTERS.shape:
        values = np.random.default_rng(1).random(grid)
        expected = [values[each == QUARTERS].mean() for each in range(4)]
        np.testing.assert_allclose(matrix @ values.ravel(), expected)


def test_border_mean_sees_only_its_border() -> None:
    strength = np.zeros(QUARTERS.shape)
    strength[:4, 6] = 1
    graph = touching(QUARTERS)
    expected = [1.0, 0.0, 1 / 6, 0.0]
    np.testing.assert_allclose(border_mean(graph, strength), expected)


def test_enlarged_borders_move_to_the_edges_of_the_photograph() -> None:
    pixels = np.zeros((80, 120, 3), np.uint8)
    pixels[:, 63:] = 255
    labels = np.repeat(np.repeat(np.array([[0, 1]], np.int32), 8, 0), 6, 1)
    large = enlarge(labels, pixels)
    assert large.shape == (80, 120)
    assert ((large == 1) == (pixels[..., 0] > 0)).mean() > 0.99
