"""The styles of one open document: those of the networks, and a person's own."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from impasto.errors import CapacityError, ImpastoError, UnknownNameError
from impasto.image.codec import open_image
from impasto.image.picture import change_bit_depth
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent
from impasto.studio.box import Pixels
from impasto.studio.server.encoding import shrink
from impasto.studio.server.jobs import Job, JobBoard, JobState
from impasto.studio.server.own_styles import OwnStyle
from impasto.studio.server.paint_queue import Urgency
from impasto.studio.server.saver import Saver
from impasto.studio.server.tools import StudioTools, StyleEntry
from impasto.studio.server.workspace import Topic, Workspace
from impasto.studio.style_queue import StyleEvent, StyleStatus
from impasto.studio.styled_images import THUMBNAIL_PX, StyledImages

MISSING = "missing"


class Palette:
    """Knows which styles there are, paints them, and hands them to the compositor.

    Safe to use from several threads. :meth:`begin` starts the painting.

    Args:
        tools: What paints.
        own: The person's own styles so far.
        memory_bytes: For whole pictures; the rest lies on disk.
        folder: Where on disk.
    """

    def __init__(
        self, tools: StudioTools, own: Iterable[OwnStyle], memory_bytes: int, folder: Path
    ) -> None:
        self._tools = tools
        self._entries: Mapping[str, StyleEntry] = dict(tools.styles())
        self._own = {style.name: style for style in own}
        self._memory_bytes = memory_bytes
        self._folder = folder
        self._lock = threading.Lock()
        self._wanted: dict[str, None] = {}
        self._styled: StyledImages | None = None
        self._workspace: Workspace | None = None
        self._jobs: JobBoard | None = None
        self.fraction = 0.0
        """How much of the painting ahead is done."""

    def begin(self, workspace: Workspace, jobs: JobBoard) -> None:
        """Paint all styles for a document, those that it has first."""
        self._workspace, self._jobs = workspace, jobs
        cancellation = Cancellation()
        size = workspace.photograph.size

        def paint(pixels: Pixels, style: str) -> Pixels:
            with self._tools.queue.turn(self._urgency(style, pixels.shape[:2] != size)):
                if cancellation.is_cancelled:
                    return pixels
                return self._tools.paint(pixels, style, cancellation)

        styled = StyledImages(
            workspace.photograph.pixels,
            self._entries,
            paint,
            memory_bytes=self._memory_bytes,
            folder=self._folder,
            on_event=self._heard,
            on_progress=self._progressed,
            cancellation=cancellation,
        )
        for own in self._own.values():
            if (pixels := own.enlarged(size)) is not None:
                styled.put(own.name, pixels)
        self._styled = styled
        self.want([*workspace.document.styles, *self._wanted])
        for name in self._own:
            workspace.repaint(name)
        workspace.tell(Topic.STYLES)

    def get(self, style: str) -> Pixels | None:
        """The photograph in a style; ``None`` while there is none."""
        return None if self._styled is None else self._styled.get(style)

    def want(self, styles: Iterable[str]) -> None:
        """Paint these before others, as far as they are not there; unknown ones are passed over."""
        for style in reversed([*styles]):
            if style in self._entries and self.get(style) is None:
                with self._lock:
                    self._wanted[style] = None
                if self._styled is not None:
                    self._styled.request(style)

    def wait(self, style: str) -> Pixels | None:
        """The photograph in a style as soon as it is there; ``None`` if it cannot be painted."""
        if style in self._entries and self._styled is not None:
            return self._styled.wait(style)
        return self.get(style)

    def ask(self, style: str) -> None:
        """Paint a style before others; one of a person's own that failed is painted again.

        Raises:
            UnknownNameError: if there is none of that name.
        """
        if style in self._own:
            own = self._own[style]
            if own.painting is None and self._job_state(own) is not JobState.RUNNING:
                self._start(own)
        elif style in self._entries:
            self.want([style])
        else:
            raise self._unknown()

    def add(self, own: OwnStyle, count: int) -> Job:
        """Take a person's own style and paint it.

        Raises:
            CapacityError: if there are ``count`` already, or too many jobs run.
        """
        with self._lock:
            if len(self._own) >= count:
                raise CapacityError(
                    f"own styles: expected at most {count} of one document; use one of those."
                )
            self._own[own.name] = own
        try:
            return self._start(own)
        except CapacityError:
            del self._own[own.name]
            raise

    def own(self, style: str) -> OwnStyle | None:
        """A person's own style."""
        return self._own.get(style)

    def thumbnail(self, style: str) -> Pixels | None:
        """The photograph in a style, small; ``None`` while there is none."""
        self._check(style)
        return None if self._styled is None else self._styled.thumbnail(style)

    def image(self, style: str) -> Pixels | None:
        """The picture a style was learned from, small; ``None`` where there is none."""
        self._check(style)
        if style in self._own:
            return shrink(np.asarray(self._own[style].image.pixels, np.uint8), THUMBNAIL_PX)
        path = self._entries[style].image
        if path is None:
            return None
        pixels = change_bit_depth(open_image(path).pixels, 8)
        return shrink(np.asarray(pixels, np.uint8), THUMBNAIL_PX)

    def describe(self, used: Iterable[str]) -> list[dict[str, Any]]:
        """What a client is told of all styles, and of those a document uses that are not here."""
        own = [self._describe_own(style) for style in [*self._own.values()]]
        known = [self._describe(name, entry) for name, entry in self._entries.items()]
        absent = [name for name in used if name not in self._entries and name not in self._own]
        missing = [_entry(name, name, MISSING) for name in absent]
        return [*own, *known, *missing]

    def close(self) -> None:
        """Stop painting."""
        if self._styled is not None:
            self._styled.close(timeout_s=0.2)

    def _urgency(self, style: str, is_small: bool) -> Urgency:
        if is_small:
            return Urgency.THUMBNAIL
        with self._lock:
            return Urgency.ASKED if style in self._wanted else Urgency.AHEAD

    def _check(self, style: str) -> None:
        if style not in self._own and style not in self._entries:
            raise self._unknown()

    @staticmethod
    def _unknown() -> UnknownNameError:
        return UnknownNameError("There is no such style here; choose one of the list.")

    def _heard(self, event: StyleEvent) -> None:
        workspace = self._workspace
        if workspace is None:
            return
        if event.status is StyleStatus.READY and not event.thumbnail:
            workspace.repaint(event.style)
        workspace.tell(Topic.STYLES)

    def _progressed(self, event: ProgressEvent) -> None:
        self.fraction = event.step / event.total if event.total else 1.0
        if self._workspace is not None:
            self._workspace.tell(Topic.LOADING)

    def _start(self, own: OwnStyle) -> Job:
        workspace, jobs = self._workspace, self._jobs
        if workspace is None or jobs is None:
            raise CapacityError("The document is still being opened; try again in a moment.")

        def work(job: Job, report: ProgressCallback) -> None:
            self._optimize(own, workspace, job, report)

        job = jobs.start("style", own.title, work, style=own.name)
        own.job = job.id
        workspace.tell(Topic.STYLES)
        return job

    def _optimize(
        self, own: OwnStyle, workspace: Workspace, job: Job, report: ProgressCallback
    ) -> None:
        _attach(workspace.saver, own)
        photo = replace(workspace.photograph.picture, alpha=None)
        try:
            painting = self._tools.optimize(
                photo, own.image, own.longest_side_px, report, job.cancellation
            )
        finally:
            workspace.tell(Topic.STYLES)
        if job.cancellation.is_cancelled or self._styled is None:
            return
        own.painting = painting
        _attach(workspace.saver, own)
        if (pixels := own.enlarged(workspace.size)) is not None:
            self._styled.put(own.name, pixels)
            workspace.repaint(own.name)

    def _job_state(self, own: OwnStyle) -> JobState | None:
        try:
            return self._jobs.find(own.job).state if self._jobs and own.job else None
        except UnknownNameError:
            return None

    def _describe(self, name: str, entry: StyleEntry) -> dict[str, Any]:
        if self._styled is None:
            return _entry(name, entry.title, StyleStatus.WAITING.value)
        error = self._styled.error(name)
        return {
            **_entry(name, entry.title, self._styled.status(name).value),
            "thumbnail": self._styled.thumbnail(name) is not None,
            "error": str(error) if isinstance(error, ImpastoError) else error and "It failed.",
        }

    def _describe_own(self, own: OwnStyle) -> dict[str, Any]:
        state = self._job_state(own)
        job = self._jobs.find(own.job) if self._jobs and own.job and state else None
        status, error = StyleStatus.FAILED, job.error if job else None
        if own.painting is not None and self.get(own.name) is not None:
            status = StyleStatus.READY
        elif state is JobState.RUNNING:
            status = StyleStatus.PAINTING
        elif error is None:
            error = "It was stopped before it was done; ask for it again."
        return {
            **_entry(own.name, own.title, status.value),
            "own": True,
            "thumbnail": status is StyleStatus.READY,
            "fraction": job.fraction if job and state is JobState.RUNNING else None,
            "error": error if status is StyleStatus.FAILED else None,
            "job": own.job,
        }


def _entry(name: str, title: str, status: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "own": False,
        "status": status,
        "thumbnail": False,
        "fraction": None,
        "error": None,
        "job": None,
    }


def _attach(saver: Saver, own: OwnStyle) -> None:
    for name, content in own.attachments().items():
        saver.attach(name, content)
