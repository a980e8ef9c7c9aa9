"""The palette: what the camera sees right now, small, in every style of the network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from impasto.live.brush import Brush, Size
from impasto.live.resolution import fit_size
from impasto.studio.server.encoding import encode_jpeg
from impasto.video.camera_frame import CameraFrame, Pixels

MOST: Size = (144, 192)
QUALITY = 80
FIRST_AFTER = 8
"""Frames before the first: cameras begin dark."""
RENEW_S = 30.0


class Thumbnails:
    """Paints one style a frame, between two frames of the picture, then rests for a while.

    Args:
        on_ready: Called with the name of a style that there is a thumbnail of now; ``None`` for
            the camera's own picture.
    """

    def __init__(self, on_ready: Callable[[str | None], None]) -> None:
        self._on_ready = on_ready
        self._lock = threading.Lock()
        self._images: dict[str | None, bytes] = {}
        self._waiting: list[str | None] = []
        self._brush: Brush | None = None
        self._pixels: Pixels | None = None
        self._seen = 0
        self._next_s = 0.0

    @property
    def images(self) -> Mapping[str | None, bytes]:
        """JPEG files by the names of styles."""
        with self._lock:
            return dict(self._images)

    def size_for(self, source: Size) -> Size:
        """(H, W) of thumbnails of frames of a size."""
        return fit_size(source, MOST)

    def note(self, frame: CameraFrame, brush: Brush | None, now_s: float) -> None:
        """A frame was shown: use the moment, if there is something to do."""
        self._seen += 1
        if brush is None or self._seen < FIRST_AFTER:
            return
        if brush is not self._brush or (not self._waiting and now_s >= self._next_s):
            self._brush = brush
            self._waiting = [None, *brush.network.style_names]
            self._pixels = frame.pixels(self.size_for(frame.size))
            self._next_s = now_s + RENEW_S
            return
        if self._waiting and self._pixels is not None:
            name = self._waiting.pop(0)
            painted = self._pixels
            if name is not None:
                painted = brush.paint(painted, brush.only(name))
            with self._lock:
                self._images[name] = encode_jpeg(painted, QUALITY)
            self._on_ready(name)
