"""How a box is painted: in tiles, of which what is one region's alone is only copied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from impasto.studio.alpha_planes import AlphaPlane, AlphaPlanes
from impasto.studio.box import Box
from impasto.studio.coverage import FULL

TILE_PIXELS = 40 * 1024
"""Pixels painted at a time: so many that what they need stays in the processor's cache."""

TILE_WIDTH_PX = 512
"""About how wide a tile is where a box is wider: squarer tiles are more often one region's."""

WORTH_COPYING_PX = 64
"""Columns of one region alone that are worth being painted apart from those beside them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Piece:
    """Pixels that are painted in one go.

    Attributes:
        box: Which pixels.
        parts: The alphas of all regions that show in it.
        is_solid: Whether it is one region's alone.
        is_covered: Whether the first region has a part of every pixel.
    """

    box: Box
    parts: tuple[AlphaPlane, ...]
    is_solid: bool
    is_covered: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Tile:
    """A part of a box.

    Attributes:
        box: Which pixels.
        regions: Ids of the regions that show in it.
        pieces: What it is painted in, one beside the other.
    """

    box: Box
    regions: frozenset[str]
    pieces: tuple[Piece, ...]


def lay_out(planes: AlphaPlanes, box: Box) -> tuple[Tile, ...]:
    """Plan how to paint a box; good until the planes change."""
    near = list(planes.inside(box))
    return tuple(_lay_out_tile(near, tile) for tile in cut(box))


def cut(box: Box) -> Iterator[Box]:
    """A box in about equal parts of at most :data:`TILE_PIXELS`, row by row."""
    if box.is_empty:
        return
    across = max(1, round(box.size[1] / TILE_WIDTH_PX))
    down = -(-box.area // (TILE_PIXELS * across))
    columns = _steps(box.left, box.right, across)
    for top, bottom in pairwise(_steps(box.top, box.bottom, min(down, box.size[0]))):
        for left, right in pairwise(columns):
            yield Box(top=top, left=left, bottom=bottom, right=right)


def _steps(start: int, end: int, parts: int) -> list[int]:
    return [start + (end - start) * number // parts for number in range(parts + 1)]


def _lay_out_tile(planes: Sequence[AlphaPlane], tile: Box) -> Tile:
    parts = _shown(planes, tile)
    columns = _solid_columns(parts, tile)
    edges = sorted({tile.left, *columns, tile.right})
    boxes = (
        Box(top=tile.top, left=left, bottom=tile.bottom, right=right)
        for left, right in pairwise(edges)
    )
    return Tile(
        box=tile,
        regions=frozenset(part.region_id for part in parts),
        pieces=tuple(_make_piece(parts, box) for box in boxes),
    )


def _make_piece(planes: Sequence[AlphaPlane], box: Box) -> Piece:
    parts = _shown(planes, box)
    return Piece(
        box=box,
        parts=parts,
        is_solid=len(parts) == 1 and int(parts[0].values.min()) == FULL,
        is_covered=parts[0].box == box,
    )


def _shown(planes: Sequence[AlphaPlane], box: Box) -> tuple[AlphaPlane, ...]:
    """What lies inside ``box`` and is not all zero."""
    import cv2

    parts = (plane.part(box) for plane in planes)
    return tuple(part for part in parts if not part.box.is_empty and cv2.countNonZero(part.values))


def _solid_columns(parts: Sequence[AlphaPlane], tile: Box) -> tuple[int, ...]:
    """Where runs of columns begin and end that are one region's alone."""
    if len(parts) < 2:
        return ()
    tall = (part for part in parts if part.box.size[0] == tile.size[0])
    runs = (run for part in tall for run in _solid_runs(part))
    return tuple(edge for run in runs if run[1] - run[0] >= WORTH_COPYING_PX for edge in run)


def _solid_runs(part: AlphaPlane) -> list[tuple[int, int]]:
    import cv2

    lowest = np.asarray(cv2.reduce(part.values, 0, cv2.REDUCE_MIN))[0]
    changes = np.flatnonzero(np.diff(lowest == FULL, prepend=False, append=False))
    edges = (changes + part.box.left).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
