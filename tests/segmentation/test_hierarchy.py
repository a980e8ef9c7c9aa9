import numpy as np
import pytest

from impasto.segmentation.hierarchy import (
    Hierarchy,
    linkage_hierarchy,
    node_mask,
    offered_levels,
    ward_hierarchy,
)
from impasto.segmentation.superpixels import SuperpixelGraph, touching


def strip(count: int = 8) -> SuperpixelGraph:
    return touching(np.repeat(np.arange(count, dtype=np.int32)[None], 5, 0).repeat(3, 1))


@pytest.fixture
def hierarchy() -> Hierarchy:
    return linkage_hierarchy(strip(), np.array([0.1, 0.5, 0.2, 0.9, 0.1, 0.6, 0.3]))


def test_the_weakest_borders_fall_first(hierarchy: Hierarchy) -> None:
    halves = hierarchy.children(hierarchy.root)
    members = {tuple(np.flatnonzero(hierarchy.members(node))) for node in halves}
    assert members == {(0, 1, 2, 3), (4, 5, 6, 7)}


def test_parents_hold_their_children(hierarchy: Hierarchy) -> None:
    for node in range(hierarchy.leaves, hierarchy.root + 1):
        first, second = hierarchy.children(node)
        both = hierarchy.members(first) | hierarchy.members(second)
        assert not (hierarchy.members(first) & hierarchy.members(second)).any()
        assert (both == hierarchy.members(node)).all()
        assert hierarchy.areas[node] == hierarchy.areas[first] + hierarchy.areas[second]
        assert hierarchy.heights[node] >= max(hierarchy.heights[[first, second]])


def test_sums_agree_with_members(hierarchy: Hierarchy) -> None:
    values = np.random.default_rng(0).random((8, 2))
    sums = hierarchy.sums(values)
    for node in range(hierarchy.root + 1):
        np.testing.assert_allclose(sums[node], values[hierarchy.members(node)].sum(0))


def test_mask_of_a_node_is_its_superpixels(hierarchy: Hierarchy) -> None:
    graph = strip()
    ranked = hierarchy.ranks.astype(np.int32)[graph.labels]
    for node in (0, hierarchy.leaves + 2, hierarchy.root):
        expected = hierarchy.members(node)[graph.labels]
        assert (node_mask(hierarchy, ranked, node) == expected).all()


def test_levels_grow_and_end_with_everything(hierarchy: Hierarchy) -> None:
    levels = offered_levels(hierarchy, 0)
    areas = hierarchy.areas[levels]
    assert (np.diff(areas) > 0).all()
    assert levels[-1] == hierarchy.root


def test_ward_joins_what_is_alike() -> None:
    features = np.array([0, 0.1, 0, 0.1, 5, 5.1, 5, 5.1])[:, None]
    hierarchy = ward_hierarchy(strip(), features)
    halves = hierarchy.children(hierarchy.root)
    members = {tuple(np.flatnonzero(hierarchy.members(node))) for node in halves}
    assert members == {(0, 1, 2, 3), (4, 5, 6, 7)}
