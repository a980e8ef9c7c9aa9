"""Somebody who watches: is handed the newest picture when there is room, and nothing queues."""

from __future__ import annotations

import threading
from collections.abc import Callable

from impasto.live.painted import Painted

ON_THE_WAY = 2
"""Pictures sent and not drawn yet; one is decoded while the other is on its way."""


class Viewer:
    """One screen. Safe to use from several threads.

    Args:
        wake: Called when there may be something to send; must return at once.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._newest: Painted | None = None
        self._on_the_way: dict[int, float] = {}
        self._sent = 0
        self.left_out = 0
        """Pictures that a newer one replaced before they were sent."""

    @property
    def has_room(self) -> bool:
        """Whether a picture would be sent at once."""
        with self._lock:
            return self._newest is None and len(self._on_the_way) < ON_THE_WAY

    def show(self, painted: Painted) -> None:
        """This is the newest picture now."""
        with self._lock:
            self.left_out += self._newest is not None
            self._newest = painted
        self._wake()

    def take(self) -> tuple[int, Painted] | None:
        """The newest picture and its number on the way, if there is one and room to send it."""
        with self._lock:
            if self._newest is None or len(self._on_the_way) >= ON_THE_WAY:
                return None
            painted, self._newest = self._newest, None
            self._sent += 1
            self._on_the_way[self._sent] = painted.captured_s
            return self._sent, painted

    def drawn(self, number: int, now_s: float) -> float | None:
        """A picture is on the screen; those sent before it are, or never will be.

        Returns:
            Seconds since it was captured; ``None`` if no such picture is on the way.
        """
        with self._lock:
            captured_s = self._on_the_way.get(number)
            for each in [sent for sent in self._on_the_way if sent <= number]:
                del self._on_the_way[each]
        self._wake()
        return None if captured_s is None else now_s - captured_s
