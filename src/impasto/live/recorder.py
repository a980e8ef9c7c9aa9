"""Records the painted picture into a file, each frame at the time it was taken."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from impasto.errors import ImpastoError, OutputError
from impasto.live.painted import Painted
from impasto.live.resolution import Size
from impasto.video.camera_frame import Pixels
from impasto.video.encoding import EncodingOptions
from impasto.video.writer import VideoWriter

FRAMES_WAITING = 8
"""Painted frames that wait for the encoder; more are left out and counted."""

PRESET = "superfast"
"""The encoder shares the cores with the painter."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A recording that is finished.

    Attributes:
        path: The file; ``None`` if nothing could be kept.
        frames: Frames in it.
        duration_s: From the first to the last.
        left_out: Frames that were painted but came too quickly for the encoder.
        error: What ended it early, if something did; what came before is kept.
    """

    path: Path | None
    frames: int
    duration_s: float
    left_out: int
    error: ImpastoError | None = None


class Recorder:
    """An output that records; encoding is done in a thread of its own.

    Args:
        path: Where the film will be; it appears there when it is finished.
        size: (H, W) of the film; frames painted smaller are enlarged.
        fps: About how many frames a second will come.
        on_end: Called once, in the recorder's thread, when the film is finished.

    Raises:
        OutputError: if there can be no film.
        MissingPackageError: if PyAV is not installed.
    """

    def __init__(
        self,
        path: Path,
        size: Size,
        fps: float,
        on_end: Callable[[Recording], None] = lambda _recording: None,
    ) -> None:
        self.path = path
        # Half of the players there are refuse odd sides.
        self._size: Size = (size[0] & ~1, size[1] & ~1)
        self._writer = VideoWriter(
            path,
            self._size,
            frame_rate=Fraction(fps).limit_denominator(1001),
            encoding=EncodingOptions(preset=PRESET),
        )
        self._queue: queue.Queue[Painted | None] = queue.Queue(FRAMES_WAITING)
        self._on_end = on_end
        self._is_closing = threading.Event()
        self._start_s: float | None = None
        self._last_ms = -1
        self._left_out = 0
        self.result: Recording | None = None
        self._thread = threading.Thread(target=self._run, name="impasto-recorder", daemon=True)
        self._thread.start()

    @property
    def duration_s(self) -> float:
        """Seconds recorded so far."""
        return max(0, self._last_ms) / 1000

    @property
    def has_room(self) -> bool:
        """Whether it records still."""
        return not self._is_closing.is_set()

    def show(self, painted: Painted) -> None:
        """Record a frame, unless too many wait."""
        if self._is_closing.is_set():
            return
        try:
            self._queue.put_nowait(painted)
        except queue.Full:
            self._left_out += 1

    def close(self) -> Recording:
        """Finish the film and wait for it; closing it again gives the same."""
        self._is_closing.set()
        if self._thread.is_alive():
            self._queue.put(None)
        self._thread.join()
        assert self.result is not None
        return self.result

    def _run(self) -> None:
        error: ImpastoError | None = None
        try:
            while (painted := self._queue.get()) is not None:
                self._write(painted)
        except ImpastoError as failure:
            error = failure
            self._is_closing.set()
        self.result = self._finished(error)
        self._drain()
        self._on_end(self.result)

    def _write(self, painted: Painted) -> None:
        if self._start_s is None:
            self._start_s = painted.captured_s
        at_ms = round(1000 * (painted.captured_s - self._start_s))
        if at_ms <= self._last_ms:
            return
        self._writer.write(enlarge(painted.pixels, self._size), at_ms)
        self._last_ms = at_ms

    def _finished(self, error: ImpastoError | None) -> Recording:
        frames = self._writer.frames
        path: Path | None = self.path
        try:
            if frames:
                self._writer.close()
            else:
                self._writer.abort()
                path = None
        except ImpastoError as failure:
            error, path = error or failure, None
        return Recording(
            path=path,
            frames=frames,
            duration_s=self.duration_s,
            left_out=self._left_out,
            error=error,
        )

    def _drain(self) -> None:
        """Nobody who puts a last frame waits for ever."""
        while True:
            try:
                self._queue.get_nowait()
            except queue.Empty:
                return


def enlarge(pixels: Pixels, size: Size) -> Pixels:
    """Pixels (h, w, 3) uint8 at a size (H, W)."""
    if pixels.shape[:2] == size:
        return pixels
    import cv2

    return np.asarray(cv2.resize(pixels, size[::-1], interpolation=cv2.INTER_CUBIC), np.uint8)


def free_path(folder: Path, stem: str, suffix: str = ".mp4") -> Path:
    """A path in a folder, which is made, that no file has yet.

    Raises:
        OutputError: if the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: expected a folder to record into, but: {error}.") from error
    path, count = folder / f"{stem}{suffix}", 1
    while os.path.lexists(path):
        count += 1
        path = folder / f"{stem}-{count}{suffix}"
    return path
