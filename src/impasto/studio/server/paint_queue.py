"""Whose turn it is to paint: one picture at a time for all documents, the urgent first."""

from __future__ import annotations

import heapq
import itertools
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

CLICK_S = 0.25
"""For so long after a click nothing is begun that nobody asked for."""

MAX_HELD_S = 1.0
"""However often somebody clicks, a picture waits no longer than this for that."""


class Urgency(IntEnum):
    """How soon somebody will look at a picture; smaller is sooner."""

    ASKED = 0
    THUMBNAIL = 1
    AHEAD = 2


class PaintQueue:
    """Lets painters through one by one, so that many documents do not crowd one processor.

    What nobody asked for waits while regions are found, and a moment after each click.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[int, int]] = []
        self._numbers = itertools.count()
        self._busy = False
        self._loading = 0
        self._clicked_at_s = -math.inf

    @contextmanager
    def turn(self, urgency: Urgency) -> Iterator[None]:
        """Wait for one's turn, have it for the block, and pass it on."""
        with self._changed:
            ticket = (int(urgency), next(self._numbers))
            heapq.heappush(self._waiting, ticket)
            self._wait_for_turn(ticket, urgency)
            heapq.heappop(self._waiting)
            self._busy = True
        try:
            yield
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    @contextmanager
    def loading(self) -> Iterator[None]:
        """As long as this lasts, only what was asked for is begun."""
        with self._changed:
            self._loading += 1
        try:
            yield
        finally:
            with self._changed:
                self._loading -= 1
                self._changed.notify_all()

    def clicked(self) -> None:
        """Somebody has changed something, and may do so again at once."""
        self._clicked_at_s = time.monotonic()

    def _wait_for_turn(self, ticket: tuple[int, int], urgency: Urgency) -> None:
        first_at_s: float | None = None
        while True:
            self._changed.wait_for(lambda: not self._busy and self._waiting[0] == ticket)
            if urgency is Urgency.ASKED:
                return
            if self._loading:
                self._changed.wait()
                continue
            now_s = time.monotonic()
            first_at_s = now_s if first_at_s is None else first_at_s
            until_s = min(self._clicked_at_s + CLICK_S, first_at_s + MAX_HELD_S)
            if now_s >= until_s:
                return
            self._changed.wait(until_s - now_s)
