"""Things handed from one thread to another, a few at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Handover(Generic[Item]):
    """A bounded queue with an end: both sides learn when the other one is gone.

    One thread gives, one takes. Neither waits for ever: giving is refused once the taker has
    left, and taking ends once the giver has finished, or raises what stopped it.

    Args:
        capacity: So many things may wait; giving more waits.

    Example:
        >>> queue = Handover[int](3)
        >>> queue.give(1), queue.give(2), queue.finish()
        (True, True, None)
        >>> list(queue)
        [1, 2]
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._finished = self._left = False
        self._error: BaseException | None = None

    def give(self, item: Item) -> bool:
        """Hand something over, once there is room; whether the taker still takes."""
        with self._changed:
            self._changed.wait_for(lambda: self._left or len(self._items) < self._capacity)
            if not self._left:
                self._items.append(item)
            self._changed.notify_all()
            return not self._left

    def finish(self, error: BaseException | None = None) -> None:
        """Say that there is no more, and why if something went wrong."""
        with self._changed:
            self._finished, self._error = True, error
            self._changed.notify_all()

    def leave(self) -> None:
        """Take no more; what waits is dropped."""
        with self._changed:
            self._left = True
            self._items.clear()
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Item]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._items or self._finished)
                if not self._items:
                    if self._error is not None:
                        raise self._error
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item
