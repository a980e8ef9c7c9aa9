"""A photograph as a hierarchy of regions: what the wheel walks through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.errors import OptionError
from impasto.segmentation.hierarchy import Hierarchy, node_mask, offered_levels
from impasto.segmentation.prompts import Point, pixel_of
from impasto.segmentation.protocol import MaskArray
from impasto.segmentation.region_choice import RegionChoice
from impasto.segmentation.region_features import RegionShapes
from impasto.segmentation.superpixels import Floats, SuperpixelGraph


@dataclass(frozen=True, kw_only=True, eq=False)
class RegionEmbedding:
    """Regions of a photograph and how they lie in one another.

    A node is a region: a whole number, valid for this embedding only.

    Attributes:
        size: (H, W) of the photograph.
        graph: Its superpixels, at working size.
        hierarchy: The regions.
        strengths: (E,) how sure it is that a region ends at each border, in [0, 1].
        shapes: Measurements of the regions.
        choice: What tells a likely region from an unlikely one.
        ranked: (H, W) the rank of the superpixel of each pixel of the photograph.
    """

    size: tuple[int, int]
    graph: SuperpixelGraph
    hierarchy: Hierarchy
    strengths: Floats
    shapes: RegionShapes
    choice: RegionChoice
    ranked: npt.NDArray[Any]

    def levels_at(self, x: float, y: float) -> list[int]:
        """Nodes around a pixel, from small to large; the last is the whole photograph.

        Only sizes that differ are offered, so that a turn of the wheel is always seen.

        Raises:
            OptionError: if (x, y) lies outside the photograph.
        """
        return offered_levels(self.hierarchy, self.leaf_at(Point(x, y)))

    def leaf_at(self, point: Point) -> int:
        """The superpixel under a point.

        Raises:
            OptionError: if it lies outside the photograph.
        """
        height, width = self.size
        if not (-0.5 <= point.x <= width - 0.5 and -0.5 <= point.y <= height - 0.5):
            raise OptionError(
                f"point: expected x in 0..{width - 1} and y in 0..{height - 1}, "
                f"got ({point.x:g}, {point.y:g})."
            )
        return int(self._leaf_of_rank[self.ranked[pixel_of(point, self.size)]])

    def mask(self, node: int) -> MaskArray:
        """(H, W) the pixels of a node.

        Raises:
            OptionError: if there is no such node.
        """
        self._check(node)
        return node_mask(self.hierarchy, self.ranked, node)

    def parent(self, node: int) -> int | None:
        """The node it was merged into; ``None`` for the whole photograph.

        Raises:
            OptionError: if there is no such node.
        """
        self._check(node)
        found = int(self.hierarchy.parents[node])
        return None if found == node else found

    def children(self, node: int) -> tuple[int, ...]:
        """The two nodes it was merged from; empty for a superpixel.

        Raises:
            OptionError: if there is no such node.
        """
        self._check(node)
        return self.hierarchy.children(node)

    def union(self, members: npt.NDArray[np.bool_]) -> MaskArray:
        """(H, W) the pixels of the superpixels that ``members`` (N,) marks."""
        by_rank = np.zeros(len(members), bool)
        by_rank[self.hierarchy.ranks] = members
        return np.asarray(by_rank[self.ranked])

    def to_working(self, point: Point) -> tuple[float, float]:
        """(x, y) of a point of the photograph at working size."""
        height, width = self.graph.labels.shape
        return (
            (point.x + 0.5) * width / self.size[1] - 0.5,
            (point.y + 0.5) * height / self.size[0] - 0.5,
        )

    @property
    def _leaf_of_rank(self) -> npt.NDArray[np.int64]:
        return np.argsort(self.hierarchy.ranks)

    def _check(self, node: int) -> None:
        if not 0 <= node <= self.hierarchy.root:
            raise OptionError(
                f"node: expected 0 to {self.hierarchy.root}, got {node}; "
                "nodes belong to the embedding that named them."
            )
