"""What can be told of a region before anyone clicked: how large, how closed, how distinct."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from impasto.segmentation.hierarchy import Hierarchy, Nodes
from impasto.segmentation.superpixels import Floats, SuperpixelGraph

NODE_FEATURES = 12
CLICK_FEATURES = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class RegionShapes:
    """Measurements of every node of a hierarchy.

    Attributes:
        features: (2 N − 1, 12) float64, of order 1.
        centers: (2 N − 1, 2) x and y of the centroid at working size.
        perimeters: (2 N − 1,) pixel edges around each node, the frame left out.
    """

    features: Floats
    centers: Floats
    perimeters: Floats


def nearest_common_nodes(hierarchy: Hierarchy, first: Nodes, second: Nodes) -> Nodes:
    """For each pair of nodes the smallest node that holds both."""
    low, high = np.asarray(first).copy(), np.asarray(second).copy()
    while True:
        apart = low != high
        if not apart.any():
            return low
        lower = apart & (low < high)
        upper = apart & (low > high)
        low[lower] = hierarchy.parents[low[lower]]
        high[upper] = hierarchy.parents[high[upper]]


def region_shapes(graph: SuperpixelGraph, hierarchy: Hierarchy, strengths: Floats) -> RegionShapes:
    """Measure every node.

    Args:
        graph: The superpixels.
        hierarchy: Over them.
        strengths: (E,) how strong each border is, in [0, 1].
    """
    perimeters, walls = _borders(graph, hierarchy, strengths)
    on_frame = hierarchy.sums(_frame_pixels(graph))
    areas = hierarchy.areas
    share = areas / areas[-1]
    centers = hierarchy.sums(_position_sums(graph)) / areas[:, None]
    parents = hierarchy.parents
    top = hierarchy.heights[-1] + 1e-9
    own, above = hierarchy.heights / top, hierarchy.heights[parents] / top
    wall = walls / np.maximum(perimeters, 1)
    frame_length = 2 * sum(graph.labels.shape)
    features = np.stack(
        [
            np.log(share),
            np.log(share) ** 2 / 10,
            np.log(areas[parents] / areas),
            np.sqrt(own),
            np.sqrt(above),
            np.sqrt(above) - np.sqrt(own),
            own / (above + 1e-9),
            wall,
            wall - wall[parents],
            (perimeters + on_frame) / np.sqrt(areas) / 10,
            on_frame / np.sqrt(areas),
            on_frame / frame_length,
        ],
        axis=1,
    )
    return RegionShapes(features=features, centers=centers, perimeters=perimeters)


def click_features(
    shapes: RegionShapes, hierarchy: Hierarchy, nodes: list[int], x: float, y: float
) -> Floats:
    """(n, 14) the features of nodes, and how central a click lies in them.

    Args:
        shapes: The measurements.
        hierarchy: Of the nodes.
        nodes: Those wanted.
        x: Of the click, at working size.
        y: Likewise.
    """
    away = np.hypot(*(shapes.centers[nodes] - (x, y)).T) / np.sqrt(hierarchy.areas[nodes])
    central = np.stack([np.minimum(away, 3), np.exp(-4 * away**2)], axis=1)
    return np.concatenate([shapes.features[nodes], central], axis=1)


def _borders(
    graph: SuperpixelGraph, hierarchy: Hierarchy, strengths: Floats
) -> tuple[Floats, Floats]:
    """Length of the border of each node, and strength along it."""
    common = nearest_common_nodes(hierarchy, graph.sources, graph.targets)
    found = []
    for weight in (graph.lengths, graph.lengths * strengths):
        leaves = np.bincount(graph.sources, weight, len(graph))
        leaves = leaves + np.bincount(graph.targets, weight, len(graph))
        inner = np.bincount(common, weight, len(hierarchy.parents))
        for node in range(len(hierarchy.parents) - 1):
            inner[hierarchy.parents[node]] += inner[node]
        found.append(np.maximum(hierarchy.sums(leaves) - 2 * inner, 0))
    return found[0], found[1]


def _frame_pixels(graph: SuperpixelGraph) -> Floats:
    labels = graph.labels
    frame = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return np.bincount(frame, minlength=len(graph)).astype(np.float64)


def _position_sums(graph: SuperpixelGraph) -> Floats:
    """(N, 2) the sums of x and of y over the pixels of each superpixel."""
    rows, columns = np.indices(graph.labels.shape)
    flat = graph.labels.ravel()
    sums = [np.bincount(flat, axis.ravel(), len(graph)) for axis in (columns, rows)]
    return np.stack(sums, axis=1)
