"""What the studio asks of a segmenter: a map of regions to point at, and masks for prompts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from impasto.errors import OptionError
from impasto.segmentation.prompts import Box, Point, Prompts
from impasto.segmentation.protocol import Segmenter
from impasto.studio.mask import Mask, make_mask
from impasto.studio.server.encoding import shrink
from impasto.studio.server.enlarging import sharpen_mask
from impasto.studio.server.message_fields import PromptsBody
from impasto.studio.server.region_map import RegionMap

if TYPE_CHECKING:
    from impasto.image.picture import Picture
    from impasto.progress import Cancellation, ProgressCallback

SEEN_PIXELS = 1_000_000
"""Larger photographs are reduced to this before their regions are found: that takes a second
instead of ten, and edges are interpolated to full size."""

EXCLUDED_STEP_PX = 24.0
"""Distance between the points that a line around what is not meant is read at."""


class MapRegions(Protocol):
    """Makes a map of the regions of a photograph that was embedded."""

    def __call__(
        self,
        picture: Picture,
        embedding: Any,
        on_progress: ProgressCallback,
        cancellation: Cancellation,
    ) -> RegionMap:
        """The map."""


@dataclass(frozen=True, kw_only=True)
class StudioSegmenter:
    """A segmenter and how its regions become a map.

    Attributes:
        segmenter: Answers prompts.
        map_regions: Makes the map.
    """

    segmenter: Segmenter[Any]
    map_regions: MapRegions


SegmenterFactory = Callable[[str], StudioSegmenter]
"""Opens a segmenter by its name."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Segmented:
    """A photograph that a segmenter has looked at.

    Attributes:
        size: (H, W) of the photograph.
        seen: (H, W) that it was looked at with; smaller where the photograph is large.
        segmenter: Answers prompts.
        embedding: What it knows of the photograph.
        regions: The map to point at, at the size that was seen.
    """

    size: tuple[int, int]
    seen: tuple[int, int]
    segmenter: Segmenter[Any]
    embedding: Any
    regions: RegionMap

    def predict(self, body: PromptsBody) -> list[tuple[Mask, float]]:
        """What prompts may mean, the likeliest first, and how sure that is, from 0 to 1.

        Raises:
            OptionError: if the prompts say nothing.
        """
        prompts = read_prompts(body, self.size, self.seen)
        found = self.segmenter.predict(self.embedding, prompts)
        pairs = zip(found.masks, found.quality, strict=True)
        return [
            (sharpen_mask(make_mask(values), self.size), float(quality))
            for values, quality in pairs
            if values.any()
        ]


def segment(
    tools: StudioSegmenter,
    picture: Picture,
    on_progress: ProgressCallback,
    cancellation: Cancellation,
) -> Segmented:
    """Let a segmenter look at a photograph, reduced if it has many more pixels than screens.

    Raises:
        ImpastoError: as the segmenter does; cancelled work ends with one too.
    """
    seen = _reduced(picture)
    embedding = tools.segmenter.embed(seen, on_progress, cancellation)
    regions = tools.map_regions(seen, embedding, on_progress, cancellation)
    _ = regions.boxes, regions.areas
    return Segmented(
        size=picture.size,
        seen=seen.size,
        segmenter=tools.segmenter,
        embedding=embedding,
        regions=regions,
    )


def read_prompts(body: PromptsBody, size: tuple[int, int], seen: tuple[int, int]) -> Prompts:
    """Prompts from a message, held within the photograph.

    Segmenters count from the middle of the first pixel, browsers from its corner.

    Args:
        body: In pixels of the photograph.
        size: (H, W) of the photograph.
        seen: (H, W) of what the segmenter looked at, whose pixels the prompts are in.

    Raises:
        OptionError: if nothing is pointed at, or a box is empty.
    """
    down, across = seen[0] / size[0], seen[1] / size[1]

    def inside(x: float, y: float) -> tuple[float, float]:
        column, row = x * across - 0.5, y * down - 0.5
        return min(max(column, 0), seen[1] - 1.0), min(max(row, 0), seen[0] - 1.0)

    points = [Point(*inside(each.x, each.y), add=each.add) for each in body.points]
    scribble: list[tuple[float, float]] = []
    for each in body.scribbles:
        line = [inside(x, y) for x, y in each.points]
        if each.add:
            scribble += line
        else:
            points += [Point(x, y, add=False) for x, y in _spaced(line)]
    box = _box(body, size)
    if box is not None:
        box = Box(box.left * across, box.top * down, box.right * across, box.bottom * down)
    prompts = Prompts(points=tuple(points), scribble=tuple(scribble), box=box)
    prompts.check(seen)
    return prompts


def _reduced(picture: Picture) -> Picture:
    from impasto.image.picture import Picture

    height, width = picture.size
    factor = math.sqrt(SEEN_PIXELS / (height * width))
    if factor >= 1:
        return picture
    pixels = np.asarray(picture.pixels, np.uint8)
    return Picture(pixels=shrink(pixels, max(1, math.floor(factor * max(height, width)))))


def _box(body: PromptsBody, size: tuple[int, int]) -> Box | None:
    if body.box is None:
        return None
    left, top, right, bottom = body.box
    left, top = max(0, left), max(0, top)
    right, bottom = min(size[1], right), min(size[0], bottom)
    if left >= right or top >= bottom:
        raise OptionError("box: expected one with pixels of the photograph, got none.")
    return Box(float(left), float(top), float(right), float(bottom))


def _spaced(line: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    kept = list(line[:1])
    for point in line[1:]:
        if math.dist(kept[-1], point) >= EXCLUDED_STEP_PX:
            kept.append(point)
    return kept
