"""A live picture with all that goes on around it: looks, recordings, thumbnails, who watches."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from impasto.errors import ImpastoError, NotReadyError
from impasto.live.look import Look
from impasto.live.painted import Painted
from impasto.live.recorder import Recorder, Recording, free_path
from impasto.live.session import LiveSession, LiveSettings, Output
from impasto.live.subject import Subject
from impasto.live.thumbnails import Thumbnails

NAME = "impasto-live-%Y-%m-%d-%H%M%S"

MakePainter = Callable[[Look, Callable[[ImpastoError | None], None]], Any]


class Listener(Protocol):
    """Somebody who wants to know what goes on; told by any thread, must return at once."""

    def changed(self) -> None:
        """What :meth:`Show.describe` says is different now."""

    def thumbnail(self, style: str | None) -> None:
        """There is a new thumbnail of a style, or of the camera's own picture."""

    def said(self, event: dict[str, Any]) -> None:
        """Something happened that is told once."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the frames come from.

    Attributes:
        kind: A camera of the server's machine, a file played as one, or the browser's camera.
        name: For people.
    """

    kind: Literal["camera", "file", "browser"]
    name: str


class Show:
    """A live picture that can be steered from several threads.

    Args:
        source: Where frames come from.
        settings: Size and frame rate.
        look: What to begin with.
        make_painter: Makes what paints; told whom to call when a network was opened.
        folder: Where recordings are put.
        on_end: Called at the end, with the error that ended it, if one did.
    """

    def __init__(
        self,
        source: Source,
        settings: LiveSettings,
        look: Look,
        make_painter: MakePainter,
        folder: Path,
        on_end: Callable[[ImpastoError | None], None] = lambda _error: None,
    ) -> None:
        self.source = source
        self._folder = folder
        self._on_end = on_end
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()
        self._recorder: Recorder | None = None
        self.recordings: dict[str, Path] = {}
        """Finished recordings by their names."""
        self.session = LiveSession(
            make_painter(look, self._network_opened),
            settings,
            subject=Subject(self._changed),
            thumbnails=Thumbnails(self._thumbnail_ready),
            on_end=self._ended,
        )

    @property
    def look(self) -> Look:
        """How the picture is painted."""
        return self.session.painter.look

    @property
    def thumbnails(self) -> dict[str | None, bytes]:
        """JPEG files by the names of styles; the camera's own picture has none."""
        thumbnails = self.session.thumbnails
        return {} if thumbnails is None else dict(thumbnails.images)

    def listen(self, listener: Listener) -> None:
        """Tell this one as well from now on."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

    def forget(self, listener: Listener) -> None:
        """Tell this one no more."""
        with self._lock:
            self._listeners = tuple(each for each in self._listeners if each is not listener)

    def change(self, look: Look) -> None:
        """Paint in another look.

        Raises:
            ImpastoError: if there is no such style, or two cannot be blended.
        """
        self.session.painter.change(look)
        self._changed()

    def point(self, x: float, y: float, *, add: bool) -> None:
        """What is meant lies at (x, y), in parts of the sides; or not, where it was taken for it.

        Raises:
            NotReadyError: if there is no picture yet.
        """
        if self.session.subject is not None:
            self.session.subject.point(x, y, add=add)
        self._changed()

    def forget_subject(self) -> None:
        """Nothing is pointed at any more."""
        if self.session.subject is not None:
            self.session.subject.forget()
        self._changed()

    def record(self, on: bool, path: Path | None = None) -> None:
        """Begin to record, into ``path`` or a new file of the folder; or end it.

        Raises:
            NotReadyError: if there is no picture yet.
            OutputError: if there can be no film.
        """
        if not on:
            with self._lock:
                recorder, self._recorder = self._recorder, None
            if recorder is not None:
                self._stop(recorder)
            return
        size = self.session.largest_size
        if size is None:
            raise NotReadyError("There is no picture to record yet; wait for the camera.")
        with self._lock:
            if self._recorder is not None:
                return
            target = path or free_path(self._folder, time.strftime(NAME))
            recorder = Recorder(target, size, self.session.settings.fps, self._recorded)
            self._recorder = recorder
        self.session.attach(recorder)
        self._changed()

    def attach(self, output: Output) -> None:
        """Hand painted frames to this as well."""
        self.session.attach(output)

    def detach(self, output: Output) -> None:
        """Hand it no more."""
        self.session.detach(output)

    def snapshot(self) -> Painted:
        """The next frame, painted at the largest size.

        Raises:
            CancelledError: if none comes.
        """
        return self.session.snapshot()

    def source_ended(self, error: ImpastoError | None) -> None:
        """There will be no more frames; ``error`` says why, if that was not meant to be."""
        self.session.error = error

    def on_first_frame(self, action: Callable[[], None]) -> None:
        """Do something once the size of the picture is known."""
        self.attach(_FirstFrame(self, action))

    def close(self) -> None:
        """Stop painting and finish what is recorded."""
        self.session.close()
        self.record(False)

    def describe(self) -> dict[str, Any]:
        """What a client is told of the state of things."""
        session, look, recorder = self.session, self.look, self._recorder
        return {
            "source": {"kind": self.source.kind, "name": self.source.name},
            "look": {
                "style": look.style,
                "blend": look.blend,
                "share": look.share,
                "strength": look.strength,
                "where": look.where,
            },
            "loading": session.painter.is_loading,
            "subject": "none" if session.subject is None else session.subject.status,
            "recording": None if recorder is None else recorder.path.name,
            "fps": session.settings.fps,
            "send": list(session.size or session.settings.size),
        }

    def read_meters(self) -> dict[str, Any]:
        """What the meters show, rounded."""
        reading, session = self.session.meters.read(), self.session
        recorder = self._recorder
        return {
            "painted_fps": round(reading.painted_fps, 1),
            "shown_fps": round(reading.shown_fps, 1),
            "delay_ms": None if reading.delay_ms is None else round(reading.delay_ms),
            "delay_p95_ms": None if reading.delay_p95_ms is None else round(reading.delay_p95_ms),
            "size": list(session.size or (0, 0)),
            "largest": list(session.largest_size or (0, 0)),
            "dropped": session.mailbox.dropped,
            "recorded_s": None if recorder is None else round(recorder.duration_s, 1),
        }

    def _stop(self, recorder: Recorder) -> None:
        self.session.detach(recorder)
        recorder.close()

    def _recorded(self, recording: Recording) -> None:
        """In the recorder's thread: the film is finished, or was ended by an error."""
        with self._lock:
            recorder, self._recorder = self._recorder, None
        if recorder is not None:
            self.session.detach(recorder)
        event: dict[str, Any] = {
            "event": "recorded",
            "name": None if recording.path is None else recording.path.name,
            "frames": recording.frames,
            "duration_s": round(recording.duration_s, 2),
            "left_out": recording.left_out,
            "error": None if recording.error is None else "The recording ended early.",
        }
        if recording.path is not None:
            self.recordings[recording.path.name] = recording.path
        self._say(event)
        self._changed()

    def _network_opened(self, error: ImpastoError | None) -> None:
        if error is not None:
            self._say({"event": "error", "message": str(error)})
        self._changed()

    def _ended(self, error: ImpastoError | None) -> None:
        """In the painter's thread."""
        self.record(False)
        reason = "The picture has come to its end." if error is None else str(error)
        self._say({"event": "ended", "reason": reason, "failed": error is not None})
        self._on_end(error)

    def _changed(self) -> None:
        for listener in self._listeners:
            listener.changed()

    def _thumbnail_ready(self, style: str | None) -> None:
        for listener in self._listeners:
            listener.thumbnail(style)

    def _say(self, event: dict[str, Any]) -> None:
        for listener in self._listeners:
            listener.said(event)


class _FirstFrame:
    """An output that takes one frame only.

    Args:
        show: Whose.
        action: What is done then.
    """

    def __init__(self, show: Show, action: Callable[[], None]) -> None:
        self._show = show
        self._action = action

    @property
    def has_room(self) -> bool:
        """Until there was one."""
        return True

    def show(self, _painted: Painted) -> None:
        """Act, and take no more."""
        self._show.detach(self)
        self._action()
