"""A hierarchy of regions: superpixels merged two by two until one region is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.segmentation.superpixels import Floats, LabelMap, SuperpixelGraph

Nodes = npt.NDArray[np.int64]
WEIGHT_POWER = 0.3
STEP = 1.15
SLOW_STEP = 1.4
"""A level is offered where the region is about to grow by STEP, or has grown by SLOW_STEP."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Hierarchy:
    """A binary tree over N superpixels; node N + i is the i-th merge, the last is the root.

    Attributes:
        parents: (2 N − 1,) the root is its own.
        heights: (2 N − 1,) how different the two parts of a node were; 0 for superpixels,
            never falling towards the root.
        areas: (2 N − 1,) pixels at working size.
        begins, ends: (2 N − 1,) the superpixels of a node are those whose rank lies in
            begins .. ends − 1.
        ranks: (N,) the position of each superpixel when the tree is drawn without crossings.
    """

    parents: Nodes
    heights: Floats
    areas: Floats
    begins: Nodes
    ends: Nodes
    ranks: Nodes

    @property
    def leaves(self) -> int:
        """Number of superpixels."""
        return len(self.ranks)

    @property
    def root(self) -> int:
        """The node that holds everything."""
        return len(self.parents) - 1

    def path(self, node: int) -> list[int]:
        """A node and everything it lies in, the root last."""
        found = [node]
        while self.parents[found[-1]] != found[-1]:
            found.append(int(self.parents[found[-1]]))
        return found

    def children(self, node: int) -> tuple[int, ...]:
        """The two parts of a node; none for a superpixel."""
        found = np.flatnonzero(self.parents == node)
        return tuple(int(each) for each in found if each != node)

    def members(self, node: int) -> npt.NDArray[np.bool_]:
        """(N,) the superpixels of a node."""
        return np.asarray((self.ranks >= self.begins[node]) & (self.ranks < self.ends[node]))

    def sums(self, values: npt.NDArray[Any]) -> Floats:
        """(2 N − 1, ...) the sum over the superpixels of each node, from (N, ...)."""
        ordered = np.zeros((self.leaves + 1, *values.shape[1:]))
        np.cumsum(values[np.argsort(self.ranks)], axis=0, out=ordered[1:])
        return np.asarray(ordered[self.ends] - ordered[self.begins])


def ward_hierarchy(graph: SuperpixelGraph, features: Floats) -> Hierarchy:
    """Merge the two neighbours whose union adds the least variance, until one is left.

    Args:
        graph: The superpixels.
        features: (N, F), all of one scale.

    Source: Ward 1963. Differs: only regions that touch are merged; a superpixel weighs a power
        of its area under 1, which keeps thin parts apart longer.
    """
    import higra as hg

    tree, heights = hg.binary_partition_tree_ward_linkage(
        _graph(graph), np.ascontiguousarray(features, np.float64), graph.areas**WEIGHT_POWER
    )
    return _finish(tree.parents(), heights, graph)


def linkage_hierarchy(graph: SuperpixelGraph, strengths: Floats) -> Hierarchy:
    """Merge the two neighbours with the weakest mean border, until one is left.

    Args:
        graph: The superpixels.
        strengths: (E,) how strong each border is, 0 or more.

    Source: the ultrametric contour map of Arbeláez et al. 2011.
    """
    import higra as hg

    tree, heights = hg.binary_partition_tree_average_linkage(
        _graph(graph), np.ascontiguousarray(strengths, np.float64), graph.lengths
    )
    return _finish(tree.parents(), heights, graph)


def offered_levels(hierarchy: Hierarchy, leaf: int) -> list[int]:
    """Nodes around a superpixel worth stopping at, from small to large, the root last."""
    path = hierarchy.path(leaf)
    areas = hierarchy.areas[path]
    kept: list[int] = []
    last = 0.0
    for i, node in enumerate(path):
        grows = i + 1 == len(path) or areas[i + 1] >= STEP * areas[i]
        if grows or areas[i] >= SLOW_STEP * last:
            kept.append(node)
            last = areas[i]
    return kept


def node_mask(hierarchy: Hierarchy, ranked: LabelMap, node: int) -> npt.NDArray[np.bool_]:
    """The mask of a node, from a map of each pixel's superpixel's rank."""
    low, high = int(hierarchy.begins[node]), int(hierarchy.ends[node])
    return np.asarray((ranked >= low) & (ranked < high))


def _graph(graph: SuperpixelGraph):  # type: ignore[no-untyped-def]
    import higra as hg

    made = hg.UndirectedGraph(len(graph))
    made.add_edges(graph.sources, graph.targets)
    return made


def _finish(parents: Nodes, heights: Floats, graph: SuperpixelGraph) -> Hierarchy:
    """Order the superpixels so that each node is a run of them."""
    parents = np.asarray(parents, np.int64)
    count, leaves = len(parents), len(graph)
    sizes = np.zeros(count, np.int64)
    sizes[:leaves] = 1
    areas = np.zeros(count)
    areas[:leaves] = graph.areas
    rising = np.zeros(count)
    rising[:] = heights
    for node in range(count - 1):
        parent = parents[node]
        sizes[parent] += sizes[node]
        areas[parent] += areas[node]
        rising[parent] = max(rising[parent], rising[node])
    begins = np.zeros(count, np.int64)
    taken = np.zeros(count, np.int64)
    for node in range(count - 2, -1, -1):
        parent = parents[node]
        begins[node] = begins[parent] + taken[parent]
        taken[parent] += sizes[node]
    return Hierarchy(
        parents=parents,
        heights=rising,
        areas=areas,
        begins=begins,
        ends=begins + sizes,
        ranks=begins[:leaves],
    )
