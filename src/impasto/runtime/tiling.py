"""Images that are too large to compute at once: tile by tile through a network's stages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.networks.shapes import SIZE_MULTIPLE, NetworkShape, statistics_length
from impasto.networks.stages import HALO_STEPS, IMAGE, MEASURED, STYLIZED, Stage
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.runtime.protocol import Backend, Pixels, Row

Array = npt.NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of one axis in steps of 8 pixels: what is computed, and what of it counts."""

    start: int
    stop: int
    outer_start: int
    outer_stop: int


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A rectangle that counts, inside one that is computed."""

    rows: Span
    columns: Span

    @property
    def area(self) -> int:
        """Steps² that count."""
        return (self.rows.stop - self.rows.start) * (self.columns.stop - self.columns.start)

    @property
    def interior(self) -> npt.NDArray[np.int64]:
        """Top, left, bottom, right of what counts, within what is computed, in steps."""
        top, left = self.rows.outer_start, self.columns.outer_start
        edges = (
            self.rows.start - top,
            self.columns.start - left,
            self.rows.stop - top,
            self.columns.stop - left,
        )
        return np.array(edges, np.int64)


def plan_tiles(height: int, width: int, tile_px: int) -> list[Tile]:
    """Cut an image into tiles of about ``tile_px`` pixels, overlap included.

    Args:
        height: A multiple of 8.
        width: A multiple of 8.
        tile_px: Pixels of a tile; tiles are never below 64 × 64.

    Returns:
        Tiles whose interiors cover the image once; all computed rectangles have one size
        wherever the image is large enough.
    """
    inner = max(8, math.isqrt(tile_px) // SIZE_MULTIPLE - 2 * HALO_STEPS)
    rows = _spans(height // SIZE_MULTIPLE, inner)
    columns = _spans(width // SIZE_MULTIPLE, inner)
    return [Tile(rows=row, columns=column) for row in rows for column in columns]


def _spans(steps: int, inner: int) -> list[Span]:
    count = -(-steps // inner)
    inner = -(-steps // count)
    outer = min(steps, inner + 2 * HALO_STEPS)
    spans = []
    for start in range(0, steps, inner):
        first = min(max(0, start - HALO_STEPS), steps - outer)
        spans.append(
            Span(
                start=start,
                stop=min(steps, start + inner),
                outer_start=first,
                outer_stop=first + outer,
            )
        )
    return spans


def stylize_in_tiles(
    backend: Backend,
    stages: Sequence[Stage],
    shape: NetworkShape,
    image: Pixels,
    row: Row | None,
    *,
    tile_px: int,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> Pixels:
    """Stylise an image stage by stage, each stage tile by tile.

    Args:
        backend: Runs a stage on a tile.
        stages: Of the network, in order.
        shape: Of the network.
        image: (1, H, W, 3), sides multiples of 8.
        row: (1, row length), or ``None`` where the network has one style.
        tile_px: Pixels of a tile.
        on_progress: Called after every tile of every stage.
        cancellation: Stops before the next tile; what is not painted then stays the image.

    Returns:
        (1, H, W, 3): what the whole image gives, but for the rounding of the maps to half
        precision.
    """
    tiles = plan_tiles(image.shape[1], image.shape[2], tile_px)
    work = _Work(shape, image, row)
    stopwatch, total = Stopwatch(), len(stages) * len(tiles)
    for number, stage in enumerate(stages):
        work.begin(stage)
        for count, tile in enumerate(tiles, start=number * len(tiles) + 1):
            if cancellation is not None and cancellation.is_cancelled:
                return work.result()
            outputs = backend.run_stage(stage.name, work.feed(stage, tile))
            work.take(stage, tile, outputs)
            if on_progress is not None:
                on_progress(
                    ProgressEvent(
                        stage=f"{len(tiles)} tiles",
                        step=count,
                        total=total,
                        elapsed_s=stopwatch.elapsed_s,
                        remaining_s=stopwatch.remaining_s(count, total),
                    )
                )
        work.end(stage, later=stages[number + 1 :])
    return work.result()


class _Work:
    """The maps, statistics and pixels of one image on its way."""

    def __init__(self, shape: NetworkShape, image: Pixels, row: Row | None) -> None:
        self.shape, self.row = shape, row
        self.maps: dict[str, Array] = {IMAGE: image}
        self.strides: dict[str, int] = {}
        self.statistics = np.zeros((1, statistics_length(shape)), np.float32)
        self.pool = StatisticsPool()
        self.painted: Pixels | None = None

    def begin(self, stage: Stage) -> None:
        height, width = self.maps[IMAGE].shape[1:3]
        for each in stage.outputs:
            size = (1, each.channels, height // each.stride, width // each.stride)
            self.maps[each.name] = np.empty(size, np.float16)
            self.strides[each.name] = each.stride
        if stage.layer is None:
            self.painted = self.maps[IMAGE].copy()
        self.pool = StatisticsPool()

    def feed(self, stage: Stage, tile: Tile) -> dict[str, Array]:
        feed: dict[str, Array] = {"statistics": self.statistics}
        if self.row is not None:
            feed["style"] = self.row
        if stage.layer is not None:
            feed["interior"] = tile.interior
        outer = [(span.outer_start, span.outer_stop) for span in (tile.rows, tile.columns)]
        for name in stage.inputs:
            feed[name] = np.ascontiguousarray(self._part(name, *outer))
        return feed

    def take(self, stage: Stage, tile: Tile, outputs: Mapping[str, Array]) -> None:
        inner = [(span.start, span.stop) for span in (tile.rows, tile.columns)]
        top, left, bottom, right = tile.interior.tolist()
        for each in stage.outputs:
            scale = SIZE_MULTIPLE // each.stride
            rows = slice(top * scale, bottom * scale)
            columns = slice(left * scale, right * scale)
            self._part(each.name, *inner)[:] = outputs[each.name][:, :, rows, columns]
        if stage.layer is not None:
            self.pool.add(outputs[MEASURED], tile.area)
            return
        rows, columns = (
            slice(first * SIZE_MULTIPLE, last * SIZE_MULTIPLE)
            for first, last in ((top, bottom), (left, right))
        )
        self._pixels(self.painted, *inner)[:] = outputs[STYLIZED][:, rows, columns]

    def end(self, stage: Stage, *, later: Sequence[Stage]) -> None:
        if stage.layer is not None:
            layers = self.shape.normalized_layers
            start = 2 * sum(layer.channels for layer in layers[: stage.layer])
            pooled = self.pool.statistics()
            self.statistics[:, start : start + pooled.shape[1]] = pooled
        needed = {IMAGE, *(name for each in later for name in each.inputs)}
        self.maps = {name: kept for name, kept in self.maps.items() if name in needed}

    def result(self) -> Pixels:
        return self.maps[IMAGE].copy() if self.painted is None else self.painted

    def _part(self, name: str, rows: tuple[int, int], columns: tuple[int, int]) -> Array:
        if name == IMAGE:
            return self._pixels(self.maps[IMAGE], rows, columns)
        scale = SIZE_MULTIPLE // self.strides[name]
        kept = self.maps[name]
        return kept[:, :, _scaled(rows, scale), _scaled(columns, scale)]

    def _pixels(
        self, image: Array | None, rows: tuple[int, int], columns: tuple[int, int]
    ) -> Array:
        if image is None:
            raise AssertionError
        return image[:, _scaled(rows, SIZE_MULTIPLE), _scaled(columns, SIZE_MULTIPLE)]


def _scaled(steps: tuple[int, int], scale: int) -> slice:
    return slice(steps[0] * scale, steps[1] * scale)


class StatisticsPool:
    """Pools means and variances of parts into those of the whole.

    Source: Chan et al. 1979: the variance of the whole is the mean of the parts' variances
        and squared distances from the common mean, weighted by area; in float64.
    """

    def __init__(self) -> None:
        self._parts: list[Array] = []
        self._areas: list[int] = []

    def add(self, measured: Array, area: int) -> None:
        """Add a part: means, then variances (1, 2C)."""
        self._parts.append(measured.astype(np.float64).reshape(2, -1))
        self._areas.append(area)

    def statistics(self) -> Array:
        """Means, then variances (1, 2C) float32 of all parts together."""
        weights = np.array(self._areas, np.float64)[:, None] / sum(self._areas)
        parts = np.stack(self._parts)
        means, variances = parts[:, 0], parts[:, 1]
        mean = (weights * means).sum(0)
        variance = (weights * (variances + (means - mean) ** 2)).sum(0)
        return np.concatenate([mean, variance]).astype(np.float32)[None]
