"""A painted frame on its way to screens, files and calls."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from impasto.runtime.protocol import Pixels

QUALITY = 80
"""Of the JPEG that is shown: at 24 a second nobody sees the difference to 90, which is slower."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Painted:
    """A painted frame.

    Attributes:
        pixels: (H, W, 3) uint8 at the size that was painted.
        source_size: (H, W) of the camera's frame, whose proportions it is shown in.
        number: Of the camera's frame.
        captured_s: When the camera gave it, by ``time.perf_counter``.
        stamp_ms: When it was taken by the sender's clock, where another machine sent it.
    """

    pixels: Pixels = field(repr=False)
    source_size: tuple[int, int]
    number: int
    captured_s: float
    stamp_ms: float = 0.0
    _jpeg: list[bytes] = field(default_factory=list, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def jpeg(self) -> bytes:
        """As a JPEG file, made once however many watch."""
        from impasto.studio.server.encoding import encode_jpeg

        with self._lock:
            if not self._jpeg:
                self._jpeg.append(encode_jpeg(self.pixels, QUALITY, fine_colors=False))
            return self._jpeg[0]
