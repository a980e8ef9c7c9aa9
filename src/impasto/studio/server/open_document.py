"""An open document with all that goes on around it: finding regions, painting styles, jobs."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from impasto.errors import ImpastoError
from impasto.image.picture import Picture
from impasto.progress import ProgressCallback, ProgressEvent
from impasto.studio.autosave import Autosave
from impasto.studio.server.encoding import encode_jpeg, shrink
from impasto.studio.server.error_responses import describe
from impasto.studio.server.jobs import JobBoard
from impasto.studio.server.own_styles import read_own_styles
from impasto.studio.server.palette import Palette
from impasto.studio.server.segmenting import segment
from impasto.studio.server.settings import Limits
from impasto.studio.server.tools import StudioTools
from impasto.studio.server.watching import Watch, unwatched
from impasto.studio.server.workspace import Outcome, Topic, Workspace
from impasto.studio.session_folder import write_file

logger = logging.getLogger(__name__)

PREVIEW = "preview.jpg"
PREVIEW_PX = 480
PREVIEW_QUALITY = 85
PREVIEW_EVERY_S = 5.0

ORIGINAL = "original"
"""Attachment with the photograph's file, where the document works on a smaller version."""

TELL_EVERY_S = 0.1


@dataclass(frozen=True, kw_only=True, eq=False)
class Workers:
    """The threads that work for all documents.

    Attributes:
        loading: Finds regions.
        saving: Writes to disk.
        jobs: Optimises own styles and exports.
    """

    loading: Executor
    saving: Executor
    jobs: Executor


class OpenDocument:
    """A document in memory, from when it is opened until it is closed.

    Args:
        document_id: Its id.
        autosave: The session it is saved in; closed with this.
        segmenter: Name of the segmenter that finds its regions.
        tools: What paints and segments.
        workers: The threads that do it.
        limits: How much it may take.
        scratch: Folder for what is thrown away when it is closed.
        watch: Shows in the terminal how far regions and styles are.
    """

    def __init__(
        self,
        document_id: str,
        autosave: Autosave,
        segmenter: str,
        tools: StudioTools,
        workers: Workers,
        limits: Limits,
        scratch: Path,
        watch: Watch = unwatched,
    ) -> None:
        self.id = document_id
        self.limits = limits
        self.tools = tools
        self.scratch = scratch
        self.segmenter = segmenter
        self.used_at_s = time.monotonic()
        self._folder = autosave.folder
        self._saving = workers.saving
        self._watch = watch
        self._segment_fraction = 0.0
        self._error: tuple[str, str] | None = None
        self._told_at_s = 0.0
        self._preview_at_s = 0.0
        self.is_loaded = False
        attachments = autosave.attachments
        self.original = _original_size(attachments, autosave)
        own = read_own_styles(
            attachments,
            own_style_px=limits.own_style_px,
            count=limits.own_styles,
            max_pixels=limits.style_pixels,
        )
        self.palette = Palette(tools, own, self.style_bytes(limits), scratch)
        self.workspace = Workspace(document_id, autosave, workers.saving, self.palette, limits)
        self.jobs = JobBoard(workers.jobs, limits.running_jobs, self._jobs_changed)
        self.write_preview()
        workers.loading.submit(self._load)

    @property
    def is_idle(self) -> bool:
        """Whether nobody looks at it and nothing runs."""
        return not self.workspace.is_watched and not self.jobs.is_busy

    @property
    def loading(self) -> dict[str, Any]:
        """What a client is told of the loading."""
        stages = [
            ("decode", "Reading the photograph", 1.0),
            ("segment", "Finding regions", self._segment_fraction),
            ("styles", "Painting styles", self.palette.fraction),
        ]
        error = self._error
        return {
            "stages": [{"name": n, "title": t, "fraction": f} for n, t, f in stages],
            "picture": True,
            "regions": self._segment_fraction == 1.0 and error is None,
            "error": None if error is None else {"code": error[0], "message": error[1]},
        }

    def original_file(self) -> bytes | None:
        """The photograph's file where the document works on a smaller version of it."""
        return self.workspace.saver.attachments().get(ORIGINAL)

    @staticmethod
    def style_bytes(limits: Limits) -> int:
        """Bytes of stylised pictures that one document keeps in memory."""
        return min(256 * 2**20, limits.total_memory_bytes // 16)

    @staticmethod
    def estimated_bytes(pixels: int, limits: Limits, styles: int) -> int:
        """About how many bytes a document of so many pixels takes in memory."""
        painted = min(OpenDocument.style_bytes(limits), 3 * pixels * max(1, styles))
        return 14 * pixels + painted + 96 * 2**20

    def write_preview(self) -> None:
        """Save a small picture of the painting for the list of documents."""
        self._preview_at_s = time.monotonic()
        small = shrink(self.workspace.frame(), PREVIEW_PX)
        try:
            write_file(self._folder / PREVIEW, encode_jpeg(small, PREVIEW_QUALITY))
        except ImpastoError as error:
            logger.warning("A preview could not be saved: %s", error)

    def touch(self) -> None:
        """It was used just now."""
        self.used_at_s = time.monotonic()
        if self.used_at_s - self._preview_at_s > PREVIEW_EVERY_S:
            self._preview_at_s = self.used_at_s
            with suppress(RuntimeError):
                self._saving.submit(self.write_preview)

    def edit(self, message: Any, client: object = None) -> Outcome:
        """Do what a message says, as :meth:`Workspace.edit` does; painting ahead steps back.

        Raises:
            ImpastoError: if it cannot be done; nothing is changed.
        """
        self.tools.queue.clicked()
        outcome = self.workspace.edit(message, client)
        self.touch()
        return outcome

    def close(self) -> None:
        """Stop all that goes on, save what is left, and let go of it."""
        self.workspace.cancellation.cancel()
        self.jobs.close()
        self.palette.close()
        self.write_preview()
        self.workspace.saver.close()

    def _load(self) -> None:
        workspace, is_closed = self.workspace, self._is_closed
        if is_closed():
            return
        try:
            with self.tools.queue.loading(), self._watch(self._name) as show:
                self._find_regions(show)
        # Brushes and styles work without regions too.
        except Exception as error:
            if not is_closed():
                self._error = describe(error)
        if is_closed():
            return
        workspace.tell(Topic.LOADING)
        self.palette.begin(workspace, self.jobs, self._watch)
        self.is_loaded = True

    @property
    def _name(self) -> str:
        return self.workspace.photograph.reference.name

    def _is_closed(self) -> bool:
        return self.workspace.cancellation.is_cancelled

    def _find_regions(self, show: ProgressCallback) -> None:
        def report(event: ProgressEvent) -> None:
            # The last step is done when the regions can be used.
            self._segment_fraction = min(0.99, event.step / event.total if event.total else 0.0)
            show(event)
            now = time.monotonic()
            if now - self._told_at_s > TELL_EVERY_S:
                self._told_at_s = now
                self.workspace.tell(Topic.LOADING)

        self.workspace.segmented = segment(
            self.tools.open_segmenter(self.segmenter),
            Picture(pixels=self.workspace.photograph.pixels),
            report,
            self.workspace.cancellation,
        )
        self._segment_fraction = 1.0

    def _jobs_changed(self) -> None:
        self.workspace.tell(Topic.JOBS, Topic.STYLES)


def _original_size(attachments: Mapping[str, bytes], autosave: Autosave) -> tuple[int, int]:
    from impasto.image.codec import open_header

    content = attachments.get(ORIGINAL)
    if content is None:
        return autosave.photograph.size
    try:
        return open_header(content).size
    except ImpastoError as error:
        logger.warning("The original of a document cannot be read: %s", error)
        return autosave.photograph.size
