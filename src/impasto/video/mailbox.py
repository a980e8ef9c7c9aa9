"""One place for the newest thing: whoever is slow misses the older ones, and nothing piles up."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds the newest letter only. Safe to use from several threads.

    What is put while an older letter lies there replaces it, and the older one is counted.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._letter: T | None = None
        self._is_closed = False
        self.dropped = 0
        """Letters that were replaced before anybody took them."""

    def put(self, letter: T) -> None:
        """Leave a letter in place of the one there; a closed mailbox takes none."""
        with self._changed:
            if self._is_closed:
                return
            self.dropped += self._letter is not None
            self._letter = letter
            self._changed.notify()

    def take(self, timeout_s: float | None = None) -> T | None:
        """Take the letter out, waiting for one.

        Args:
            timeout_s: How long to wait; ``None`` for as long as it takes.

        Returns:
            ``None`` if none came in time, or the mailbox is closed and empty.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self._letter is not None or self._is_closed, timeout=timeout_s
            )
            letter, self._letter = self._letter, None
            return letter

    def close(self) -> None:
        """Take no more letters; the one there can still be taken."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @property
    def is_over(self) -> bool:
        """Whether it is closed and empty."""
        with self._changed:
            return self._is_closed and self._letter is None
