"""What the studio asks of a segmenter: a map of regions to point at, and masks for prompts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from impasto.errors import OptionError
from impasto.segmentation.prompts import Box, Point, Prompts
from impasto.segmentation.protocol import Masks, Segmenter
from impasto.studio.server.region_map import RegionMap
from impasto.studio.server.schemas import PromptsBody

if TYPE_CHECKING:
    from impasto.image.picture import Picture
    from impasto.progress import Cancellation, ProgressCallback

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
        segmenter: Answers prompts.
        embedding: What it knows of the photograph.
        regions: The map to point at.
    """

    segmenter: Segmenter[Any]
    embedding: Any
    regions: RegionMap

    def predict(self, prompts: Prompts) -> Masks:
        """What prompts may mean, the likeliest first.

        Raises:
            OptionError: if the prompts say nothing.
        """
        return self.segmenter.predict(self.embedding, prompts)


def segment(
    tools: StudioSegmenter,
    picture: Picture,
    on_progress: ProgressCallback,
    cancellation: Cancellation,
) -> Segmented:
    """Let a segmenter look at a photograph.

    Raises:
        ImpastoError: as the segmenter does; cancelled work ends with one too.
    """
    embedding = tools.segmenter.embed(picture, on_progress, cancellation)
    regions = tools.map_regions(picture, embedding, on_progress, cancellation)
    _ = regions.boxes, regions.areas
    return Segmented(segmenter=tools.segmenter, embedding=embedding, regions=regions)


def read_prompts(body: PromptsBody, size: tuple[int, int]) -> Prompts:
    """Prompts from a message, held within a photograph of ``size`` (H, W).

    Segmenters count from the middle of the first pixel, browsers from its corner.

    Raises:
        OptionError: if nothing is pointed at, or a box is empty.
    """

    def inside(x: float, y: float) -> tuple[float, float]:
        return min(max(x - 0.5, 0), size[1] - 1.0), min(max(y - 0.5, 0), size[0] - 1.0)

    points = [Point(*inside(each.x, each.y), add=each.add) for each in body.points]
    scribble: list[tuple[float, float]] = []
    for each in body.scribbles:
        line = [inside(x, y) for x, y in each.points]
        if each.add:
            scribble += line
        else:
            points += [Point(x, y, add=False) for x, y in _spaced(line)]
    prompts = Prompts(points=tuple(points), scribble=tuple(scribble), box=_box(body, size))
    prompts.check(size)
    return prompts


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
