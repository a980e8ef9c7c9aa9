"""The regions of a photograph as one label map and a tree, small enough for a browser."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from impasto.errors import ShapeError, UnknownNameError
from impasto.studio.box import Box
from impasto.studio.mask import Mask, place_mask
from impasto.studio.server.enlarging import sharpen_mask

Indices = npt.NDArray[np.int64]

MAGIC = 0x31524D49
"""``IMR1`` in little-endian bytes."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RegionMap:
    """A hierarchy of regions: leaves that part the photograph, and nodes that join them.

    Leaves are numbered so that every node is a run of them; node n below ``leaves`` is leaf n.

    Attributes:
        labels: (h, w) of any integers, the leaf of each pixel.
        parent: (nodes,) the node that joins it with others; the root is its own.
        first: (nodes,) its first leaf.
        last: (nodes,) one more than its last leaf.
        proposed: (leaves,) the node that a click there most likely means.
    """

    labels: npt.NDArray[np.integer]
    parent: Indices
    first: Indices
    last: Indices
    proposed: Indices

    @property
    def leaves(self) -> int:
        """How many leaves there are."""
        return len(self.proposed)

    @cached_property
    def boxes(self) -> Indices:
        """(nodes, 4) left, top, right and bottom of each node; zeros where it has no pixel."""
        from scipy import ndimage

        low = np.full((self.leaves, 2), max(self.labels.shape), np.int64)
        high = np.zeros((self.leaves, 2), np.int64)
        # Zero is what is left out.
        for leaf, place in enumerate(ndimage.find_objects(self.labels.astype(np.int32) + 1)):
            if place is not None:
                rows, columns = place
                low[leaf] = columns.start, rows.start
                high[leaf] = columns.stop, rows.stop
        parts = zip(self.first, self.last, strict=True)
        found = [[*low[a:b].min(axis=0), *high[a:b].max(axis=0)] for a, b in parts]
        boxes = np.array(found, np.int64)
        boxes[boxes[:, 2] <= boxes[:, 0]] = 0
        return boxes

    @cached_property
    def areas(self) -> Indices:
        """(nodes,) pixels of each node."""
        counts = np.bincount(self.labels.reshape(-1), minlength=self.leaves)
        sums = np.concatenate([[0], np.cumsum(counts)])
        return np.asarray(sums[self.last] - sums[self.first], np.int64)

    def reduced(self, pixels: int) -> RegionMap:
        """The same regions with at most about so many pixels, every so many-th kept."""
        height, width = self.labels.shape
        step = math.ceil(math.sqrt(height * width / pixels))
        if step <= 1:
            return self
        rows, columns = (
            ((np.arange(-(-side // step)) + 0.5) * side / -(-side // step)).astype(np.int64)
            for side in (height, width)
        )
        return replace(self, labels=self.labels[np.ix_(rows, columns)])

    def encode(self) -> bytes:
        """The map as little-endian 32-bit words, as the browser reads it."""
        height, width = self.labels.shape
        head = struct.pack("<5I", MAGIC, width, height, self.leaves, len(self.parent))
        parts = [self.labels.reshape(-1), self.parent, self.first, self.last]
        parts += [*self.boxes.T, self.areas, self.proposed]
        return head + b"".join(part.astype("<u4").tobytes() for part in parts)

    def mask(self, nodes: Sequence[int], size: tuple[int, int]) -> Mask:
        """The union of nodes as a mask of a photograph, its edge smooth where that is larger.

        Args:
            nodes: Numbers of nodes.
            size: (H, W) of the photograph.

        Raises:
            UnknownNameError: if there is no such node.
        """
        chosen = np.asarray(nodes, np.int64)
        if chosen.size == 0 or chosen.min() < 0 or chosen.max() >= len(self.parent):
            raise UnknownNameError(f"nodes: expected numbers from 0 to {len(self.parent) - 1}.")
        member = np.zeros(self.leaves, np.uint8)
        for node in chosen:
            member[self.first[node] : self.last[node]] = 255
        left, top = self.boxes[chosen, :2].min(axis=0)
        right, bottom = self.boxes[chosen, 2:].max(axis=0)
        box = Box(top=int(top), left=int(left), bottom=int(bottom), right=int(right))
        seen = self.labels.shape[0], self.labels.shape[1]
        return sharpen_mask(place_mask(member[self.labels[box.slices]], box, seen), size)


def build_region_map(
    labels: npt.NDArray[np.integer],
    parents: Sequence[int] | npt.NDArray[np.integer],
    proposed: Sequence[int] | npt.NDArray[np.integer] | None = None,
) -> RegionMap:
    """A region map from any tree over any labels, numbered anew.

    Args:
        labels: (h, w) the leaf of each pixel, 0 to n - 1; each leaf has a pixel.
        parents: Parent of each node, leaves first; the root is its own.
        proposed: Node that a click into each leaf means; the largest ancestor of at most a
            tenth of the photograph where it is not given.

    Raises:
        ShapeError: if labels and tree do not fit.
    """
    tree: Indices = np.asarray(parents, np.int64)
    leaves = int(labels.max()) + 1
    order, first, last = _runs(tree, leaves)
    number = np.concatenate([np.empty(leaves, np.int64), np.arange(leaves, len(tree))])
    number[order] = np.arange(leaves)
    source = np.argsort(number)
    regions = RegionMap(
        labels=number[np.asarray(labels, np.int64)],
        parent=number[tree[source]],
        first=first[source],
        last=last[source],
        proposed=np.zeros(leaves, np.int64),
    )
    if proposed is None:
        return replace(regions, proposed=_modest_ancestors(regions))
    return replace(regions, proposed=number[np.asarray(proposed, np.int64)[order]])


def _runs(parents: Indices, leaves: int) -> tuple[Indices, Indices, Indices]:
    """Leaves from left to right in the tree, and the run of them that each node is."""
    children: list[list[int]] = [[] for _ in parents]
    roots: list[int] = []
    for node, parent in enumerate(parents):
        if not 0 <= parent < len(parents) or (parent < leaves and parent != node):
            raise ShapeError(f"parents: expected the number of an inner node, got {parent}.")
        (roots if parent == node else children[parent]).append(node)
    if len(roots) != 1:
        raise ShapeError(f"parents: expected one root, got {len(roots)}.")
    first = np.zeros(len(parents), np.int64)
    last = np.zeros(len(parents), np.int64)
    order: list[int] = []
    stack = [(roots[0], False)]
    while stack:
        node, done = stack.pop()
        if done:
            last[node] = len(order)
            continue
        first[node] = len(order)
        if node < leaves:
            order.append(node)
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(children[node]))
    if len(order) != leaves:
        raise ShapeError(f"parents: expected a tree over {leaves} leaves, got {len(order)}.")
    return np.asarray(order, np.int64), first, last


def _modest_ancestors(regions: RegionMap) -> Indices:
    limit = regions.labels.size // 10
    areas = regions.areas
    found = np.arange(regions.leaves)
    while True:
        above = regions.parent[found]
        climbs = (above != found) & (areas[above] <= limit)
        if not climbs.any():
            return found
        found = np.where(climbs, above, found)
