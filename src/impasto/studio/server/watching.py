"""Showing in the terminal how far work is that goes on behind the page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext

from impasto.progress import ProgressCallback, ProgressEvent

Watch = Callable[[str], AbstractContextManager[ProgressCallback]]
"""Shows the progress of work on the document of a name, as long as the context lasts."""


def unwatched(_name: str) -> AbstractContextManager[ProgressCallback]:
    """Show nothing."""
    return nullcontext(lambda _event: None)


class Showing:
    """Progress that is shown from the first event until it is closed, by whichever thread.

    Args:
        context: Shows it; entered at the first event.
    """

    def __init__(self, context: AbstractContextManager[ProgressCallback]) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._show: ProgressCallback | None = None
        self._is_closed = False

    def __call__(self, event: ProgressEvent) -> None:
        """Show an event; nothing once it is closed."""
        with self._lock:
            if self._is_closed:
                return
            if self._show is None:
                self._show = self._stack.enter_context(self._context)
            self._show(event)

    def close(self) -> None:
        """Show no more. Closing it again does nothing."""
        with self._lock:
            self._is_closed = True
            self._stack.close()


class OneAtATime:
    """Lets one be shown at a time: a terminal has room for one line that moves.

    Args:
        watch: Shows it.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._turn = threading.Lock()

    def __call__(self, name: str) -> AbstractContextManager[ProgressCallback]:
        """A context in which progress is shown, unless another's is being shown."""
        return _Turn(self._turn, self._watch(name))


class _Turn(AbstractContextManager[ProgressCallback]):
    def __init__(
        self, turn: threading.Lock, context: AbstractContextManager[ProgressCallback]
    ) -> None:
        self._turn = turn
        self._context = context
        self._stack = ExitStack()

    def __enter__(self) -> ProgressCallback:
        if not self._turn.acquire(blocking=False):
            return lambda _event: None
        self._stack.callback(self._turn.release)
        return self._stack.enter_context(self._context)

    def __exit__(self, *error: object) -> None:
        self._stack.close()
