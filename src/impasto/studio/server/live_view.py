"""What one screen shows of a document, and which parts of it are to be sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from impasto.studio.box import Box, merge_boxes

TILE_PX = 256
"""Side of a tile, in pixels of the screen's scale."""

MAX_BOXES = 16
"""Boxes that are kept apart; more become one."""

BATCH_PIXELS = 1_500_000
"""Pixels sent at a time, so that what changes meanwhile need not wait for long."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What to send next.

    Attributes:
        scale: By how much it is reduced.
        boxes: In pixels of the document, aligned to the scale.
    """

    scale: int
    boxes: tuple[Box, ...]


class LiveView:
    """Remembers what a client has, so that only what is missing or stale is sent.

    However slow the client is, this stays small: boxes that changed several times are sent
    once, as they are when it is their turn. Safe to use from several threads.

    Args:
        size: (H, W) of the document.
        wake: Called when there is something to send.
    """

    def __init__(self, size: tuple[int, int], wake: Callable[[], None]) -> None:
        self._size = size
        self._wake = wake
        self._lock = threading.Lock()
        self._scale = 0
        self._tiles = Box.whole((0, 0))
        self._has = np.zeros((0, 0), bool)
        self._changed: tuple[Box, ...] = ()

    def show(self, scale: int, box: Box) -> None:
        """The screen shows ``box`` at ``scale`` now."""
        with self._lock:
            if scale != self._scale:
                self._scale = scale
                side = TILE_PX * scale
                self._has = np.zeros([-(-length // side) for length in self._size], bool)
                self._changed = ()
            self._tiles = self._tiles_of(box.clip(self._size))
        self._wake()

    def mark(self, boxes: Iterable[Box]) -> None:
        """The pixels of ``boxes`` are others now."""
        with self._lock:
            if not self._scale:
                return
            shown = self._pixels_of(self._tiles)
            for box in boxes:
                self._forget(box)
                self._changed += (self._aligned(box.intersect(shown)),)
            self._changed = merge_boxes(self._changed)
            if len(self._changed) > MAX_BOXES:
                whole = self._changed[0]
                for box in self._changed[1:]:
                    whole = whole.union(box)
                self._changed = (whole,)
        self._wake()

    def take(self) -> Batch | None:
        """What to send next, changes first; from now on the client has it. ``None`` if all is."""
        with self._lock:
            boxes = [*self._changed, *self._missing()]
            if not boxes:
                return None
            taken, pixels = 0, 0
            while taken < len(boxes) and pixels < BATCH_PIXELS * self._scale**2:
                pixels += boxes[taken].area
                taken += 1
            changed = len(self._changed)
            self._changed = self._changed[taken:]
            for box in boxes[changed:taken]:
                self._has[self._tiles_of(box).slices] = True
            return Batch(scale=self._scale, boxes=tuple(boxes[:taken]))

    def _forget(self, box: Box) -> None:
        """Tiles beyond the screen that changed are to be sent when they come into view."""
        touched = np.zeros_like(self._has)
        touched[self._tiles_of(box.clip(self._size)).slices] = True
        touched[self._tiles.slices] = False
        self._has &= ~touched

    def _missing(self) -> list[Box]:
        """Runs of tiles on the screen that the client does not have."""
        missing = []
        for row in range(self._tiles.top, self._tiles.bottom):
            start = self._tiles.left
            for column in range(self._tiles.left, self._tiles.right + 1):
                inside = column < self._tiles.right
                if inside and not self._has[row, column]:
                    continue
                if column > start:
                    run = Box(top=row, left=start, bottom=row + 1, right=column)
                    missing.append(self._pixels_of(run))
                start = column + 1
        return missing

    def _tiles_of(self, box: Box) -> Box:
        if box.is_empty:
            return box
        side = TILE_PX * self._scale
        return Box(
            top=box.top // side,
            left=box.left // side,
            bottom=-(-box.bottom // side),
            right=-(-box.right // side),
        )

    def _pixels_of(self, tiles: Box) -> Box:
        side = TILE_PX * self._scale
        return Box(
            top=tiles.top * side,
            left=tiles.left * side,
            bottom=tiles.bottom * side,
            right=tiles.right * side,
        ).clip(self._size)

    def _aligned(self, box: Box) -> Box:
        scale = self._scale
        return Box(
            top=box.top // scale * scale,
            left=box.left // scale * scale,
            bottom=-(-box.bottom // scale) * scale,
            right=-(-box.right // scale) * scale,
        ).clip(self._size)
