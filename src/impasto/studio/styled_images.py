"""Stylised versions of the whole photograph, made in the background before they are asked for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from impasto.errors import ShapeError
from impasto.image.contract import MIN_SIDE_PX
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.studio.box import Pixels
from impasto.studio.image_store import ImageStore
from impasto.studio.priority import PAINTING_NICENESS, step_back
from impasto.studio.style_queue import StyleEvent, StyleJob, StyleQueue, StyleStatus

logger = logging.getLogger(__name__)

DEFAULT_MEMORY_BYTES = 512 * 2**20
THUMBNAIL_PX = 256

Paint = Callable[[Pixels, str], Pixels]
"""Paints pixels (H, W, 3) uint8 in the style of a name; called in the worker's thread."""


class StyledImages:
    """All styles of one photograph: small pictures, then whole ones, the asked-for first.

    One thread paints. An error in one style is reported and stops no other. Use it as a context
    manager, or :meth:`close` it.

    Args:
        pixels: The photograph, (H, W, 3) uint8.
        styles: Names of the styles to paint ahead, in order.
        paint: Paints.
        memory_bytes: How many bytes of whole pictures to keep in memory; the rest lies on disk.
        folder: Where on disk; ``None`` for the system's place for temporary files.
        thumbnail_px: Longest side of the small pictures.
        on_event: Hears of each style that is begun, ready or failed.
        on_progress: Hears of each picture done, of all that are to be painted.
        cancellation: Is set by :meth:`close`, so that ``paint`` can stop too.
    """

    def __init__(
        self,
        pixels: Pixels,
        styles: Iterable[str],
        paint: Paint,
        *,
        memory_bytes: int = DEFAULT_MEMORY_BYTES,
        folder: Path | None = None,
        thumbnail_px: int = THUMBNAIL_PX,
        on_event: Callable[[StyleEvent], None] | None = None,
        on_progress: ProgressCallback | None = None,
        cancellation: Cancellation | None = None,
    ) -> None:
        _check(pixels, pixels.shape[:2])
        self._pixels = pixels
        self._paint = paint
        self._store = ImageStore(memory_bytes, folder)
        self._thumbnail_px = thumbnail_px
        self._on_event = on_event
        self._on_progress = on_progress
        self._cancellation = cancellation or Cancellation()
        self._watch = Stopwatch()
        self._changed = threading.Condition()
        self._queue = StyleQueue(styles)
        self._thumbnails: dict[str, Pixels] = {}
        self._thread = threading.Thread(target=self._work, name="impasto-styles", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def styles(self) -> tuple[str, ...]:
        """Names of all styles, in order."""
        with self._changed:
            return self._queue.styles

    @property
    def held_bytes(self) -> int:
        """Bytes of whole pictures in memory."""
        return self._store.held_bytes

    def get(self, style: str) -> Pixels | None:
        """The photograph in a style, (H, W, 3) uint8, read-only; ``None`` while not ready."""
        return self._store.get(style)

    def thumbnail(self, style: str) -> Pixels | None:
        """The small picture in a style, (h, w, 3) uint8, read-only; ``None`` while not ready."""
        with self._changed:
            return self._thumbnails.get(style)

    def status(self, style: str) -> StyleStatus:
        """How far a style is.

        Raises:
            UnknownNameError: if there is no such style.
        """
        with self._changed:
            return self._queue.status(style)

    def error(self, style: str) -> Exception | None:
        """Why a style failed, if it did."""
        with self._changed:
            return self._queue.error(style)

    def request(self, style: str) -> None:
        """Paint a style next, before all others; one that failed is tried again.

        Raises:
            UnknownNameError: if there is no such style.
        """
        with self._changed:
            self._queue.ask(style)
            self._changed.notify_all()

    def add(self, style: str) -> None:
        """Know one more style, and paint it after those there are."""
        with self._changed:
            self._queue.add(style)
            self._changed.notify_all()

    def put(self, style: str, pixels: Pixels) -> None:
        """Take a version that was painted elsewhere, of a style that need not be known yet.

        Raises:
            ShapeError: if it is not (H, W, 3) uint8 like the photograph.
            OutputError: if neither memory nor disk have room.
        """
        self._keep(style, pixels)
        with self._changed:
            self._thumbnails[style] = _shrink(pixels, self._thumbnail_px)
            self._queue.add(style)
            self._queue.finish(StyleJob(style=style, thumbnail=True))
            self._queue.finish(StyleJob(style=style, thumbnail=False))
            self._changed.notify_all()
        self._tell(StyleEvent(style=style, status=StyleStatus.READY))

    def remove(self, style: str) -> None:
        """Forget a style; one that is not known is no error."""
        with self._changed:
            self._queue.remove(style)
            self._thumbnails.pop(style, None)
            self._changed.notify_all()
        self._store.remove(style)

    def wait(self, style: str, *, timeout_s: float | None = None) -> Pixels:
        """Ask for a style and wait until it is there.

        Raises:
            UnknownNameError: if there is no such style.
            TimeoutError: if it takes longer than ``timeout_s``, or the images are closed.
            Exception: what painting raised, if it failed.
        """
        with self._changed:
            self._queue.ask(style)
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: self._cancellation.is_cancelled or self._queue.is_settled(style), timeout_s
            )
            failure = self._queue.error(style)
        pixels = self._store.get(style)
        if pixels is not None:
            return pixels
        if failure is not None:
            raise failure
        raise TimeoutError(f"The style {style!r} was not ready in time.")

    def close(self, *, timeout_s: float = 5.0) -> None:
        """Stop painting and remove what lies on disk.

        Args:
            timeout_s: How long to wait for a picture being painted; after that its thread ends
                by itself, and what it painted is dropped.
        """
        self._cancellation.cancel()
        with self._changed:
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout_s)
        self._store.close()

    def _work(self) -> None:
        step_back(PAINTING_NICENESS)
        while (job := self._next_job()) is not None:
            error = None
            try:
                self._do(job)
            # Whatever painting one style raises, the others shall be painted.
            except Exception as raised:
                error = raised
            if self._cancellation.is_cancelled:
                break
            self._settle(job, error)
        self._store.close()

    def _next_job(self) -> StyleJob | None:
        with self._changed:
            while not self._cancellation.is_cancelled:
                if (job := self._queue.take()) is not None:
                    return job
                self._changed.wait()
        return None

    def _do(self, job: StyleJob) -> None:
        if job.thumbnail:
            small = _shrink(self._pixels, self._thumbnail_px)
            painted = _check(self._paint(small, job.style), small.shape[:2])
            with self._changed:
                self._thumbnails.setdefault(job.style, _read_only(painted))
            return
        self._tell(StyleEvent(style=job.style, status=StyleStatus.PAINTING))
        painted = self._paint(self._pixels, job.style)
        # A version put here meanwhile is the one that is wanted.
        if not self._cancellation.is_cancelled and self._store.get(job.style) is None:
            small = _shrink(_check(painted, self._pixels.shape[:2]), self._thumbnail_px)
            with self._changed:
                # One that was asked for before its turn has no small picture yet.
                self._thumbnails.setdefault(job.style, small)
                self._queue.finish(StyleJob(style=job.style, thumbnail=True))
            self._keep(job.style, painted)

    def _keep(self, style: str, pixels: Pixels) -> None:
        self._store.put(style, _check(pixels, self._pixels.shape[:2]))

    def _settle(self, job: StyleJob, error: Exception | None) -> None:
        with self._changed:
            if error is None:
                self._queue.finish(job)
            else:
                self._queue.fail(job, error)
            done, total = self._queue.steps
            self._changed.notify_all()
        status = StyleStatus.READY if error is None else StyleStatus.FAILED
        self._tell(StyleEvent(style=job.style, status=status, thumbnail=job.thumbnail, error=error))
        if self._on_progress is not None:
            event = ProgressEvent(
                stage=job.style,
                step=done,
                total=total,
                elapsed_s=self._watch.elapsed_s,
                remaining_s=self._watch.remaining_s(done, total),
            )
            _call(self._on_progress, event)

    def _tell(self, event: StyleEvent) -> None:
        if event.error is not None:
            logger.warning("The style %r could not be painted: %s", event.style, event.error)
        if self._on_event is not None:
            _call(self._on_event, event)


def _call(listener: Callable[[Any], None], event: object) -> None:
    try:
        listener(event)
    # A listener that fails shall not end the painting.
    except Exception:
        logger.exception("A listener to the styles failed.")


def _check(pixels: Pixels, size: tuple[int, ...]) -> Pixels:
    if pixels.shape != (*size, 3) or pixels.dtype != np.uint8:
        raise ShapeError(
            f"stylised image: expected {(*size, 3)} uint8 like the photograph, "
            f"got {pixels.shape} {pixels.dtype}."
        )
    return pixels


def _shrink(pixels: Pixels, longest_side: int) -> Pixels:
    """A small version, at most as large as the original."""
    import cv2

    height, width = pixels.shape[:2]
    factor = min(1.0, longest_side / max(height, width))
    small = [max(MIN_SIDE_PX, round(side * factor)) for side in (width, height)]
    return _read_only(np.asarray(cv2.resize(pixels, small, interpolation=cv2.INTER_AREA), np.uint8))


def _read_only(pixels: Pixels) -> Pixels:
    view = pixels.view()
    view.setflags(write=False)
    return view
