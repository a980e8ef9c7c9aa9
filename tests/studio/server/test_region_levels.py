from __future__ import annotations

import numpy as np
import pytest

from impasto.image.picture import Picture
from impasto.progress import Cancellation
from impasto.segmentation.prompts import Point
from impasto.segmentation.region_embedding import RegionEmbedding
from impasto.studio.server.region_levels import kept, map_levels, open_studio_segmenter
from impasto.studio.server.segmenting import segment


def _photo() -> Picture:
    chance = np.random.default_rng(0)
    pixels = np.full((96, 128, 3), (120, 160, 220), np.uint8)
    pixels[60:] = (90, 140, 60)
    pixels[30:80, 40:80] = (180, 60, 40)
    noise = chance.integers(-8, 9, pixels.shape)
    return Picture(pixels=np.clip(pixels + noise, 0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def embedding() -> RegionEmbedding:
    segmenter = open_studio_segmenter("region-tree").segmenter
    found: RegionEmbedding = segmenter.embed(_photo())
    return found


def test_levels_are_nodes_of_the_tree(embedding: RegionEmbedding) -> None:
    regions = map_levels(embedding)
    hierarchy = embedding.hierarchy
    inner = hierarchy.leaves + np.flatnonzero(kept(hierarchy))
    for level, node in enumerate(inner, regions.leaves):
        assert (regions.mask([level], embedding.size).full() == 255 * embedding.mask(node)).all()


def test_parents_hold_their_children_and_grow(embedding: RegionEmbedding) -> None:
    regions = map_levels(embedding)
    root = len(regions.parent) - 1
    levels = np.arange(root)
    parent = regions.parent[:-1]
    assert regions.parent[root] == root
    assert (regions.first[parent] <= regions.first[levels]).all()
    assert (regions.last[parent] >= regions.last[levels]).all()
    assert (regions.last - regions.first)[root] == regions.leaves
    assert len(regions.parent) <= len(embedding.hierarchy.parents)


def test_a_leaf_is_where_the_embedding_has_it(embedding: RegionEmbedding) -> None:
    regions = map_levels(embedding)
    leaf = embedding.leaf_at(Point(50, 50))
    assert regions.labels[50, 50] == embedding.hierarchy.ranks[leaf]
    path = embedding.hierarchy.path(leaf)
    proposed = int(regions.proposed[regions.labels[50, 50]])
    areas = [embedding.mask(node).sum() for node in path]
    assert regions.areas[proposed] in areas


@pytest.mark.parametrize("name", ["region-tree"])
def test_the_real_segmenters_serve_the_studio(name: str) -> None:
    found = segment(open_studio_segmenter(name), _photo(), lambda _: None, Cancellation())
    assert found.regions.labels.shape == (96, 128)
    assert found.regions.encode()
