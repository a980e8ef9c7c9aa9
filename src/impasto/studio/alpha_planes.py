"""The alphas of a document, kept and brought up to date in the boxes that changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from impasto.studio.box import Box, Pixels
from impasto.studio.changes import reach
from impasto.studio.coverage import FULL, cover
from impasto.studio.document import BACKGROUND, Document


@dataclass(frozen=True, kw_only=True, eq=False)
class AlphaPlane:
    """How much one region has of each pixel of a box; nothing outside.

    Attributes:
        region_id: An object's id, or the background.
        box: The pixels it may have a part of.
        values: (h, w) uint8 of the box.
    """

    region_id: str
    box: Box
    values: Pixels

    def part(self, box: Box) -> AlphaPlane:
        """What lies inside ``box``: a view."""
        common = self.box.intersect(box)
        values = self.values[common.within(self.box)]
        return AlphaPlane(region_id=self.region_id, box=common, values=values)


class AlphaPlanes:
    """The planes of all regions of the document last seen; at each pixel they sum to 255."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._background = AlphaPlane(
            region_id=BACKGROUND, box=Box.whole(size), values=np.full(size, FULL, np.uint8)
        )
        self._objects: dict[str, AlphaPlane] = {}

    def update(self, document: Document, boxes: Iterable[Box]) -> None:
        """Compute the planes anew inside ``boxes``, which must hold all that changed."""
        shown = {each.id: reach(document, each) for each in document.objects if each.visible}
        self._objects = {name: self._moved(name, box) for name, box in shown.items()}
        for box in boxes:
            coverage = cover(document, box)
            self._background.values[box.slices] = coverage.background
            for name, plane in self._objects.items():
                common = plane.box.intersect(box)
                if common.is_empty:
                    continue
                inside = plane.values[common.within(plane.box)]
                inside[:] = coverage.objects[name][common.within(box)]

    def inside(self, box: Box) -> Iterator[AlphaPlane]:
        """The parts of all regions that reach into ``box``, the background first."""
        for plane in (self._background, *self._objects.values()):
            part = plane.part(box)
            if not part.box.is_empty:
                yield part

    def _moved(self, name: str, box: Box) -> AlphaPlane:
        """An object's plane in the box it reaches now, with what it had."""
        old = self._objects.get(name)
        if old is not None and old.box == box:
            return old
        values = np.zeros(box.size, np.uint8)
        if old is not None:
            common = old.box.intersect(box)
            values[common.within(box)] = old.values[common.within(old.box)]
        return AlphaPlane(region_id=name, box=box, values=values)
