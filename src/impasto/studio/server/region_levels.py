"""The segmenters of the catalogue for the studio, and the levels of their trees as a map."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from impasto.segmentation.catalog import get_segmenter, open_segmenter
from impasto.segmentation.hierarchy import SLOW_STEP, STEP, Hierarchy
from impasto.segmentation.region_features import click_features
from impasto.studio.server.region_map import Indices, RegionMap
from impasto.studio.server.segmenting import StudioSegmenter

if TYPE_CHECKING:
    from impasto.image.picture import Picture
    from impasto.progress import Cancellation, ProgressCallback
    from impasto.segmentation.region_embedding import RegionEmbedding

TREE = "region-tree"
"""Makes the map for segmenters that have no regions of their own."""


@lru_cache(maxsize=4)
def open_studio_segmenter(name: str) -> StudioSegmenter:
    """A segmenter of the catalogue, opened once.

    Raises:
        UnknownNameError: if there is no such segmenter.
        MissingPackageError: if the extra it needs is not installed.
        WeightsNotFoundError: if its weights are not here.
    """
    has_levels = get_segmenter(name).has_levels

    def map_regions(
        picture: Picture,
        embedding: Any,
        on_progress: ProgressCallback,
        cancellation: Cancellation,
    ) -> RegionMap:
        if not has_levels:
            embedding = open_segmenter(TREE).embed(picture, on_progress, cancellation)
        return map_levels(embedding)

    return StudioSegmenter(segmenter=open_segmenter(name), map_regions=map_regions)


def map_levels(embedding: RegionEmbedding) -> RegionMap:
    """The regions of an embedding that differ enough for a turn of the wheel to be seen."""
    hierarchy = embedding.hierarchy
    leaves = hierarchy.leaves
    nodes = np.concatenate([np.argsort(hierarchy.ranks), leaves + np.flatnonzero(kept(hierarchy))])
    number = np.full(len(hierarchy.parents), -1, np.int64)
    number[nodes] = np.arange(len(nodes))
    above = _kept_ancestors(hierarchy.parents, number)
    parent = number[above[nodes]]
    parent[-1] = len(nodes) - 1
    return RegionMap(
        labels=embedding.ranked,
        parent=parent,
        first=hierarchy.begins[nodes],
        last=hierarchy.ends[nodes],
        proposed=_proposals(embedding, nodes[:leaves], nodes, parent),
    )


def kept(hierarchy: Hierarchy) -> npt.NDArray[np.bool_]:
    """Which merges are levels: (N − 1,), the root among them.

    One whose next merge grows much, or that has grown much since the last level below.
    """
    leaves, areas, parents = hierarchy.leaves, hierarchy.areas, hierarchy.parents
    last = np.where(np.arange(len(parents)) < leaves, areas, 0.0)
    keeps = np.zeros(len(parents), bool)
    for node in range(len(parents)):
        if node >= leaves:
            grows = parents[node] == node or areas[parents[node]] >= STEP * areas[node]
            keeps[node] = grows or areas[node] >= SLOW_STEP * last[node]
            if keeps[node]:
                last[node] = areas[node]
        if parents[node] != node:
            last[parents[node]] = max(last[parents[node]], last[node])
    return keeps[leaves:]


def _kept_ancestors(parents: Indices, number: Indices) -> Indices:
    """For each node the nearest above it that is kept; the root for the root."""
    above = parents.copy()
    for node in range(len(parents) - 2, -1, -1):
        if number[above[node]] < 0:
            above[node] = above[above[node]]
    return above


def _proposals(
    embedding: RegionEmbedding, leaves: Indices, nodes: Indices, parent: Indices
) -> Indices:
    """For each leaf the level that a click into its middle most likely means."""
    hierarchy, shapes = embedding.hierarchy, embedding.shapes
    paths = [_path(parent, level) for level in range(len(leaves))]
    features = [
        click_features(shapes, hierarchy, nodes[path].tolist(), *shapes.centers[leaf])
        for leaf, path in zip(leaves, paths, strict=True)
    ]
    scores = embedding.choice.expected_overlap(np.concatenate(features))
    ends = np.cumsum([len(path) for path in paths])
    parts = np.split(scores, ends[:-1])
    return np.array([path[int(part.argmax())] for path, part in zip(paths, parts, strict=True)])


def _path(parent: Indices, level: int) -> list[int]:
    """A level and all above it."""
    path = [level]
    while parent[path[-1]] != path[-1]:
        path.append(int(parent[path[-1]]))
    return path
