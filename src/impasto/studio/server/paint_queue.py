"""Whose turn it is to paint: one picture at a time for all documents, the urgent first."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum


class Urgency(IntEnum):
    """How soon somebody will look at a picture; smaller is sooner."""

    ASKED = 0
    THUMBNAIL = 1
    AHEAD = 2


class PaintQueue:
    """Lets painters through one by one, so that many documents do not crowd one processor."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[int, int]] = []
        self._numbers = itertools.count()
        self._busy = False

    @contextmanager
    def turn(self, urgency: Urgency) -> Iterator[None]:
        """Wait for one's turn, have it for the block, and pass it on."""
        with self._changed:
            ticket = (int(urgency), next(self._numbers))
            heapq.heappush(self._waiting, ticket)
            self._changed.wait_for(lambda: not self._busy and self._waiting[0] == ticket)
            heapq.heappop(self._waiting)
            self._busy = True
        try:
            yield
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
