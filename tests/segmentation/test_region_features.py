import numpy as np

from impasto.segmentation.hierarchy import linkage_hierarchy
from impasto.segmentation.region_features import (
    CLICK_FEATURES,
    NODE_FEATURES,
    click_features,
    nearest_common_nodes,
    region_shapes,
)
from impasto.segmentation.superpixels import superpixels, touching


def test_nearest_common_nodes_agree_with_paths() -> None:
    graph = touching(np.arange(12, dtype=np.int32).reshape(3, 4))
    hierarchy = linkage_hierarchy(graph, np.random.default_rng(0).random(len(graph.sources)))
    first, second = np.array([0, 3, 5, 7]), np.array([11, 4, 5, 2])
    found = nearest_common_nodes(hierarchy, first, second)
    for a, b, node in zip(first, second, found, strict=True):
        shared = [each for each in hierarchy.path(int(a)) if each in hierarchy.path(int(b))]
        assert node == shared[0]


def test_perimeters_agree_with_masks() -> None:
    pixels = np.random.default_rng(1).random((30, 40, 3)).astype(np.float32)
    graph = superpixels(pixels, 20)
    hierarchy = linkage_hierarchy(graph, np.random.default_rng(2).random(len(graph.sources)))
    shapes = region_shapes(graph, hierarchy, np.ones(len(graph.sources)))
    for node in range(hierarchy.root + 1):
        mask = hierarchy.members(node)[graph.labels]
        edges = (mask[:, 1:] != mask[:, :-1]).sum() + (mask[1:] != mask[:-1]).sum()
        assert shapes.perimeters[node] == edges
        rows, columns = np.nonzero(mask)
        np.testing.assert_allclose(shapes.centers[node], (columns.mean(), rows.mean()))
    assert shapes.features.shape == (hierarchy.root + 1, NODE_FEATURES)
    assert np.isfinite(shapes.features).all()
    clicked = click_features(shapes, hierarchy, [0, hierarchy.root], 3.0, 4.0)
    assert clicked.shape == (2, NODE_FEATURES + CLICK_FEATURES)
