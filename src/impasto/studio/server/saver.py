"""Saving behind the painting: in order, soon, and never in the way of a click."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass

from impasto.errors import ImpastoError, NotReadyError
from impasto.studio.autosave import Autosave
from impasto.studio.history import History

logger = logging.getLogger(__name__)

GESTURE_S = 0.3
"""While something is dragged, it is saved no more often than this."""

MAX_PENDING = 200


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something to save.

    Attributes:
        history: Up to here.
        revision: Of the document then.
        gesture: Steps of one gesture, one after another, are saved as one.
    """

    history: History
    revision: int
    gesture: object = None


class Saver:
    """Saves the steps of one document in another thread. Safe to use from several threads.

    Args:
        autosave: Where to.
        executor: Runs the saving.
        on_saved: Called with the revision that is on disk now, or the error that kept it.
    """

    def __init__(
        self,
        autosave: Autosave,
        executor: Executor,
        on_saved: Callable[[int, ImpastoError | None], None],
    ) -> None:
        self._autosave = autosave
        self._executor = executor
        self._on_saved = on_saved
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._pending: list[Step] = []
        self._scheduled = False
        self._closed = False

    def save(self, step: Step) -> None:
        """Save a step soon.

        Raises:
            NotReadyError: if the document was closed.
        """
        with self._lock:
            if self._closed:
                raise NotReadyError("The document was closed meanwhile; open it again.")
            last = self._pending[-1] if self._pending else None
            if last is not None and step.gesture is not None and last.gesture == step.gesture:
                self._pending[-1] = step
            else:
                self._pending.append(step)
            del self._pending[: max(0, len(self._pending) - MAX_PENDING)]
            if self._scheduled:
                return
            self._scheduled = True
        if step.gesture is None:
            self._submit()
        else:
            timer = threading.Timer(GESTURE_S, self._submit)
            timer.daemon = True
            timer.start()

    def attach(self, name: str, content: bytes) -> None:
        """Keep a file with the document.

        Raises:
            OutputError: if it cannot be written.
        """
        with self._writing:
            self._autosave.attach(name, content)

    def detach(self, name: str) -> None:
        """Keep a file no longer.

        Raises:
            OutputError: if it cannot be removed.
        """
        with self._writing:
            self._autosave.detach(name)

    def attachments(self) -> dict[str, bytes]:
        """The files kept with the document."""
        with self._writing:
            return self._autosave.attachments

    def close(self) -> None:
        """Save all there is and let go of the document."""
        with self._lock:
            self._closed = True
        self._write_all()
        with self._writing:
            self._autosave.close()

    def _submit(self) -> None:
        # Where the server ends at this moment, closing saves what is left.
        with suppress(RuntimeError):
            self._executor.submit(self._write_all)

    def _write_all(self) -> None:
        with self._writing:
            while True:
                with self._lock:
                    steps, self._pending = self._pending, []
                    if not steps:
                        self._scheduled = False
                        return
                self._write(steps)

    def _write(self, steps: list[Step]) -> None:
        for step in steps:
            try:
                self._autosave.save(step.history)
            except ImpastoError as error:
                logger.error("A document could not be saved: %s", error)
                self._on_saved(step.revision, error)
                continue
            self._on_saved(step.revision, None)
