"""The loop: the newest frame is painted and handed to whoever watches, records or calls."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from impasto.errors import CancelledError, ImpastoError
from impasto.live.meters import Meters
from impasto.live.painted import Painted
from impasto.live.painter import LivePainter
from impasto.live.resolution import Resolution, Size, fit_size
from impasto.video.camera_frame import CameraFrame
from impasto.video.mailbox import Mailbox

if TYPE_CHECKING:
    from impasto.live.subject import Subject
    from impasto.live.thumbnails import Thumbnails

logger = logging.getLogger(__name__)

POLL_S = 0.25
SNAPSHOT_S = 10.0


class Output(Protocol):
    """Where painted frames go; must not keep the painter waiting."""

    @property
    def has_room(self) -> bool:
        """Whether it would take a frame now: what nobody takes is not painted."""

    def show(self, painted: Painted) -> None:
        """Take a frame, or leave it out."""


@dataclass(frozen=True, kw_only=True)
class LiveSettings:
    """What a live picture is to be like.

    Attributes:
        size: (H, W) at most.
        fps: Frames a second to hold.
        is_fixed: Whether the size is kept even where the frame rate cannot be held.
    """

    size: Size = (720, 1280)
    fps: float = 24.0
    is_fixed: bool = False


class LiveSession:
    """Paints the frames that are left in its mailbox until that is closed.

    Safe to steer from several threads.

    Args:
        painter: Closed at the end.
        settings: Size and frame rate.
        subject: Follows what was pointed at.
        thumbnails: Painted between two frames.
        on_end: Called at the end, with the error that ended it, if one did.
    """

    def __init__(
        self,
        painter: LivePainter,
        settings: LiveSettings,
        subject: Subject | None = None,
        thumbnails: Thumbnails | None = None,
        on_end: Callable[[ImpastoError | None], None] = lambda _error: None,
    ) -> None:
        self.painter = painter
        self.settings = settings
        self.subject = subject
        self.thumbnails = thumbnails
        self.mailbox: Mailbox[CameraFrame] = Mailbox()
        self.meters = Meters()
        self.error: ImpastoError | None = None
        self._on_end = on_end
        self._outputs: tuple[Output, ...] = ()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._wanted = threading.Event()
        self._resolution: Resolution | None = None
        self._source_size: Size = (0, 0)
        self._snapshots: Mailbox[Painted] = Mailbox()
        self._snapshot_wanted = threading.Event()
        self._next_due_s = 0.0
        self._thread = threading.Thread(target=self._run, name="impasto-live", daemon=True)

    @property
    def size(self) -> Size | None:
        """(H, W) that is painted now; ``None`` before the first frame."""
        return None if self._resolution is None else self._resolution.size

    @property
    def largest_size(self) -> Size | None:
        """(H, W) that is painted if there is time; ``None`` before the first frame."""
        return None if self._resolution is None else self._resolution.sizes[0]

    @property
    def is_over(self) -> bool:
        """Whether no more frames are painted."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Begin to paint."""
        self._thread.start()

    def attach(self, output: Output) -> None:
        """Hand painted frames to this as well, from the next one on."""
        with self._lock:
            self._outputs = (*self._outputs, output)

        self._wanted.set()

    def detach(self, output: Output) -> None:
        """Hand it no more."""
        with self._lock:
            self._outputs = tuple(each for each in self._outputs if each is not output)

    def has_room(self) -> None:
        """An output has room again."""
        self._wanted.set()

    def snapshot(self) -> Painted:
        """The next frame, painted at the largest size.

        Raises:
            CancelledError: if none comes.
        """
        self._snapshots.take(0)
        self._snapshot_wanted.set()
        self._wanted.set()
        painted = self._snapshots.take(SNAPSHOT_S)
        if painted is None:
            self._snapshot_wanted.clear()
            raise CancelledError("There is no picture to keep: the camera gives none.")
        return painted

    def close(self) -> None:
        """Stop painting, and wait for the last frame."""
        self._stopping.set()
        self._wanted.set()
        self.mailbox.close()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()
        self.painter.close()
        if self.subject is not None:
            self.subject.close()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set() and not self.mailbox.is_over:
                self._stopping.wait(max(0.0, self._next_due_s - time.perf_counter()))
                frame = self.mailbox.take(POLL_S)
                if frame is None or self._stopping.is_set():
                    continue
                resolution = self._resolution_for(frame.size)
                if not self._is_wanted():
                    continue
                # Making ready and waiting take a while: what came meanwhile is newer.
                newest = self.mailbox.take(0) or frame
                if newest.size == frame.size:
                    self._develop(newest, resolution)
        except ImpastoError as error:
            self.error = self.error or error
        except Exception as error:
            logger.exception("The live picture ended.")
            self.error = ImpastoError(f"The live picture ended: {error}.")
        finally:
            self._stopping.set()
            self.mailbox.close()
            self._snapshots.close()
            self._on_end(self.error)

    def _is_wanted(self) -> bool:
        """Whether somebody takes a frame, perhaps after a little while."""
        self._wanted.clear()
        if self._has_taker():
            return True
        self._wanted.wait(POLL_S)
        return self._has_taker()

    def _has_taker(self) -> bool:
        return self._snapshot_wanted.is_set() or any(each.has_room for each in self._outputs)

    def _develop(self, frame: CameraFrame, resolution: Resolution) -> None:
        begun_s = time.perf_counter()
        interval_s = 1 / self.settings.fps
        # A frame that came late does not make all later ones late.
        self._next_due_s = max(self._next_due_s, begun_s - interval_s) + interval_s
        if self._snapshot_wanted.is_set():
            self._snapshot_wanted.clear()
            self._snapshots.put(self._painted(frame, resolution.sizes[0]))
            begun_s = time.perf_counter()
        painted = self._painted(frame, resolution.size)
        for output in self._outputs:
            output.show(painted)
        self.meters.note_painted()
        now_s = time.perf_counter()
        resolution.note(now_s - begun_s, now_s)
        if self.thumbnails is not None:
            self.thumbnails.note(frame, self.painter.brush, now_s)

    def _painted(self, frame: CameraFrame, size: Size) -> Painted:
        pixels = frame.pixels(size)
        where = self.painter.look.where
        painted = self.painter.paint(pixels, time.perf_counter())
        if self.subject is not None:
            painted = self.subject.compose(pixels, painted, where)
        return Painted(
            pixels=painted,
            source_size=frame.size,
            number=frame.number,
            captured_s=frame.captured_s,
            stamp_ms=frame.stamp_ms,
        )

    def _resolution_for(self, size: Size) -> Resolution:
        """The sizes for frames of ``size``; made ready when frames of another size come."""
        if self._resolution is None or size != self._source_size:
            self._source_size = size
            largest = fit_size(size, self.settings.size)
            self._resolution = Resolution(
                largest, self.settings.fps, is_fixed=self.settings.is_fixed
            )
            small = () if self.thumbnails is None else (self.thumbnails.size_for(size),)
            self.painter.prepare((*small, *self._resolution.sizes))
        return self._resolution
