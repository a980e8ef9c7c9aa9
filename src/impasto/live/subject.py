"""What was pointed at in the live picture: found by a network, followed by flow and colours."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Literal

import numpy as np

from impasto.errors import ImpastoError, NotReadyError
from impasto.image.picture import Picture
from impasto.live.color_evidence import ColorEvidence
from impasto.live.look import Where
from impasto.live.mask_motion import Alpha, carry, compose, follow_edges, small_copy
from impasto.segmentation.prompts import Point, Prompts
from impasto.studio.priority import step_back
from impasto.video.camera_frame import Pixels

logger = logging.getLogger(__name__)

Status = Literal["none", "finding", "following", "lost"]

FIND_PX = 448
"""Longest side of the frame that the segmenter looks at."""

RENEW_S = 8.0
"""Flow drifts: the segmenter looks again this often, in the background."""

AGREES = 0.55
"""Intersection over union from which on a second look is believed."""

LEARN_EVERY = 5
"""Colours change slowly: with the light, and with what comes into view."""

NICENESS = 4
"""Somebody waits for the first look, but not at the price of the picture."""

MOST_FRAMES = 400
"""Frames that a look may take before it is given up."""

Find = Callable[[Pixels, Sequence[Point]], list[Alpha]]
"""Masks (h, w) of what points of pixels (h, w, 3) mean, the likeliest first."""


def find_by_click(pixels: Pixels, points: Sequence[Point]) -> list[Alpha]:
    """Ask the network that the studio's clicks go to."""
    from impasto.segmentation.click import ClickSegmenter

    segmenter = ClickSegmenter()
    seen = segmenter.glance(Picture(pixels=pixels))
    found = segmenter.predict(seen, Prompts(points=tuple(points)))
    return [mask.astype(np.float32) for mask in found.masks]


class Subject:
    """Knows where in the picture lies what was pointed at.

    The segmenter looks at a frame in a thread that gives way to all others; meanwhile frames
    pass by, and what it found is carried through them by flow until it has caught up.

    Args:
        on_change: Called when :attr:`status` changed.
        find: Finds masks of what points mean.
    """

    def __init__(self, on_change: Callable[[], None], find: Find = find_by_click) -> None:
        self._on_change = on_change
        self._find = find
        self._lock = threading.Lock()
        self._finder = ThreadPoolExecutor(1, "impasto-subject", step_back, (NICENESS,))
        self._status: Status = "none"
        self._pixels: Pixels | None = None
        self._small: Pixels | None = None
        self._alpha: Alpha | None = None
        self._passed: list[Pixels] | None = None
        self._colors = ColorEvidence()
        self._frames = 0
        self._search = 0
        self._found_s = 0.0

    @property
    def status(self) -> Status:
        """Whether something is pointed at, and whether it is known where it is."""
        return self._status

    def point(self, x: float, y: float, *, add: bool) -> None:
        """What is meant lies at (x, y), in parts of the sides; or not, where it was taken for it.

        Raises:
            NotReadyError: if there is no picture yet.
        """
        with self._lock:
            if self._pixels is None:
                raise NotReadyError("There is no picture to point at yet; wait for the camera.")
            self._small = small_copy(self._pixels)
            height, width = self._small.shape[:2]
            points = [Point(x * (width - 1), y * (height - 1), add=add)]
            if self._alpha is not None:
                points.insert(0, _inside(self._alpha))
            if not any(each.add for each in points):
                return
            self._status = "finding"
            self._begin(points, is_sure=True)

    def forget(self) -> None:
        """Nothing is pointed at any more."""
        with self._lock:
            self._search += 1
            self._status, self._alpha, self._passed = "none", None, None

    def compose(self, pixels: Pixels, painted: Pixels, where: Where) -> Pixels:
        """Lay the painting over the frame where it is wanted. Called for every frame in turn."""
        if where == "everything" and self._status == "none":
            self._pixels, self._small = pixels, None
            return painted
        alpha = self._follow(pixels)
        if where == "everything":
            return painted
        if alpha is None:
            return pixels if where == "subject" else painted
        below, above = (pixels, painted) if where == "subject" else (painted, pixels)
        return compose(below, above, alpha)

    def close(self) -> None:
        """Look no more."""
        self.forget()
        self._finder.shutdown(wait=False, cancel_futures=True)

    def _follow(self, pixels: Pixels) -> Alpha | None:
        """The mask on this frame."""
        small = small_copy(pixels)
        was_lost = False
        with self._lock:
            before, self._pixels, self._small = self._small, pixels, small
            if self._passed is not None:
                self._passed.append(small)
            if self._alpha is not None and before is not None:
                self._alpha = carry(self._alpha, before, small, self._colors)
                self._frames += 1
                if self._alpha is not None and self._frames % LEARN_EVERY == 0:
                    self._colors.learn(self._alpha, small)
                was_lost = self._alpha is None
                if was_lost and self._status == "following":
                    self._status = "lost"
            alpha = self._alpha
            due = time.monotonic() - self._found_s > RENEW_S
            if alpha is not None and due and self._passed is None:
                self._begin([_inside(alpha)], is_sure=False)
        if was_lost:
            self._on_change()
        return None if alpha is None else follow_edges(alpha, small)

    def _begin(self, points: Sequence[Point], *, is_sure: bool) -> None:
        """Look at the newest frame; points are on its small copy."""
        assert self._pixels is not None
        assert self._small is not None
        self._search += 1
        self._passed = [self._small]
        pixels = self._pixels
        self._finder.submit(self._look, self._search, pixels, points, is_sure)

    def _look(self, search: int, pixels: Pixels, points: Sequence[Point], is_sure: bool) -> None:
        """In the finder's thread: find the mask, and bring it to the frame of now."""
        if search != self._search:
            return
        try:
            found = self._masks(pixels, points)
            if is_sure:
                self._colors = ColorEvidence()
                self._colors.learn(found[0], small_copy(pixels))
            alpha = self._caught_up(search, found[0]) if is_sure else self._agreeing(search, found)
        except ImpastoError as error:
            logger.warning("What was pointed at cannot be found: %s", error)
            alpha = None
        with self._lock:
            if search != self._search:
                return
            self._passed = None
            self._found_s = time.monotonic()
            if alpha is not None:
                self._alpha, self._status = alpha, "following"
            elif is_sure:
                self._alpha, self._status = None, "lost"
        self._on_change()

    def _masks(self, pixels: Pixels, points: Sequence[Point]) -> list[Alpha]:
        """What the segmenter says, on the small copy."""
        import cv2

        small = small_copy(pixels)
        height, width = pixels.shape[:2]
        scale = min(1.0, FIND_PX / max(height, width))
        size = (round(width * scale), round(height * scale))
        seen = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
        across, down = size[0] / small.shape[1], size[1] / small.shape[0]
        moved = [Point(each.x * across, each.y * down, add=each.add) for each in points]
        to = small.shape[1::-1]
        return [
            np.asarray(cv2.resize(mask, to, interpolation=cv2.INTER_AREA), np.float32)
            for mask in self._find(seen, moved)
        ]

    def _agreeing(self, search: int, found: Sequence[Alpha]) -> Alpha | None:
        """Of a second look, the mask that is most like the one that was followed."""
        carried = [self._caught_up(search, mask) for mask in found]
        with self._lock:
            followed = self._alpha
            if followed is None:
                return None
            known = [mask for mask in carried if mask is not None]
            best = max(known, key=lambda mask: _overlap(mask, followed), default=None)
            if best is None or _overlap(best, followed) < AGREES:
                return followed
            return best

    def _caught_up(self, search: int, alpha: Alpha) -> Alpha | None:
        """The mask carried through the frames that have passed, the last of them too."""
        at: int = 0
        carried: Alpha | None = alpha
        while carried is not None:
            with self._lock:
                if search != self._search or self._passed is None:
                    return None
                passed = self._passed[at:]
            if len(passed) < 2:
                return carried
            if at + len(passed) > MOST_FRAMES:
                return None
            for before, now in pairwise(passed):
                if carried is not None:
                    carried = carry(carried, before, now, self._colors)
            at += len(passed) - 1
        return None


def _inside(alpha: Alpha) -> Point:
    """The point of a mask that is farthest from its edge."""
    import cv2

    inside = np.pad((alpha > 0.5).astype(np.uint8), 1)
    _, _, _, (x, y) = cv2.minMaxLoc(cv2.distanceTransform(inside, cv2.DIST_L2, 3))
    return Point(max(0, x - 1), max(0, y - 1))


def _overlap(a: Alpha, b: Alpha) -> float:
    """Intersection over union of two masks."""
    one, other = a > 0.5, b > 0.5
    union = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / union) if union else 0.0
